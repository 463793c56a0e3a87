"""A calendar: when a place or a division is open, and how open time is counted.

Semantics are told in ``docs/developer/clocks.md``. Moments inside are whole UTC seconds.
"""

import functools
from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import accumulate
from zoneinfo import ZoneInfo

from heard.places.hours import DAY, Hours, minutes_of, read_hours, wall_of_day
from heard.places.public_holidays import holidays_between
from heard.places.spans import Span, clipped, joined, without
from heard.places.zones import moments_of, offset_at

FURTHEST = 30 * 366 * DAY
CHUNK = 64 * DAY  # worked out at a time: most promises fall due within


class NeverOpens(ValueError):
    """The calendar has not enough open time within 30 years."""


@dataclass(frozen=True, slots=True)
class Definition:
    """All that makes a calendar; equal definitions make one calendar.

    ``special`` are days with hours of their own, "" for closed all day: (day, times). ``closures``
    are spans of the wall clock, in seconds since 1970, that are closed whatever else is said.
    """

    hours: str
    zone: str
    jurisdiction: str = ""
    special: tuple[tuple[date, str], ...] = ()
    closures: tuple[Span, ...] = ()


class Calendar:
    """Open time of one definition, worked out a stretch at a time and kept."""

    def __init__(self, definition: Definition) -> None:
        self.definition = definition
        self.hours: Hours = read_hours(definition.hours)
        self.zone = ZoneInfo(definition.zone)
        self._closures = joined(definition.closures)
        self._special = dict(definition.special)
        self._chunks: dict[int, tuple[list[Span], list[tuple[int, int]]]] = {}
        self._low = self._high = 0
        self._starts: list[int] = []
        self._ends: list[int] = []
        self._open_by_end: list[int] = []  # open seconds from the first interval to each end
        self._days: list[int] = []
        self._closes: list[int] = []

    # --- on the wall clock ----------------------------------------------------------------------

    def wall_spans(self, first: date, last: date) -> list[Span]:
        """Open spans of the wall clock from the day ``first`` up to, not with, ``last``."""
        low, high = wall_of_day(first), wall_of_day(last)
        early, late = first - timedelta(1), last + timedelta(1)
        holidays = holidays_between(self.definition.jurisdiction, early, late)
        spans = self.hours.spans(early, late, holidays)
        chosen = {day: times for day, times in self._special.items() if early <= day < late}
        if chosen:
            whole = joined((wall_of_day(day), wall_of_day(day) + DAY) for day in chosen)
            spans = without(spans, whole)
            for day, times in chosen.items():
                spans = joined([*spans, *special_spans(day, times)])
        return clipped(without(spans, self._closures), low, high)

    def holidays(self, first: date, last: date) -> dict[date, str]:
        """The public holidays from ``first`` to ``last``, both included."""
        return holidays_between(self.definition.jurisdiction, first, last)

    # --- in moments -----------------------------------------------------------------------------

    def open_intervals(self, start: datetime, end: datetime) -> list[tuple[datetime, datetime]]:
        """Open time between two aware moments, as aware moments in UTC."""
        low, high = seconds(start), seconds(end)
        return [(moment(a), moment(b)) for a, b in self.open_spans(low, high)]

    def open_spans(self, low: int, high: int) -> list[Span]:
        """Open time between two UTC seconds."""
        if high <= low:
            return []
        self._cover(low, high)
        i = bisect_right(self._ends, low)
        j = bisect_left(self._starts, high)
        return clipped(zip(self._starts[i:j], self._ends[i:j], strict=True), low, high)

    def is_open(self, at: datetime) -> bool:
        """Whether it is open at an aware moment."""
        second = seconds(at)
        return bool(self.open_spans(second, second + 1))

    def next_change(self, at: datetime, within: timedelta = timedelta(days=400)) -> datetime | None:
        """When it next closes (if open) or opens (if closed); None within the given time."""
        low = seconds(at)
        high = low + round(within.total_seconds())
        spans = self.open_spans(low, high)
        if not spans:
            return None
        start, end = spans[0]
        change = end if start <= low else start
        return moment(change) if change < high else None

    def open_seconds(self, low: int, high: int) -> int:
        """How much of the time between two UTC seconds is open."""
        if high <= low:
            return 0
        self._cover(low, high)
        return self._open_until(high) - self._open_until(low)

    def add_open_seconds(self, start: int, amount: int) -> int:
        """The first UTC second by which ``amount`` open seconds have passed since ``start``."""
        if amount <= 0:
            return start
        reach = start + amount
        while reach < start + amount + FURTHEST:
            self._cover(start, reach)
            wanted = self._open_until(start) + amount
            i = bisect_left(self._open_by_end, wanted)
            if i < len(self._ends):
                return self._ends[i] - (self._open_by_end[i] - wanted)
            reach = self._further(start)
        raise NeverOpens(self.definition.hours)

    def add_business_time(self, start: datetime, duration: timedelta) -> datetime:
        """The first moment by which so much open time has passed since an aware moment."""
        return moment(self.add_open_seconds(seconds(start), round(duration.total_seconds())))

    def close_of_open_day(self, start: int, days: int) -> int:
        """The UTC second at which the n-th open day after the day of ``start`` closes."""
        if days < 1:
            raise ValueError("Count at least one day.")
        reach = start + days * DAY
        today = (start + offset_at(self.zone, start)) // DAY
        while reach < start + days * DAY + FURTHEST:
            self._cover(start, reach)
            i = bisect_right(self._days, today) + days - 1
            # The last day known may go on into a stretch not worked out yet.
            if i < len(self._days) - 1:
                return self._closes[i]
            reach = self._further(start)
        raise NeverOpens(self.definition.hours)

    def add_business_days(self, start: datetime, days: int) -> datetime:
        """The close of the n-th open day after the (local) day of an aware moment."""
        return moment(self.close_of_open_day(seconds(start), days))

    def opens_within(self, start: datetime, within: timedelta) -> bool:
        """Whether there is any open time in the given time from an aware moment."""
        low = seconds(start)
        return self.open_seconds(low, low + round(within.total_seconds())) > 0

    # --- worked out and kept --------------------------------------------------------------------

    def _open_until(self, second: int) -> int:
        i = bisect_right(self._starts, second) - 1
        if i < 0:
            return 0
        return self._open_by_end[i] - max(0, self._ends[i] - second)

    def _further(self, start: int) -> int:
        """A second to look at next: twice as far from the start as was looked."""
        return self._high + max(self._high - start, CHUNK)

    def _cover(self, low: int, high: int) -> None:
        """Work out the stretches between two UTC seconds, where not done before."""
        if self._low <= low and high < self._high:
            return
        first, last = low // CHUNK, high // CHUNK
        if self._chunks:
            first, last = min(first, min(self._chunks)), max(last, max(self._chunks))
        for chunk in range(first, last + 1):
            if chunk not in self._chunks:
                self._chunks[chunk] = self._worked_out(chunk * CHUNK, (chunk + 1) * CHUNK)
        known = [self._chunks[chunk] for chunk in sorted(self._chunks)]
        spans = joined(span for found, _closes in known for span in found)
        closes = dict(pair for _spans, found in known for pair in found)
        self._starts = [a for a, _b in spans]
        self._ends = [b for _a, b in spans]
        self._open_by_end = list(accumulate(b - a for a, b in spans))
        self._days, self._closes = list(closes), list(closes.values())
        self._low, self._high = first * CHUNK, (last + 1) * CHUNK

    def _worked_out(self, low: int, high: int) -> tuple[list[Span], list[tuple[int, int]]]:
        """Open spans between two UTC seconds, and for each open day (as a number) its close."""
        zone = self.definition.zone
        # A wall clock is never two days from UTC.
        walls = self.wall_spans(
            moment(low).date() - timedelta(2), moment(high).date() + timedelta(3)
        )
        closes: dict[int, int] = {}
        for a, b in walls:
            for day in range(a // DAY, (b - 1) // DAY + 1):
                part = (max(a, day * DAY), min(b, (day + 1) * DAY))
                found = moments_of([part], zone, low, high)
                if found:
                    closes[day] = max(found[-1][1], closes.get(day, 0))
        return moments_of(walls, zone, low, high), list(closes.items())


def special_spans(day: date, times: str) -> list[Span]:
    """The open spans of a day with hours of its own, such as ``09:00-12:00``; "" is closed."""
    begins = wall_of_day(day)
    return joined((begins + a * 60, begins + b * 60) for a, b in minutes_of(times))


@functools.lru_cache(maxsize=500)
def calendar_of(definition: Definition) -> Calendar:
    """The calendar of a definition, shared in this process."""
    return Calendar(definition)


def seconds(at: datetime) -> int:
    """The UTC second of an aware moment; fractions are dropped."""
    if at.tzinfo is None:
        raise ValueError("A moment needs a time zone.")
    return int(at.timestamp() // 1)


def moment(second: int) -> datetime:
    """The aware moment of a UTC second."""
    return datetime.fromtimestamp(second, UTC)
