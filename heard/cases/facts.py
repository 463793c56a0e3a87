"""A plain row per case, for measures. Codes and moments only: no names, words or addresses."""

from collections.abc import Iterator
from datetime import date, datetime
from functools import lru_cache
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from django.db.models import Count, IntegerField, Max, OuterRef, Q, QuerySet, Subquery

from heard.cases.models import Case, Outcome, Understanding
from heard.cases.states import FINISHED, OPEN
from heard.core.city import city

CHUNK = 2000  # rows held in memory at a time


class CaseFact(NamedTuple):
    """One case of a public service.

    Moments (``_at``) are in UTC, days (``_on``) in the case's own zone, or the city's. ``finished``
    is resolved or closed, and not withdrawn; ``set_aside_at`` is when a case ended otherwise:
    withdrawn, declined, handed over, or joined to another while it was open. ``days_to_close``
    counts elapsed days of 24 hours, from the first of the reports that were joined. Parts of a case
    are not facts: their whole is.

    ``due_at`` is what "on time" is judged by; ``moved_due_at`` the date in force where we moved
    it for reasons of our own. ``ended_at`` is when the case ended either way. ``is_repeat``: it
    was joined to another. ``received_hour`` is 0 to 23, ``received_weekday`` 1 (Monday) to 7,
    both local; ``out_of_hours``: not between 8 and 5 on Monday to Friday. ``days_late`` is 0
    where it was kept, None while unfinished or without a promise. ``has_clock``: the promise is
    ours, not a date from a file; only then is one warned.
    """

    reference: str
    department: str
    division: str
    service: str
    channel: str
    district: str
    state: str
    outcome: str
    received_at: datetime
    received_on: date
    first_response_at: datetime | None
    first_response_due_at: datetime | None
    due_at: datetime | None
    due_on: date | None
    finished_at: datetime | None
    finished_on: date | None
    set_aside_at: datetime | None
    has_promise: bool
    on_time: bool | None
    days_to_close: float | None
    times_reopened: int
    understanding_asked: int
    understanding_confirmed: int
    zone: str
    moved_due_at: datetime | None
    days_late: float | None
    has_clock: bool
    warned_at: datetime | None
    times_moved: int
    moved_for: str
    language: str
    first_response_on: date | None
    first_response_due_on: date | None
    ended_at: datetime | None
    ended_on: date | None
    is_repeat: bool
    received_hour: int
    received_weekday: int
    out_of_hours: bool


def rows(
    *, changed_since: datetime | None = None, received_since: datetime | None = None
) -> Iterator[CaseFact]:
    """Facts of public cases, streamed; all of them, or those changed or received since."""
    found = _chosen(changed_since, received_since).filter(_counts())
    city_zone = city().zone
    for values in _with_understanding(found).values_list(*_FIELDS).iterator(chunk_size=CHUNK):
        yield _fact(_Row(*values), city_zone)


def hidden_keys(*, changed_since: datetime) -> Iterator[str]:
    """References of changed cases that do not count: they leave the lake."""
    hidden = _chosen(changed_since, None).exclude(_counts())
    return hidden.values_list("reference", flat=True).iterator(chunk_size=CHUNK)


def mark(*, changed_since: datetime | None = None) -> tuple[int, datetime | None]:
    """How many cases changed since, and when the last of them did."""
    found = _chosen(changed_since, None).order_by().aggregate(n=Count("id"), last=Max("changed_at"))
    return found["n"], found["last"]


def count() -> int:
    """How many rows the lake should hold."""
    return Case.objects.filter(_counts()).count()


def _counts() -> Q:
    """Whole cases of public services; a part is counted with its whole."""
    return Q(service__is_public=True, parent=None)


_FIELDS = (
    "reference", "division__department__code", "division__code", "service__code", "channel",
    "district__code", "state", "outcome", "received_at", "first_response_at",
    "first_response_due", "due_at", "resolved_at", "closed_at", "times_reopened", "zone",
    "judged_due", "promise_version", "warned_at", "times_moved", "moved_for", "merged_into",
    "language", "first_report", "asked", "confirmed",
)  # fmt: skip


class _Row(NamedTuple):
    reference: str
    department: str
    division: str
    service: str
    channel: str
    district: str | None
    state: str
    outcome: str
    received_at: datetime
    first_response_at: datetime | None
    first_response_due: datetime | None
    due_at: datetime | None
    resolved_at: datetime | None
    closed_at: datetime | None
    times_reopened: int
    zone: str
    judged_due: datetime | None
    promise_version: int | None
    warned_at: datetime | None
    times_moved: int
    moved_for: str
    merged_into: int | None
    language: str
    first_report: datetime | None
    asked: int | None
    confirmed: int | None


