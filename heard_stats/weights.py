"""Weights: what they cost in certainty, how they are made, and samples of small populations."""

import math
from collections import Counter
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike

from heard_stats.checks import Floats, weight_array, whole
from heard_stats.intervals import normal_quantile, wilson
from heard_stats.results import NO_ANSWERS, Estimate, no_estimate

Row = Mapping[str, Hashable]
Margins = Mapping[str, Mapping[Hashable, float]]


def effective_n(weights: ArrayLike) -> float:
    """How many equally weighted answers would be as certain as these weighted ones.

    At most the number of weights above 0, and 0.0 where there is none. Raises ValueError on
    missing or negative weights. Source: Kish, Survey Sampling (1965), section 11.7.
    """
    given = weight_array("weights", weights)
    if not given.size or given.max() == 0:
        return 0.0
    given = given / given.max()  # so that very small or large weights cannot under- or overflow
    return min(float(given.sum() ** 2 / (given**2).sum()), float((given > 0).sum()))


def design_effect(weights: ArrayLike) -> float | None:
    """By what factor unequal weights raise the variance of a mean: 1.0 when all are equal.

    The count of weights above 0 divided by `effective_n`; None where no weight is above 0.
    """
    size = effective_n(weights)
    return int((weight_array("weights", weights) > 0).sum()) / size if size else None


def weighted_share(
    chosen: Sequence[bool], weights: ArrayLike, *, confidence: float = 0.95
) -> Estimate:
    """Weighted share, between 0 and 1, of those who chose, with Wilson's interval at effective n.

    ``n`` of the result counts the people with a weight above 0. Raises ValueError on negative
    weights or lengths that differ. Source: Kott and Carr (1997), J. Off. Stat. 13, 337-348.
    """
    given = weight_array("weights", weights)
    if len(given) != len(chosen):
        raise ValueError(f"{len(chosen)} answers and {len(given)} weights: give one weight each.")
    method = "weighted share, Wilson at effective n"
    size = effective_n(given)
    if not size:
        why = "no answer has a weight" if len(given) else NO_ANSWERS
        return no_estimate(why, method=method, confidence=confidence)
    part = min(float(given[np.asarray(chosen, bool)].sum() / given.sum()), 1.0)
    ends = wilson(part * size, size, confidence)
    n = int((given > 0).sum())
    return Estimate(part, ends.low, ends.high, n, method, "", confidence)


def finite_population(n: int, population: int) -> float:
    """By what factor a margin of error shrinks when ``n`` of only ``population`` people answered.

    1.0 for nobody, 0.0 when all answered. Raises ValueError when n exceeds the population.
    Source: Cochran, Sampling Techniques (3rd ed. 1977), section 2.6.
    """
    asked, people = whole("n", n), whole("population", population)
    if asked > people:
        raise ValueError(f"{asked} answers from {people} people: check the population.")
    return math.sqrt((people - asked) / (people - 1)) if people > 1 and asked else 1.0 - asked


def margin_of_error(
    n: int, *, share: float = 0.5, population: int | None = None, confidence: float = 0.95
) -> float | None:
    """Half the width of the simple interval for a share, itself a share: 0.0566 for n = 300.

    The usual single figure for a whole survey, for a share of one half; single results have
    better intervals. None where n is 0. With ``population`` it is narrowed accordingly.
    """
    asked = whole("n", n)
    if not 0.0 <= share <= 1.0:
        raise ValueError(f"share is {share!r}: give a share between 0 and 1.")
    if asked == 0:
        return None
    factor = 1.0 if population is None else finite_population(asked, population)
    return normal_quantile(confidence) * math.sqrt(share * (1 - share) / asked) * factor


def narrowed(estimate: Estimate, population: int) -> Estimate:
    """``estimate`` with both ends drawn towards its value by `finite_population`.

    Only for a random sample of a closed list of ``population`` people (all permit holders of a
    year), and only to speak of these people. Raises ValueError when n exceeds the population.
    """
    factor = finite_population(estimate.n, population)
    if estimate.value is None or estimate.n == 0:
        return estimate
    value = estimate.value
    ends = [
        None if end is None else value + (end - value) * factor
        for end in (estimate.low, estimate.high)
    ]
    se = None if estimate.se is None else estimate.se * factor
    method = f"{estimate.method}, finite population"
    return replace(estimate, low=ends[0], high=ends[1], se=se, method=method)


