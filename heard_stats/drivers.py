"""What matters to customers by their own word, set against how content they are with it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from heard_stats.checks import check_confidence, whole
from heard_stats.intervals import share_ends

VERY_HIGH, HIGH = 0.20, 0.10
"""Ratings from which on an aspect's urgency is called very high, or high."""

Quadrant = Literal["improve first", "keep it up", "watch", "no worry"]


@dataclass(frozen=True, slots=True)
class Aspect:
    """Answers about one aspect of a service.

    ``chosen`` of ``asked`` people named it among the most important; ``satisfied`` of
    ``answered`` gave it one of the two best answers ("don't know" left out).
    """

    name: str
    chosen: int
    asked: int
    satisfied: int
    answered: int


@dataclass(frozen=True, slots=True)
class Priority:
    """Importance and satisfaction as shares, and their rating, 0 (no worry) to 1.

    ``rank`` 1 is the most urgent; None, with ``why``, where an aspect has no rating. ``quadrant``
    compares with the mean importance and the mean satisfaction of all rated aspects.
    """

    name: str
    importance: float | None
    satisfaction: float | None
    rating: float | None = None
    low: float | None = None
    high: float | None = None
    level: Literal["very high", "high", "medium"] | None = None
    quadrant: Quadrant | None = None
    rank: int | None = None
    why: str = ""


def importance_satisfaction(
    aspects: Sequence[Aspect], *, confidence: float = 0.95
) -> tuple[Priority, ...]:
    """Aspects in order of urgency: importance times the share that is not satisfied.

    A rating of 0.20 or more is "very high", of 0.10 or more "high". The interval multiplies the
    ends of two Wilson intervals, each at a level that keeps both together at ``confidence``; it
    errs on the wide side. Aspects without answers come last, without a rating.
    Raises ValueError on impossible counts and on a name used twice.
    Source: the importance-satisfaction rating of community surveys by ETC Institute; the
    quadrants: Martilla and James (1977), Journal of Marketing 41(1), 77-79.
    """
    check_confidence(confidence)
    if len({aspect.name for aspect in aspects}) < len(aspects):
        raise ValueError("two aspects have the same name: give each its own.")
    for aspect in aspects:
        _check_aspect(aspect)
    rated = [a for a in aspects if a.asked and a.answered]
    if not rated:
        return tuple(_unrated(aspect) for aspect in aspects)
    middle = (
        sum(a.chosen / a.asked for a in rated) / len(rated),
        sum(a.satisfied / a.answered for a in rated) / len(rated),
    )
    ordered = sorted(rated, key=lambda a: (-_rating(a), a.name))
    first = [_rated(a, middle, rank, confidence) for rank, a in enumerate(ordered, 1)]
    return tuple(first + [_unrated(a) for a in aspects if not (a.asked and a.answered)])


def _check_aspect(aspect: Aspect) -> None:
    counts = (aspect.chosen, aspect.asked, aspect.satisfied, aspect.answered)
    chosen, asked, satisfied, answered = (whole(aspect.name, count) for count in counts)
    if chosen > asked or satisfied > answered:
        raise ValueError(f"{aspect.name!r}: more chose it or are satisfied than were asked.")


def _rating(aspect: Aspect) -> float:
    return aspect.chosen / aspect.asked * (1 - aspect.satisfied / aspect.answered)


def _rated(aspect: Aspect, middle: tuple[float, float], rank: int, confidence: float) -> Priority:
    importance, satisfaction = aspect.chosen / aspect.asked, aspect.satisfied / aspect.answered
    rating = _rating(aspect)
    each = 1 - (1 - confidence) / 2
    low1, high1 = share_ends(aspect.chosen, aspect.asked, each)
    low2, high2 = share_ends(aspect.satisfied, aspect.answered, each)
    important, content = importance >= middle[0], satisfaction >= middle[1]
    quadrant: Quadrant
    if important:
        quadrant = "keep it up" if content else "improve first"
    else:
        quadrant = "no worry" if content else "watch"
    return Priority(
        name=aspect.name,
        importance=importance,
        satisfaction=satisfaction,
        rating=rating,
        low=low1 * (1 - high2),
        high=high1 * (1 - low2),
        level="very high" if rating >= VERY_HIGH else "high" if rating >= HIGH else "medium",
        quadrant=quadrant,
        rank=rank,
    )


def _unrated(aspect: Aspect) -> Priority:
    why = "nobody was asked what matters" if not aspect.asked else "nobody rated it yet"
    importance = aspect.chosen / aspect.asked if aspect.asked else None
    satisfaction = aspect.satisfied / aspect.answered if aspect.answered else None
    return Priority(aspect.name, importance, satisfaction, why=why)
