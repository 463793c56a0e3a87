"""Pictures drawn into the page: lines over time and bars by group, without a single letter in them.

Words stand beside a picture as text, so they keep their size on a telephone. A picture is 100 wide
and 100 high and stretched by the page; its strokes are not.
"""

import math
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from heard.measures.definitions import Statistic
from heard.measures.models import Result
from heard.public.sentences import month_told
from heard.targets.lines import Point

SCORES = {"share": 1.0, "score": 100.0}
STEPS = (1, 1.5, 2, 3, 4, 5, 6, 8, 10)


def top_of(statistic: Statistic, rows: Sequence[Result]) -> float:
    """Where the scale ends; it begins at 0. Shares and scores use all of theirs."""
    return _top(statistic.unit, rows)


def _top(unit: str, rows: Sequence[Result]) -> float:
    if unit in SCORES:
        return SCORES[unit]
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
class Mark:
    """What a break is called: its place across, in hundredths, and the side its word stands on."""

    x: float
    anchor: str
    word: str


@dataclass(frozen=True)
class Line:
    """Values over months. A gap is a month without a figure that may be shown.

    ``breaks`` are the places across at which a new definition begins; no line crosses them, and
    ``marks`` name them. ``codes`` are all periods across, with a figure or without.
    """

    top: float
    first: str
    last: str
    first_told: str
    last_told: str
    paths: tuple[str, ...]
    areas: tuple[str, ...]
    dots: tuple[Dot, ...]
    breaks: tuple[float, ...] = ()
    marks: tuple[Mark, ...] = ()
    codes: tuple[str, ...] = ()

    @property
    def points(self) -> str:
        """All dots in one stroke: a page has a thousand of them."""
        return _points(self.dots)

    @property
    def hollows(self) -> str:
        """The dots of months that still run."""
        return _points(dot for dot in self.dots if dot.hollow)


def line(
    statistic: Statistic,
    rows: Sequence[Result],
    months: Sequence[str],
    running: str,
    breaks: Collection[str] = (),
) -> Line | None:
    """The picture of a group over the months; None where there is nothing to draw.

    ``breaks`` are the months from which on another definition counts.
    """
    by_month = {row.period: row for row in rows if row.value is not None}
    if statistic.kind == "count" and by_month:
        # Nothing received is a nought, not a gap; before the first row there was no counting.
        since = min(by_month)
        nought = {m: Result(period=m, n=0, value=0.0) for m in months if m >= since}
        by_month = nought | by_month
    if not any(month in by_month for month in months):
        return None
    told = (month_told(months[0]), month_told(months[-1]))
    named = {month: _("new definition") for month in breaks}
    return _drawn(by_month, months, statistic.unit, running, told, named)


def line_of(points: Sequence[Point], unit: str, silent: Collection[str]) -> Line | None:
    """The picture of a measure of our own: over its periods, broken where its definition changed.

    ``silent`` are the periods from which on the publisher's formula was another one.
    """
    rows, codes = {}, []
    breaks = {code: _("another formula") for code in silent}
    before: Point | None = None
    for point in points:
        if before is not None and (point.period.first - before.period.last).days > 1:
            codes.append(f"gap before {point.period.code}")
        if before is not None and before.definition != point.definition:
            breaks[point.period.code] = _("new definition")
        codes.append(point.period.code)
        if point.value is not None:
            rows[point.period.code] = Result(
                period=point.period.code, n=point.n or 0, value=point.value, low=point.low,
                high=point.high,
            )  # fmt: skip
        before = point
    if not rows:
        return None
    told = (str(points[0].period), str(points[-1].period))
    return _drawn(rows, codes, unit, "", told, breaks)


def _drawn(
    known: Mapping[str, Result],
    codes: Sequence[str],
    unit: str,
    running: str,
    told: tuple[str, str],
    breaks: Mapping[str, str],
) -> Line:
    """``breaks`` gives the word of each break by the first period after it."""
    shown = [known[code] for code in codes if code in known]
    top = _top(unit, shown)
    across = {code: _across(place, len(codes)) for place, code in enumerate(codes)}
    runs = _runs([known.get(code) if code != running else None for code in codes], breaks)
    dots = tuple(
        Dot(across[row.period], _down(row.value, top), row, row.period == running) for row in shown
    )
    half = 48 / max(len(codes) - 1, 1)
    marks = tuple(_mark(across[code] - half, breaks[code]) for code in codes[1:] if code in breaks)
    return Line(
        top=top,
        first=codes[0],
        last=codes[-1],
        first_told=told[0],
        last_told=told[1],
        paths=tuple(_path(run, across, top) for run in runs if len(run) > 1),
        areas=tuple(_area(run, across, top) for run in runs if len(run) > 1),
        dots=dots,
        breaks=tuple(mark.x for mark in marks),
        marks=marks,
        codes=tuple(codes),
    )


def _points(dots: Iterable[Dot]) -> str:
    return "".join(f"M{dot.x:.2f} {dot.y:.2f}h0" for dot in dots)


def _mark(x: float, word: str) -> Mark:
    return Mark(round(x, 2), "start" if x < 25 else "end" if x > 75 else "middle", word)


def _runs(rows: Sequence[Result | None], breaks: Collection[str]) -> list[list[Result]]:
    runs: list[list[Result]] = [[]]
    for row in rows:
        if row is None or row.period in breaks:
            runs.append([])
        if row is not None:
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
