"""What happens is told to a real receiver, signed; tried again, given up, sent again."""

import json
import socket
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from heard.cases.closing import ask_to_reopen, close, decide_reopen
from heard.cases.services import add_words
from heard.core import clock
from heard.core.actors import SYSTEM
from heard.core.models import AuditRow, Event
from heard.people.models import Division
from heard.post.models import Dispatch
from heard.webhooks import sending
from heard.webhooks.models import Delivery, Subscription
from heard.webhooks.sending import DELAYS, SWITCHED_OFF_AFTER, forget_old, send_due
from heard.webhooks.services import Wanted as WantedHook
from heard.webhooks.services import change, new_secret, queue, replay, switch
from heard.webhooks.signing import HEADER, fits, signed
from heard.webhooks.tests.receiver import Receiver

pytestmark = pytest.mark.django_db


@pytest.fixture
def told(hook: Subscription, case: Any, run_steps: Any) -> Subscription:
    """A case was received, and its telling waits."""
    run_steps()
    return hook


def test_a_case_is_told_signed_and_without_anybodys_words(
    told: Subscription, receiver: Receiver, case: Any
) -> None:
    assert send_due() == 1
    headers, body = receiver.good[0]
    assert receiver.bad == []
    data = json.loads(body)
    assert data["event"] == headers["Heard-Event"] == "case.received"
    assert data["case"]["reference"] == case.reference
    assert data["case"]["url"].endswith(f"/api/v1/cases/{case.reference}")
    assert "hoyo" not in body.decode()
    assert "Ana" not in body.decode()
    row = Delivery.objects.get()
    assert (row.state, row.status, row.attempts) == ("delivered", 200, 1)
    assert row.took_ms is not None
    assert row.answer == "thanks"
    assert send_due() == 0


def test_a_signature_of_another_secret_or_body_or_time_does_not_fit(
    told: Subscription, receiver: Receiver
) -> None:
    receiver.secret = "whsec_" + "0" * 40
    send_due()
    assert receiver.good == []
    body = receiver.bad[0]
    now = int(time.time())
    header = signed([told.secret], now, body)
    assert fits(header, told.secret, body, now=now)
    assert not fits(header, told.secret, body + b" ", now=now)
    assert not fits(header, told.secret, body, now=now + 301)  # an old one, played again
    assert not fits(header.replace(f"t={now}", f"t={now + 9}"), told.secret, body, now=now)
    for wrong in ("", "t=,v1=", f"t={now}", "v1=" + "a" * 64, f"t={now},t={now},v1=x", "t=²,v1=x"):
        assert not fits(wrong, told.secret, body, now=now)


def test_the_check_of_the_guide_accepts_what_we_send(
    told: Subscription, receiver: Receiver
) -> None:
    """The Python of our guide, run as it stands there."""
    send_due()
    headers, body = receiver.good[0]
    guide = Path(__file__).resolve().parents[3] / "docs" / "developer" / "integrators.md"
    code = guide.read_text(encoding="utf-8").split("```python\n# receiver.py\n")[1].split("```")[0]
    names: dict[str, Any] = {}
    exec(code, names)  # noqa: S102 - our own document
    assert names["is_from_heard"](headers[HEADER], body, told.secret)
    assert not names["is_from_heard"](headers[HEADER], body + b"x", told.secret)
    assert not names["is_from_heard"](headers[HEADER], body, "whsec_other")


def test_a_key_of_the_house_that_was_changed_still_signs(
    told: Subscription, receiver: Receiver, settings: Any
) -> None:
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another key of the house, quite long enough"
    send_due()
    assert len(receiver.good) == 1


def test_a_new_secret_ends_the_old_one(told: Subscription, receiver: Receiver) -> None:
    fresh = new_secret(told, actor=SYSTEM)
    assert fresh.secret != receiver.secret
    send_due()
    assert len(receiver.bad) == 1


def test_a_receiver_that_fails_is_tried_again_later(
    told: Subscription, receiver: Receiver, case: Any, run_steps: Any
) -> None:
    receiver.status = 503
    assert send_due() == 0
    row = Delivery.objects.get()
    assert (row.state, row.status, row.fault, row.attempts) == ("queued", 503, "HTTP 503", 1)
    assert row.due_at > clock.now() + DELAYS[0] / 2
    add_words(case, "Also the lamp.", actor=case.customer.as_actor())
    run_steps()
    with clock.at(clock.now() + timedelta(minutes=5)):
        send_due()
        # Two waited and one failed: the other was left for the next time, and was not tried.
        assert sorted(Delivery.objects.values_list("attempts", flat=True)) == [1, 1]
        receiver.status = 200
    with clock.at(clock.now() + timedelta(hours=1)):
        assert send_due() == 2
    hook = Subscription.objects.get()
    assert hook.failing_since is None
    tries = [(headers["Heard-Delivery"], headers["Heard-Attempt"]) for headers in receiver.all]
    assert sorted(attempt for _name, attempt in tries) == ["1", "1", "2", "2"]
    assert len({name for name, _attempt in tries}) == 2  # from try to try it keeps its name