@dataclass(frozen=True, slots=True)
class Raking:
    """Weights that make a sample match known margins.

    ``weights``: one per row, adding up to the number of rows; None with the reason in ``why``.
    ``gap``: the largest difference left between a margin and its target, as a share.
    ``effective_n``: answers the weighted sample is worth. ``rounds``: passes over the margins.
    """

    weights: tuple[float, ...] | None
    gap: float | None
    effective_n: float | None
    rounds: int
    why: str = ""


def rake(
    rows: Sequence[Row],
    margins: Margins,
    *,
    base: ArrayLike | None = None,
    tolerance: float = 1e-9,
    rounds: int = 1000,
) -> Raking:
    """Weights for ``rows`` so that each variable of ``margins`` has its known make-up.

    ``rows``: one mapping per respondent, variable to category (None: not known; such a row keeps
    its weight for that variable). ``margins``: variable to category to share or head count.
    ``base``: weights to start from, above 0. No weights are given where a needed category has no
    respondent or the margins contradict each other in this sample.
    Raises ValueError on a category without a target and on targets below 0 or all 0.
    Source: Deming and Stephan (1940), Annals of Mathematical Statistics 11, 427-444.
    """
    n = len(rows)
    if n == 0:
        return Raking(None, None, None, 0, NO_ANSWERS)
    start = np.ones(n) if base is None else weight_array("base", base)
    if len(start) != n or not (start > 0).all():
        raise ValueError(f"base needs {n} weights, each above 0.")
    groups = {name: _cells(rows, name, targets) for name, targets in margins.items()}
    empty = [
        f"{name} {c}" for name, cells in groups.items() for c, (m, _) in cells.items() if not m
    ]
    if empty:
        return Raking(None, None, None, 0, _nobody(empty))
    weights, gap, used = _fit(start, groups, tolerance, rounds)
    if gap > tolerance:
        why = f"the margins contradict each other in this sample: a gap of {gap:.1%} remains"
        return Raking(None, gap, None, used, why)
    weights = weights * (n / weights.sum())
    return Raking(tuple(weights.tolist()), gap, effective_n(weights), used)


Cells = dict[Hashable, tuple[list[int], float]]


def _cells(rows: Sequence[Row], name: str, targets: Mapping[Hashable, float]) -> Cells:
    """Category to (places of its rows, target share)."""
    shares = weight_array(f"margin {name!r}", list(targets.values()))
    if not shares.size or shares.sum() == 0:
        raise ValueError(f"margin {name!r} has no target above 0: give shares or head counts.")
    places: dict[Hashable, list[int]] = {category: [] for category in targets}
    unknown: Counter[str] = Counter()
    for place, row in enumerate(rows):
        category = row.get(name)
        if category in places:
            places[category].append(place)
        elif category is not None:
            unknown[str(category)] += 1
    if unknown:
        raise ValueError(f"margin {name!r} has no target for {', '.join(sorted(unknown))}: add it.")
    parts = (shares / shares.sum()).tolist()
    # A target of 0 without respondents is met already.
    return {c: (places[c], t) for c, t in zip(targets, parts, strict=True) if places[c] or t}


def _nobody(empty: list[str]) -> str:
    return f"nobody answered from {', '.join(empty)}: merge with another group or ask more people"


def _fit(
    weights: Floats, groups: Mapping[str, Cells], tolerance: float, rounds: int
) -> tuple[Floats, float, int]:
    """Weights after at most ``rounds`` passes, the gap that remains, and the passes made."""
    weights = weights / weights.sum()
    cells = [[(np.array(m), t) for m, t in group.values()] for group in groups.values()]
    gap, used = _gap(weights, cells), 0
    while gap > tolerance and used < rounds:
        for group in cells:
            known = sum(float(weights[members].sum()) for members, _ in group)
            for members, target in group:
                now = float(weights[members].sum())
                weights[members] *= target * known / now if now else 0.0
        gap, used = _gap(weights, cells), used + 1
    return weights, gap, used


def _gap(weights: Floats, cells: Sequence[Sequence[tuple[np.ndarray, float]]]) -> float:
    worst = 0.0
    for group in cells:
        sums = [float(weights[members].sum()) for members, _ in group]
        known = sum(sums)
        for now, (_, target) in zip(sums, group, strict=True):
            worst = max(worst, abs((now / known if known else 0.0) - target))
    return worst
