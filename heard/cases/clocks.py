"""The clocks of a case: started, stopped and paused as the case goes on. See docs/adr/0020.

Nothing here asks what was done: after every write, the running clocks are brought in step with how
the case stands. Each clock asks only for what is its own, so none overrules another.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from heard.cases.clock_models import Clock, DueChange, Pause
from heard.cases.models import Case
from heard.cases.states import State
from heard.catalogue.models import Promise
from heard.catalogue.promises import (
    BUSINESS,
    always_open,
    current_promises,
    reckon,
    share_passed,
)
from heard.core import clock
from heard.core.actors import SYSTEM, Actor
from heard.core.city import city
from heard.places import clocks as engine
from heard.places.calendars import Calendar, NeverOpens
from heard.places.reads import Calendars

FIRST, NEXT, RESOLUTION = (
    Promise.Kind.FIRST_RESPONSE, Promise.Kind.NEXT_RESPONSE, Promise.Kind.RESOLUTION,
)  # fmt: skip
# Moves we made. Joining is none: it takes an earlier date over, and an undo gives that back.
OURS = {DueChange.Why.CALENDAR, DueChange.Why.PROMISE, DueChange.Why.LATE}
Why = DueChange.Why


@dataclass(frozen=True, slots=True)
class Counted:
    """What a clock should say: due, judged, the two warnings, and the calendar's version."""

    due_at: datetime
    judged_at: datetime
    warn_at: datetime
    escalate_at: datetime
    calendar_version: int


class Counter:
    """Counts clocks by the calendars as they are now; they are read once, in three queries."""

    def __init__(self) -> None:
        self.calendars = Calendars()
        self.always = always_open(city().zone)
        self.shares = (city().warn_percent / 100, city().escalate_percent / 100)

    def calendar(self, promise: Promise, division_id: int) -> Calendar:
        """The division's calendar for business units; one that is always open for others."""
        if promise.unit in BUSINESS:
            return self.calendars.of(division_id).calendar
        return self.always

    def count(self, row: Clock, pauses: Iterable[Pause] = ()) -> Counted:
        """All that a clock should say. Raises ``NeverOpens``."""
        stood = _pauses(pauses)
        version = self.calendars.of(row.division_id).version
        judged = self.calendar(row.promise, row.division_id)
        in_force = row.in_force or row.promise
        calendar = self.calendar(in_force, row.division_id)
        told = reckon(in_force, row.started_at, calendar, stood, self.shares)
        at = told.at
        if row.in_force is not None:
            at = reckon(row.promise, row.started_at, judged, stood).at
        if row.moved_to is None or row.moved_on is None:
            first, second = told.warnings
            return Counted(told.at, at, first, second, version)
        first, second = (
            share_passed(row.moved_on, row.moved_to, share, calendar) for share in self.shares
        )
        return Counted(row.moved_to, at, first, second, version)


def _pauses(rows: Iterable[Pause]) -> list[engine.Pause]:
    return [engine.Pause(row.started_at, row.ended_at) for row in rows]


def begun(
    case: Case, promise: Promise, start: datetime, *, counter: Counter | None = None
) -> Clock | None:
    """An unsaved clock of a promise; None where its calendar never opens (a check lists those)."""
    row = Clock(
        case=case, kind=promise.kind, promise=promise, division_id=promise.service.division_id,
        started_at=start,
    )  # fmt: skip
    try:
        told = (counter or Counter()).count(row)
    except NeverOpens:
        return None
    _apply(row, told)
    row.first_due_at = row.due_at
    return row


def start_clocks(case: Case, *, counter: Counter | None = None) -> list[Clock]:
    """Unsaved clocks of a case that was just received, and its due times from them.

    First response and resolution start now. The next response starts when the customer writes
    after an answer.
    """
    promises = current_promises(case.service_id, case.received_at, case.district_id)
    counter = counter or Counter()
    found = [
        begun(case, promises[kind], case.received_at, counter=counter)
        for kind in (FIRST, RESOLUTION)
        if kind in promises
    ]
    rows = [row for row in found if row is not None]
    told = {row.kind: row for row in rows}
    case.first_response_due = told[FIRST].due_at if FIRST in told else None
    case.due_at = told[RESOLUTION].due_at if RESOLUTION in told else None
    case.promise_version = promises[RESOLUTION].version if RESOLUTION in promises else None
    return rows


def keep_step(case: Case) -> None:
    """Bring the running clocks in step with a locked case that is about to be saved."""
    running = {
        row.kind: row
        for row in Clock.objects.filter(case=case, stopped_at=None).select_related(
            "promise__service", "in_force"
        )
    }
    now = clock.now()
    _first_response(case, running.get(FIRST), now)
    _next_response(case, running.get(NEXT), now)
    _resolution(case, running.get(RESOLUTION), now)


def _first_response(case: Case, row: Clock | None, now: datetime) -> None:
    answered = case.first_response_at is not None
    if row is not None and (answered or not _is_owed(case)):
        _stop(row, case.first_response_at or now)


def _next_response(case: Case, row: Clock | None, now: datetime) -> None:
    """Runs while the customer waits for an answer after the first, also when the case is ended."""
    waits = (
        case.customer_waits_since is not None
        and case.first_response_at is not None
        and case.merged_into_id is None
    )
    if row is not None and not waits:
        _stop(row, now)
        row = None
    elif row is None and waits:
        assert case.customer_waits_since is not None
        promise = current_promises(case.service_id, now, case.district_id).get(NEXT)
        row = begun(case, promise, case.customer_waits_since) if promise else None
        if row is not None:
            row.save()
    case.next_response_due = row.due_at if row is not None else None


