"""Which months of which series are computed, in portions that fit into memory."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from heard.measures.formulas import Series
from heard.measures.periods import first_day

AT_ONCE = 1_000_000  # rows held together
LAST = "9999-99"

Periods = frozenset[str] | None  # months such as 2011-08; None for all that ever were


class Class(NamedTuple):
    """Series that look at rows by the same days, which decide the period."""

    fact: str
    days: tuple[str, ...]
    spans: bool


@dataclass(frozen=True)
class Slice:
    """Months computed together: those named, or all from the first to the last."""

    months: frozenset[str] | None = None
    first: str = ""
    last: str = LAST

    def takes(self, period: str) -> bool:
        """Whether figures of this period are made."""
        return self.first <= period <= self.last and (self.months is None or period in self.months)

    def of(self, periods: Periods) -> "Slice":
        """What of this slice one series wants."""
        return self if periods is None or self.months is None else Slice(self.months & periods)

    def window(self) -> tuple[int, int]:
        """The first and the last month of it, as months since the year 0."""
        first, last = self.first, self.last
        if self.months:
            first, last = min(self.months), max(self.months)
        return _index(first) if first else 0, _index(last)

    @property
    def is_empty(self) -> bool:
        """Whether nothing is wanted."""
        return self.months is not None and not self.months


def classes(wanted: Mapping[Series, Periods]) -> dict[str, dict[Class, list[Series]]]:
    """The series of each fact that look at rows by the same days: they can share what is read."""
    found: dict[str, dict[Class, list[Series]]] = {}
    for series, periods in wanted.items():
        if periods is None or periods:
            kind = Class(series.fact, series.days, series.spans)
            found.setdefault(series.fact, {}).setdefault(kind, []).append(series)
    return found


def named(months: Iterable[str], rows_a_month: float) -> Iterator[Slice]:
    """Portions of some months."""
    ordered = sorted(months)
    length = _length(rows_a_month)
    for begin in range(0, len(ordered), length):
        yield Slice(frozenset(ordered[begin : begin + length]))


def everything(first: str, last: str, rows_a_month: float) -> Iterator[Slice]:
    """Portions that together take every month there could be; there are rows in first to last."""
    months, length = list(between(first, last)), _length(rows_a_month)
    starts = months[::length]
    for place, start in enumerate(starts):
        is_last = place + 1 == len(starts)
        yield Slice(
            first="" if place == 0 else start,
            last=LAST if is_last else months[months.index(starts[place + 1]) - 1],
        )


def between(first: str, last: str) -> Iterator[str]:
    """Every month from the first to the last."""
    place, end = _index(first), _index(last)
    while place <= end:
        yield f"{place // 12:04}-{place % 12 + 1:02}"
        place += 1


def condition(slice_: Slice, days: tuple[str, ...], *, spans: bool) -> str:
    """Which rows can be of these months, in the SQL of every engine; empty for all."""
    if not days or (slice_.months is None and (slice_.first, slice_.last) == ("", LAST)):
        return ""
    if slice_.months is None:
        return _within(days, slice_.first, slice_.last, spans=spans)
    runs = list(_runs(slice_.months))
    if len(runs) == 1:
        return _within(days, *runs[0], spans=spans)
    # From the first to the last besides: a plain range tells an engine which files it can skip.
    all_of_them = _within(days, runs[0][0], runs[-1][1], spans=spans)
    found = (_within(days, first, last, spans=spans) for first, last in runs)
    return f"({all_of_them}) AND ({' OR '.join(f'({one})' for one in found)})"


def _within(days: tuple[str, ...], first: str, last: str, *, spans: bool) -> str:
    if not spans:
        found = (_ends(day, day, first, last) for day in days)
        return " OR ".join(f"({one})" for one in found)
    return _ends(days[0], days[-1], first, last, or_open=f"{days[-1]} IS NULL OR ")


def _ends(begin: str, end: str, first: str, last: str, *, or_open: str = "") -> str:
    parts = []
    if last != LAST:
        parts.append(f"{begin} < DATE '{_after(last)}'")
    if first:
        parts.append(f"({or_open}{end} >= DATE '{first_day(first)}')")
    return " AND ".join(parts)


def _runs(months: Iterable[str]) -> Iterator[tuple[str, str]]:
    """First and last of each run of months that follow each other."""
    ordered = sorted(months)
    begin = 0
    for place, month in enumerate(ordered):
        following = ordered[place + 1] if place + 1 < len(ordered) else ""
        if not following or _index(following) != _index(month) + 1:
            yield ordered[begin], month
            begin = place + 1


def _length(rows_a_month: float) -> int:
    return max(1, int(AT_ONCE // max(1.0, rows_a_month)))


def _after(month: str) -> date:
    place = _index(month) + 1
    return date(place // 12, place % 12 + 1, 1)


def _index(month: str) -> int:
    return int(month[:4]) * 12 + int(month[5:]) - 1