def test_it_is_given_up_after_days_and_administrators_hear(
    told: Subscription, receiver: Receiver, staff: Any, run_steps: Any, case: Any, client: Any
) -> None:
    staff("administrator")
    receiver.status = 500
    send_due()
    now = clock.now()
    with clock.at(now + SWITCHED_OFF_AFTER + timedelta(hours=1)):
        send_due()
    hook = Subscription.objects.get()
    assert not hook.is_active
    assert Delivery.objects.get().state == "dropped"
    run_steps()
    letter = Dispatch.objects.get(template="webhook_gave_up")
    assert letter.address == "administrator@city.example"
    assert receiver.url in letter.text
    client.force_login(staff("administrator"))
    assert "Works system" in client.get("/desk/today/?whole").content.decode()
    client.force_login(staff("agent"))
    assert "Works system" not in client.get("/desk/today/?whole").content.decode()
    receiver.status = 200
    switch(hook, on=True, actor=SYSTEM)
    again = replay(Delivery.objects.select_related("subscription").get(), actor=SYSTEM)
    assert send_due() == 1
    assert again.name.endswith("-1")
    assert AuditRow.objects.filter(verb="webhook.replayed").exists()


def test_after_the_last_try_a_delivery_has_failed(told: Subscription, receiver: Receiver) -> None:
    receiver.status = 410
    Delivery.objects.update(attempts=len(DELAYS))
    send_due()
    assert Delivery.objects.get().state == "failed"
    assert send_due() == 0


def test_redirects_are_not_followed(told: Subscription, receiver: Receiver) -> None:
    receiver.status, receiver.location = 302, receiver.url + "&again=1"
    assert send_due() == 0
    assert len(receiver.good) == 1
    assert Delivery.objects.get().fault == "HTTP 302"


def test_nobody_there_and_answers_that_are_none(told: Subscription, receiver: Receiver) -> None:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        port = listening.getsockname()[1]
        Subscription.objects.update(url=f"http://127.0.0.1:{port}/")
        send_due()
    row = Delivery.objects.get()
    assert (row.state, row.status) == ("queued", None)
    assert row.fault


def test_a_receiver_that_keeps_us_waiting_is_cut_off(
    told: Subscription, receiver: Receiver, monkeypatch: Any
) -> None:
    monkeypatch.setattr("heard.webhooks.going_out.CONNECT", 0.2)
    monkeypatch.setattr("heard.webhooks.going_out.DEADLINE", 0.3)
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        Subscription.objects.update(url=f"http://127.0.0.1:{silent.getsockname()[1]}/")
        assert send_due() == 0
    assert Delivery.objects.get().fault


def test_a_sender_that_was_killed_loses_nothing(told: Subscription, receiver: Receiver) -> None:
    with clock.at(clock.now()):
        assert sending._claim() is not None  # and then it was killed
        assert send_due() == 0
    with clock.at(clock.now() + timedelta(minutes=3)):
        assert send_due() == 1


def test_only_of_one_division_and_only_what_was_chosen(
    town: Any, hook: Subscription, receiver: Receiver, case: Any, run_steps: Any, division: Any
) -> None:
    parks = Division.objects.create(
        department=division.department, code="parks", name={"en": "Parks"}
    )
    wanted = WantedHook("Parks", receiver.url, ("case.received",), parks)
    change(hook, wanted, actor=SYSTEM)
    run_steps()
    assert not Delivery.objects.exists()
    change(hook, WantedHook("Streets", receiver.url, ("case.closed",), division), actor=SYSTEM)
    event = Event.objects.get(kind="case.received")
    assert queue(event, "case.received", {}, division=division.pk) == 0
    assert queue(event, "case.closed", {}, division=division.pk) == 1
    assert queue(event, "case.closed", {}, division=division.pk) == 1  # again is once
    assert Delivery.objects.count() == 1


def test_a_reopening_is_told_only_where_it_was_granted(
    told: Subscription, case: Any, staff: Any, run_steps: Any
) -> None:
    actor = staff("agent").as_actor()
    close(case, outcome="done", words="Filled.", actor=actor)
    row = ask_to_reopen(case, reason="It sank.", actor=case.customer.as_actor())
    decide_reopen(row, reopen=True, answer="We come again.", actor=actor)
    run_steps()
    kinds = set(Delivery.objects.values_list("kind", flat=True))
    assert kinds == {"case.received", "case.closed", "case.reopened"}


def test_old_deliveries_are_forgotten_and_waiting_ones_not(
    told: Subscription, receiver: Receiver
) -> None:
    later = clock.now() + timedelta(days=40)
    with clock.at(later):
        assert forget_old() == 0
    send_due()
    with clock.at(later):
        assert forget_old() == 1


def test_the_sending_thread_is_started_where_something_is_due(
    told: Subscription, monkeypatch: Any
) -> None:
    started: list[str] = []
    monkeypatch.setattr(sending, "_send_apart", lambda: started.append("sent"))
    sending.wake()
    assert sending._sender is not None
    sending._sender.join(5)
    Delivery.objects.update(due_at=clock.now() + timedelta(hours=1))
    sending.wake()
    assert started == ["sent"]


def test_an_address_inside_is_not_sent_to_once_that_is_not_allowed_any_more(
    told: Subscription, receiver: Receiver, settings: Any
) -> None:
    settings.HEARD_WEBHOOKS_PRIVATE = False
    Subscription.objects.update(url=receiver.url.replace("http:", "https:"))
    assert send_due() == 0
    assert receiver.all == []
    assert "private" in Delivery.objects.get().fault
