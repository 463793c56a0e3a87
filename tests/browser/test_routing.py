"""Routing, roster, notes and remedies in a real browser, as a manager and a clerk use them."""

from datetime import date, time, timedelta
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from heard.cases.services import Request, receive
from heard.core import clock
from heard.core.actors import SYSTEM
from heard.people.models import Division
from heard.remedies.models import Kind
from heard.remedies.services import Line, ask_for_remedy, give_remedy, set_line
from heard.routing import handing_over, rostering
from heard.routing.services import Said, save_team, switch_on, write_rule
from tests.browser.fixtures import Opener, sign_in
from tests.browser.looking import check_accessible, look

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.xdist_group("browser"),
]


@pytest.fixture
def parks(division: Division) -> Division:
    return Division.objects.create(
        department=division.department, code="parks", name={"en": "Parks", "es": "Parques"}
    )


@pytest.fixture
def busy(service: Any, division: Division, parks: Division, staff: Any) -> None:
    """Rules, a month of cases, a roster and a note."""
    now, agent = clock.now(), staff("agent")
    for number in range(12):
        with clock.at(now - timedelta(days=number * 2, hours=3)):
            words = ["A tree fell on the walk", "Un árbol cayó", "A hole", "Gas leak"][number % 4]
            receive(Request(service=service, words=words, place="12 Elm Street"), actor=SYSTEM)
    team = save_team(
        None, name={"en": "Crew", "es": "Cuadrilla"}, division=division, members=[agent],
        actor=SYSTEM,
    )  # fmt: skip
    trees = Said("Trees go to parks", words=("tree", "árbol"), division=parks)
    switch_on(write_rule(trees, actor=SYSTEM), actor=SYSTEM)
    night = Said("By turn after hours", hours="closed", give="turn", team=team, goes_on=True)
    write_rule(night, actor=SYSTEM)
    for who, duty, starts, ends in (
        (agent, "shift", 8, 16), (staff("field_worker"), "shift", 10, 18),
        (staff("field_worker"), "on_call", 18, 8),
    ):  # fmt: skip
        rostering.add_shift(
            division=division, staff=who, duty=duty, weekdays=list(range(7)), starts=time(starts),
            ends=time(ends), first=date(2026, 1, 1), actor=SYSTEM,
        )  # fmt: skip
    rostering.add_absence(
        staff=agent, starts_at=now + timedelta(days=1), ends_at=now + timedelta(days=2),
        actor=SYSTEM,
    )  # fmt: skip
    handing_over.hand_over(
        division, since=now - timedelta(hours=8), actor=agent.as_actor(),
        words="Crew B is out until Thursday.\nMrs. Park's street floods again: watch K7M4-2QXP.",
    )  # fmt: skip


def test_a_manager_writes_a_rule_and_tries_it(
    page: Page, site: str, busy: None, staff: Any
) -> None:
    sign_in(page, site, staff("manager"))
    page.goto("/desk/routing/rules/new/")
    page.get_by_label("Name").fill("Gas goes to parks")
    page.get_by_label("Words the customer uses").fill("gas leak\nfuga de gas")
    page.get_by_label("Send it to the division").select_option("Parks")
    look(page, "routing-rule-new")
    page.get_by_role("button", name="Keep as a draft").click()
    expect(page.locator("main")).to_contain_text("version 1, is kept as a draft")
    look(page, "routing-rule")
    page.get_by_role("link", name="Try version 1").click()
    page.get_by_label("First day").fill((clock.now() - timedelta(days=40)).date().isoformat())
    page.get_by_label("Last day").fill((clock.now() + timedelta(days=1)).date().isoformat())
    look(page, "routing-try")
    page.get_by_role("button", name="Try them").click()
    expect(page.locator("h1")).to_have_text("What the rules would have done")
    expect(page.locator("main")).to_contain_text("Parks")
    for details in page.locator("details").all():
        details.evaluate("(e) => { e.open = true }")
    look(page, "routing-trial")
    page.goto("/desk/routing/rules/")
    look(page, "routing-rules")


def test_roster_notes_and_spanish(
    page: Page, open_tab: Opener, site: str, busy: None, staff: Any
) -> None:
    sign_in(page, site, staff("manager"))
    page.goto("/desk/routing/roster/")
    expect(page.locator("tbody tr")).to_have_count(7)
    look(page, "routing-roster")
    page.goto("/desk/routing/roster/cover/new/")
    look(page, "routing-cover")
    page.goto("/desk/routing/hand-over/")
    look(page, "routing-notes")
    page.goto("/desk/routing/hand-over/new/")
    look(page, "routing-hand-over")
    spanish = open_tab(320, locale="es-US")
    sign_in(spanish, site, staff("administrator"))
    for path in ("rules/", "teams/new/", "roster/", "roster/mine/"):
        spanish.goto(f"/es/desk/routing/{path}")
        look(spanish, f"routing-es-{path.strip('/').replace('/', '-')}")


def test_making_it_right(
    page: Page, site: str, case: Any, staff: Any, complaints: list[str]
) -> None:
    waive = Kind.objects.create(
        code="waive-fee", name={"en": "Waive a fee", "es": "Condonar un cargo"}, has_amount=True,
        hint={"en": "When we sent it late.", "es": "Cuando llegó tarde."},
    )  # fmt: skip
    first = Kind.objects.create(
        code="expedite", name={"en": "Put it first", "es": "Dar prioridad"}, order=1
    )
    set_line(Line(waive, role="agent", case_cents=2000, day_cents=10_000), actor=SYSTEM)
    set_line(Line(waive, role="manager", case_cents=10_000), actor=SYSTEM, reason="Trust")
    set_line(Line(first, role="agent", day_times=5), actor=SYSTEM)
    agent = staff("agent")
    give_remedy(case, first, reason="Third call.", actor=agent.as_actor())
    sign_in(page, site, agent)
    page.goto(case.get_absolute_url())
    page.locator("#remedies summary").click()
    form = page.locator("#remedies form")
    form.get_by_label("What do you do for the customer?").select_option("Waive a fee")
    form.get_by_label("How much, in dollars").fill("35")
    form.get_by_label("Why?").fill("Charged twice.")
    check_accessible(page)
    look(page, "remedies-case")
    form.get_by_role("button", name="Give it now").click()
    expect(page.locator("main")).to_contain_text("above what you may do on the spot")
    look(page, "remedies-refused")
    complaints.clear()  # a browser notes every answer of 422
    page.get_by_role("button", name="Ask a manager").click()
    expect(page.locator("main")).to_contain_text("waits for a manager")
    sign_in(page, site, staff("manager"))
    page.goto("/desk/remedies/wishes/")
    page.locator("tbody a").first.click()
    look(page, "remedies-wish")
    page.get_by_role("button", name="Allow it").click()
    page.goto("/desk/remedies/")
    expect(page.locator("main")).to_contain_text("$35.00")
    look(page, "remedies-report")
    ask_for_remedy(case, waive, cents=100, reason="x", actor=agent.as_actor())
    page.goto("/es/desk/remedies/wishes/")
    look(page, "remedies-es-wishes")
    sign_in(page, site, staff("administrator"))
    page.goto("/es/desk/remedies/table/")
    look(page, "remedies-es-table")
    page.goto("/desk/remedies/table/line/")
    look(page, "remedies-line")
