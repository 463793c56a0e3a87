"""The desk in a real browser: calm to look at, whole by keyboard, without JavaScript too."""

import re
from datetime import timedelta
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from heard.cases import closing, services, understanding
from heard.cases.models import Case, Channel
from heard.cases.services import Request, receive
from heard.core import clock
from heard.core.actors import SYSTEM, Actor
from heard.people.models import Division
from heard.people.services import know_customer
from heard.voice.services import Answers, Subject, answer, invite
from tests.browser.fixtures import Opener, sign_in
from tests.browser.looking import look

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.xdist_group("browser"),
]

HOUR = timedelta(hours=1)
ASKED = [
    "There is a deep hole right in front of the school crossing on Elm. Two children nearly fell "
    "off their bicycles this morning, and it fills with water when it rains.",
    "Hay un hoyo grande frente a mi casa y ya se me ponchó una llanta.",
    "The road sinks beside the new manhole.",
    "Third winter in a row: the same corner breaks open again.",
]


@pytest.fixture
def busy(service: Any, staff: Any) -> list[Case]:
    """A division's week: late ones, new ones, one that waits, one that came back."""
    now, clerk, made = clock.now(), staff("agent").as_actor(), []
    for number, words in enumerate(ASKED * 2):
        with clock.at(now - (number * 22 + 3) * HOUR):
            known = know_customer(
                name=["Walter Boone", "Ana Ruiz", "Grace Okafor", ""][number % 4],
                email=f"person{number % 4}@home.example", phone="303-555-0142",
                language="es" if number % 4 == 1 else "en", actor=SYSTEM,
            )  # fmt: skip
            request = Request(
                service=service, words=words, customer=known, place="12 Elm Street",
                language="es" if number % 4 == 1 else "en",
                channel=[Channel.WEB, Channel.PHONE][number % 2],
            )  # fmt: skip
            made.append(receive(request, actor=SYSTEM))
    row = understanding.state_understanding(
        made[2], "You need the road beside the new manhole levelled.", actor=clerk
    )
    understanding.correct_understanding(row, "It is the old manhole.", actor=Actor("customer"))
    services.assign(made[2], staff("agent"), actor=clerk)
    services.note(made[2], "Crew B has hot mix on Thursday.", actor=clerk)
    services.reply(made[3], "Which corner is it?", wait=True, actor=clerk)
    closing.close(made[4], outcome="done", words="We filled it on Tuesday.", actor=clerk)
    closing.ask_to_reopen(made[4], reason="It broke open again.", actor=Actor("customer"))
    return made


@pytest.fixture
def desk(page: Page, site: str, staff: Any) -> Page:
    sign_in(page, site, staff("agent"))
    return page


def test_the_list(desk: Page, busy: list[Case]) -> None:
    desk.goto("/desk/")
    expect(desk.locator("tbody tr")).to_have_count(8)
    expect(desk.locator("tbody tr").first).to_contain_text("overdue")
    look(desk, "desk-list")
    desk.get_by_label("Search").fill("manhole")
    desk.get_by_label("Assigned to").select_option("Me")
    desk.get_by_role("button", name="Show").click()
    expect(desk.locator("tbody tr")).to_have_count(1)
    expect(desk).to_have_url(re.compile("q=manhole"))
    expect(desk).to_have_url(re.compile("assignee=me"))


def test_an_empty_list_and_one_with_a_fault(desk: Page, busy: list[Case]) -> None:
    desk.goto("/desk/?q=snow")
    look(desk, "desk-list-empty")
    desk.goto("/desk/?division=nowhere")
    look(desk, "desk-list-fault")


def test_the_case_page(desk: Page, busy: list[Case]) -> None:
    desk.goto(busy[2].get_absolute_url())
    expect(desk.locator(".next-step")).to_contain_text("corrected us")
    look(desk, "desk-case")
    desk.goto(busy[4].get_absolute_url())
    look(desk, "desk-case-reopen")
    desk.goto(f"/es{busy[1].get_absolute_url()}")
    look(desk, "desk-case-es")