def _resolution(case: Case, row: Clock | None, now: datetime) -> None:
    if row is not None and not _is_owed(case):
        _close_pause(row, now)
        _stop(row, case.finished_at or now)
    elif row is None and case.state == State.REOPENED and _is_owed(case):
        _restart(case, now)
    elif row is not None:
        _keep_pause(case, row, now)


def _is_owed(case: Case) -> bool:
    return case.is_open and case.merged_into_id is None


def _stop(row: Clock, at: datetime) -> None:
    row.stopped_at = max(at, row.started_at)
    row.save(update_fields=["stopped_at"])


def _restart(case: Case, now: datetime) -> None:
    """A reopened case gets a new date to work to; it stays judged by the first."""
    promise = current_promises(case.service_id, now, case.district_id).get(RESOLUTION)
    row = begun(case, promise, now) if promise else None
    if row is None:
        return
    row.save()
    first = case.judged_due or case.due_at
    if case.due_at is not None and first is not None:
        DueChange.objects.create(
            case=case, clock=row, old_due=case.due_at, new_due=row.due_at,
            old_judged=first, new_judged=first, why=Why.REOPENED, at=now,
        )  # fmt: skip
        case.judged_due = first
    case.due_at = row.due_at
    case.promise_version = row.promise.version


def _keep_pause(case: Case, row: Clock, now: datetime) -> None:
    """Stand while we wait for the customer, where the promise says so; else go on."""
    waits = case.state == State.WAITING and row.promise.pauses
    pauses = list(row.pauses.all())
    is_open = any(pause.ended_at is None for pause in pauses)
    if waits == is_open:
        return
    if waits:
        pauses.append(Pause.objects.create(clock=row, started_at=now))
    else:
        _close_pause(row, now)
        pauses = list(row.pauses.all())
    recount(case, row, Why.WAITING if waits else Why.ANSWERED, pauses=pauses)


def _close_pause(row: Clock, now: datetime) -> None:
    row.pauses.filter(ended_at=None).update(ended_at=now)


def recount(
    case: Case,
    row: Clock,
    why: str,
    *,
    words: str = "",
    actor: Actor = SYSTEM,
    pauses: Iterable[Pause] | None = None,
    counter: Counter | None = None,
) -> DueChange | None:
    """Count one clock anew and set the case's date from it; the caller saves the case.

    Returns the row that says what moved; None where nothing did, or the calendar never opens (the
    date then stays).
    """
    pauses = list(row.pauses.all()) if pauses is None else pauses
    try:
        told = (counter or Counter()).count(row, pauses)
    except NeverOpens:
        return None
    old_due, old_judged = row.due_at, row.judged_at
    _apply(row, told)
    row.save()
    if (old_due, old_judged) == (row.due_at, row.judged_at):
        return None
    mirror(case, row, old_judged)
    if why in OURS and row.kind == RESOLUTION and old_due != row.due_at:
        case.times_moved += 1
        case.moved_for = why
    return DueChange.objects.create(
        case=case, clock=row, old_due=old_due, new_due=row.due_at, old_judged=old_judged,
        new_judged=row.judged_at, why=why, words=words, at=clock.now(),
        staff_id=actor.id if actor.kind == "staff" else None,
    )  # fmt: skip


def _apply(row: Clock, told: Counted) -> None:
    if row.pk is not None and told.due_at > row.due_at and told.warn_at > clock.now():
        row.warned = 0  # there is time again; it is warned of anew when that has gone
    row.due_at, row.judged_at = told.due_at, told.judged_at
    row.warn_at, row.escalate_at = told.warn_at, told.escalate_at
    row.calendar_version = told.calendar_version


def mirror(case: Case, row: Clock, old_judged: datetime) -> None:
    """The case's columns, which lists and measures read, from one of its running clocks."""
    if row.kind == FIRST:
        case.first_response_due = row.due_at
    elif row.kind == NEXT:
        case.next_response_due = row.due_at
    else:
        case.judged_due = judged_due(case, row, old_judged)
        case.due_at = row.due_at


def judged_due(case: Case, row: Clock, old_judged: datetime) -> datetime | None:
    """What a case is judged by after its resolution clock moved, where not by the date in force.

    It follows the clock, unless another date is judged by: the first, after a reopening, or the
    earlier one of a case that was joined to it. ``case`` still has its old date.
    """
    standing = case.judged_due or case.due_at
    judged = row.judged_at if standing in (None, old_judged) else standing
    return None if judged == row.due_at else judged


def adopt(cases: Iterable[Case]) -> list[Clock]:
    """Give open cases without clocks the clocks that their columns speak of.

    For cases that came before there were clocks, and the demo's. A date that was given, with no
    promise of ours behind it, stays as it is and gets no clock; a case without a date gets one
    where its service promises something by now.
    """
    counter = Counter()
    rows: list[Clock] = []
    for case in cases:
        rows += _adopted(case, counter)
    return rows


def _adopted(case: Case, counter: Counter) -> list[Clock]:
    if case.due_at is not None and case.promise_version is None:
        return []
    given = {FIRST: case.first_response_due, RESOLUTION: case.due_at}
    rows = []
    for row in start_clocks(case, counter=counter):
        date = given[Promise.Kind(row.kind)]
        if date is not None:  # what was said stays said, whatever would be counted today
            row.first_due_at = row.judged_at = row.due_at = date
        if row.kind == RESOLUTION:
            case.due_at = row.due_at
        else:
            case.first_response_due = row.due_at
            row.stopped_at = case.first_response_at
        rows.append(row)
    return rows
