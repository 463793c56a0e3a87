"""The results site in a real browser: areas, working, map and frame, read by axe at two widths."""

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from heard.cases.models import Case
from heard.core import clock
from heard.measures.charts import draw
from heard.measures.refresh import refresh
from heard.places.models import District
from heard.public import ahead
from heard.public.tests.conftest import NOW, fill
from tests.browser.fixtures import Opener
from tests.browser.looking import check_accessible, look

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.xdist_group("browser"),
]
OUTLINE = [[0, 0], [1, 0], [1, 1], [0, 1], [0, 0]]
PAGES = {
    "site-city": "/results/",
    "site-city-open-es": "/es/results/?period=2026-04&open=all",
    "site-working": "/results/on_time/working/?period=2026-04",
    "site-working-closed-es": "/es/results/satisfaction/working/?period=2026-04",
    "site-measure-map": "/results/on_time/?period=2026-04&by=district",
    "site-embed": "/results/on_time/embed/",
    "site-no-report": "/results/report.pdf?period=1999-01",
}


@pytest.fixture
def own_lake(settings: Any, tmp_path: Path) -> None:
    settings.HEARD_DATA = tmp_path
    settings.LAKE = tmp_path / "lake"


@pytest.fixture
def lively(town: Any, own_lake: None, service: Any) -> None:
    """Three months, two districts, and all that the worker makes ahead."""
    for code, west in (("north", 0), ("south", 1)):
        corners = [[west + x, y] for x, y in OUTLINE]
        outline = {"type": "Polygon", "coordinates": [corners]}
        District.objects.create(code=code, name={"en": code.title()}, outline=outline)
    with clock.at(NOW):
        fill(service)
        Case.objects.update(district=District.objects.get(code="north"))
        refresh()
        draw(at_most=24)
        ahead.make(reports=False)


def test_pages_are_accessible_and_fit(page: Page, lively: None, complaints: list[str]) -> None:
    for name, address in PAGES.items():
        page.goto(address)
        look(page, name)
    complaints.clear()  # the report there is not, is answered with 404

    page.goto("/results/on_time/?period=2026-04&by=district")
    page.get_by_text("Put this figure on your site").click()
    check_accessible(page)
    expect(page.locator("pre", has_text="<iframe")).to_contain_text("/results/on_time/embed/")


def test_from_the_city_to_the_working_without_javascript(open_tab: Opener, lively: None) -> None:
    page = open_tab(320, javascript=False)
    page.goto("/results/?period=2026-04")
    area = page.locator("summary", has_text="Solved, and on time")
    link = page.locator(".lines__name").get_by_role("link", name="Finished on time")
    expect(link).to_be_hidden()
    area.focus()
    page.keyboard.press("Enter")
    expect(link).to_be_visible()
    link.click()
    page.get_by_role("link", name="Show the working").click()
    expect(page.get_by_text("p = x / n = 16 / 18 = 0.888889")).to_be_visible()
    page.get_by_text("Every file, with its rows and its digest").click()
    expect(page.get_by_role("table", name="Files")).to_be_visible()
