"""What follows an event: once, again when it fails, never in circles."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core.management import call_command
from django.db import IntegrityError, transaction
from django_tasks_db.models import DBTaskResult

from heard.core import clock, events
from heard.core.actors import SYSTEM
from heard.core.models import AuditRow, City, Event, Step
from heard.core.writes import record

NOON = datetime(2026, 3, 4, 12, tzinfo=UTC)


@pytest.fixture
def follow(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """``follow(kind, *steps)``: wire steps to a kind for one test."""

    def wired(kind: str, *steps: events.StepFunction) -> None:
        monkeypatch.setitem(events._wiring, kind, {step.__name__: step for step in steps})

    return wired


def fail(event: Event) -> None:
    raise ValueError("the printer is on fire")


def happen(town: City, kind: str = "test.happened", key: str | None = None) -> Event:
    with transaction.atomic():
        return record(kind, about=town, actor=SYSTEM, key=key)


def test_a_step_runs_once_however_often_it_is_called(town: City, follow: Any) -> None:
    seen = []

    def look(event: Event) -> None:
        seen.append(event.about)

    follow("test.happened", look)
    happen(town)
    step = Step.objects.get()
    for _call in range(3):
        events.run_step.call(step.pk)
    step.refresh_from_db()
    assert seen == [f"city:{town.pk}"]
    assert (step.state, step.attempts) == (Step.State.DONE, 1)


def test_each_step_of_an_event_runs_by_itself(town: City, follow: Any, run_steps: Any) -> None:
    seen = []

    def one(event: Event) -> None:
        seen.append("one")

    def two(event: Event) -> None:
        seen.append("two")

    follow("test.happened", one, two)
    happen(town)
    run_steps()
    assert sorted(seen) == ["one", "two"]


def test_a_failing_step_waits_longer_each_time_and_is_parked(town: City, follow: Any) -> None:
    follow("test.happened", fail)
    with clock.at(NOON):
        happen(town)
    step = Step.objects.get()
    waits = []
    for _attempt in range(len(events.DELAYS)):
        with clock.at(NOON):
            events.run_step.call(step.pk)
        step.refresh_from_db()
        assert step.state == Step.State.WAITING
        waits.append(step.due_at - NOON)
    assert waits == events.DELAYS == sorted(events.DELAYS)
    events.run_step.call(step.pk)
    step.refresh_from_db()
    assert step.state == Step.State.PARKED
    assert "the printer is on fire" in step.fault
    events.run_step.call(step.pk)
    step.refresh_from_db()
    assert step.attempts == len(events.DELAYS) + 1  # a parked step is left alone


def test_what_a_failing_step_wrote_is_undone(town: City, follow: Any) -> None:
    def rename_and_fail(event: Event) -> None:
        City.objects.update(name="Halfway")
        raise ValueError("after the writing")

    follow("test.happened", rename_and_fail)
    happen(town)
    events.run_step.call(Step.objects.get().pk)
    assert City.objects.get().name == "Testville"
    assert Step.objects.get().attempts == 1


def test_a_parked_step_runs_again_when_an_operator_says_so(
    town: City, follow: Any, staff: Any
) -> None:
    follow("test.happened", fail)
    happen(town)
    step = Step.objects.get()
    Step.objects.update(state=Step.State.PARKED, attempts=8, fault="before")
    seen = []

    def mended(event: Event) -> None:
        seen.append(event.kind)

    mended.__name__ = "fail"
    follow("test.happened", mended)
    admin = staff("administrator")
    events.run_again(step, actor=admin.as_actor())
    events.run_again(step, actor=admin.as_actor())  # a second click changes nothing
    step.refresh_from_db()
    assert (step.state, step.attempts) == (Step.State.WAITING, 0)
    assert AuditRow.objects.get(verb="step.run_again").actor_id == admin.pk
    events.run_step.call(step.pk)
    step.refresh_from_db()
    assert (step.state, step.fault, seen) == (Step.State.DONE, "", ["test.happened"])


def test_a_chain_names_its_causes(town: City, follow: Any, run_steps: Any) -> None:
    def cause_another(event: Event) -> None:
        record("test.followed", about=town, actor=SYSTEM)

    follow("test.happened", cause_another)
    first = happen(town)
    run_steps()
    second = Event.objects.get(kind="test.followed")
    assert (second.cause, second.depth) == (first, 1)
    assert happen(town, "test.unrelated").cause is None


def test_a_loop_is_stopped(town: City, follow: Any) -> None:
    def again(event: Event) -> None:
        record("test.happened", about=town, actor=SYSTEM)

    follow("test.happened", again)
    happen(town)
    for _turn in range(events.DEEPEST + 5):
        for step in Step.objects.filter(state="waiting", attempts=0):
            events.run_step.call(step.pk)
    assert Event.objects.count() == events.DEEPEST + 1
    stopped = Step.objects.exclude(state="done").get()
    assert "ChainTooLong" in stopped.fault


def test_a_step_nobody_knows_any_more_is_kept_with_its_fault(town: City, follow: Any) -> None:
    follow("test.happened", fail)
    happen(town)
    follow("test.happened")
    events.run_step.call(Step.objects.get().pk)
    step = Step.objects.get()
    assert step.state == Step.State.WAITING
    assert "No step fail is wired to test.happened" in step.fault


def test_an_event_undone_leaves_no_step_and_no_task(town: City, follow: Any) -> None:
    follow("test.happened", fail)

    def write_then_fail() -> None:
        with transaction.atomic():
            record("test.happened", about=town, actor=SYSTEM)
            raise ValueError("undone")

    with pytest.raises(ValueError, match="undone"):
        write_then_fail()
    counts = [model.objects.count() for model in (Event, AuditRow, Step, DBTaskResult)]
    assert counts == [0, 0, 0, 0]


def test_a_key_is_used_once(town: City) -> None:
    first = happen(town, key="same")
    with pytest.raises(IntegrityError):
        happen(town, key="same")
    assert events.earlier("same") == first
    assert events.earlier(None) is events.earlier("") is events.earlier("other") is None


def test_wiring_a_kind_twice_is_refused(follow: Any) -> None:
    follow("test.happened", fail)
    with pytest.raises(ValueError, match="wired twice"):
        events.wire("test.happened", [fail])


class TestLostSteps:
    @pytest.fixture
    def step(self, town: City, follow: Any) -> Step:
        follow("test.happened", fail)
        with clock.at(NOON):
            happen(town)
        return Step.objects.get()

    def test_one_whose_worker_was_killed_is_queued_again(self, step: Step) -> None:
        DBTaskResult.objects.update(status="RUNNING")
        with clock.at(NOON + timedelta(minutes=1)):
            assert events.rescue_lost_steps() == 1
            assert events.rescue_lost_steps() == 0  # queued a moment ago
        ready = DBTaskResult.objects.get(status="READY")
        step.refresh_from_db()
        assert step.task == ready.id

    def test_one_whose_task_vanished_is_queued_again(self, step: Step) -> None:
        DBTaskResult.objects.all().delete()
        with clock.at(NOON + timedelta(minutes=1)):
            assert events.rescue_lost_steps() == 1

    def test_one_that_still_waits_in_the_queue_is_left(self, step: Step) -> None:
        with clock.at(NOON + timedelta(hours=1)):
            assert events.rescue_lost_steps() == 0

    def test_one_within_its_lease_is_left(self, step: Step, settings: Any) -> None:
        DBTaskResult.objects.update(status="RUNNING")
        lease = timedelta(seconds=settings.HEARD_STEP_LEASE_SECONDS)
        with clock.at(NOON + lease - timedelta(seconds=1)):
            assert events.rescue_lost_steps() == 0

    def test_a_finished_one_is_left(self, step: Step) -> None:
        Step.objects.update(state=Step.State.DONE)
        DBTaskResult.objects.all().delete()
        with clock.at(NOON + timedelta(hours=1)):
            assert events.rescue_lost_steps() == 0


@pytest.mark.only_measures("cases_received")  # a worker's turn is also a refresh
@pytest.mark.django_db(transaction=True)
def test_the_worker_runs_what_is_queued(town: City, follow: Any) -> None:
    def rename(event: Event) -> None:
        City.objects.update(name="Renamed by the worker")

    follow("test.happened", rename)
    happen(town)
    call_command("work", once=True, interval=0)
    assert City.objects.get().name == "Renamed by the worker"
    assert Step.objects.get().state == Step.State.DONE
