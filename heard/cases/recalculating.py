"""Recalculation: asked for by an event or a person, previewed, then run piece by piece.

Each piece is one transaction that also keeps how far it came, so a killed worker loses one piece at
most and another worker goes on; counting twice changes nothing. See docs/adr/0021.
"""

import time
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _
from django_tasks import task

from heard.cases.clock_models import Clock, DueChange, Recalculation
from heard.cases.moving import Mover, Scope, preview
from heard.cases.moving_rows import write_moves
from heard.catalogue.models import Promise
from heard.core import clock
from heard.core.actors import SYSTEM, Actor
from heard.core.errors import NotAllowed, Refused
from heard.core.models import Event
from heard.core.writes import record, write
from heard.people.models import Staff
from heard.people.roles import may
from heard.places.services import calendars_kept_by

SMALL = 200  # moves: so few run by themselves, more wait for a person
PIECE = 500  # clocks in one transaction: others who write wait no longer than that takes
SLICE = 4.0  # seconds of work in one task, so that other steps have their turn
LEASE = timedelta(seconds=30)
State, Why = Recalculation.State, Recalculation.Why
OPEN = (State.LOOKING, State.ASKING, State.RUNNING, State.STOPPED)


@write
def propose(
    why: str,
    *,
    divisions: Sequence[int] | None = None,
    promise: Promise | None = None,
    event: Event | None = None,
    changes: Sequence[str] = (),
    actor: Actor = SYSTEM,
) -> Recalculation:
    """Look what a change would move. One that still waits is widened: a count is always by today.

    Looking, and what follows, is done by the worker.
    """
    asker = actor.id if actor.kind == "staff" else None
    waiting = Recalculation.objects.select_for_update().filter(
        state__in=(State.LOOKING, State.ASKING), why=why, promise=promise
    )
    row = waiting.order_by("pk").first()
    if row is None:
        row = Recalculation.objects.create(
            why=why, divisions=None if divisions is None else sorted(set(divisions)),
            promise=promise, event=event, changes=list(changes), asked_by_id=asker,
            created_at=clock.now(), beat_at=clock.now(),
        )  # fmt: skip
    else:
        wide = row.divisions is None or divisions is None
        row.divisions = None if wide else sorted({*(row.divisions or []), *(divisions or [])})
        row.changes = [*row.changes, *changes][-20:]
        row.state, row.event, row.beat_at = State.LOOKING, event or row.event, clock.now()
        row.save()
    record("recalculation.proposed", about=row, actor=actor, data={"why": why})
    transaction.on_commit(lambda: go_on.enqueue(row.pk))
    return row


@write
def start(row: Recalculation, *, actor: Actor) -> Recalculation:
    """A person says: yes, move them. Also goes on with one that was stopped."""
    row = _changeable(row, actor)
    if row.state not in (State.ASKING, State.STOPPED):
        return row
    _begin(row, actor)
    return row


@write
def stop(row: Recalculation, *, actor: Actor) -> Recalculation:
    """Stop after the piece being done. What was moved stays moved; it can be gone on with."""
    row = _changeable(row, actor)
    if row.state == State.RUNNING:
        row.state = State.STOPPED
        row.save(update_fields=["state"])
        record("recalculation.stopped", about=row, actor=actor, data={"seen": row.seen})
    return row


@write
def drop(row: Recalculation, *, actor: Actor) -> Recalculation:
    """Leave the dates as they are."""
    row = _changeable(row, actor)
    if row.state == State.RUNNING:
        raise Refused(_("It is running. Stop it first."))
    if row.state in OPEN:
        row.state, row.finished_at = State.DROPPED, clock.now()
        row.save(update_fields=["state", "finished_at"])
        record("recalculation.dropped", about=row, actor=actor)
    return row


@write
def look_again(row: Recalculation, *, actor: Actor) -> Recalculation:
    """Preview it anew: cases came and went since."""
    row = _changeable(row, actor)
    if row.state == State.ASKING:
        row.state, row.beat_at = State.LOOKING, clock.now()
        row.save(update_fields=["state", "beat_at"])
        transaction.on_commit(lambda: go_on.enqueue(row.pk))
    return row


def may_decide(row: Recalculation, actor: Actor) -> bool:
    """Administrators decide all; a manager what concerns the own division alone."""
    if may(actor, "administer"):
        return True
    if row.divisions is None:
        return False
    kept = set(calendars_kept_by(actor).values_list("pk", flat=True))
    return bool(row.divisions) and set(row.divisions) <= kept


def _changeable(row: Recalculation, actor: Actor) -> Recalculation:
    fresh = Recalculation.objects.select_for_update(of=("self",)).get(pk=row.pk)
    if not may_decide(fresh, actor):
        raise NotAllowed(
            _("Only an administrator, or the manager of the one division it concerns, may decide.")
        )
    return fresh


