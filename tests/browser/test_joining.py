"""Merging, following, parts and outside handlers in a real browser."""

from typing import Any

import pytest
from playwright.sync_api import expect

from heard.cases.models import Case
from heard.cases.services import Request, receive
from heard.core.actors import SYSTEM
from heard.joining.following import follow, tell_everybody
from heard.joining.models import Errand, Merge, Organisation
from heard.joining.outside import ask_outside
from heard.joining.parting import split
from heard.people.services import know_customer
from tests.browser.fixtures import sign_in
from tests.browser.looking import look

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.xdist_group("browser"),
]


@pytest.fixture
def second(case: Case, service: Any) -> Case:
    """Ben saw Ana's pothole too."""
    ben = know_customer(name="Ben Ortiz", email="ben@home.example", actor=SYSTEM)
    request = Request(
        service=service, words="Deep hole in front of 14 Elm Street, my tire is flat.",
        customer=ben, place="14 Elm Street",
    )  # fmt: skip
    return receive(request, actor=SYSTEM)


def test_two_reports_become_one_and_two_again(
    site: str, open_tab: Any, staff: Any, case: Case, second: Case, run_steps: Any
) -> None:
    agent, actor = staff("agent"), staff("agent").as_actor()
    follow(case, email="guy@home.example", name="Guy Lee", language="es", actor=actor)
    desk = open_tab()
    sign_in(desk, site, agent)
    desk.goto(f"/desk/joining/merge/{second.reference}/")
    look(desk, "joining-choose")
    desk.get_by_role("link", name=f"Look at both {case.reference}").click()
    look(desk, "joining-merge")
    desk.get_by_role("button", name="Merge them").click()
    expect(desk.get_by_text("lives on in this case now")).to_be_visible()
    split(case, case.division, words="Put up a sign until it is filled.", actor=actor)
    tell_everybody(
        case, english="The crew comes on Friday.", spanish="La cuadrilla viene el viernes.",
        actor=actor,
    )  # fmt: skip
    power = Organisation.objects.create(name="Front Range Power", email="ops@power.example")
    errand = ask_outside(case, power, words="Please move the pole.", actor=actor)
    run_steps()

    resident = open_tab(locale="es-US")
    resident.goto(f"/es{second.tracking_path()}")
    look(resident, "joining-reporter-es")
    resident.goto(f"/es/nearby/{case.reference}/")
    look(resident, "joining-problem-es")
    resident.goto(case.followers.get().path())
    look(resident, "joining-following-es")

    crew = open_tab(320, javascript=False)
    crew.goto(errand.path())
    crew.get_by_text("It is done", exact=True).click()
    crew.get_by_label("In a few words").fill("Moved on Tuesday.")
    crew.get_by_role("button", name="Send the answer").click()
    expect(crew.get_by_text("We have your answer")).to_be_visible()
    assert Errand.objects.get().state == "done"

    desk.goto(case.get_absolute_url())
    look(desk, "joining-case")
    desk.goto(f"/desk/joining/people/{case.reference}/")
    look(desk, "joining-people")
    desk.goto("/desk/joining/outside/")
    look(desk, "joining-errands")
    desk.goto(f"/es/desk/joining/ask/{case.reference}/")
    look(desk, "joining-ask-es")
    desk.goto(f"/desk/joining/undo/{Merge.objects.get().pk}/")
    look(desk, "joining-undo")
    desk.get_by_label("Why are they not the same?").fill("Two holes.")
    desk.get_by_role("button", name="Undo the merge").click()
    expect(desk.get_by_text("stands on its own again")).to_be_visible()
    assert Case.objects.get(pk=second.pk).is_open


def test_the_handlers_page_on_a_screen(open_tab: Any, staff: Any, case: Case) -> None:
    power = Organisation.objects.create(name="Front Range Power", email="ops@power.example")
    errand = ask_outside(
        case,
        power,
        words="Please move the pole.",
        shows_words=True,
        actor=staff("agent").as_actor(),
    )
    tab = open_tab()
    tab.goto(errand.path())
    look(tab, "joining-errand")
