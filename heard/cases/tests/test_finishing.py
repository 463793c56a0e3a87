"""The end of a case and its return."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction

from heard.cases import closing, services
from heard.cases.models import Case, ReopenRequest
from heard.cases.states import State
from heard.core import clock
from heard.core.errors import ChangedMeanwhile, Refused
from heard.core.models import AuditRow, Event

HOUR = timedelta(hours=1)


def finish(case: Case, staff: Any, verb: str = "close", **more: Any) -> Case:
    done: Case = getattr(closing, verb)(
        case, outcome="done", words="We filled it.", actor=staff().as_actor(), **more
    )
    return done


def test_closing_tells_what_came_of_it(case: Case, staff: Any) -> None:
    with clock.at(case.received_at + HOUR):
        finish(case, staff)
    case.refresh_from_db()
    assert (case.outcome, case.outcome_words) == ("done", "We filled it.")
    assert case.resolved_at == case.closed_at == case.received_at + HOUR
    assert case.finished_at == case.resolved_at
    assert case.first_response_at == case.resolved_at  # the first word they heard
    assert case.contact == staff()
    change = case.state_changes.last()
    assert change is not None
    assert (change.new, change.reason, change.staff) == ("closed", "We filled it.", staff())


def test_resolving_leaves_time_to_object(case: Case, staff: Any) -> None:
    with clock.at(case.received_at + HOUR):
        finish(case, staff, "resolve")
    case.refresh_from_db()
    assert (case.state, case.closed_at) == (State.RESOLVED, None)
    with clock.at(case.received_at + 2 * HOUR):
        finish(case, staff)
    case.refresh_from_db()
    assert case.resolved_at == case.received_at + HOUR  # the work was done then
    assert case.closed_at == case.received_at + 2 * HOUR


def test_two_people_closing_one_case_do_not_overwrite_each_other(case: Case, staff: Any) -> None:
    seen = case.version
    finish(case, staff, seen_version=seen)
    with pytest.raises(ChangedMeanwhile):
        closing.decline(
            case, words="Not ours.", actor=staff("manager").as_actor(), seen_version=seen
        )
    case.refresh_from_db()
    assert (case.state, case.outcome_words) == (State.CLOSED, "We filled it.")
    assert AuditRow.objects.filter(verb__in=["case.closed", "case.declined"]).count() == 1


def test_the_same_closing_sent_twice_is_one(case: Case, staff: Any) -> None:
    seen = case.version
    for _click in range(2):
        finish(case, staff, seen_version=seen, key="click")
    assert Event.objects.filter(kind="case.closed").count() == 1


def test_closing_undone_with_its_transaction_leaves_no_trace(case: Case, staff: Any) -> None:
    before = Event.objects.count()

    def close_then_fail() -> None:
        with transaction.atomic():
            finish(case, staff)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        close_then_fail()
    case.refresh_from_db()
    assert case.state == State.RECEIVED
    assert Event.objects.count() == AuditRow.objects.exclude(event=None).count() == before


class TestSilence:
    def wait(self, case: Case, *, short: bool = False) -> int:
        moment = case.received_at + closing.TIME_TO_OBJECT
        with clock.at(moment - timedelta(seconds=1) if short else moment):
            return closing.close_silent()

    @pytest.fixture
    def resolved(self, case: Case, staff: Any) -> Case:
        with clock.at(case.received_at):
            finish(case, staff, "resolve")
        case.refresh_from_db()
        return case

    def test_closes_what_nobody_objects_to(self, resolved: Case) -> None:
        assert self.wait(resolved, short=True) == 0
        assert self.wait(resolved) == 1
        assert self.wait(resolved) == 0
        resolved.refresh_from_db()
        assert (resolved.state, resolved.outcome) == (State.CLOSED, "done")
        assert AuditRow.objects.get(verb="case.closed").actor_kind == "system"

    def test_is_not_silence_when_the_customer_wrote(self, resolved: Case, customer: Any) -> None:
        services.add_words(resolved, "It is back.", actor=customer.as_actor())
        assert self.wait(resolved) == 0

    def test_is_not_silence_when_they_asked_to_reopen(
        self, resolved: Case, customer: Any, staff: Any
    ) -> None:
        row = closing.ask_to_reopen(resolved, reason="It is back.", actor=customer.as_actor())
        assert self.wait(resolved) == 0
        closing.decide_reopen(row, reopen=False, answer="It is dry.", actor=staff().as_actor())
        assert self.wait(resolved) == 1


class TestReturn:
    @pytest.fixture
    def closed(self, case: Case, staff: Any) -> Case:
        finish(case, staff)
        case.refresh_from_db()
        return case

    def test_a_reopened_case_is_no_longer_finished(self, closed: Case, staff: Any) -> None:
        answered = closed.first_response_at
        closing.reopen(closed, reason="It is back.", actor=staff().as_actor())
        closed.refresh_from_db()
        assert (closed.state, closed.times_reopened) == (State.REOPENED, 1)
        assert closed.resolved_at is closed.closed_at is closed.finished_at is None
        assert (closed.outcome, closed.outcome_words) == ("", "")
        assert closed.first_response_at == answered

    def test_a_wish_needs_a_reason(self, closed: Case, customer: Any) -> None:
        with pytest.raises(Refused) as refused:
            closing.ask_to_reopen(closed, reason=" ", actor=customer.as_actor())
        assert refused.value.field == "reason"

    def test_an_open_case_is_not_reopened(self, case: Case, customer: Any) -> None:
        with pytest.raises(Refused):
            closing.ask_to_reopen(case, reason="Again.", actor=customer.as_actor())

    def test_a_second_wish_joins_the_first(self, closed: Case, customer: Any) -> None:
        first = closing.ask_to_reopen(closed, reason="It is back.", actor=customer.as_actor())
        second = closing.ask_to_reopen(closed, reason="It grew.", actor=customer.as_actor())
        assert first == second
        assert [m.words for m in closed.messages.all()] == ["It is back.", "It grew."]
        closed.refresh_from_db()
        assert closed.customer_waits_since is not None

    @pytest.mark.parametrize("agrees", [True, False])
    def test_staff_decide_with_a_reason(
        self, agrees: bool, closed: Case, customer: Any, staff: Any
    ) -> None:
        row = closing.ask_to_reopen(closed, reason="It is back.", actor=customer.as_actor())
        with pytest.raises(Refused):
            closing.decide_reopen(row, reopen=agrees, answer="", actor=staff().as_actor())
        closing.decide_reopen(row, reopen=agrees, answer="We saw it.", actor=staff().as_actor())
        closed.refresh_from_db()
        row.refresh_from_db()
        assert closed.state == (State.REOPENED if agrees else State.CLOSED)
        assert row.decision == ("reopened" if agrees else "refused")
        assert row.decided_by == staff()
        assert closed.customer_waits_since is None
        last = closed.messages.last()
        assert last is not None
        assert (last.direction, last.words) == ("out", "We saw it.")

    def test_a_wish_is_decided_once(self, closed: Case, customer: Any, staff: Any) -> None:
        row = closing.ask_to_reopen(closed, reason="It is back.", actor=customer.as_actor())
        closing.decide_reopen(row, reopen=False, answer="No.", actor=staff().as_actor())
        closing.decide_reopen(row, reopen=True, answer="Yes.", actor=staff("manager").as_actor())
        row.refresh_from_db()
        assert (row.decision, row.answer) == ("refused", "No.")
        assert ReopenRequest.objects.count() == 1


def test_a_withdrawal_keeps_what_the_customer_said(case: Case, customer: Any) -> None:
    for _click in range(2):
        closing.withdraw(case, reason="My uncle did it.", actor=customer.as_actor(), key="w")
    case.refresh_from_db()
    assert case.messages.get().words == "My uncle did it."
    assert (case.outcome, case.state) == ("withdrawn", State.CLOSED)
    assert Event.objects.filter(kind="case.withdrawn").count() == 1
