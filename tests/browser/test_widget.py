"""The widget on a page of another site with a strict content policy."""

from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser.fixtures import Opener
from tests.browser.looking import check_accessible, check_narrow, shot

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.xdist_group("browser"),
]


def test_ask_report_and_rate_from_another_site(
    open_tab: Opener, other_site: str, service: Any, complaints: list[str]
) -> None:
    from heard.doors.widget.models import PageRating

    tab = open_tab()
    tab.goto(f"{other_site}/roads")
    check_accessible(tab)
    opener = tab.get_by_role("button", name="Ask, report or rate")
    opener.focus()
    tab.keyboard.press("Enter")
    expect(tab.get_by_role("heading", name="How can we help?")).to_be_focused()
    check_accessible(tab)
    check_narrow(tab)
    shot(tab, "widget")
    tab.get_by_label("Ask a question").fill("a hole in the road")
    tab.keyboard.press("Enter")
    expect(tab.get_by_role("link", name="Pothole")).to_be_visible()
    tab.get_by_role("button", name="Send my rating").click()
    expect(tab.get_by_text("Please choose one of the five answers.")).to_be_visible()
    tab.get_by_label("Satisfied", exact=True).check()
    tab.get_by_label("What was missing").fill("No map.")
    tab.get_by_role("button", name="Send my rating").click()
    expect(tab.get_by_text("Thank you. We read every rating.")).to_be_visible()
    check_accessible(tab)
    row = PageRating.objects.get()
    assert row.page == f"{other_site}/roads"
    assert (row.response.satisfaction, row.response.comment) == (4, "No map.")
    tab.keyboard.press("Escape")
    expect(opener).to_be_focused()
    opener.click()
    address = tab.get_by_role("link", name="Report something").get_attribute("href")
    assert address is not None
    assert address.endswith(f"from={other_site.replace(':', '%3A').replace('/', '%2F')}%2Froads")
