"""The pages of webhooks: who may, what they do, and how often they ask."""

from typing import Any

import pytest
from django.test import Client

from heard.core import clock
from heard.core.models import AuditRow, Event
from heard.people.models import Role
from heard.webhooks.models import Delivery, Subscription

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin(client: Client, staff: Any) -> Client:
    client.force_login(staff("administrator"))
    return client


def delivery(hook: Subscription, **rest: Any) -> Delivery:
    event = Event.objects.create(kind="case.closed", about_kind="case", about_id=1, at=clock.now())
    values = {"kind": "case.closed", "body": '{"event":"case.closed"}', "created_at": clock.now()}
    return Delivery.objects.create(
        subscription=hook, event=event, due_at=clock.now(), **(values | rest)
    )


@pytest.mark.parametrize("role", Role.values)
def test_only_administrators(client: Client, staff: Any, hook: Subscription, role: str) -> None:
    row = delivery(hook)
    client.force_login(staff(role))
    wanted = 200 if role == Role.ADMINISTRATOR else 403
    for path in ("", "new/", f"{hook.pk}/", f"{hook.pk}/change/", f"deliveries/{row.pk}/"):
        assert client.get(f"/desk/webhooks/{path}").status_code == wanted
    if wanted == 403:
        assert client.post(f"/desk/webhooks/deliveries/{row.pk}/").status_code == 403
        assert client.post(f"/desk/webhooks/{hook.pk}/act/", {"do": "off"}).status_code == 403
        assert Delivery.objects.count() == 1


def test_made_changed_switched_and_recorded(admin: Client, receiver: Any, town: Any) -> None:
    given = {"key": "k1", "name": "Works", "url": receiver.url, "events": ["case.closed"]}
    answer = admin.post("/desk/webhooks/new/", given)
    hook = Subscription.objects.get()
    assert answer["Location"] == f"/desk/webhooks/{hook.pk}/"
    admin.post("/desk/webhooks/new/", given)  # twice is once
    assert Subscription.objects.count() == 1
    page = admin.get(f"/desk/webhooks/{hook.pk}/")
    assert hook.secret in page.content.decode()
    assert "no-store" in page["Cache-Control"]
    changed = given | {"key": "k2", "events": ["case.closed", "case.received"]}
    admin.post(f"/desk/webhooks/{hook.pk}/change/", changed)
    for do in ("off", "on", "secret", "nonsense"):
        admin.post(f"/desk/webhooks/{hook.pk}/act/", {"do": do})
    verbs = list(AuditRow.objects.order_by("id").values_list("verb", flat=True))
    assert verbs == [
        "webhook.made", "webhook.changed", "webhook.switched_off", "webhook.switched_on",
        "webhook.secret_made",
    ]  # fmt: skip


def test_what_cannot_be_is_told_and_kept(admin: Client, town: Any) -> None:
    given = {"key": "k", "name": "Works", "url": "https://127.0.0.1/", "events": ["case.closed"]}
    answer = admin.post("/desk/webhooks/new/", given)
    assert answer.status_code == 422
    assert "private address" in answer.content.decode()
    assert 'value="https://127.0.0.1/"' in answer.content.decode()
    assert not Subscription.objects.exists()


def test_sent_again_from_its_page(admin: Client, hook: Subscription) -> None:
    row = delivery(hook, state="failed", fault="HTTP 500", status=500, took_ms=3, answer="<oops>")
    page = admin.get(f"/desk/webhooks/deliveries/{row.pk}/").content.decode()
    assert "&lt;oops&gt;" in page
    answer = admin.post(f"/desk/webhooks/deliveries/{row.pk}/")
    again = Delivery.objects.latest("id")
    assert (again.turn, again.state, again.body) == (1, "queued", row.body)
    assert answer["Location"].endswith(f"/{again.pk}/")
    Subscription.objects.update(is_active=False)
    refused = admin.post(f"/desk/webhooks/deliveries/{row.pk}/", follow=False)
    assert "switched off" in refused.content.decode()
    assert Delivery.objects.count() == 2


def test_the_log_asks_as_often_however_long_it_is(
    admin: Client, hook: Subscription, django_assert_num_queries: Any, staff: Any
) -> None:
    delivery(hook)
    admin.get(f"/desk/webhooks/{hook.pk}/")
    counted = []
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    for more in (0, 12):
        for _n in range(more):
            delivery(hook, state="failed")
        with CaptureQueriesContext(
            connection,
        ) as asked:
            page = admin.get(f"/desk/webhooks/{hook.pk}/")
        counted.append(len(asked))
        assert page.content.decode().count("case.closed") > more
    assert counted[0] == counted[1]
    filtered = admin.get(f"/desk/webhooks/{hook.pk}/?state=failed").content.decode()
    assert filtered.count("/desk/webhooks/deliveries/") == 12
    with CaptureQueriesContext(connection) as first:
        admin.get("/desk/webhooks/")
    for n in range(5):
        Subscription.objects.create(
            name=f"S{n}", url="https://x.example/", events=[], made_by="A", created_at=clock.now()
        )
    with django_assert_num_queries(len(first)):
        admin.get("/desk/webhooks/")
