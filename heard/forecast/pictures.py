"""Pictures of a forecast: a course over days without a letter in it, and tables whose cells glow.

The course is 100 wide and 100 high and stretched by the page; the words stand beside it. The heat
of a cell is a class from 0 to 5: colour helps the eye, the number in the cell says it.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, time, timedelta

from babel import dates

from heard.forecast.models import Forecast
from heard.ui.telling import day_told, locale

STEPS = (1, 1.5, 2, 3, 4, 5, 6, 8, 10)
LEVELS = 5
Point = tuple[float, float]


@dataclass(frozen=True)
class Course:
    """What came, then what is expected with its interval, on one scale from 0 to ``top``."""

    top: float
    past: str
    ahead: str
    band: str
    border: float
    first: str
    turn: str
    last: str
    long_past: bool


def course(row: Forecast) -> Course | None:
    """The picture of a forecast; None where there is none to draw."""
    if not row.days:
        return None
    total = len(row.recent) + len(row.days)
    top = _top([*row.recent, *(high for _mean, _low, high in row.days)])

    def place(step: int, value: float) -> Point:
        return 100 * step / max(1, total - 1), 100 - 100 * min(value / top, 1)

    begun = len(row.recent)
    past = [place(step, value) for step, value in enumerate(row.recent)]
    ahead = [place(begun + step, mean) for step, (mean, _low, _high) in enumerate(row.days)]
    upper = [place(begun + step, high) for step, (_mean, _low, high) in enumerate(row.days)]
    lower = [place(begun + step, low) for step, (_mean, low, _high) in enumerate(row.days)]
    return Course(
        top=top,
        past=_path(past),
        ahead=_path(ahead),
        band=_path([*upper, *reversed(lower)]) + "Z",
        border=round(100 * (begun - 0.5) / max(1, total - 1), 2),
        first=day_told(row.as_of - timedelta(days=begun), "short"),
        turn=day_told(row.as_of, "short"),
        last=day_told(row.day(len(row.days) - 1), "short"),
        long_past=begun > 1.5 * len(row.days),
    )


def _top(values: Sequence[float]) -> float:
    largest = max([1.0, *values])
    size = 10.0 ** math.floor(math.log10(largest))
    return next(step * size for step in STEPS if step * size >= largest * 0.999)


def _path(points: Sequence[Point]) -> str:
    return "M" + " L".join(f"{x:.2f} {y:.2f}" for x, y in points)


@dataclass(frozen=True)
class Cell:
    """One hour of one day: what it says, how warm it is, and what else is known of it."""

    said: str
    level: int
    note: str = ""


@dataclass(frozen=True)
class Heat:
    """A table of hours by days: the heads of its columns, and rows of an hour with its cells."""

    days: list[str]
    rows: list[tuple[str, list[Cell]]]


def heat(days: Sequence[date], cells: Sequence[Sequence[tuple[float, str, str]]]) -> Heat:
    """``cells`` are, for each day, 24 of value, words and note."""
    warmest = max((value for column in cells for value, _said, _note in column), default=0.0)
    rows = []
    for hour in range(24):
        row = [
            Cell(said, _level(value, warmest), note)
            for value, said, note in (column[hour] for column in cells)
        ]
        rows.append((hour_told(hour), row))
    return Heat([weekday_told(day) for day in days], rows)


def _level(value: float, warmest: float) -> int:
    if value <= 0 or warmest <= 0:
        return 0
    return min(LEVELS, 1 + math.floor(LEVELS * value / warmest * 0.9999))


def hour_told(hour: int) -> str:
    """``3 PM``, as the page's language writes an hour."""
    return str(dates.format_skeleton("h", time(hour), locale=locale()))


def weekday_told(day: date) -> str:
    """``Mon, Oct 4``."""
    return str(dates.format_skeleton("MMMEd", day, locale=locale()))
