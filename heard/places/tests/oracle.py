"""When a promise falls due, found the slow way: by walking minutes. Shares no code with ``places``.

The clock of a place is painted minute by minute on its wall, each minute of UTC looks up what the
wall shows, and running seconds are counted until the promise is used up.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

import holidays
import numpy as np

FIRST = datetime(2025, 6, 1, tzinfo=UTC)
YEARS = 4
Minutes = tuple[int, int]


@dataclass(frozen=True)
class OracleRule:
    """Times of the day for the days that fit; no times with ``opens`` False closes the day."""

    weekdays: frozenset[int] = frozenset(range(7))
    months: frozenset[int] = frozenset(range(1, 13))
    nth: int = 0  # only the n-th of its weekday in the month; -1 the last
    month_day: tuple[int, int] | None = None
    on_holidays: bool = False
    only_holidays: bool = False
    times: tuple[Minutes, ...] = ()

    def fits(self, day: date, off: frozenset[date]) -> bool:
        """Whether the rule speaks of the day."""
        if (self.on_holidays or self.only_holidays) and day in off:
            return True
        if self.only_holidays:
            return False
        if self.month_day is not None:
            return (day.month, day.day) == self.month_day
        if self.nth and not self._is_nth(day):
            return False
        return day.month in self.months and day.weekday() in self.weekdays

    def _is_nth(self, day: date) -> bool:
        if self.nth < 0:
            return (day + timedelta(7)).month != day.month
        return (day.day - 1) // 7 + 1 == self.nth


@dataclass(frozen=True)
class OracleCalendar:
    """What is open, as plain data."""

    zone: str
    rules: tuple[OracleRule, ...]
    jurisdiction: str = ""
    special: Mapping[date, tuple[Minutes, ...]] = field(default_factory=dict)
    closures: tuple[tuple[datetime, datetime], ...] = ()  # on the wall, whole minutes

    def painted(self, first: date, days: int) -> np.ndarray:
        """For each minute of the wall clock from a day on: open or not."""
        early = first - timedelta(2)
        row = np.zeros((days + 4) * 1440, dtype=bool)
        off = _days_off(self.jurisdiction)
        for rule in self.rules:
            fitting = [n for n in range(days + 2) if rule.fits(early + timedelta(n), off)]
            _repaint(row, dict.fromkeys(fitting, rule.times))
        chosen = {(day - early).days: times for day, times in self.special.items()}
        _repaint(row, {n: times for n, times in chosen.items() if 0 <= n < days + 2})
        for start, end in self.closures:
            zero = datetime.fromisoformat(early.isoformat())
            low, high = (int((t - zero).total_seconds()) // 60 for t in (start, end))
            row[max(low, 0) : max(high, 0)] = False
        return row[2 * 1440 : (days + 2) * 1440]


def _repaint(row: np.ndarray, days: dict[int, tuple[Minutes, ...]]) -> None:
    for n in days:
        row[n * 1440 : (n + 1) * 1440] = False
    for n, times in days.items():
        for start, end in times:
            row[n * 1440 + start : n * 1440 + end] = True


@lru_cache
def _days_off(jurisdiction: str) -> frozenset[date]:
    if not jurisdiction:
        return frozenset()
    country, _dash, part = jurisdiction.partition("-")
    years = range(FIRST.year - 1, FIRST.year + YEARS + 2)
    found: set[date] = set()
    for year in years:
        found |= set(holidays.country_holidays(country, subdiv=part or None, years=year))
    return frozenset(found)


@lru_cache
def wall_minutes(zone: str) -> np.ndarray:
    """For each minute of UTC since ``FIRST``: minutes on the wall since then."""
    place = ZoneInfo(zone)
    hours = YEARS * 366 * 24

    def offset(minute: int) -> int:
        shift = (FIRST + timedelta(minutes=minute)).astimezone(place).utcoffset()
        assert shift is not None
        return int(shift.total_seconds()) // 60

    by_hour = [offset(hour * 60) for hour in range(hours + 1)]
    offsets = np.repeat(np.array(by_hour[:-1]), 60)
    for hour in range(hours):
        if by_hour[hour] != by_hour[hour + 1]:
            offsets[hour * 60 : hour * 60 + 60] = [offset(hour * 60 + m) for m in range(60)]
    wall: np.ndarray = np.arange(hours * 60) + offsets
    return wall


class Walk:
    """A stretch of UTC minutes from a start, with what is open in it."""

    def __init__(self, calendar: OracleCalendar, start: datetime, days: int) -> None:
        self.start_minute = int((start - FIRST).total_seconds()) // 60
        self.start_second = int((start - FIRST).total_seconds()) % 60
        wall = wall_minutes(calendar.zone)
        self.wall = wall[self.start_minute : self.start_minute + days * 1440]
        first = (FIRST + timedelta(minutes=int(self.wall[0]))).date() - timedelta(1)
        zero = (first - FIRST.date()).days * 1440
        self.open = calendar.painted(first, days + 4)[self.wall - zero]
        self.paused: dict[int, set[int]] = {0: set(range(self.start_second))}
        self.stopped = np.zeros(len(self.wall), dtype=bool)

    def second(self, moment: datetime) -> int:
        """Seconds from the first minute of the walk."""
        return int((moment - FIRST).total_seconds()) - self.start_minute * 60

    def pause(self, pauses: list[tuple[datetime, datetime | None]], cap: int | None) -> None:
        """Mark the seconds in which the clock stands."""
        for start, end in pauses:
            low = max(self.second(start), self.start_second)
            high = len(self.wall) * 60 if end is None else self.second(end)
            high = min(high, len(self.wall) * 60)
            if low >= high:
                continue
            if low // 60 == high // 60:
                self._mark(low // 60, range(low % 60, high % 60))
                continue
            self._mark(low // 60, range(low % 60, 60))
            self.stopped[low // 60 + 1 : high // 60] = True
            self._mark(high // 60, range(high % 60))
        if cap is not None:
            self._apply(cap)

    def _mark(self, minute: int, seconds: range) -> None:
        if minute < len(self.wall) and seconds:
            self.paused.setdefault(minute, set()).update(seconds)

    def _apply(self, cap: int) -> None:
        """Let the clock run again once it has stood for ``cap`` seconds in all."""
        early = set(range(self.start_second))
        stands = np.where(self.stopped, 60, 0)
        for minute in self.paused:
            stands[minute] = len(self._standing(minute))
        stands[0] -= len(early)
        total = np.cumsum(stands)
        over = int(np.searchsorted(total, cap, side="right"))
        if over >= len(total):
            return
        left = cap - (int(total[over - 1]) if over else 0)
        here = self._standing(over) - (early if over == 0 else set())
        self.stopped[over:] = False
        self.paused = {m: found for m, found in self.paused.items() if m < over}
        self.paused[over] = set(sorted(here)[:left])
        self.paused[0] = self.paused.get(0, set()) | early

    def _standing(self, minute: int) -> set[int]:
        return set(range(60)) if self.stopped[minute] else self.paused.get(minute, set())

    def reach(self, budget: int, runs: np.ndarray) -> int | None:
        """The first second by which the clock has run for the budget; None within the walk."""
        run = np.where(runs & ~self.stopped, 60, 0)
        for minute in self.paused:
            if minute < len(run) and run[minute]:
                run[minute] = 60 - len(self.paused[minute])
        total = np.cumsum(run)
        minute = int(np.searchsorted(total, budget))
        if minute >= len(total):
            return None
        left = budget - (int(total[minute - 1]) if minute else 0)
        running = [s for s in range(60) if s not in self._standing(minute)]
        return minute * 60 + running[left - 1] + 1

    def close_of_day(self, days: int) -> int | None:
        """The second at which the n-th later day with an open minute closes."""
        day = self.wall // 1440
        open_days = [int(d) for d in np.unique(day[self.open]) if d > day[0]]
        # The last day of the walk may be cut off: it does not count.
        if len(open_days) <= days:
            return None
        minutes = np.flatnonzero(self.open & (day == open_days[days - 1]))
        return (int(minutes[-1]) + 1) * 60

    def same_wall_time(self, days: int) -> int | None:
        """The second at which the wall shows the time of the start, so many days later."""
        wanted = int(self.wall[0]) + days * 1440
        if self.wall.max() < wanted + 1440:
            return None
        found = np.flatnonzero(self.wall == wanted)
        if not len(found):  # a skipped time: later by as much as was skipped
            before = int(np.flatnonzero(self.wall < wanted)[-1])
            skipped = int(self.wall[before + 1] - self.wall[before] - 1)
            found = np.flatnonzero(self.wall == wanted + skipped)
        return int(found[0]) * 60 + self.start_second


def walk_due(
    calendar: OracleCalendar,
    start: datetime,
    amount: int,
    unit: str,
    pauses: list[tuple[datetime, datetime | None]],
    cap: int | None,
) -> datetime | None:
    """When the promise falls due; None while it stands in a pause without end."""
    days = 16
    while True:
        walk = Walk(calendar, start, days)
        always = np.ones(len(walk.wall), dtype=bool)
        runs = walk.open if unit.startswith("business") else always
        budget: int | None
        if unit.endswith("hours"):
            budget = amount * 3600
        else:
            close = (walk.close_of_day if unit == "business_days" else walk.same_wall_time)(amount)
            budget = None if close is None else _seconds_run(walk, runs, close)
        plain = None if budget is None else walk.reach(budget, runs)
        if budget is not None and plain is not None:
            walk.pause(pauses, cap)
            at = walk.reach(budget, runs)
            endless = cap is None and any(end is None for _start, end in pauses)
            if at is not None:
                return FIRST + timedelta(minutes=walk.start_minute, seconds=at)
            if endless and days >= 64:
                return None
        days *= 2


def _seconds_run(walk: Walk, runs: np.ndarray, until: int) -> int:
    whole = int(np.count_nonzero(runs[: until // 60])) * 60
    last = until % 60 if until % 60 and runs[until // 60] else 0
    return whole + last - (walk.start_second if runs[0] else 0)
