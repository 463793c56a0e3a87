"""A course over time as a drawing: dots with likely ranges, broken where it must be.

Drawn twice, wide and narrow; the style sheet shows the one that fits, so letters keep their size.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from heard.ui.telling import number
from heard.voice.reports.periods import period_name
from heard.voice.reports.scores import Course, Month

LEFT, RIGHT, TOP, BOTTOM = 44, 12, 14, 28
INSET = 26  # half the name of a month, so that the first and the last are whole
REACH = 1.96
SCALE_STEPS = 4  # the scale is cut at quarters, and shows at least half of itself


@dataclass(frozen=True, slots=True)
class Mark:
    """One period of a course. ``value`` is None where it is hidden or nobody answered.

    ``told`` is what stands over the dot. ``breaks``: the words changed before it.
    """

    period: str
    value: float | None
    low: float | None
    high: float | None
    told: str = ""
    breaks: bool = False


@dataclass(frozen=True, slots=True)
class Scale:
    """Lowest and highest value, and how a value on the axis is told."""

    low: float
    high: float
    unit: str = ""

    def told(self, value: float) -> str:
        """The words of a tick."""
        if self.unit == "share":
            return f"{round(100 * value)}%"
        digits = 0 if float(value).is_integer() else 1
        sign = "+" if self.unit == "points" and value > 0 else ""
        return sign + number(value, digits).replace("-", "\N{MINUS SIGN}")


@dataclass(frozen=True, slots=True)
class Dot:
    """A period on the drawing, all in its units."""

    x: float
    y: float
    low: float
    high: float
    told: str


@dataclass(frozen=True, slots=True)
class Label:
    """A period's name below the drawing."""

    x: float
    words: str


@dataclass(frozen=True, slots=True)
class Picture:
    """Lines of unbroken periods, dots, places of breaks, and the scale."""

    looks: str
    width: int
    height: int
    lines: tuple[str, ...]
    dots: tuple[Dot, ...]
    breaks: tuple[float, ...]
    ticks: tuple[tuple[float, str], ...]
    labels: tuple[Label, ...]

    left = LEFT

    @property
    def right(self) -> int:
        """Where the grid ends."""
        return self.width - RIGHT

    @property
    def bottom(self) -> int:
        """Where the scale begins."""
        return self.height - BOTTOM


# Width, height, how many periods are named. "small" is one of several beside each other.
SIZES = {"wide": (600, 230, 6), "narrow": (320, 190, 3), "small": (300, 150, 2)}


def pictures(
    marks: Sequence[Mark], scale: Scale, *, beside: Sequence[Mark] = ()
) -> tuple[Picture, ...]:
    """The drawings; none where fewer than two periods have a number.

    ``beside``: the marks of all lines that stand next to each other, which share one scale and
    are drawn small.
    """
    if sum(mark.value is not None for mark in marks) < 2:
        return ()
    ends = _cut(beside or marks, scale)
    looks = ("small",) if beside else ("wide", "narrow")
    return tuple(_drawn(one, marks, scale, ends) for one in looks)


def _cut(marks: Sequence[Mark], scale: Scale) -> tuple[float, float]:
    """The part of the scale that holds every likely range: whole quarters, two at least."""
    quarter = (scale.high - scale.low) / SCALE_STEPS
    lows = [m.low if m.low is not None else m.value for m in marks if m.value is not None]
    highs = [m.high if m.high is not None else m.value for m in marks if m.value is not None]
    low = math.floor((min(v for v in lows if v is not None) - scale.low) / quarter)
    high = math.ceil((max(v for v in highs if v is not None) - scale.low) / quarter)
    low, high = max(0, min(low, SCALE_STEPS - 1)), min(SCALE_STEPS, max(high, 1))
    while high - low < SCALE_STEPS // 2:
        low, high = (low - 1, high) if high == SCALE_STEPS else (low, high + 1)
    return scale.low + low * quarter, scale.low + high * quarter


def _drawn(looks: str, marks: Sequence[Mark], scale: Scale, ends: tuple[float, float]) -> Picture:
    width, height, names = SIZES[looks]
    low, high = ends

    def down(value: float) -> float:
        return round(TOP + (high - value) / (high - low) * (height - TOP - BOTTOM), 1)

    step = (width - LEFT - RIGHT - 2 * INSET) / max(len(marks) - 1, 1)
    across = [round(LEFT + INSET + place * step, 1) for place in range(len(marks))]
    quarter = (scale.high - scale.low) / SCALE_STEPS
    count = round((high - low) / quarter)
    every = 2 if looks == "small" and count > 2 and count % 2 == 0 else 1
    ticks = [low + place * quarter for place in range(0, count + 1, every)]
    return Picture(
        looks, width, height,
        lines=tuple(
            " ".join(f"{across[place]},{down(marks[place].value or 0)}" for place in run)
            for run in _runs(marks) if len(run) > 1
        ),
        dots=tuple(
            Dot(x, down(m.value), down(m.low if m.low is not None else m.value),
                down(m.high if m.high is not None else m.value), m.told)
            for x, m in zip(across, marks, strict=True) if m.value is not None
        ),
        breaks=tuple(
            round(x - step / 2, 1) for x, m in zip(across, marks, strict=True) if m.breaks
        ),
        ticks=tuple((down(value), scale.told(value)) for value in ticks),
        labels=tuple(_labels(marks, across, names)),
    )  # fmt: skip


def _runs(marks: Sequence[Mark]) -> list[list[int]]:
    """Stretches of periods with a number and no break between them."""
    runs: list[list[int]] = [[]]
    for place, mark in enumerate(marks):
        if mark.breaks:
            runs.append([])
        if mark.value is None:
            runs.append([])
        else:
            runs[-1].append(place)
    return [run for run in runs if run]


def _labels(marks: Sequence[Mark], across: Sequence[float], names: int) -> list[Label]:
    """Names of as many periods as have room, the last one always."""
    every = max(1, math.ceil(len(marks) / names))
    last = len(marks) - 1
    return [
        Label(across[place], period_name(mark.period, short=True))
        for place, mark in enumerate(marks)
        if (last - place) % every == 0
    ]


INDEX = Scale(0, 100)


def course_pictures(course: Course) -> tuple[Picture, ...]:
    """The drawings of a course of the index."""
    return pictures([_mark(month) for month in course.months], INDEX)


def _mark(month: Month) -> Mark:
    point = month.point
    if point.value is None:
        return Mark(point.label, None, None, None, breaks=month.breaks)
    reach = REACH * (point.se or 0.0)
    told = _("{period}: {value} ({n} answers)").format(
        period=period_name(point.label), value=number(point.value), n=number(point.n)
    )
    low, high = max(0.0, point.value - reach), min(100.0, point.value + reach)
    return Mark(point.label, point.value, low, high, told, month.breaks)
