"""When a promise falls due: a budget of running time, from a start, less pauses.

The one definition for every unit: the budget is the running time between the start and the due
time there would be without pauses; the promise falls due at the first second by which that much
running time has passed outside pauses. In business units time runs while the calendar is open,
in calendar units it always runs. Told with examples in ``docs/developer/clocks.md``.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Protocol

from heard.places.calendars import Calendar, moment, seconds
from heard.places.spans import Span, joined


class Unit(StrEnum):
    """What an amount of a promise counts."""

    HOURS = "hours"
    DAYS = "days"
    BUSINESS_HOURS = "business_hours"
    BUSINESS_DAYS = "business_days"


class Terms(Protocol):
    """What a promise must tell: an amount of at least 1, and its unit."""

    @property
    def amount(self) -> int: ...
    @property
    def unit(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Promised:
    """Terms that are not a row."""

    amount: int
    unit: str


@dataclass(frozen=True, slots=True)
class Pause:
    """The clock stood still from ``start`` to ``end``; it still does where ``end`` is None."""

    start: datetime
    end: datetime | None = None


@dataclass(frozen=True, slots=True)
class Due:
    """When a promise falls due, and why then.

    ``at`` is None only while a pause without a cap is going on. ``without_pauses`` is the due time
    had the clock never stood; ``paused`` is the elapsed time of pauses that counted, cap applied.
    """

    at: datetime | None
    without_pauses: datetime
    paused: timedelta


def due(
    start: datetime,
    promise: Terms,
    calendar: Calendar,
    pauses: Sequence[Pause] = (),
    cap: timedelta | None = None,
) -> Due:
    """When a promise that started at an aware moment falls due, exact to the second.

    ``cap`` is the most that all pauses together may stop the clock, in elapsed time; a pause still
    going on is taken to last until the cap is used up. Raises ``NeverOpens`` where the calendar
    has not enough open time, and ``ValueError`` for a naive moment or an amount below 1.
    """
    begins = seconds(start)
    plain = _without_pauses(begins, promise, calendar)
    stops, endless = _stops(begins, pauses, cap)
    business = promise.unit in {Unit.BUSINESS_HOURS, Unit.BUSINESS_DAYS}
    at, counted = plain, 0
    for low, high in stops:
        if low >= at:
            break  # the clock had run out before this pause began
        counted += high - low
        lost = calendar.open_seconds(low, high) if business else high - low
        at = calendar.add_open_seconds(at, lost) if business else at + lost
    waits = endless is not None and endless < at
    return Due(None if waits else moment(at), moment(plain), timedelta(seconds=counted))


def _without_pauses(begins: int, promise: Terms, calendar: Calendar) -> int:
    if promise.amount < 1:
        raise ValueError("A promise is of at least 1.")
    unit = Unit(promise.unit)
    if unit is Unit.BUSINESS_HOURS:
        return calendar.add_open_seconds(begins, promise.amount * 3600)
    if unit is Unit.BUSINESS_DAYS:
        return calendar.close_of_open_day(begins, promise.amount)
    if unit is Unit.HOURS:
        return begins + promise.amount * 3600
    # The wall clock of the place is kept across a change to or from summer time. A time that is
    # skipped that day is an hour later on the clock; of one that comes twice, the first is meant.
    local = datetime.fromtimestamp(begins, calendar.zone)
    later = local.replace(tzinfo=None) + timedelta(days=promise.amount)
    return seconds(later.replace(tzinfo=calendar.zone, fold=0).astimezone(UTC))


def _stops(
    begins: int, pauses: Iterable[Pause], cap: timedelta | None
) -> tuple[list[Span], int | None]:
    """Pauses as spans after the start, joined and capped; and where one without end begins."""
    spans: list[Span] = []
    endless: int | None = None
    for pause in pauses:
        low = max(begins, seconds(pause.start))
        if pause.end is not None:
            spans.append((low, seconds(pause.end)))
        elif endless is None or low < endless:
            endless = low
    left = None if cap is None else round(cap.total_seconds())
    if endless is not None:
        spans = [(a, min(b, endless)) for a, b in spans]
        if left is not None:
            spans.append((endless, endless + left))
            endless = None
    found: list[Span] = []
    for low, high in joined(spans):
        if left is not None:
            high = min(high, low + left)
            left -= high - low
        if low < high:
            found.append((low, high))
    return found, endless
