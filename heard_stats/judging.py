"""A figure against its target, and against the years before it."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from heard_stats.checks import finite

Direction = Literal["up", "down"]
Verdict = Literal["met", "not met", "too close", "no figure", "no target"]
Course = Literal["improving", "unchanged", "worse"]

# Sums of decimal fractions differ in the last bits; a tie is a tie on paper.
CLOSE = 1e-9


def judge(
    value: float | None,
    target: float | None,
    *,
    direction: Direction,
    low: float | None = None,
    high: float | None = None,
) -> Verdict:
    """Whether a target was met, in the unit of the figure.

    ``direction`` says which side is good: ``up`` means at least the target, ``down`` at most; the
    target itself is good. With an interval (``low`` and ``high``), all of it must lie on one side:
    where the target is inside, the answer is ``too close`` to call. A complete count that has no
    interval is compared as it is. Raises ValueError on a direction or a number that is none.
    """
    _check(direction)
    if target is None:
        return "no target"
    goal = finite("target", target)
    if value is None or not math.isfinite(value):
        return "no figure"
    worst, best = (low, high) if direction == "up" else (high, low)
    if worst is None or best is None:
        return "met" if at_least_as_good(value, goal, direction) else "not met"
    if at_least_as_good(finite("interval", worst), goal, direction):
        return "met"
    return "too close" if at_least_as_good(finite("interval", best), goal, direction) else "not met"


@dataclass(frozen=True, slots=True)
class Compared:
    """A figure against the mean of earlier ones; ``years`` counts those that had a figure."""

    reference: float | None
    years: int
    course: Course | None


def compared(
    value: float | None, earlier: Sequence[float | None], *, direction: Direction
) -> Compared:
    """A figure beside the mean of earlier periods, of those among them that had one.

    ``unchanged`` is a tie. Without a figure now, or without any earlier one, the course is None:
    missing is missing, not bad.
    """
    _check(direction)
    known = [one for one in earlier if one is not None and math.isfinite(one)]
    if not known:
        return Compared(None, 0, None)
    reference = math.fsum(known) / len(known)
    if value is None or not math.isfinite(value):
        return Compared(reference, len(known), None)
    course: Course = "worse"
    if _tied(value, reference):
        course = "unchanged"
    elif at_least_as_good(value, reference, direction):
        course = "improving"
    return Compared(reference, len(known), course)


def at_least_as_good(value: float, other: float, direction: Direction) -> bool:
    """Whether a value is as good as another or better; ties are."""
    return _tied(value, other) or (value > other if direction == "up" else value < other)


def _tied(one: float, other: float) -> bool:
    return math.isclose(one, other, rel_tol=CLOSE, abs_tol=CLOSE)


def _check(direction: str) -> None:
    if direction not in ("up", "down"):
        raise ValueError(f"direction is {direction!r}: say up or down, which way is better.")
