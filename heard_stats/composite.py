"""Many numbers made into one: pooled rates and a city score that is fair to zeros and gaps."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from heard_stats.checks import finite, whole
from heard_stats.intervals import count_interval_many
from heard_stats.results import Estimate, no_estimate
from heard_stats.satisfaction import share


def pooled_rate(
    parts: Iterable[tuple[int, float]], *, events: bool = False, confidence: float = 0.95
) -> Estimate:
    """All parts taken together: the sum of counts over the sum of what they are counted in.

    ``parts``: (x, n) per division, month, .... A part with n = 0 adds nothing, and a small part
    weighs little, unlike in a mean of rates. Shares (x of n, between 0 and 1) have Wilson's
    interval. With ``events`` n is an exposure such as residents or hours, the result is events
    per unit of it with Garwood's interval, and its ``n`` is the count of events.
    Raises ValueError on counts or exposures below 0, x above n in a share, events without exposure.
    """
    pairs = [(whole("x", x), finite("n", n)) for x, n in parts]
    for x, n in pairs:
        if n < 0 or (n == 0 and x) or (not events and x > n):
            raise ValueError(f"{x} out of {n:g} is impossible: check which count is which.")
    counted, base = sum(x for x, _ in pairs), sum(n for _, n in pairs)
    if not events:
        return share(counted, whole("sum of n", base), confidence, "pooled share, Wilson")
    method = "pooled events per exposure, Garwood"
    if base == 0:
        return no_estimate("nothing to count in yet", method=method, confidence=confidence)
    low, high = (float(ends[0]) / base for ends in count_interval_many([counted], confidence))
    return Estimate(counted / base, low, high, counted, method, "", confidence)


@dataclass(frozen=True, slots=True)
class Scored:
    """A figure to be scored against its target, both in one unit and 0 or more.

    ``better``: whether a "higher" or a "lower" figure is the better one. ``actual`` or ``target``
    is None where there is none; that is not the same as 0. ``weight`` is above 0.
    """

    name: str
    actual: float | None
    target: float | None
    better: Literal["higher", "lower"] = "higher"
    weight: float = 1.0


@dataclass(frozen=True, slots=True)
class CityScore:
    """``value``: 1 when targets are met on the whole, above when beaten; None with ``why``.

    ``parts``: name and score of each figure that has one; ``missing``: names of those that have
    not and therefore do not count, neither as 0 nor as met.
    """

    value: float | None
    parts: tuple[tuple[str, float], ...]
    missing: tuple[str, ...]
    why: str = ""


def cityscore(figures: Sequence[Scored], *, most: float = 2.0, at_least: float = 0.5) -> CityScore:
    """One number for many figures against their targets: the weighted mean of their ratios.

    A figure's score is actual / target, or target / actual where lower is better, and no more
    than ``most``, so that one triumph cannot hide many failures. Nothing is rounded. A perfect
    zero (no late case where some were allowed) scores ``most``; a target of zero is met by zero
    (score 1) and missed by anything else (score 0 where lower is better, ``most`` otherwise).
    Less than ``at_least`` of the weight present gives no value.
    Raises ValueError on negative figures, weights not above 0, names used twice, most below 1.
    Source: the idea of Boston's CityScore (2016), without its rounding up, its worst score for a
    perfect zero and its zero for what was not measured.
    """
    if most < 1 or not 0 <= at_least <= 1:
        raise ValueError("most must be 1 or more and at_least between 0 and 1.")
    if len({figure.name for figure in figures}) < len(figures):
        raise ValueError("two figures have the same name: give each its own.")
    scores = {figure.name: _one_score(figure, most) for figure in figures}
    parts = tuple((name, score) for name, score in scores.items() if score is not None)
    missing = tuple(name for name, score in scores.items() if score is None)
    total = sum(figure.weight for figure in figures)
    present = sum(figure.weight for figure in figures if figure.name not in missing)
    if not parts:
        return CityScore(None, parts, missing, "no figure has both a value and a target yet")
    if present < at_least * total:
        why = f"only {len(parts)} of {len(figures)} figures have a value and a target"
        return CityScore(None, parts, missing, why)
    weights = {figure.name: figure.weight for figure in figures}
    value = sum(weights[name] * score for name, score in parts) / present
    return CityScore(value, parts, missing)


def _one_score(figure: Scored, most: float) -> float | None:
    if not finite("weight", figure.weight) > 0:
        raise ValueError(f"{figure.name!r} has weight {figure.weight}: give one above 0.")
    if figure.better not in ("higher", "lower"):
        raise ValueError(f'{figure.name!r}: better must be "higher" or "lower".')
    for number in (figure.actual, figure.target):
        if number is not None and finite(figure.name, number) < 0:
            raise ValueError(f"{figure.name!r} is below 0: a ratio to the target has no meaning.")
    if figure.actual is None or figure.target is None:
        return None
    over, under = figure.actual, figure.target
    if figure.better == "lower":
        over, under = under, over
    if over == under:
        return 1.0
    # Compared as a product first: a tiny divisor could make the ratio overflow.
    return most if over >= most * under else over / under
