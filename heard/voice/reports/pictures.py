"""The course of a score over months as a drawing: dots with intervals, broken where it must."""

from dataclasses import dataclass

from heard.ui.telling import number
from heard.voice.reports.scores import Course, Month

WIDTH, HEIGHT = 720, 240
LEFT, RIGHT, TOP, BOTTOM = 40, 10, 12, 30
INSET = 34  # half the name of a month, so that the first and the last are whole
REACH = 1.96


@dataclass(frozen=True, slots=True)
class Dot:
    """A month on the drawing, all in its units."""

    x: float
    y: float
    low: float
    high: float
    label: str
    told: str


@dataclass(frozen=True, slots=True)
class Picture:
    """Lines of unbroken months, dots, places of breaks, and the scale."""

    width: int
    height: int
    lines: list[str]
    dots: list[Dot]
    breaks: list[float]
    ticks: list[tuple[float, int]]
    labels: list[tuple[float, str]]
    bottom: float


def course_picture(course: Course) -> Picture | None:
    """The drawing; None where there are fewer than two months with a number."""
    shown = [month for month in course.months if month.point.value is not None]
    if len(shown) < 2:
        return None
    count = len(course.months)
    step = (WIDTH - LEFT - RIGHT - 2 * INSET) / max(count - 1, 1)
    across = {
        month.point.label: LEFT + INSET + place * step for place, month in enumerate(course.months)
    }
    lines = []
    for stretch in course.stretches:
        for run in _runs(stretch):
            points = [f"{across[m.point.label]:.1f},{_down(m.point.value or 0):.1f}" for m in run]
            if len(points) > 1:
                lines.append(" ".join(points))
    every = max(1, -(-count // 8))
    return Picture(
        WIDTH, HEIGHT, lines,
        dots=[_dot(month, across[month.point.label]) for month in shown],
        breaks=[across[m.point.label] - step / 2 for m in course.months if m.breaks],
        ticks=[(_down(value), value) for value in (0, 25, 50, 75, 100)],
        labels=[
            (across[m.point.label], m.point.label)
            for place, m in enumerate(course.months) if place % every == 0
        ],
        bottom=HEIGHT - BOTTOM,
    )  # fmt: skip


def _runs(months: tuple[Month, ...]) -> list[list[Month]]:
    runs: list[list[Month]] = [[]]
    for month in months:
        if month.point.value is None:
            runs.append([])
        else:
            runs[-1].append(month)
    return [run for run in runs if run]


def _down(value: float) -> float:
    return round(TOP + (100 - value) / 100 * (HEIGHT - TOP - BOTTOM), 1)


def _dot(month: Month, x: float) -> Dot:
    value, se = month.point.value or 0.0, month.point.se or 0.0
    low, high = max(0.0, value - REACH * se), min(100.0, value + REACH * se)
    told = f"{month.point.label}: {number(value)}, n {month.point.n}"
    return Dot(round(x, 1), _down(value), _down(low), _down(high), month.point.label, told)
