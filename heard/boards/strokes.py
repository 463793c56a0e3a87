"""Small pictures drawn into the page: a line over time, and values with their reach.

A picture is 100 wide and 100 high and stretched by the page; its strokes are not. Words stand
beside it as text.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from heard.targets.lines import Point

CEILINGS = {"share": 1.0, "score": 100.0}


@dataclass(frozen=True)
class Spark:
    """The course of a measure, without scale: each stretch of one definition without a gap."""

    paths: tuple[str, ...]
    x: float
    y: float
    first: str
    last: str


def spark(points: Sequence[Point], unit: str) -> Spark | None:
    """The small line of a series; None where fewer than two values are known."""
    known = [point.value for point in points if point.value is not None]
    if len(known) < 2:
        return None
    low, high = min(known), max(known)
    reach = (high - low) or abs(high) or 1.0
    places = [
        None if p.value is None else (_across(i, len(points)), _down(p.value, low, reach))
        for i, p in enumerate(points)
    ]
    at = next(place for place in reversed(places) if place is not None)
    return Spark(_paths(places), at[0], at[1], str(points[0].period), str(points[-1].period))


def _paths(places: Sequence[tuple[float, float] | None]) -> tuple[str, ...]:
    runs: list[list[tuple[float, float]]] = [[]]
    for place in places:
        if place is None:
            runs.append([])
        else:
            runs[-1].append(place)
    return tuple("M" + " L".join(f"{x} {y}" for x, y in run) for run in runs if len(run) > 1)


def _across(place: int, count: int) -> float:
    return 50.0 if count == 1 else round(3 + 94 * place / (count - 1), 2)


def _down(value: float, low: float, reach: float) -> float:
    return round(90 - 80 * (value - low) / reach, 2)


@dataclass(frozen=True)
class Reach:
    """A value with its interval on a scale, in hundredths."""

    at: float
    low: float | None
    high: float | None


def top_of(unit: str, ends: Sequence[float | None]) -> float:
    """Where a scale from 0 ends."""
    known = [end for end in ends if end is not None]
    return CEILINGS.get(unit) or max([*known, 0.0]) * 1.05 or 1.0


def reach(
    value: float, low: float | None, high: float | None, top: float, bottom: float = 0.0
) -> Reach:
    """Where a value and its interval lie."""
    size = top - bottom
    ends = [None if end is None else _share(end - bottom, size) for end in (low, high)]
    return Reach(_share(value - bottom, size), ends[0], ends[1])


def _share(value: float, top: float) -> float:
    return round(100 * min(max(value / top, 0.0), 1.0), 2)


@dataclass(frozen=True)
class Stretch:
    """Months of one recipe: a line and its band; ``alone`` where it is a single dot."""

    path: str
    band: str
    dots: tuple[tuple[float, float], ...]


def stretches(
    runs: Sequence[Sequence[tuple[int, float, float, float]]], count: int, top: float
) -> tuple[Stretch, ...]:
    """Lines with bands over ``count`` months; each run holds (place, value, low, high)."""
    return tuple(_stretch(run, count, top) for run in runs if run)


def _stretch(run: Sequence[tuple[int, float, float, float]], count: int, top: float) -> Stretch:
    def place(at: int, value: float) -> tuple[float, float]:
        return _across(at, count), round(100 - _share(value, top), 2)

    line = [place(at, value) for at, value, _low, _high in run]
    upper = [place(at, high) for at, _value, _low, high in run]
    lower = [place(at, low) for at, _value, low, _high in reversed(run)]
    joined = [f"{x} {y}" for x, y in line]
    around = [f"{x} {y}" for x, y in (*upper, *lower)]
    is_line = len(run) > 1
    return Stretch(
        "M" + " L".join(joined) if is_line else "",
        "M" + " L".join(around) + "Z" if is_line else "",
        tuple(line),
    )
