"""What would move if clocks were counted anew: the counting behind previews and recalculations.

A running clock is counted from its start by its frozen promise and the calendars as they are now.
What has passed stays: a date that is over does not come back, and nothing late becomes punctual.
"""

import heapq
import time
from collections import Counter as Tally
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from django.db.models import F, Q, QuerySet

from heard.cases.clock_models import Clock, Pause
from heard.cases.clocks import Counter
from heard.cases.models import Case
from heard.cases.states import OPEN
from heard.catalogue.models import Promise, Service
from heard.catalogue.promises import due_of
from heard.core import clock
from heard.people.models import Division
from heard.places import clocks as engine
from heard.places.calendars import NeverOpens

CHUNK = 2000
SAMPLE = 12
Groups = dict[int, "Tally[str]"]  # by key of a division or service: later, earlier


class Standing(NamedTuple):
    """A running clock, as little of it as the counting needs."""

    pk: int
    case_id: int
    promise_id: int
    in_force_id: int | None
    division_id: int
    started_at: datetime
    judged_at: datetime
    due_at: datetime
    moved_to: datetime | None


class Move(NamedTuple):
    """What a clock would say instead; ``due_at`` and ``judged_at`` as they would be."""

    standing: Standing
    due_at: datetime
    judged_at: datetime

    @property
    def by(self) -> timedelta:
        """How far the date in force moves; negative where it comes earlier."""
        return self.due_at - self.standing.due_at


@dataclass(frozen=True, slots=True)
class Scope:
    """Which running clocks: of some divisions (None: all), or those a new promise would take over.

    ``promise`` may be unsaved: one that somebody thinks of making.
    """

    divisions: Sequence[int] | None = None
    promise: Promise | None = None

    def clocks(self) -> QuerySet[Clock]:
        """The running clocks in scope, in the order they are walked."""
        found = Clock.objects.filter(stopped_at=None).order_by("pk")
        if self.divisions is not None:
            found = found.filter(division__in=list(self.divisions))
        new = self.promise
        if new is None:
            return found
        found = found.filter(promise__service=new.service_id, kind=new.kind)
        if new.district_id is not None:
            return found.filter(case__district=new.district_id)
        # A district with a promise of its own keeps it.
        everywhere = Q(in_force=None, promise__district=None) | Q(in_force__district=None)
        return found.filter(everywhere)


class Mover:
    """Finds which clocks of a batch move. The calendars are read once, when it is made."""

    def __init__(self, scope: Scope, now: datetime | None = None) -> None:
        self.scope = scope
        self.now = now or clock.now()
        self.counter = Counter()
        self.stuck = 0
        self._promises: dict[int, Promise] = {}

    def batch(self, after: int, size: int = CHUNK) -> list[Standing]:
        """The next running clocks."""
        names = Standing._fields
        found = self.scope.clocks().filter(pk__gt=after).values_list(*names)[:size]
        return [Standing(*values) for values in found]

    def moves(self, batch: Sequence[Standing]) -> Iterator[Move]:
        """Those of a batch that would say something else."""
        self._learn(batch)
        pauses = self._pauses(batch)
        for row in batch:
            try:
                found = self._moved(row, pauses.get(row.pk, ()))
            except NeverOpens:
                self.stuck += 1
                continue
            if found is not None:
                yield found

    def promise(self, pk: int) -> Promise:
        """A promise by its key, read before."""
        return self._promises[pk]

    def _moved(self, row: Standing, pauses: Sequence[engine.Pause]) -> Move | None:
        judged, due = row.judged_at, row.due_at
        own = self._promises[row.promise_id]
        if judged > self.now:
            judged = self._at(own, row, pauses)
        if due > self.now and row.moved_to is None:
            later = self.scope.promise
            if later is None and row.in_force_id:
                later = self._promises[row.in_force_id]
            due = self._at(later, row, pauses) if later is not None else judged
        if (judged, due) == (row.judged_at, row.due_at):
            return None
        return Move(row, due, judged)

    def _at(self, promise: Promise, row: Standing, pauses: Sequence[engine.Pause]) -> datetime:
        calendar = self.counter.calendar(promise, row.division_id)
        return due_of(promise, row.started_at, calendar, pauses)

    def _learn(self, batch: Sequence[Standing]) -> None:
        wanted = {row.promise_id for row in batch} | {r.in_force_id for r in batch if r.in_force_id}
        new = wanted - set(self._promises)
        if new:
            self._promises |= Promise.objects.in_bulk(list(new))

    def _pauses(self, batch: Sequence[Standing]) -> dict[int, list[engine.Pause]]:
        found: dict[int, list[engine.Pause]] = defaultdict(list)
        if not any(self._promises[row.promise_id].pauses for row in batch):
            return found
        rows = Pause.objects.filter(
            clock__gte=batch[0].pk, clock__lte=batch[-1].pk, clock__stopped_at=None
        )
        for pk, start, end in rows.values_list("clock", "started_at", "ended_at"):
            found[pk].append(engine.Pause(start, end))
        return found


