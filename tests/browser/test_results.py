"""The results pages in a real browser: wide and narrow, two languages, with and without data."""

import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from heard.catalogue.models import Service
from heard.core import clock
from heard.facts.tests.making import make_answers, make_cases
from heard.measures.charts import draw
from heard.measures.refresh import refresh
from heard.people.models import Department, Division
from tests.browser.fixtures import Opener
from tests.browser.looking import look

pytestmark = [
    pytest.mark.only_measures(
        "cases_received", "on_time", "days_to_close", "satisfaction", "late_by"
    ),
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.xdist_group("browser"),
]
NAMES = {
    "pothole": ("Pothole", "Bache", "Streets", "Calles"),
    "light": ("Street light out", "Farola apagada", "Lighting and signals", "Alumbrado y señales"),
    "tree": ("Fallen tree or branch", "Árbol o rama caída", "Urban forest", "Arbolado urbano"),
    "rental": ("Rental inspection", "Inspección de alquiler", "Code enforcement", "Inspección"),
}


@pytest.fixture(autouse=True)
def own_lake(settings: Any, tmp_path: Path) -> Path:
    """A lake of its own for every test."""
    settings.HEARD_DATA = tmp_path
    settings.LAKE = tmp_path / "lake"
    return tmp_path / "lake"


@pytest.fixture
def counted(town: Any) -> None:
    """A year of four divisions, some better than others, one of them small."""
    town.name = "Testville"
    town.save()
    works = Department.objects.create(
        code="works", name={"en": "Public Works", "es": "Obras Públicas"}
    )
    start = clock.now().replace(day=1, hour=12, minute=0) - timedelta(days=365)
    for place, (code, names) in enumerate(NAMES.items()):
        division = Division.objects.create(
            department=works, code=f"d-{code}", name={"en": names[2], "es": names[3]}
        )
        service = Service.objects.create(
            code=code, name={"en": names[0], "es": names[1]}, division=division
        )
        for month in range(13):
            received = start + timedelta(days=30.5 * month)
            closed = received + timedelta(days=1 + place)
            due = closed + timedelta(hours=2)
            number = (30, 60, 14, 3)[place] + month % 5
            late = min(number // 3, (month + place) % 6)
            make_cases(service, number - late, received, due_at=due, closed_at=closed)
            make_cases(service, late, received, due_at=received, closed_at=closed)
            ratings = [5, 4, 4, 3, 2, 5] * (number // 12) + [1]
            make_answers(service, list(ratings), closed, silent=number // 2)
    refresh()


@pytest.fixture
def lively(counted: None) -> None:
    """The same, with charts."""
    draw()


PAGES = {
    "results": "/results/",
    "results-es": "/es/results/",
    "results-on-time": "/results/on_time/?by=division",
    "results-satisfaction-es": "/es/results/satisfaction/?by=service",
    "results-days": "/results/days_to_close/?by=division&group=d-tree&way=p90",
    "results-service": "/results/on_time/?by=service&group=light&way=due",
    "results-division": "/results/division/d-light/",
    "results-open-data": "/results/open-data/",
}


def test_pages_are_accessible_and_fit(page: Page, lively: None) -> None:
    for name, address in PAGES.items():
        page.goto(address)
        look(page, name)
    page.goto("/results/on_time/")
    expect(page.locator(".picture img")).not_to_have_js_property("naturalWidth", 0)
    drawn = page.locator(".picture img").evaluate("image => image.naturalWidth")
    assert drawn > 300
    page.set_viewport_size({"width": 320, "height": 900})
    expect(page.locator(".picture img")).not_to_have_js_property("currentSrc", "")


@pytest.mark.parametrize("address", ["/results/", "/results/on_time/", "/es/results/open-data/"])
def test_before_the_first_request(page: Page, town: Any, address: str) -> None:
    page.goto(address)
    look(page, "results-empty" + address.replace("/", "-").rstrip("-"))


def test_from_the_city_to_a_service_without_javascript(open_tab: Opener, counted: None) -> None:
    page = open_tab(320, javascript=False)
    page.goto("/results/")
    page.get_by_role("link", name="Finished on time").first.click()
    page.get_by_label("Side by side").select_option("service")
    page.get_by_role("button", name="Show").click()
    page.get_by_role("link", name="Street light out").click()
    expect(page).to_have_url(re.compile("group=light"))
    expect(page.get_by_text("requests were finished by their promised date")).to_be_visible()
    page.get_by_text("See every month as a table").click()
    expect(page.get_by_role("table", name="Every month")).to_be_visible()