def _begin(row: Recalculation, actor: Actor) -> None:
    now = clock.now()
    row.state, row.beat_at = State.RUNNING, now
    row.started_at = row.started_at or now
    if actor.kind == "staff":
        row.asked_by_id = actor.id
    row.save()
    record("recalculation.started", about=row, actor=actor, data={"total": row.total})
    transaction.on_commit(lambda: go_on.enqueue(row.pk))


@task()
def go_on(pk: int) -> None:
    """Work on a recalculation for a few seconds, then let other steps have their turn."""
    if not work(pk, seconds=SLICE):
        return
    go_on.enqueue(pk)


def work(pk: int, *, seconds: float | None = None) -> bool:
    """Look, or run pieces, until it is done or the time is up; whether there is more to do."""
    _look(pk)
    end = None if seconds is None else time.monotonic() + seconds
    while one_piece(pk):
        if end is not None and time.monotonic() >= end:
            return True
    return False


def rescue() -> int:
    """Take up again what a killed worker left lying. Returns how many."""
    stale = Q(beat_at__lte=clock.now() - LEASE)
    lost = Recalculation.objects.filter(stale, state__in=(State.LOOKING, State.RUNNING))
    found = list(lost.values_list("pk", flat=True))
    for pk in found:
        Recalculation.objects.filter(pk=pk).update(beat_at=clock.now())
        go_on.enqueue(pk)
    return len(found)


def scope_of(row: Recalculation) -> Scope:
    """The clocks it is about."""
    return Scope(row.divisions, row.promise)


def _look(pk: int) -> None:
    """Preview; few moves run by themselves, many wait for a person, none is done."""
    row = Recalculation.objects.select_related("promise").filter(pk=pk).first()
    if row is None or row.state != State.LOOKING:
        return
    seen_changes = list(row.changes)
    found = preview(scope_of(row))
    with transaction.atomic():
        row = Recalculation.objects.select_for_update(of=("self",)).get(pk=pk)
        if row.state != State.LOOKING or row.changes != seen_changes:
            return  # it was widened meanwhile: whoever widened it looks again
        row.preview, row.previewed_at, row.total = found.told(), clock.now(), found.seen
        row.state = State.ASKING
        row.save()
        # A promise for open cases and what the console asks for were decided when asked.
        decided = row.why in (Why.PROMISE, Why.SETTINGS)
        if found.moved == 0 and row.why != Why.SETTINGS:
            row.state, row.finished_at = State.DONE, clock.now()
            row.save()
        elif decided or (found.moved <= SMALL and found.late_now == 0 and row.why == Why.CALENDAR):
            _begin(row, _asker(row))


def _asker(row: Recalculation) -> Actor:
    if row.asked_by_id is None:
        return SYSTEM
    return Staff.objects.get(pk=row.asked_by_id).as_actor()


@transaction.atomic
def one_piece(pk: int, size: int = PIECE) -> bool:
    """Count the next clocks anew and write those that moved; whether there may be more.

    Candidates are found without a lock; then their cases are locked, in the order every verb
    locks them, and they are counted again, since a case may have changed in between.
    """
    row = Recalculation.objects.select_for_update(of=("self",)).filter(pk=pk).first()
    if row is None or row.state != State.RUNNING:
        return False
    mover = Mover(scope_of(row))
    batch = mover.batch(row.cursor, size)
    if not batch:
        _finish(row)
        return False
    if row.why in (Why.SETTINGS, Why.PROMISE):
        candidates = [standing.pk for standing in batch]
    else:
        candidates = [move.standing.pk for move in mover.moves(batch)]
    written = write_moves(row, mover, candidates, _asker(row)) if candidates else None
    row.cursor, row.seen = batch[-1].pk, row.seen + len(batch)
    row.stuck += mover.stuck
    if written is not None:
        row.moved += written.moved
        row.later += written.later
        row.earlier += written.earlier
    row.beat_at = clock.now()
    row.save()
    return True


def _finish(row: Recalculation) -> None:
    row.state, row.finished_at = State.DONE, clock.now()
    row.save()
    data: dict[str, Any] = {"moved": row.moved, "later": row.later, "earlier": row.earlier}
    record("recalculation.done", about=row, actor=_asker(row), data=data)


def share_done(row: Recalculation) -> float:
    """How much of it is done, from 0 to 1."""
    if row.state == State.DONE:
        return 1.0
    return min(1.0, row.seen / row.total) if row.total else 0.0


def moved_rows(row: Recalculation) -> Any:
    """The audited changes it made, for a list."""
    return DueChange.objects.filter(recalculation=row).select_related("case", "clock")


def running_clocks() -> int:
    """How many clocks run now."""
    return Clock.objects.filter(stopped_at=None).count()
