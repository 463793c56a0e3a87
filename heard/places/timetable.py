"""The one picture of an office's hours that page, door sign, JSON-LD, JSON and feed all show.

Times are those of the wall clock, in minutes of their day; past midnight they run on over 1440.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

from heard.core.words import Words
from heard.places.calendars import Calendar
from heard.places.hours import DAY, wall, wall_of_day
from heard.places.models import Closure, SpecialDay
from heard.places.spans import Span

WEEKS = 4
NIGHT_ENDS = 12 * 3600  # what goes on past midnight until noon belongs to the evening before
WHOLE_DAY = ((0, 1440),)
Minutes = tuple[int, int]


class HasHours(Protocol):
    """What hours are told of: an office, or the calendar of a division."""

    @property
    def calendar(self) -> Calendar | None: ...
    @property
    def zone(self) -> ZoneInfo: ...
    @property
    def closures(self) -> Sequence[Closure]: ...
    @property
    def special_days(self) -> Sequence[SpecialDay]: ...


@dataclass(frozen=True, slots=True)
class Day:
    """One day: when it is open, and why that is not as usual."""

    day: date
    times: tuple[Minutes, ...]
    holiday: str = ""
    reasons: tuple[Words, ...] = ()


@dataclass(frozen=True, slots=True)
class Timetable:
    """The usual week, and the days ahead that differ from it, from ``first`` to ``last``."""

    first: date
    last: date
    usual: tuple[tuple[Minutes, ...], ...]
    days: tuple[Day, ...]

    @property
    def exceptions(self) -> list[Day]:
        """The days that are not as the usual week says."""
        return [day for day in self.days if day.times != self.usual[day.day.weekday()]]


def timetable(found: HasHours, today: date, weeks: int = WEEKS) -> Timetable | None:
    """The hours of an office for some weeks from today; None where it gives none."""
    if found.calendar is None:
        return None
    last = today + timedelta(days=7 * weeks - 1)
    spans = _whole(_evenings(found.calendar, today, last))
    holidays = found.calendar.holidays(today, last)
    days = []
    for n in range(7 * weeks):
        day = today + timedelta(n)
        days.append(
            Day(day, tuple(spans.get(day, ())), holidays.get(day, ""), _reasons(found, day))
        )
    usual = tuple(_commonest([d for d in days if d.day.weekday() == w]) for w in range(7))
    return Timetable(today, last, usual, tuple(days))


def _evenings(calendar: Calendar, first: date, last: date) -> list[Span]:
    """Open spans that belong to the days, with the night after the last one."""
    low, high = wall_of_day(first), wall_of_day(last) + DAY
    spans = calendar.wall_spans(first - timedelta(1), last + timedelta(2))
    found = []
    for start, end in spans:
        pieces = [(start, end)]
        midnight = (start // DAY + 1) * DAY
        if end > midnight and (end - start >= DAY or end > midnight + NIGHT_ENDS):
            cuts = range(midnight, end, DAY)
            pieces = list(zip([start, *cuts], [*cuts, end], strict=True))
        found += [(a, b) for a, b in pieces if low <= a < high]
    return found


def _whole(spans: list[Span]) -> dict[date, list[Minutes]]:
    found: dict[date, list[Minutes]] = {}
    for start, end in spans:
        number = start // DAY
        day = date.fromordinal(number + 719_163)
        times = ((start - number * DAY) // 60, (end - number * DAY) // 60)
        found.setdefault(day, []).append(times)
    return found


def _commonest(days: list[Day]) -> tuple[Minutes, ...]:
    plain = [day.times for day in days if not day.holiday and not day.reasons]
    return Counter(plain or [day.times for day in days]).most_common(1)[0][0]


def _reasons(found: HasHours, day: date) -> tuple[Words, ...]:
    low = wall_of_day(day)
    reasons = [row.reason for row in found.special_days if row.day == day]
    for closure in found.closures:
        start, end = (
            wall(at.astimezone(found.zone)) for at in (closure.starts_at, closure.ends_at)
        )
        if start < low + DAY and end > low:
            reasons.append(closure.reason)
    return tuple(reasons)


@dataclass(frozen=True, slots=True)
class Standing:
    """Whether an office is open at a moment, and when that changes (None: not within a year)."""

    is_open: bool
    changes_at: datetime | None


def standing(found: HasHours, now: datetime) -> Standing | None:
    """How an office stands at an aware moment; None where it gives no hours."""
    if found.calendar is None:
        return None
    change = found.calendar.next_change(now)
    return Standing(found.calendar.is_open(now), change.astimezone(found.zone) if change else None)


def clock_of(minutes: int) -> str:
    """Minutes of a day as ``17:00``; those past midnight as the next day's clock shows them."""
    return f"{minutes // 60 % 24:02d}:{minutes % 60:02d}"


def today_at(zone: ZoneInfo, now: datetime) -> date:
    """The calendar day of a moment in a zone."""
    return now.astimezone(zone).date()
