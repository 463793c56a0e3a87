"""Events and the steps that follow them.

A write records an event; ``flows`` has said which steps follow which kind. Event, steps and their
tasks are rows of the same transaction as the write, so either all exist or none.
"""

import contextvars
import traceback
from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import models, transaction
from django_tasks import task

from heard.core import clock
from heard.core.actors import Actor
from heard.core.models import Event, Step

StepFunction = Callable[[Event], None]

DELAYS = [timedelta(seconds=s) for s in (2, 15, 60, 300, 1800, 7200, 21600)]
DEEPEST = 12  # a chain longer than this is a loop

_wiring: dict[str, dict[str, StepFunction]] = {}
_cause: contextvars.ContextVar[Event | None] = contextvars.ContextVar("cause", default=None)


class ChainTooLong(RuntimeError):
    """An event kept causing events: a loop in the flows."""


def wire(kind: str, steps: Sequence[StepFunction]) -> None:
    """Say which steps follow an event kind. Called by flows at start, once per kind."""
    if kind in _wiring:
        raise ValueError(f"{kind} is wired twice")
    _wiring[kind] = {step.__name__: step for step in steps}


def wiring() -> Mapping[str, Mapping[str, StepFunction]]:
    """The whole map of "when this happens, then that"."""
    return _wiring


def earlier(key: str | None) -> Event | None:
    """The event an earlier write with this idempotency key recorded."""
    return None if not key else Event.objects.filter(key=key).first()


def emit(
    kind: str, *, about: models.Model, actor: Actor, data: dict[str, Any], key: str | None = None
) -> Event:
    """Write one event and enqueue its steps, inside the caller's transaction."""
    cause = _cause.get()
    depth = 0 if cause is None else cause.depth + 1
    if depth > DEEPEST:
        raise ChainTooLong(f"{kind} after {cause}: {depth} events deep")
    event = Event.objects.create(
        kind=kind,
        about_kind=str(about._meta.model_name),
        about_id=about.pk,
        actor_kind=actor.kind,
        actor_id=actor.id,
        actor_name=actor.name,
        data=data,
        at=clock.now(),
        cause=cause,
        depth=depth,
        key=key or None,
    )
    for name in _wiring.get(kind, ()):
        step = Step.objects.create(event=event, name=name, queued_at=event.at, due_at=event.at)
        enqueue(step)
    return event


def enqueue(step: Step) -> None:
    """Put the step on the queue (again), to run when due."""
    step.queued_at = clock.now()
    waits = step.due_at > step.queued_at
    queued = (run_step.using(run_after=step.due_at) if waits else run_step).enqueue(step.pk)
    step.task = queued.id
    step.save(update_fields=["task", "queued_at", "due_at"])


@task()
def run_step(step_id: int) -> None:
    """Run one step, once. A fault is kept on the step and tried again later, then parked."""
    try:
        with transaction.atomic():
            step = Step.objects.select_for_update().filter(pk=step_id).first()
            if step is None or step.state != Step.State.WAITING:
                return
            _run(step)
            step.state, step.done_at, step.fault = Step.State.DONE, clock.now(), ""
            step.attempts += 1
            step.save(update_fields=["state", "done_at", "fault", "attempts"])
    except Exception:
        _note_fault(step_id, traceback.format_exc(limit=-6))


def _run(step: Step) -> None:
    event = step.event
    function = _wiring.get(event.kind, {}).get(step.name)
    if function is None:
        raise LookupError(f"No step {step.name} is wired to {event.kind} in this version.")
    token = _cause.set(event)
    try:
        function(event)
    finally:
        _cause.reset(token)


@transaction.atomic
def _note_fault(step_id: int, fault: str) -> None:
    step = Step.objects.select_for_update().get(pk=step_id)
    if step.state != Step.State.WAITING:
        return
    step.fault = fault[-4000:]
    step.attempts += 1
    if step.attempts > len(DELAYS):
        step.state = Step.State.PARKED
    else:
        step.due_at = clock.now() + DELAYS[step.attempts - 1]
    step.save(update_fields=["fault", "attempts", "state", "due_at"])
    if step.state == Step.State.WAITING:
        enqueue(step)


@transaction.atomic
def run_again(step: Step, *, actor: Actor) -> None:
    """An operator sends a parked step round again, with its attempts counted from nought."""
    from heard.core.writes import record  # writes stands on events

    locked = Step.objects.select_for_update().get(pk=step.pk)
    if locked.state != Step.State.PARKED:
        return
    locked.state, locked.attempts, locked.due_at = Step.State.WAITING, 0, clock.now()
    locked.save(update_fields=["state", "attempts", "due_at"])
    enqueue(locked)
    record("step.run_again", about=locked, actor=actor, data={"step": locked.name})


def rescue_lost_steps() -> int:
    """Enqueue steps whose task was lost with a killed worker. Running twice is harmless.

    Returns how many were enqueued again.
    """
    from django_tasks_db.models import DBTaskResult

    stale = clock.now() - timedelta(seconds=settings.HEARD_STEP_LEASE_SECONDS)
    lost_ones = Step.objects.filter(
        state=Step.State.WAITING, due_at__lte=stale, queued_at__lte=stale
    ).order_by("due_at")
    if not lost_ones.exists():  # the usual answer, found without taking the write lock
        return 0
    with transaction.atomic():
        open_steps = list(lost_ones.select_for_update(skip_locked=_skips_locked())[:500])
        still_queued = set(
            DBTaskResult.objects.filter(
                id__in=[s.task for s in open_steps], status="READY"
            ).values_list("id", flat=True)
        )
        lost = [step for step in open_steps if step.task not in still_queued]
        for step in lost:
            enqueue(step)
    return len(lost)


def forget_old_tasks() -> None:
    """Drop the queue's rows of finished tasks after a week; steps and events keep the history."""
    from django.core.management import call_command

    call_command("prune_db_task_results", min_age_days=7, verbosity=0)


def _skips_locked() -> bool:
    from django.db import connection

    return connection.features.has_select_for_update_skip_locked
