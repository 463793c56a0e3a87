"""The pages of the offices in a real browser: accessible, narrow, and quiet under the policy."""

from datetime import timedelta
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from heard.core import clock
from heard.core.actors import SYSTEM
from heard.places.models import Counter, Office
from heard.places.services import announce_closure, save_office
from tests.browser.looking import look

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.xdist_group("browser"),
]


@pytest.fixture
def hall(town: Any) -> Office:
    made = save_office(
        Office(
            code="city-hall",
            name={"en": "City Hall", "es": "Ayuntamiento"},
            address="200 N Alder Street",
            phone="303-555-0102",
            hours="Mo-Th 08:00-12:00,13:00-17:00; Fr 08:00-12:00; We[1] 10:00-19:00; PH off",
            jurisdiction="US-CO",
            languages=["en", "es"],
            accessibility={"en": "No steps from the square.", "es": "Sin escalones."},
            lat=39.2123,
            lon=-104.2898,
        ),
        actor=SYSTEM,
    )
    Counter.objects.create(office=made, code="permits", name={"en": "Permits", "es": "Permisos"})
    Office.objects.create(code="shed", name={"en": "Shed", "es": "Cobertizo"}, address="2 Main")
    announce_closure(
        starts_at=clock.now() + timedelta(days=3),
        ends_at=clock.now() + timedelta(days=4),
        reason={"en": "Staff training", "es": "Capacitación del personal"},
        office=made,
        actor=SYSTEM,
    )
    return made


@pytest.mark.parametrize("prefix", ["", "/es"])
def test_offices_from_the_list_to_the_page(page: Page, hall: Office, prefix: str) -> None:
    told: list[str] = []
    page.on("console", lambda message: told.append(message.text))
    page.goto(f"{prefix}/offices/")
    look(page, "offices" + prefix.replace("/", "-"))
    page.get_by_role("link", name="Ayuntamiento" if prefix else "City Hall").click()
    page.wait_for_url("**/city-hall/")
    # A block of data is not run, so the content policy has nothing to say about it.
    expect(page.locator('script[type="application/ld+json"]')).to_have_count(1)
    look(page, "office" + prefix.replace("/", "-"))
    assert [words for words in told if "Content Security Policy" in words] == []


def test_an_office_without_hours_and_a_city_without_offices(page: Page, town: Any) -> None:
    page.goto("/offices/")
    look(page, "offices-none")
    Office.objects.create(code="shed", name={"en": "Shed", "es": "Cobertizo"}, address="2 Main")
    page.goto("/offices/shed/")
    look(page, "office-no-hours")
