"""Pictures drawn into the page: lines over time and bars by group, without a single letter in them.

Words stand beside a picture as text, so they keep their size on a telephone. A picture is 100 wide
and 100 high and stretched by the page; its strokes are not.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from heard.measures.definitions import Statistic
from heard.measures.models import Result
from heard.public.sentences import month_told

SCORES = {"share": 1.0, "score": 100.0}
STEPS = (1, 1.5, 2, 3, 4, 5, 6, 8, 10)


def top_of(statistic: Statistic, rows: Sequence[Result]) -> float:
    """Where the scale ends; it begins at 0. Shares and scores use all of theirs."""
    if statistic.unit in SCORES:
        return SCORES[statistic.unit]
    ends = [end for row in rows if row.value is not None for end in (row.value, row.high or 0.0)]
    largest = max(ends, default=1.0)
    size = 10.0 ** math.floor(math.log10(largest)) if largest > 0 else 1.0
    return next(step * size for step in STEPS if step * size >= largest * 0.999)


@dataclass(frozen=True)
class Dot:
    """One month: its place across and from the top, its row; hollow where the month still runs."""

    x: float
    y: float
    row: Result
    hollow: bool


@dataclass(frozen=True)
class Line:
    """Values over months. A gap is a month without a figure that may be shown."""

    top: float
    first: str
    last: str
    first_told: str
    last_told: str
    paths: tuple[str, ...]
    areas: tuple[str, ...]
    dots: tuple[Dot, ...]


def line(
    statistic: Statistic, rows: Sequence[Result], months: Sequence[str], running: str
) -> Line | None:
    """The picture of a group over the months; None where there is nothing to draw."""
    by_month = {row.period: row for row in rows if row.value is not None}
    if statistic.kind == "count" and by_month:
        # Nothing received is a nought, not a gap; before the first row there was no counting.
        since = min(by_month)
        nought = {m: Result(period=m, n=0, value=0.0) for m in months if m >= since}
        by_month = nought | by_month
    shown = [by_month[month] for month in months if month in by_month]
    if not shown:
        return None
    top = top_of(statistic, shown)
    across = {month: _across(place, len(months)) for place, month in enumerate(months)}
    runs = _runs([by_month.get(month) if month != running else None for month in months])
    dots = tuple(
        Dot(across[row.period], _down(row.value, top), row, row.period == running) for row in shown
    )
    return Line(
        top=top,
        first=months[0],
        last=months[-1],
        first_told=month_told(months[0]),
        last_told=month_told(months[-1]),
        paths=tuple(_path(run, across, top) for run in runs if len(run) > 1),
        areas=tuple(_area(run, across, top) for run in runs if len(run) > 1),
        dots=dots,
    )


def _runs(rows: Sequence[Result | None]) -> list[list[Result]]:
    runs: list[list[Result]] = [[]]
    for row in rows:
        if row is None:
            runs.append([])
        else:
            runs[-1].append(row)
    return [run for run in runs if run]


def _across(place: int, count: int) -> float:
    return 50.0 if count == 1 else round(2 + 96 * place / (count - 1), 2)


def _down(value: float | None, top: float) -> float:
    return round(100 - 100 * min((value or 0.0) / top, 1.0), 2)


def _path(run: Sequence[Result], across: dict[str, float], top: float) -> str:
    return "M" + " L".join(f"{across[row.period]} {_down(row.value, top)}" for row in run)


def _area(run: Sequence[Result], across: dict[str, float], top: float) -> str:
    upper = [f"{across[row.period]} {_down(_end(row, 'high'), top)}" for row in run]
    lower = [f"{across[row.period]} {_down(_end(row, 'low'), top)}" for row in reversed(run)]
    return "M" + " L".join([*upper, *lower]) + "Z"


def _end(row: Result, name: str) -> float | None:
    """The interval's end; the value itself where that end cannot be given."""
    end: float | None = getattr(row, name)
    return row.value if end is None else end


@dataclass(frozen=True)
class Bar:
    """One group's figure as a bar with its interval, in hundredths of the scale."""

    row: Result
    name: str
    url: str
    width: float
    low: float | None
    high: float | None


def bars(
    statistic: Statistic, rows: Sequence[Result], named: dict[str, tuple[str, str]], top: float
) -> list[Bar]:
    """Bars in the order given; ``named`` gives each group's name and address."""
    return [
        Bar(
            row=row,
            name=named[row.group][0],
            url=named[row.group][1],
            width=_share(row.value, top) or 0.0,
            low=_share(row.low, top),
            high=_share(row.high, top),
        )
        for row in rows
    ]


def _share(value: float | None, top: float) -> float | None:
    return None if value is None else round(100 * min(value / top, 1.0), 2)


def best_first(statistic: Statistic, direction: str, rows: Sequence[Result]) -> list[Result]:
    """Groups in order: the best figure first, those too small to show at the end."""
    rises = direction == "down"

    def place(row: Result) -> tuple[bool, float, str]:
        value = row.value or 0.0
        return (row.value is None, value if rises else -value, row.group)

    return sorted(rows, key=place)
