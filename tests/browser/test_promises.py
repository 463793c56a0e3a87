"""Promises at the desk in a real browser: made, checked, recalculated, and moved for a customer."""

from datetime import timedelta
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from heard.cases.models import Case, DateNote
from heard.cases.recalculating import one_piece, propose, start, stop, work
from heard.cases.services import Request, receive
from heard.catalogue.models import Promise, Service
from heard.core import clock
from heard.core.actors import SYSTEM
from heard.people.models import Division
from heard.places.models import BusinessCalendar
from heard.places.services import set_special_day
from tests.browser.fixtures import sign_in
from tests.browser.looking import look

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.xdist_group("browser"),
]


@pytest.fixture
def open_cases(case: Case, service: Any, division: Division) -> list[Case]:
    """Fifteen in two divisions: a pothole is due in business days, a tree in elapsed days."""
    BusinessCalendar.objects.create(hours="Mo-Fr 08:00-17:00")
    Promise.objects.filter(service=service, kind="resolution").update(unit="business_days")
    parks = Division.objects.create(
        code="parks", name={"en": "Parks and forestry", "es": "Parques y arbolado"},
        department=division.department,
    )  # fmt: skip
    tree = Service.objects.create(
        code="tree", name={"en": "Tree that is down", "es": "Árbol caído"}, division=parks
    )
    Promise.objects.create(
        service=tree, kind="resolution", amount=6, unit="days",
        effective_from=clock.now() - timedelta(days=9),
    )  # fmt: skip
    made = [receive(Request(service, f"Hole {n}"), actor=SYSTEM) for n in range(9)]
    return made + [receive(Request(tree, f"Tree {n}"), actor=SYSTEM) for n in range(5)]


def in_spanish(desk: Page, path: str, name: str) -> None:
    desk.goto(f"/es{path}")
    look(desk, f"{name}-es")


def both(desk: Page, path: str, name: str) -> None:
    desk.goto(path)
    look(desk, name)
    in_spanish(desk, path, name)


def test_a_manager_and_the_promises_of_a_service(
    site: str, page: Page, staff: Any, open_cases: list[Case], service: Any
) -> None:
    sign_in(page, site, staff("administrator"))
    both(page, "/desk/promises/", "promises")
    page.goto("/desk/promises/service/pothole/")
    page.get_by_label("How many").fill("3")
    page.get_by_text("Also for open cases").click()
    page.get_by_role("button", name="Check what it means").click()
    expect(page.get_by_text("This is what it would mean")).to_be_visible()
    look(page, "promises-checked")
    in_spanish(page, "/desk/promises/service/pothole/", "promises-service")
    Promise.objects.filter(service__code="tree").update(withdrawn=True)
    Case.objects.filter(service__code="tree").update(due_at=None)
    both(page, "/desk/promises/without-a-date/", "promises-without")


def test_a_recalculation_is_looked_at_and_run(
    site: str, page: Page, staff: Any, open_cases: list[Case]
) -> None:
    sign_in(page, site, staff("administrator"))
    day = clock.now().date() + timedelta(days=1)
    for far in range(3):  # a weekend may be among them, not three days of one
        set_special_day(
            day=day + timedelta(days=far), times="", reason={"en": "Flood", "es": "Inundación"},
            actor=SYSTEM, calendar=BusinessCalendar.objects.get(),
        )  # fmt: skip
    Promise.objects.filter(service__code="tree").update(amount=4)
    row = propose("by_hand", actor=SYSTEM)
    work(row.pk)
    path = f"/desk/promises/recalculations/{row.pk}/"
    both(page, path, "recalculation-preview")
    page.goto(path)
    page.get_by_text("See the numbers as a table").first.click()
    expect(page.get_by_role("cell", name="5").first).to_be_visible()
    start(row, actor=SYSTEM)
    one_piece(row.pk, size=20)
    both(page, path, "recalculation-running")
    stop(row, actor=SYSTEM)
    both(page, "/desk/promises/recalculations/", "recalculations")


def test_an_agent_tells_a_new_date(
    site: str, page: Page, staff: Any, case: Case, open_cases: list[Case]
) -> None:
    sign_in(page, site, staff("agent"))
    DateNote.objects.create(
        case=case, why="closure", language="es", words="La oficina está cerrada el lunes.",
        drafted_at=clock.now(),
    )  # fmt: skip
    both(page, f"/desk/promises/late/{case.reference}/", "promise-late")
    page.goto(f"/desk/promises/late/{case.reference}/")
    page.get_by_role("button", name="Send, and move the date").click()
    page.get_by_text("How the dates are counted").click()
    expect(page.get_by_text("judged by:").first).to_be_visible()
    expect(page.get_by_text("A note to the customer is drafted").first).to_be_visible()
    page.get_by_text("What moved").click()
    look(page, "promise-case")
    in_spanish(page, case.get_absolute_url(), "promise-case")