def test_work_by_keyboard_alone(desk: Page, busy: list[Case]) -> None:
    desk.goto(busy[2].get_absolute_url())
    desk.locator("main").focus()
    for _step in range(20):
        desk.keyboard.press("Tab")
        if desk.evaluate("document.activeElement.getAttribute('href')") == "#actions":
            break
    expect(desk.locator("a:focus")).to_be_visible()
    desk.keyboard.press("Enter")
    desk.keyboard.press("Tab")
    for _step in range(20):
        if desk.evaluate("document.activeElement.tagName") == "TEXTAREA":
            break
        desk.keyboard.press("Tab")
    desk.keyboard.type("You need the road beside the old manhole levelled.")
    desk.keyboard.press("Tab")
    desk.keyboard.press("Enter")
    expect(desk.get_by_role("status").first).to_contain_text("The customer was asked")
    assert busy[2].understandings.count() == 2


def test_a_fault_keeps_the_words_and_takes_the_reader_there(desk: Page, busy: list[Case]) -> None:
    desk.goto(busy[0].get_absolute_url())
    finish = desk.locator("#do-finish")
    finish.locator("summary").click()
    finish.get_by_label("What was done").fill("We filled the hole.")
    finish.get_by_role("button", name="Finish the case").click()
    expect(desk.locator("#error-summary")).to_be_focused()
    expect(finish.get_by_label("What was done")).to_have_value("We filled the hole.")
    look(desk, "desk-case-fault")


def test_somebody_else_was_faster(desk: Page, busy: list[Case], staff: Any) -> None:
    desk.goto(busy[0].get_absolute_url())
    closing.decline(busy[0], words="The county mends this road.", actor=staff("manager").as_actor())
    reply = desk.locator("#do-finish")
    reply.locator("summary").click()
    reply.get_by_label("What came of it").select_option("done")
    reply.get_by_label("What was done").fill("We filled the hole at noon.")
    reply.get_by_role("button", name="Finish the case").click()
    expect(desk.get_by_text("We filled the hole at noon.")).to_be_visible()
    expect(desk.get_by_text("The county mends this road.").first).to_be_visible()
    # 409 is what the page means to answer; Chromium notes it in its console.
    look(desk, "desk-case-changed")


@pytest.fixture(autouse=True)
def refusals_are_meant(complaints: list[str]) -> Any:
    """A page that says what to mend answers 422 or 409, which Chromium writes to its console."""
    yield
    complaints[:] = [c for c in complaints if "422" not in c and "409" not in c]


def test_everything_works_without_javascript(
    open_tab: Opener, site: str, staff: Any, busy: list[Case]
) -> None:
    tab = open_tab(320, javascript=False)
    sign_in(tab, site, staff("agent"))
    tab.goto("/desk/")
    tab.get_by_role("link", name=busy[0].reference).click()
    reply = tab.locator("#do-reply")
    if reply.get_attribute("open") is None:
        reply.locator("summary").click()
    reply.get_by_label("Your words to the customer").fill("We look at it today.")
    reply.get_by_role("button", name="Send the reply").click()
    expect(tab.get_by_text("We look at it today.")).to_be_visible()


def test_a_call_is_taken_down(desk: Page, service: Any) -> None:
    desk.goto("/desk/new/")
    look(desk, "desk-new")
    desk.get_by_label("Service").select_option("Pothole")
    desk.get_by_label("In their words").fill("A hole by the school.")
    desk.get_by_label("Phone", exact=False).last.fill("303-555-0142")
    desk.get_by_role("button", name="Take it down").click()
    expect(desk.get_by_role("status").first).to_contain_text(Case.objects.get().reference)


def test_the_page_of_a_division(
    page: Page, site: str, staff: Any, busy: list[Case], division: Division
) -> None:
    for number, case in enumerate(busy[:5]):
        subject = Subject(about=f"case:{case.pk}", service="pothole", division=division.code)
        row = invite(subject, customer=None, language=case.language, actor=SYSTEM)
        assert row is not None
        said = ["Quick and kind.", "It took three calls, and then nobody knew of them.", ""]
        given = Answers(satisfaction=number + 1, ease=3, comment=said[number % 3])
        answer(row, given, actor=Actor("customer"))
    sign_in(page, site, staff("manager"))
    page.goto("/desk/division/")
    expect(page.locator(".answer-card")).to_have_count(5)
    look(page, "desk-division")
    page.goto("/desk/division/?all")
    look(page, "desk-divisions")
