"""Two agents on one case: nobody's text is lost, and both see what happens."""

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from heard.cases.models import Case
from heard.people.models import Staff
from tests.browser.fixtures import Opener, sign_in
from tests.browser.looking import look

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.xdist_group("browser"),
]


@pytest.fixture(autouse=True)
def refusals_are_meant(complaints: list[str]) -> Any:
    """A conflict answers 409, which Chromium writes to its console."""
    yield
    complaints[:] = [c for c in complaints if "409" not in c]


@pytest.fixture
def two(open_tab: Opener, site: str, staff: Any, case: Case) -> tuple[Page, Page]:
    """Sam Agent's browser and Sam Manager's, both on the case."""
    tabs, people = (open_tab(), open_tab()), (staff("agent"), staff("manager"))
    for tab, person in zip(tabs, people, strict=True):
        sign_in(tab, site, person)
        tab.goto(case.get_absolute_url())
    return tabs


def write_reply(tab: Page, words: str) -> None:
    form = tab.locator("#do-reply")
    if form.get_attribute("open") is None:
        form.locator("summary").click()
    form.get_by_label("Your words to the customer").press_sequentially(words)


def look_again(tab: Page) -> None:
    """What the script does every ten seconds."""
    tab.evaluate("document.dispatchEvent(new Event('visibilitychange'))")


def test_nobodys_text_is_lost_and_both_see_it_happen(two: tuple[Page, Page], case: Case) -> None:
    agent, manager = two
    write_reply(agent, "We come on Thursday.")
    look_again(agent)
    look_again(manager)
    expect(manager.locator("#live")).to_contain_text("Sam Agent is writing here.")
    look(manager, "two-agents-writing")

    write_reply(manager, "A crew is on its way.")
    manager.get_by_role("button", name="Send the reply").click()
    expect(manager.locator("#story")).to_contain_text("A crew is on its way.")

    look_again(agent)
    expect(agent.locator("#live")).to_contain_text("Sam Manager")
    expect(agent.locator("#live")).to_contain_text("A crew is on its way.")
    look(agent, "two-agents-news")
    # Whoever sends without looking is asked; nothing is overwritten, nothing is lost.
    agent.get_by_role("button", name="Send the reply").click()
    expect(agent.locator("main")).to_contain_text("Nothing was overwritten")
    look(agent, "two-agents-choice")
    agent.get_by_role("button", name="Add mine after theirs").click()
    expect(agent.locator("#story")).to_contain_text("We come on Thursday.")
    said = list(case.messages.values_list("words", flat=True))
    assert said == ["A crew is on its way.", "We come on Thursday."]

    look_again(manager)
    expect(manager.locator("#live")).to_contain_text("We come on Thursday.")


def test_who_looks_first_keeps_what_they_typed(two: tuple[Page, Page], case: Case) -> None:
    agent, manager = two
    write_reply(agent, "We come on Thursday.")
    write_reply(manager, "A crew is on its way.")
    manager.get_by_role("button", name="Send the reply").click()
    expect(manager.locator("#story")).to_contain_text("A crew is on its way.")
    look_again(agent)
    agent.get_by_role("link", name="Show it; what I typed stays").click()
    expect(agent.locator("#story")).to_contain_text("A crew is on its way.")
    words = agent.locator("#do-reply").get_by_label("Your words to the customer")
    expect(words).to_have_value("We come on Thursday.")
    agent.get_by_role("button", name="Send the reply").click()
    expect(agent.locator("#story")).to_contain_text("We come on Thursday.")
    assert case.messages.count() == 2


def test_a_colleague_is_offered_after_an_at(two: tuple[Page, Page], case: Case) -> None:
    agent, _manager = two
    form = agent.locator("#do-note")
    form.locator("summary").click()
    area = form.get_by_label("Your note")
    area.press_sequentially("Ask @sam man")
    form.get_by_role("button", name="Sam Manager").click()
    expect(area).to_have_value("Ask @Sam Manager ")


def test_many_cases_at_once(open_tab: Opener, site: str, staff: Any, case: Case) -> None:
    tab = open_tab()
    sign_in(tab, site, staff("agent"))
    manager: Staff = staff("manager")
    tab.goto("/desk/")
    look(tab, "desk-queues")
    tab.locator(f"#tick-{case.pk}").focus()
    tab.keyboard.press("Space")
    expect(tab.locator("[data-chosen]")).to_have_text("One case chosen")
    tab.get_by_label("What to do with them").select_option("Give to a colleague")
    tab.get_by_role("button", name="Go on").click()
    tab.get_by_label("Who takes them?").select_option(manager.name)
    tab.get_by_role("button", name="Show what would change").click()
    look(tab, "desk-bulk-preview")
    tab.get_by_role("button", name="Do it for 1 case").click()
    expect(tab.locator("#progress")).to_contain_text("Done for 1 case.")
    look(tab, "desk-bulk-done")
    tab.get_by_role("button", name="Undo all of it").click()
    expect(tab.locator("#progress")).to_contain_text("1 case is as it was")
    case.refresh_from_db()
    assert case.assignee is None


def test_a_view_is_kept(open_tab: Opener, site: str, staff: Any, case: Case) -> None:
    tab = open_tab()
    sign_in(tab, site, staff("agent"))
    tab.goto("/es/desk/?language=es&q=hoyo")
    expect(tab.locator("tbody mark")).to_have_text("hoyo")
    tab.locator(".view-tools summary").click()
    tab.locator("#view-name").fill("Español")
    look(tab, "desk-list-found-es")
    tab.locator("#view-name").press("Enter")
    expect(tab.locator(".queues__list--views [aria-current=page]")).to_contain_text("Español")
    tab.goto("/es/desk/views/")
    look(tab, "desk-views-es")