def _chosen(
    changed_since: datetime | None, received_since: datetime | None
) -> QuerySet[Case, Case]:
    found = Case.objects.order_by("received_at", "id")
    if changed_since is not None:
        # By time of change, so that the index is walked and not the table.
        found = found.filter(changed_at__gte=changed_since).order_by("changed_at", "id")
    if received_since is not None:
        found = found.filter(received_at__gte=received_since)
    return found


def _with_understanding(found: QuerySet[Case, Case]) -> QuerySet[Case, Any]:
    def counted(which: Q) -> Subquery:
        asked = Understanding.objects.filter(which, case=OuterRef("pk")).order_by()
        return Subquery(
            asked.values("case").annotate(n=Count("pk")).values("n"), output_field=IntegerField()
        )

    joined = Case.objects.filter(_REPEATED, merged_into=OuterRef("pk")).order_by("received_at")
    return found.annotate(
        asked=counted(Q()),
        confirmed=counted(Q(answer="confirmed")),
        first_report=Subquery(joined.values("received_at")[:1]),
    )


# Joined while open: nothing was finished in it. One that had ended before keeps its end.
_REPEATED = Q(merged_into__isnull=False, outcome=Outcome.ALREADY_KNOWN, resolved_at=None)


@lru_cache(maxsize=64)
def _zone(name: str) -> ZoneInfo:
    return ZoneInfo(name)


def _end(row: _Row) -> tuple[datetime | None, datetime | None]:
    """When the work was finished; or when the case ended otherwise."""
    if row.state in OPEN:
        return None, None
    known = row.merged_into is not None and row.outcome == Outcome.ALREADY_KNOWN
    repeated = known and row.resolved_at is None
    if row.state in FINISHED and row.outcome != Outcome.WITHDRAWN and not repeated:
        return row.resolved_at or row.closed_at, None
    return None, row.closed_at or row.resolved_at


def _took(
    row: _Row, finished_at: datetime | None, due_at: datetime | None
) -> tuple[float | None, bool | None, float | None]:
    """Days from the first report to the finish, whether in time, and how many days late."""
    if finished_at is None:
        return None, None, None
    began = min(row.received_at, row.first_report or row.received_at)
    days = (finished_at - began).total_seconds() / 86_400
    if due_at is None:
        return days, None, None
    late = max(0.0, (finished_at - due_at).total_seconds() / 86_400)
    return days, finished_at <= due_at, late


def _day(moment: datetime | None, zone: ZoneInfo) -> date | None:
    return moment.astimezone(zone).date() if moment else None


def _fact(row: _Row, city_zone: str) -> CaseFact:
    zone = _zone(row.zone or city_zone)
    due_at = row.judged_due or row.due_at
    finished_at, set_aside_at = _end(row)
    days, on_time, late = _took(row, finished_at, due_at)
    here = row.received_at.astimezone(zone)
    return CaseFact(
        **_named(row),
        district=row.district or "",
        state=row.state,
        outcome=row.outcome,
        received_at=row.received_at,
        received_on=here.date(),
        first_response_at=row.first_response_at,
        first_response_due_at=row.first_response_due,
        due_at=due_at,
        due_on=_day(due_at, zone),
        finished_at=finished_at,
        finished_on=_day(finished_at, zone),
        set_aside_at=set_aside_at,
        has_promise=due_at is not None,
        on_time=on_time,
        days_to_close=days,
        times_reopened=row.times_reopened,
        understanding_asked=row.asked or 0,
        understanding_confirmed=row.confirmed or 0,
        zone=zone.key,
        moved_due_at=row.due_at if row.judged_due else None,
        days_late=late,
        has_clock=row.promise_version is not None,
        warned_at=row.warned_at,
        times_moved=row.times_moved,
        moved_for=row.moved_for,
        language=row.language,
        first_response_on=_day(row.first_response_at, zone),
        first_response_due_on=_day(row.first_response_due, zone),
        **_end_of(finished_at or set_aside_at, zone),
        is_repeat=row.merged_into is not None,
        **_clock_of(here),
    )


def _named(row: _Row) -> dict[str, Any]:
    names = ("reference", "department", "division", "service", "channel")
    return {name: getattr(row, name) for name in names}


def _end_of(moment: datetime | None, zone: ZoneInfo) -> dict[str, Any]:
    return {"ended_at": moment, "ended_on": _day(moment, zone)}


def _clock_of(here: datetime) -> dict[str, Any]:
    """When in the week a case came in, by the clock on the wall there."""
    weekday = here.isoweekday()
    return {
        "received_hour": here.hour,
        "received_weekday": weekday,
        "out_of_hours": weekday > 5 or not 8 <= here.hour < 17,
    }
