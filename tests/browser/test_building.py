"""A measure built, looked at and published in a real browser, with and without scripts."""

from datetime import date
from typing import Any

import pytest
from playwright.sync_api import Page

from heard.core import clock
from heard.facts.tests.making import make_cases
from heard.measures import trials
from heard.measures.building import Plan, begin
from heard.measures.built_models import Trial
from heard.measures.refresh import refresh
from heard.targets.periods import containing, previous
from heard.targets.program import today
from tests.browser.fixtures import Opener, sign_in
from tests.browser.looking import look

pytestmark = [
    pytest.mark.only_measures("cases_received", "calls_for_help"),
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.xdist_group("browser"),
]
PLAN = Plan(
    name={"en": "Calls for help", "es": "Llamadas de ayuda"},
    definition={"en": "The share that came by phone.", "es": "La proporción por teléfono."},
    area="reach",
    direction="none",
    formula={
        "fact": "cases", "day": "received_on", "take": "share",
        "counts": [["channel", "is", "phone"]],
    },
    effective_from=date(2026, 1, 1),
)  # fmt: skip
SHARES = [12, 15, 11, 18, 22, 25]  # of 40 in a month, by phone


@pytest.fixture
def half_a_year(service: Any, settings: Any, tmp_path: Any) -> None:
    settings.HEARD_DATA, settings.LAKE = tmp_path, tmp_path / "lake"
    period = containing(today(), "month", 1)
    for by_phone in SHARES:
        period = previous(period, 1)
        at = clock.now().replace(
            year=period.first.year, month=period.first.month, day=12, hour=18, minute=0
        )
        make_cases(service, 40 - by_phone, at)
        make_cases(service, by_phone, at, channel="phone")
    refresh()


def count_what_is_asked() -> None:
    for row in Trial.objects.filter(done_at=None):
        trials.count.func(row.digest)


def fill(tab: Page) -> None:
    tab.get_by_label("Short name, for addresses").fill("calls_for_help")
    for name, text in (
        ("name_en", "Calls for help"), ("name_es", "Llamadas de ayuda"),
        ("definition_en", "The share of requests that came by phone."),
        ("definition_es", "La proporción de solicitudes que llegó por teléfono."),
    ):  # fmt: skip
        tab.locator(f"[name={name}]").fill(text)


def test_built_and_looked_at(
    page: Page, site: str, staff: Any, half_a_year: None, complaints: list[str]
) -> None:
    sign_in(page, site, staff("cx_lead"))
    page.goto(f"{site}/desk/targets/build/")
    look(page, "build-list")
    page.get_by_role("link", name="Cases", exact=True).last.click()
    page.locator("[name=take]").select_option("share")
    page.locator("[name=counts_0_column]").select_option("channel")
    page.get_by_role("button", name="Preview its figures").click()
    page.get_by_text("Say what channel is compared with").first.wait_for()
    assert all("422" in line for line in complaints)  # what was refused says so
    complaints.clear()
    page.locator("[name=counts_0_value]").fill("phone")
    page.get_by_role("button", name="Preview its figures").click()
    page.get_by_text("Being counted").wait_for()
    count_what_is_asked()
    page.locator(".build-chart").wait_for(timeout=15_000)  # it looks again by itself
    fill(page)
    look(page, "build-preview")
    page.get_by_role("button", name="Keep the draft").click()
    page.get_by_text("somebody else has to review").wait_for()


def test_reviewed_and_published_without_scripts(
    site: str, staff: Any, half_a_year: None, open_tab: Opener
) -> None:
    row = begin("calls_for_help", PLAN, actor=staff("cx_lead").as_actor())
    trials.ask(row.formula)
    count_what_is_asked()
    seen = open_tab(width=1280, locale="es-US")
    sign_in(seen, site, staff("administrator"))
    seen.goto(f"{site}/es/desk/targets/build/{row.pk}/")
    look(seen, "build-review-es")
    seen.goto(f"{site}/es/desk/targets/build/{row.pk}/change/")
    look(seen, "build-change-es")
    tab = open_tab(width=1280, javascript=False, locale="es-US")
    sign_in(tab, site, staff("administrator"))
    tab.goto(f"{site}/es/desk/targets/build/{row.pk}/")
    tab.get_by_role("button", name="Coinciden: revisada").click()
    tab.get_by_role("button", name="Publi").click()
    tab.get_by_text("Publicada. Sus cifras se calculan en unos minutos.").wait_for()
    refresh()
    tab.goto(f"{site}/es/results/calls_for_help/")
    tab.get_by_role("heading", name="Llamadas de ayuda").first.wait_for()
