"""Writing what a recalculation moves: clocks, cases, the audited change and the audit itself."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from heard.cases.clock_models import Clock, DueChange, Pause, Recalculation
from heard.cases.clocks import FIRST, NEXT, RESOLUTION, Counted, judged_due
from heard.cases.models import Case
from heard.cases.moving import Mover
from heard.core import clock
from heard.core.actors import Actor
from heard.core.imports.bulk import insert_many, update_many
from heard.core.models import AuditRow
from heard.places.calendars import NeverOpens

CLOCK = (
    "in_force_id", "due_at", "judged_at", "warn_at", "escalate_at", "warned", "calendar_version",
)  # fmt: skip
CHANGE = ("case_id", "clock_id", "old_due", "new_due", "old_judged", "new_judged")
AUDIT = ("about_id", "changes")
COLUMN = {FIRST: "first_response_due", NEXT: "next_response_due", RESOLUTION: "due_at"}
IDS = 500  # in one query


@dataclass
class Written:
    """How many dates in force moved, and which way."""

    moved: int = 0
    later: int = 0
    earlier: int = 0


@dataclass(frozen=True, slots=True)
class _Changed:
    row: Clock
    old_due: datetime
    old_judged: datetime

    @property
    def moves(self) -> bool:
        return (self.old_due, self.old_judged) != (self.row.due_at, self.row.judged_at)


def write_moves(
    recalculation: Recalculation, mover: Mover, candidates: Sequence[int], actor: Actor
) -> Written:
    """Count these clocks again, their cases locked, and write those that say something else."""
    cases, rows = _locked(candidates)
    pauses = _pauses(rows)
    changed = []
    for row in rows:
        found = _counted(recalculation, mover, row, pauses[row.pk])
        if found is not None:
            changed.append(found)
    update_many(
        Clock, CLOCK, [(c.row.pk, [getattr(c.row, name) for name in CLOCK]) for c in changed]
    )
    moved = [c for c in changed if c.moves]
    _write_cases(recalculation, cases, moved)
    _write_audit(recalculation, moved, actor)
    return Written(
        len(moved),
        sum(c.row.due_at > c.old_due for c in moved),
        sum(c.row.due_at < c.old_due for c in moved),
    )


def _locked(candidates: Sequence[int]) -> tuple[dict[int, Case], list[Clock]]:
    cases: dict[int, Case] = {}
    rows: list[Clock] = []
    for begin in range(0, len(candidates), IDS):
        ids = list(candidates[begin : begin + IDS])
        of_them = Clock.objects.filter(pk__in=ids).values("case")
        locked = (
            Case.objects.select_for_update(of=("self",))
            .filter(pk__in=of_them)
            .only("pk", "judged_due", "due_at", "times_moved", "moved_for")
            .order_by("pk")
        )
        cases |= {case.pk: case for case in locked}
        found = Clock.objects.filter(pk__in=ids, stopped_at=None).order_by("pk")
        rows += found.select_related("promise", "in_force")
    return cases, rows


def _pauses(rows: Sequence[Clock]) -> dict[int, list[Pause]]:
    found: dict[int, list[Pause]] = defaultdict(list)
    ids = [row.pk for row in rows if row.promise.pauses]
    for begin in range(0, len(ids), IDS):
        for pause in Pause.objects.filter(clock__in=ids[begin : begin + IDS]):
            found[pause.clock_id].append(pause)
    return found


def _counted(
    recalculation: Recalculation, mover: Mover, row: Clock, pauses: Sequence[Pause]
) -> _Changed | None:
    old_due, old_judged, old_terms = row.due_at, row.judged_at, row.in_force_id
    if recalculation.promise is not None and old_due > mover.now:
        row.in_force = recalculation.promise
    try:
        told = mover.counter.count(row, pauses)
    except NeverOpens:
        return None
    # What has passed stays: the same rule by which the preview counted.
    due = told.due_at if old_due > mover.now else old_due
    judged = told.judged_at if old_judged > mover.now else old_judged
    same = (due, judged, row.in_force_id) == (old_due, old_judged, old_terms)
    if same and (row.warn_at, row.escalate_at) == (told.warn_at, told.escalate_at):
        return None
    _set(row, told, due, judged, mover.now)
    return _Changed(row, old_due, old_judged)


def _set(row: Clock, told: Counted, due: datetime, judged: datetime, now: datetime) -> None:
    if due > row.due_at and told.warn_at > now:
        row.warned = 0
    row.due_at, row.judged_at = due, judged
    row.warn_at, row.escalate_at = told.warn_at, told.escalate_at
    row.calendar_version = told.calendar_version


def _write_cases(
    recalculation: Recalculation, cases: dict[int, Case], moved: Sequence[_Changed]
) -> None:
    """The columns lists and measures read. The version stays: nobody's open form is in the way."""
    why, now = _why(recalculation), clock.now()
    groups: dict[str, list[tuple[int, Sequence[Any]]]] = defaultdict(list)
    for change in moved:
        row, case = change.row, cases[change.row.case_id]
        if row.kind == RESOLUTION and row.due_at != change.old_due:
            case.times_moved, case.moved_for = case.times_moved + 1, why
        values: list[Any] = [row.due_at, case.times_moved, case.moved_for, now]
        if row.kind == RESOLUTION:
            values.append(judged_due(case, row, change.old_judged))
        groups[row.kind].append((case.pk, values))
    for kind, rows in groups.items():
        names = [COLUMN[kind], "times_moved", "moved_for", "changed_at"]  # type: ignore[index]
        if kind == RESOLUTION:
            names.append("judged_due")
        update_many(Case, names, rows)


def _why(recalculation: Recalculation) -> str:
    why = DueChange.Why.PROMISE if recalculation.promise_id else DueChange.Why.CALENDAR
    return str(why)


def _write_audit(recalculation: Recalculation, moved: Sequence[_Changed], actor: Actor) -> None:
    now = clock.now()
    like = DueChange(
        recalculation=recalculation, why=_why(recalculation), at=now,
        staff_id=actor.id if actor.kind == "staff" else None,
    )  # fmt: skip
    insert_many(
        like,
        CHANGE,
        [
            (c.row.case_id, c.row.pk, c.old_due, c.row.due_at, c.old_judged, c.row.judged_at)
            for c in moved
        ],
    )
    audit = AuditRow(
        at=now, actor_kind=actor.kind, actor_id=actor.id, actor_name=actor.name,
        actor_role=actor.role, verb="case.recalculated", about_kind="case",
        event=recalculation.event,
    )  # fmt: skip
    insert_many(audit, AUDIT, [(c.row.case_id, _told(c)) for c in moved])


def _told(change: _Changed) -> dict[str, list[str]]:
    row = change.row
    told = {}
    if change.old_due != row.due_at:
        name = COLUMN[row.kind]  # type: ignore[index]
        told[name] = [change.old_due.isoformat(), row.due_at.isoformat()]
    if change.old_judged != row.judged_at:
        told["judged_due"] = [change.old_judged.isoformat(), row.judged_at.isoformat()]
    return told
