"""The operator's pages and the administration in a real browser."""

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from heard.core import schedule
from heard.core.models import Event, ImportRun, Step
from heard.post.models import Dispatch
from tests.browser.fixtures import sign_in
from tests.browser.looking import look

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.xdist_group("browser"),
]


@pytest.fixture
def operator(page: Page, site: str, staff: Any) -> Page:
    sign_in(page, site, staff("administrator"))
    return page


@pytest.mark.only_measures("cases_received")  # what is due is also a refresh
def test_the_pages_of_operations(operator: Page, case: Any, run_steps: Any) -> None:
    operator.goto("/operate/")
    expect(operator.get_by_text("No worker has run yet")).to_be_visible()
    run_steps()
    schedule.run_due()
    operator.goto("/operate/")
    look(operator, "operate-health")
    event = Event.objects.get(kind="case.received")
    Step.objects.filter(event=event).update(
        state="parked", attempts=8, fault="Traceback\nOSError: no route to host"
    )
    ImportRun.objects.create(
        kind="cases", mapping="boston311", file_name="july.csv", fingerprint="f", rows=1200,
        imported=1180, rejected=20, started_at=event.at, finished_at=event.at,
    )  # fmt: skip
    pages = {
        "steps": "/operate/steps/",
        "event": f"/operate/event/{event.pk}/",
        "outbox": "/operate/outbox/",
        "dispatch": f"/operate/outbox/{Dispatch.objects.get().pk}/",
        "imports": "/operate/imports/",
        "audit": "/operate/audit/",
    }
    for name, address in pages.items():
        operator.goto(address)
        look(operator, f"operate-{name}")


def test_a_parked_step_is_sent_round_again(operator: Page, case: Any) -> None:
    Step.objects.update(state="parked", attempts=8, fault="OSError: no route to host")
    operator.goto("/operate/steps/")
    operator.get_by_role("button", name="Run again tell_received").click()
    expect(operator.get_by_role("status")).to_contain_text("on its way again")
    assert Step.objects.get(name__endswith="tell_received").state == "waiting"


def test_a_service_is_changed_in_two_languages(operator: Page, service: Any) -> None:
    """The content policy allows no inline script or style; the console would complain."""
    address = f"/admin/catalogue/service/{service.pk}/change/"
    operator.goto(address, wait_until="domcontentloaded")
    operator.get_by_label("English").nth(0).fill("Hole in the road")
    operator.get_by_label("Español").nth(0).fill("Hoyo en la calle")
    operator.get_by_role("button", name="Save", exact=True).click()
    expect(operator.get_by_text("was changed successfully")).to_be_visible()
    service.refresh_from_db()
    assert service.name == {"en": "Hole in the road", "es": "Hoyo en la calle"}
