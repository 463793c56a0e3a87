"""The results of a survey and the rules of asking: at any width, in both languages."""

import re
from datetime import timedelta
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from heard.core import clock
from heard.voice.models import Restraint
from heard.voice.tests.making import make
from heard.voice.tests.surveying import EVERY_KIND, asks, survey
from tests.browser.fixtures import sign_in
from tests.browser.looking import check_accessible, check_narrow, look, shot

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.xdist_group("browser"),
]


def answered() -> None:
    """Every kind of question, with a change of words, and enough to say what to improve first."""
    then = clock.now() - timedelta(40)
    make([4] * 12, then, version=survey(asks("effort")), given={"more": {"effort": 3}})
    version = survey(asks("effort", "", "Was it easy, now?"),
                     *(one for one in EVERY_KIND if one.key != "effort"))  # fmt: skip
    for place in range(10):
        desk = 1 + place % 5
        rows = {"desk": desk, "wait": 1 + place * 3 % 5, "forms": 4 + place % 2}
        more = {
            "effort": 5, "recommend": place, "thumbs": place % 2, "trust": 1 + place % 5,
            "trust_why": {"ease": place % 2, "humanity": 1}, "again": "yes",
            "named": {"desk": 1, "wait": place % 2, "forms": 0}, "rows": rows,
            "acsi": {"satisfaction": 8, "expectation": desk, "ideal": 7},
        }  # fmt: skip
        make([desk] * 6, clock.now() - timedelta(3), version=version, given={"more": more})


def test_results_are_read_at_any_width_in_both_languages(
    site: str, page: Page, open_tab: Any, staff: Any, complaints: list[str]
) -> None:
    answered()
    sign_in(page, site, staff("cx_lead"))
    page.goto("/desk/voice/results/")
    look(page, "survey-results-all")
    page.get_by_role("link", name="Visits").click()
    page.get_by_role("heading", name="What to improve first").wait_for()
    page.get_by_text("The series breaks here").wait_for()
    look(page, "survey-results")
    page.get_by_label("Set side by side").select_option("division")
    page.get_by_role("button", name="Show").click()
    page.get_by_role("columnheader", name="Division").first.wait_for()
    expect(page).to_have_url(re.compile("by=division"))
    with page.expect_download() as found:
        page.get_by_role("link", name="Figures as CSV").click()
    assert found.value.suggested_filename.startswith("results-visits-")
    assert "nps" in found.value.path().read_text(encoding="utf-8-sig")

    spanish = open_tab(width=320, javascript=False)
    sign_in(spanish, site, staff("cx_lead"))
    spanish.goto("/es/desk/voice/surveys/visits/results/")
    spanish.get_by_role("heading", name="Qué mejorar primero").wait_for()
    check_narrow(spanish)
    shot(spanish, "survey-results-es")
    assert complaints == []


def test_restraint_is_changed_by_keyboard_and_bad_input_stays(
    site: str, page: Page, staff: Any, complaints: list[str]
) -> None:
    make([4] * 12, clock.now() - timedelta(3), silent=5)
    sign_in(page, site, staff("cx_lead"))
    page.goto("/desk/voice/restraint/")
    look(page, "survey-restraint")
    days = page.get_by_label("Days before a person is asked again")
    days.fill("400")
    days.press("Enter")
    page.get_by_role("heading", name="Please mend one thing").wait_for()
    expect(page.get_by_label("Days before a person is asked again")).to_have_value("400")
    check_accessible(page)
    assert all("422" in line for line in complaints)  # what was refused says so
    complaints.clear()
    page.get_by_label("Days before a person is asked again").fill("45")
    page.keyboard.press("Enter")
    page.get_by_text("Kept. It holds for everybody asked from now on.").wait_for()
    assert Restraint.objects.get().cool_down_days == 45
    page.goto("/es/desk/voice/restraint/")
    check_narrow(page)
    shot(page, "survey-restraint-es")
    assert complaints == []