@dataclass
class Preview:
    """What would move: counts, by division and service, and the farthest moves as a sample.

    ``late_now`` are those whose new date would lie in the past; ``stuck`` those whose calendar
    never opens, which stay. ``seconds`` is how long the looking took.
    """

    seen: int = 0
    moved: int = 0
    earlier: int = 0
    later: int = 0
    late_now: int = 0
    stuck: int = 0
    seconds: float = 0.0
    divisions: Groups = field(default_factory=lambda: defaultdict(Tally))
    services: Groups = field(default_factory=lambda: defaultdict(Tally))
    farthest: list[Move] = field(default_factory=list)

    def note(self, move: Move, service_id: int, now: datetime) -> None:
        """Count one move."""
        self.moved += 1
        way = "later" if move.due_at > move.standing.due_at else "earlier"
        if move.due_at != move.standing.due_at:
            self.divisions[move.standing.division_id][way] += 1
            self.services[service_id][way] += 1
            self.later += way == "later"
            self.earlier += way == "earlier"
        if move.due_at <= now < move.standing.due_at:
            self.late_now += 1

    def told(self) -> dict[str, Any]:
        """The preview as it is kept and shown: codes and names by key, moments as text."""
        names = {d.pk: d.name for d in Division.objects.filter(pk__in=self.divisions)}
        services = {s.pk: s.name for s in Service.objects.filter(pk__in=self.services)}
        cases = Case.objects.filter(pk__in=[move.standing.case_id for move in self.farthest])
        references = dict(cases.values_list("pk", "reference"))
        counts = ("seen", "moved", "earlier", "later", "late_now", "stuck")
        return {
            **{name: getattr(self, name) for name in counts},
            "seconds": round(self.seconds, 1),
            "divisions": _told_groups(self.divisions, names),
            "services": _told_groups(self.services, services),
            "sample": [
                [
                    references[move.standing.case_id],
                    move.standing.due_at.isoformat(),
                    move.due_at.isoformat(),
                ]
                for move in self.farthest
                if move.standing.case_id in references
            ],
        }


def _told_groups(groups: Groups, names: dict[int, Any]) -> list[list[Any]]:
    """Name, how many later, how many earlier; those with most first, thirty at most."""
    most = sorted(groups.items(), key=lambda group: -group[1].total())[:30]
    return [[names[pk], counts["later"], counts["earlier"]] for pk, counts in most]


def preview(scope: Scope) -> Preview:
    """What would move now; nothing is written."""
    began = time.perf_counter()
    mover, found, after = Mover(scope), Preview(), 0
    while batch := mover.batch(after):
        after = batch[-1].pk
        found.seen += len(batch)
        moves = list(mover.moves(batch))
        for move in moves:
            service = mover.promise(move.standing.promise_id).service_id
            found.note(move, service, mover.now)
        near = heapq.nlargest(SAMPLE, moves, key=lambda move: abs(move.by))
        found.farthest = heapq.nlargest(
            SAMPLE, [*found.farthest, *near], key=lambda move: abs(move.by)
        )
    found.stuck = mover.stuck
    found.seconds = time.perf_counter() - began
    return found


def without_clock() -> QuerySet[Case]:
    """Open cases that no due time was set for; why is told by ``why_without``."""
    return (
        Case.objects.filter(state__in=OPEN, due_at=None, merged_into=None)
        .select_related("service", "division")
        .order_by(F("received_at").asc(), "pk")
    )
