"""The pages of keys and webhooks in a real browser, as an administrator uses them."""

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from heard.core import clock
from heard.core.models import Event
from heard.keys.models import Scope
from heard.keys.rejections import turned_away
from heard.keys.services import find
from heard.keys.tests.making import made_key
from heard.webhooks.kinds import KINDS
from heard.webhooks.models import Delivery, Subscription
from tests.browser.fixtures import Opener, sign_in
from tests.browser.looking import check_accessible, check_narrow, look, shot

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.xdist_group("browser"),
]


@pytest.fixture
def hook(case: Any) -> Subscription:
    """A webhook that works badly, with a log."""
    now = clock.now()
    row = Subscription.objects.create(
        name="Works management", url="https://works.city.example/hooks/heard?team=streets",
        events=list(KINDS)[:6], made_by="Sam Administrator", created_at=now, failing_since=now,
        is_active=False, switched_off_at=now,
    )  # fmt: skip
    event = Event.objects.get(kind="case.received")
    states = [("delivered", 200, ""), ("failed", 500, "HTTP 500"), ("dropped", None, ""),
              ("queued", None, "No answer in time.")]  # fmt: skip
    for turn, (state, status, fault) in enumerate(states):
        Delivery.objects.create(
            subscription=row, event=event, turn=turn, kind="case.received", state=state,
            body='{"event":"case.received","case":{"reference":"K7M4-2QXP","state":"received"}}',
            due_at=now, created_at=now, tried_at=now, status=status, fault=fault, attempts=turn + 1,
            took_ms=status and 1234, answer="Internal error" if status == 500 else "",
        )  # fmt: skip
    return row


def test_keys_and_webhooks(
    page: Page, open_tab: Opener, site: str, hook: Subscription, staff: Any
) -> None:
    made_key(Scope.OPEN311, Scope.READ_CASES)
    made_key(Scope.WORK_CASES, acts_as=staff("agent"))
    turned_away("open311", "unknown")
    sign_in(page, site, staff("administrator"))
    page.goto("/desk/keys/new/")
    look(page, "keys-new")
    page.get_by_label("Which system is it for?").fill("Crew app")
    page.get_by_text("read cases and their conversations").click()
    page.get_by_role("button", name="Issue the key").click()
    expect(page.locator("h1")).to_have_text("The key is issued")
    whole = page.locator("main code").first.inner_text()
    assert find(whole) is not None
    check_accessible(page)
    page.get_by_role("link", name="I have copied it").click()
    expect(page.locator("main")).not_to_contain_text(whole)
    look(page, "keys-list")
    page.get_by_role("link", name="Revoke Crew app").click()
    check_accessible(page)
    page.get_by_role("button", name="Revoke it").click()
    expect(page.locator("main")).to_contain_text("Revoked.")
    assert find(whole) is None

    page.goto("/desk/webhooks/")
    check_accessible(page)
    page.get_by_role("link", name="Works management").click()
    page.get_by_text("Secret to check signatures with").click()
    look(page, "webhooks-show")
    page.get_by_role("button", name="Switch on").click()
    page.locator("tbody a").nth(2).click()
    look(page, "webhooks-delivery")
    page.get_by_role("button", name="Send it again").click()
    expect(page.locator("main")).to_contain_text("sent again within seconds")
    page.goto("/desk/webhooks/new/")
    check_accessible(page)

    spanish = open_tab(320, locale="es-US")
    sign_in(spanish, site, staff("administrator"))
    for path in ("desk/keys/", "developers/"):
        spanish.goto(f"/es/{path}")
        check_accessible(spanish)
        check_narrow(spanish)
        shot(spanish, f"machines-es-{path.strip('/').replace('/', '-')}")
