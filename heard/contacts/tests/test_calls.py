"""Calls we owe: asked for by anybody, due by the opening hours, made or tried again."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from heard.contacts.calls import Wish, ask_for_call, claim_call, note_try
from heard.contacts.models import CallBack, Window
from heard.core import clock
from heard.core.actors import SYSTEM, Actor
from heard.core.errors import ChangedMeanwhile, NotAllowed, Refused
from heard.core.models import Event

NOBODY = Actor("customer", name="anonymous")


def denver(day: int, hour: int, minute: int = 0) -> datetime:
    """A moment of June 2026 in Denver (six hours behind UTC); the 1st is a Monday."""
    return datetime(2026, 6, day, hour, minute, tzinfo=UTC) + timedelta(hours=6)


@pytest.mark.parametrize(
    ("asked", "window", "begins", "due"),
    [
        (denver(1, 10), Window.SOON, denver(1, 10), denver(1, 12)),
        (denver(1, 16), Window.SOON, denver(1, 16), denver(2, 9)),
        (denver(6, 10), Window.SOON, denver(8, 8), denver(8, 10)),
        (denver(1, 7), Window.MORNING, denver(1, 8), denver(1, 12)),
        (denver(1, 11, 45), Window.MORNING, denver(2, 8), denver(2, 12)),
        (denver(1, 13), Window.AFTERNOON, denver(1, 13), denver(1, 17)),
        (denver(5, 16, 50), Window.AFTERNOON, denver(8, 12), denver(8, 17)),
    ],
)
def test_when_a_call_is_due(
    asked: datetime, window: str, begins: datetime, due: datetime, town: Any
) -> None:
    """The house's own calendar: Monday to Friday, 8 to 5."""
    with clock.at(asked):
        call = ask_for_call(Wish(phone="303-555-0142", window=window), actor=NOBODY)
    assert (call.not_before, call.due_at) == (begins, due)


def test_only_times_when_somebody_is_here_are_offered(client: Client, town: Any) -> None:
    form = client.get(reverse("web:person")).context["form"]
    assert [value for value, _label in form.fields["window"].choices] == [
        "soon", "morning", "afternoon",
    ]  # fmt: skip


def ask(client: Client, **given: str) -> Any:
    form = client.get(reverse("web:person")).context["form"]
    sent = {"key": form["key"].value(), "phone": "303-555-0142", "window": "soon"}
    return client.post(
        reverse("web:person"), sent | {"call_language": "es", "words": "My bill"} | given
    )


def test_anybody_can_ask_and_sees_when(client: Client, town: Any, known: Any) -> None:
    ana = known("Ana Ruiz", phone="(303) 555 0142")
    answer = ask(client)
    call = CallBack.objects.get()
    assert (call.language, call.customer, call.words) == ("es", ana, "My bill")
    assert Event.objects.get(kind="callback.asked").about_id == call.pk
    page = client.get(answer["Location"])
    assert "303-555-0142" in page.content.decode()
    assert page["Cache-Control"] == "private, no-store"
    client.post(answer["Location"])
    assert "You can ask again" in client.get(answer["Location"]).content.decode()
    call.refresh_from_db()
    assert call.state == "withdrawn"
    wrong = answer["Location"].rstrip("/")[:-1] + "x/"
    assert client.get(wrong).status_code == 404


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"phone": ""}, "phone"), ({"phone": "7" * 40}, "phone"), ({"phone": "call me"}, "phone"),
        ({"window": "midnight"}, "window"), ({"words": "x" * 2001}, "words"),
        ({"name": "x" * 121}, "name"), ({"call_language": "fr"}, "call_language"),
    ],
)  # fmt: skip
def test_a_fault_keeps_what_was_typed(
    given: dict[str, str], field: str, client: Client, town: Any
) -> None:
    answer = ask(client, **given)
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == [field]
    assert not CallBack.objects.exists()
    if field != "words":
        assert answer.context["form"]["words"].value() == "My bill"


