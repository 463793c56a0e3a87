"""Receiving, answering, understanding: what the customer was promised and heard."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from heard.cases import services, understanding
from heard.cases.models import WORDS_LIMIT, Case, Message, Understanding
from heard.cases.services import Request
from heard.cases.states import State
from heard.catalogue.models import Promise
from heard.core import clock
from heard.core.actors import Actor
from heard.core.errors import Refused
from heard.core.models import AuditRow, Event
from heard.people.models import Division
from heard.post.models import Dispatch

NOON = datetime(2026, 5, 4, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


def test_a_promise_is_frozen_when_the_case_is_received(service: Any, customer: Any) -> None:
    def received() -> Case:
        request = Request(service=service, words="A hole.", customer=customer)
        return services.receive(request, actor=customer.as_actor())

    with clock.at(NOON):
        first = received()
        Promise.objects.create(
            service=service, kind="resolution", amount=1, unit="days", version=2,
            effective_from=NOON,
        )  # fmt: skip
        second = received()
    first.refresh_from_db()
    assert first.first_response_due == NOON + 8 * HOUR
    assert (first.due_at, first.promise_version) == (NOON + timedelta(days=5), 1)
    assert (second.due_at, second.promise_version) == (NOON + timedelta(days=1), 2)


def test_a_service_without_a_promise_makes_none(service: Any, customer: Any) -> None:
    Promise.objects.all().delete()
    case = services.receive(
        Request(service=service, words="A hole.", customer=customer), actor=customer.as_actor()
    )
    assert (case.first_response_due, case.due_at, case.promise_version) == (None, None, None)


def test_a_case_goes_to_the_division_of_its_service(case: Case, division: Division) -> None:
    assert case.division == division
    assert case.state == State.RECEIVED
    assert case.customer_waits_since == case.received_at
    assert case.state_changes.get().new == State.RECEIVED


def test_a_service_may_want_to_know_who_asks(service: Any) -> None:
    service.anonymous_allowed = False
    request = Request(service=service, words="A hole.")
    with pytest.raises(Refused) as refused:
        services.receive(request, actor=Actor("customer"))
    assert refused.value.field == "email"
    assert not Case.objects.exists()


def test_long_words_are_refused_and_not_cut(service: Any, customer: Any) -> None:
    request = Request(service=service, words="x" * (WORDS_LIMIT + 1), customer=customer)
    with pytest.raises(Refused, match=str(WORDS_LIMIT)):
        services.receive(request, actor=customer.as_actor())
    assert not Case.objects.exists()


def test_words_are_kept_as_text(service: Any, customer: Any) -> None:
    words = "<script>alert(1)</script>\x00 & 'quotes'"
    case = services.receive(
        Request(service=service, words=words, customer=customer), actor=customer.as_actor()
    )
    case.refresh_from_db()
    assert case.words == "<script>alert(1)</script> & 'quotes'"


def test_the_first_answer_is_noted_once(case: Case, staff: Any, customer: Any) -> None:
    actor = staff().as_actor()
    with clock.at(case.received_at + HOUR):
        services.note(case, "Only for us.", actor=actor)
    case.refresh_from_db()
    assert case.first_response_at is None
    assert case.customer_waits_since is not None
    with clock.at(case.received_at + 2 * HOUR):
        services.reply(case, "We look at it.", actor=actor)
    with clock.at(case.received_at + 3 * HOUR):
        services.reply(case, "We looked at it.", actor=actor)
    case.refresh_from_db()
    assert case.first_response_at == case.received_at + 2 * HOUR
    assert case.customer_waits_since is None


def test_a_customer_who_writes_waits_from_their_first_word(
    case: Case, staff: Any, customer: Any
) -> None:
    services.reply(case, "We look at it.", actor=staff().as_actor())
    start = case.received_at + 5 * HOUR
    for later in (0, 1):
        with clock.at(start + later * HOUR):
            services.add_words(case, "And?", actor=customer.as_actor())
    case.refresh_from_db()
    assert case.customer_waits_since == start


def test_a_note_is_no_message_to_the_customer(case: Case, staff: Any, run_steps: Any) -> None:
    run_steps()
    before = Dispatch.objects.count()
    services.note(case, "He is always angry.", actor=staff().as_actor())
    run_steps()
    assert Dispatch.objects.count() == before
    assert not Dispatch.objects.filter(text__contains="angry").exists()


class TestUnderstanding:
    def test_it_counts_as_an_answer_and_names_a_contact(self, case: Case, staff: Any) -> None:
        row = understanding.state_understanding(
            case, "You need\nthe hole filled.", actor=staff().as_actor()
        )
        case.refresh_from_db()
        assert row.words == "You need the hole filled."
        assert (case.state, case.contact) == (State.UNDERSTOOD, staff())
        assert case.first_response_at is not None

    @pytest.mark.parametrize("words", ["", " \n ", "x" * (understanding.LONGEST + 1)])
    def test_it_is_one_sentence(self, words: str, case: Case, staff: Any) -> None:
        with pytest.raises(Refused) as refused:
            understanding.state_understanding(case, words, actor=staff().as_actor())
        assert refused.value.field == "words"

    def test_the_first_answer_stands(self, case: Case, staff: Any, customer: Any) -> None:
        row = understanding.state_understanding(case, "A hole.", actor=staff().as_actor())
        understanding.confirm_understanding(row, actor=customer.as_actor())
        understanding.correct_understanding(row, "No.", actor=customer.as_actor())
        row.refresh_from_db()
        assert (row.answer, row.correction) == (Understanding.Answer.CONFIRMED, "")
        assert not Message.objects.exists()

    def test_a_correction_is_read_as_a_message(self, case: Case, staff: Any, customer: Any) -> None:
        row = understanding.state_understanding(case, "A hole.", actor=staff().as_actor())
        understanding.correct_understanding(row, "Two holes.", actor=customer.as_actor())
        row.refresh_from_db()
        case.refresh_from_db()
        assert (row.answer, row.correction) == (Understanding.Answer.CORRECTED, "Two holes.")
        assert case.messages.get().words == "Two holes."
        assert case.state == State.RECEIVED
        understanding.state_understanding(case, "Two holes.", actor=staff().as_actor())
        case.refresh_from_db()
        assert case.state == State.UNDERSTOOD

    def test_a_correction_needs_words(self, case: Case, staff: Any, customer: Any) -> None:
        row = understanding.state_understanding(case, "A hole.", actor=staff().as_actor())
        with pytest.raises(Refused):
            understanding.correct_understanding(row, "  ", actor=customer.as_actor())
        row.refresh_from_db()
        assert row.answer == ""


class TestHands:
    def test_the_first_who_takes_a_case_becomes_its_contact(self, case: Case, staff: Any) -> None:
        services.assign(case, staff("agent"), actor=staff("agent").as_actor())
        services.assign(case, staff("manager"), actor=staff("agent").as_actor())
        case.refresh_from_db()
        assert (case.assignee, case.contact) == (staff("manager"), staff("agent"))

    def test_a_field_worker_takes_but_does_not_give(self, case: Case, staff: Any) -> None:
        worker = staff("field_worker")
        services.assign(case, worker, actor=worker.as_actor())
        with pytest.raises(Refused):
            services.assign(case, staff("agent"), actor=worker.as_actor())
        case.refresh_from_db()
        assert case.assignee == worker

    def test_nobody_is_given_a_case_after_leaving(self, case: Case, staff: Any) -> None:
        gone = staff("field_worker")
        gone.is_active = False
        gone.save()
        with pytest.raises(Refused, match=gone.name):
            services.assign(case, gone, actor=staff().as_actor())

    def test_a_moved_case_keeps_promise_and_contact(self, case: Case, staff: Any) -> None:
        services.assign(case, staff(), actor=staff().as_actor())
        other = Division.objects.create(
            department=case.division.department, code="parks", name={"en": "Parks"}
        )
        services.move(case, other, reason="It is in the park.", actor=staff().as_actor())
        due = case.due_at
        case.refresh_from_db()
        assert (case.division, case.assignee, case.contact) == (other, None, staff())
        assert case.due_at == due
        assert case.messages.get().direction == Message.Direction.NOTE
        with pytest.raises(Refused):
            services.move(case, other, reason="Again.", actor=staff().as_actor())
        with pytest.raises(Refused) as refused:
            services.move(case, case.service.division, reason=" ", actor=staff().as_actor())
        assert refused.value.field == "reason"


def test_every_verb_with_a_key_happens_once(case: Case, staff: Any, customer: Any) -> None:
    clerk, ana = staff().as_actor(), customer.as_actor()
    verbs: dict[str, Callable[[str], object]] = {
        "reply": lambda key: services.reply(case, "Yes.", actor=clerk, key=key),
        "note": lambda key: services.note(case, "Hm.", actor=clerk, key=key),
        "add": lambda key: services.add_words(case, "And?", actor=ana, key=key),
        "assign": lambda key: services.assign(case, staff(), actor=clerk, key=key),
        "understand": lambda key: understanding.state_understanding(
            case, "A hole.", actor=clerk, key=key
        ),
        "receive": lambda key: services.receive(
            Request(service=case.service, words="Another.", customer=customer), actor=ana, key=key
        ),
    }
    for key, verb in verbs.items():
        first = verb(key)
        before = (Event.objects.count(), AuditRow.objects.count(), Message.objects.count())
        assert verb(key) == first, key
        after = (Event.objects.count(), AuditRow.objects.count(), Message.objects.count())
        assert after == before, key
