"""Hours and closures at the desk in a real browser: a preview, a refusal, a closure."""

from datetime import timedelta
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from heard.core import clock
from heard.core.actors import SYSTEM
from heard.core.city import city_zone
from heard.places.models import BusinessCalendar, Closure, Counter, Office
from heard.places.services import (
    announce_closure,
    save_calendar,
    save_office,
    set_special_day,
)
from tests.browser.fixtures import sign_in
from tests.browser.looking import look

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.xdist_group("browser"),
]

HOURS = "Mo-Fr 08:00-17:00; PH off"


@pytest.fixture
def places(division: Any) -> None:
    """A city with an office, two calendars, a closure and a special day ahead."""
    save_calendar(BusinessCalendar(hours=HOURS, jurisdiction="US"), actor=SYSTEM)
    streets = save_calendar(BusinessCalendar(division=division, hours=HOURS), actor=SYSTEM)
    hall = save_office(
        Office(
            code="hall", name={"en": "City Hall", "es": "Ayuntamiento"}, address="1 Main",
            hours="Mo-Th 08:00-12:00,13:00-17:00; Fr 08:00-12:00; PH off",
        ),
        actor=SYSTEM,
    )  # fmt: skip
    Counter.objects.create(office=hall, code="permits", name={"en": "Permits", "es": "Permisos"})
    now, reason = clock.now(), {"en": "Staff training", "es": "Capacitación del personal"}
    announce_closure(
        starts_at=now + timedelta(days=3), ends_at=now + timedelta(days=5), reason=reason,
        office=hall, actor=SYSTEM,
    )  # fmt: skip
    day = now.astimezone(city_zone()).date() + timedelta(days=8)
    for number in (0, 1, 2):
        set_special_day(
            day=day + timedelta(number), times="09:00-12:00", reason=reason, calendar=streets,
            actor=SYSTEM,
        )  # fmt: skip


def test_a_manager_changes_the_hours(
    page: Page, site: str, places: None, staff: Any, complaints: list[str]
) -> None:
    sign_in(page, site, staff("manager"))
    page.goto("/desk/hours/")
    look(page, "hours")
    page.goto("/es/desk/hours/division/streets/")
    look(page, "hours-place-es")
    page.goto("/desk/hours/division/streets/change/")
    page.get_by_label("Hours", exact=True).fill("Mo-Th 7am-5pm; PH off")
    page.get_by_role("button", name="See what it means").click()
    look(page, "hours-refused")
    assert all("422" in line for line in complaints)  # what was refused says so
    complaints.clear()
    page.get_by_role("button", name="Use this instead").click()
    expect(page.get_by_text("This is what it would mean")).to_be_visible()
    look(page, "hours-preview")
    page.get_by_role("button", name="Save the hours").click()
    expect(page.get_by_text("What it moves for open cases is being looked at")).to_be_visible()
    assert BusinessCalendar.objects.get(division__isnull=False).hours == "Mo-Th 07:00-17:00; PH off"
    assert complaints == []


def test_an_administrator_closes_an_office(
    open_tab: Any, site: str, places: None, staff: Any
) -> None:
    page = open_tab(width=320)
    sign_in(page, site, staff("administrator"))
    page.goto("/es/desk/hours/closure/")
    page.get_by_text("Ayuntamiento", exact=True).click()
    day = (clock.now().astimezone(city_zone()) + timedelta(days=10)).date().isoformat()
    page.get_by_label("Primer día").fill(day)
    page.get_by_label("Último día").fill(day)
    page.get_by_label("Motivo en inglés").fill("Repairs")
    page.get_by_label("Motivo en español").fill("Reparaciones")
    page.get_by_role("button", name="Ver lo que significa").click()
    look(page, "hours-closure-es")
    page.get_by_role("button", name="Anunciarlo").click()
    page.wait_for_url("**/desk/hours/")
    assert Closure.objects.order_by("pk").last().reason["en"] == "Repairs"  # type: ignore[union-attr]
    page.goto("/desk/hours/zone/")
    page.get_by_label("Time zone of the city").fill("America/New_York")
    page.get_by_role("button", name="See what it means").click()
    look(page, "hours-zone")