def test_machines_and_floods_are_held_back(client: Client, town: Any) -> None:
    assert ask(client, website="https://spam.example").status_code == 429
    for n in range(6):
        ask(client, phone=f"303-555-01{n:02}")
    assert ask(client, phone="303-555-0177").status_code == 429
    assert CallBack.objects.count() == 5


@pytest.fixture
def call(town: Any) -> CallBack:
    with clock.at(denver(1, 10)):
        return ask_for_call(Wish(phone="303-555-0142", name="Ana"), actor=NOBODY)


def test_two_colleagues_do_not_ring_at_once(call: CallBack, staff: Any) -> None:
    claim_call(call, actor=staff("agent").as_actor())
    with pytest.raises(ChangedMeanwhile, match="Sam Agent"):
        claim_call(call, actor=staff("manager").as_actor())
    with pytest.raises(NotAllowed):
        claim_call(call, actor=staff("cx_lead").as_actor())


def test_three_vain_tries_and_it_ends(call: CallBack, staff: Any) -> None:
    actor, now = staff("agent").as_actor(), denver(1, 11)
    for turn in (1, 2, 3):
        with clock.at(now):
            call = note_try(call, reached=False, note="Rang long.", actor=actor)
        assert call.attempts == turn
        if turn < 3:
            assert call.state == "waiting"
            assert call.claimed_by is None
            assert call.not_before > now
            assert call.due_at > call.not_before
        now = call.not_before
    assert (call.state, call.ended_at is not None) == ("not_reached", True)
    with pytest.raises(ChangedMeanwhile):
        note_try(call, reached=True, actor=actor)
    assert Event.objects.filter(kind="callback.not_reached").count() == 3


def do(client: Client, call: CallBack, what: str) -> Any:
    page = client.get(call.get_absolute_url())
    key = page.context["form"]["key"].value()
    return client.post(call.get_absolute_url(), {"key": key, "do": what, "note": "Said hello."})


def test_a_call_from_the_queue_to_the_contact(desk: Client, call: CallBack, staff: Any) -> None:
    queue = desk.get(reverse("contacts:calls"))
    assert list(queue.context["listing"].rows) == [call]
    do(desk, call, "claim")
    assert list(desk.get(reverse("contacts:calls"), {"show": "mine"}).context["listing"].rows)
    after = do(desk, call, "reached")
    form = desk.get(after["Location"]).context["form"]
    assert (form["phone"].value(), form["name"].value()) == ("303-555-0142", "Ana")
    call.refresh_from_db()
    assert (call.state, call.tries.get().note) == ("done", "Said hello.")
    ended = desk.get(reverse("contacts:calls"), {"show": "ended"})
    assert list(ended.context["listing"].rows) == [call]
    assert "We called you" in desk.get(call.public_path()).content.decode()


def test_what_was_done_meanwhile_is_told(desk: Client, call: CallBack, staff: Any) -> None:
    claim_call(call, actor=staff("manager").as_actor())
    assert do(desk, call, "claim").status_code == 409
    assert do(desk, call, "nonsense").status_code == 404
    assert do(desk, call, "give_back").status_code == 302
    assert do(desk, call, "not_reached").status_code == 302
    assert "1 try" in desk.get(reverse("contacts:calls")).content.decode()
    assert do(desk, call, "withdraw").status_code == 302


def test_a_number_nobody_can_dial_is_refused(town: Any) -> None:
    for phone in ("9" * 40, "12", ""):
        with pytest.raises(Refused):
            ask_for_call(Wish(phone=phone), actor=SYSTEM)


def test_the_queue_asks_the_same_for_many(
    desk: Client, town: Any, django_assert_max_num_queries: Any
) -> None:
    def size(count: int) -> int:
        for n in range(count):
            ask_for_call(Wish(phone=f"303-555-01{n:02}"), actor=NOBODY)
        with django_assert_max_num_queries(8) as seen:
            desk.get(reverse("contacts:calls"))
        return len(seen)

    assert size(2) == size(12)
