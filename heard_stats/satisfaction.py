"""Scores from answers on a scale: satisfaction index, top boxes, net promoters, ACSI."""

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from heard_stats.checks import check_confidence, finite, finite_array, whole, whole_list
from heard_stats.intervals import mean_interval, normal_quantile, score_interval, wilson
from heard_stats.results import NO_ANSWERS, Estimate, no_estimate


def csat_index(counts: Sequence[int], *, confidence: float = 0.95) -> Estimate:
    """Satisfaction index from 0 to 100.

    ``counts`` holds how many gave each answer, worst answer first: five counts for a scale of 1
    to 5, weighing 0, 25, 50, 75 and 100; a scale of another length is spaced evenly. Answers of
    "don't know" and skipped questions do not belong in it. The interval stays within 0 and 100
    and is not empty when all agree (`heard_stats.intervals.score_interval`).
    Raises ValueError on fewer than two counts or on counts that are not whole and 0 or more.
    """
    check_confidence(confidence)
    answers = whole_list("counts", counts, at_least=2)
    n = sum(answers)
    method = "index 0-100, score interval"
    if n == 0:
        return no_estimate(NO_ANSWERS, method=method, confidence=confidence)
    top = len(answers) - 1
    # Whole numbers up to the last division: all answers at the top must give 100, not 99.99.
    points = sum(place * count for place, count in enumerate(answers))
    squares = sum(place**2 * count for place, count in enumerate(answers))
    value = 100 * points / (top * n)
    low, high = score_interval(points / (top * n), squares / (top**2 * n), n, confidence)
    return Estimate(value, min(100 * low, value), max(100 * high, value), n, method, "", confidence)


def top_box(counts: Sequence[int], k: int = 2, *, confidence: float = 0.95) -> Estimate:
    """Share, between 0 and 1, of answers among the ``k`` best, with Wilson's interval.

    ``counts`` as for `csat_index`, worst answer first. Raises ValueError on bad counts and unless
    k is at least 1 and below the number of answers.
    """
    answers = whole_list("counts", counts, at_least=2)
    best = whole("k", k)
    if not 1 <= best < len(answers):
        raise ValueError(f"k is {best}: give 1 to {len(answers) - 1} for {len(answers)} answers.")
    return share(sum(answers[-best:]), sum(answers), confidence, f"top-{best} share, Wilson")


def share(x: int, n: int, confidence: float = 0.95, method: str = "share, Wilson") -> Estimate:
    """``x`` of ``n`` as a share between 0 and 1, with Wilson's interval.

    Raises ValueError unless both are whole and 0 <= x <= n.
    """
    yes, asked = whole("x", x), whole("n", n)
    ends = wilson(yes, asked, confidence)
    value = yes / asked if asked else None
    return Estimate(value, ends.low, ends.high, asked, method, ends.why, confidence)


def nps(promoters: int, passives: int, detractors: int, *, confidence: float = 0.95) -> Estimate:
    """Net promoter score from -100 to 100, with its standard error and interval, in points.

    Promoters answered 9 or 10, passives 7 or 8, detractors 0 to 6; who skipped the question is
    none of them. The interval is the adjusted-Wald one: 3/4 of an answer is added to promoters
    and to detractors and 3 to their number; it is cut at -100 and 100 and widened, for a handful
    of answers, to hold the score. ``se`` is the plain one, 0 when all agree.
    Raises ValueError on counts that are not whole and 0 or more.
    Source: Rocks (2016), The American Statistician 70, 365-372.
    """
    check_confidence(confidence)
    for_us, between, against = (
        whole("promoters", promoters),
        whole("passives", passives),
        whole("detractors", detractors),
    )
    n = for_us + between + against
    method = "net promoter score, adjusted Wald"
    if n == 0:
        return no_estimate(NO_ANSWERS, method=method, confidence=confidence)
    value = 100 * (for_us - against) / n
    middle, se = _net(for_us + 0.75, against + 0.75, n + 3)
    reach = normal_quantile(confidence) * se
    low, high = max(-100.0, 100 * (middle - reach)), min(100.0, 100 * (middle + reach))
    plain = 100 * _net(for_us, against, n)[1]
    return Estimate(value, min(low, value), max(high, value), n, method, "", confidence, plain)


def _net(for_us: float, against: float, n: float) -> tuple[float, float]:
    """Difference of two shares of one sample, and its standard error."""
    difference = (for_us - against) / n
    variance = (for_us + against) / n - difference**2
    return difference, math.sqrt(variance / n)


def acsi(x1: float, x2: float, x3: float, weights: Sequence[float] = (1.0, 1.0, 1.0)) -> float:
    """Customer satisfaction score from 0 to 100 of the American Customer Satisfaction Index.

    ``x1`` (overall satisfaction), ``x2`` (against expectations) and ``x3`` (against the ideal)
    are means of answers from 1 to 10; the weights need not add up to 1. The published index takes
    its weights from a model fitted to the same survey; equal weights are the fallback.
    Raises ValueError on means outside 1 to 10 or on weights below 0 or all 0.
    Source: Fornell et al. (1996), Journal of Marketing 60(4), 7-18.
    """
    means = [
        finite(name, mean) for name, mean in zip(("x1", "x2", "x3"), (x1, x2, x3), strict=True)
    ]
    if any(not 1 <= mean <= 10 for mean in means):
        raise ValueError(f"the means are {means}: each must lie between 1 and 10.")
    parts = _acsi_weights(weights)
    mean = sum(part * (mean - 1) for part, mean in zip(parts, means, strict=True))
    return 100 * min(mean / 9, 1.0)


def acsi_interval(
    answers: ArrayLike,
    weights: Sequence[float] = (1.0, 1.0, 1.0),
    *,
    confidence: float = 0.95,
) -> Estimate:
    """`acsi` from the answers themselves: one row of three answers from 1 to 10 per customer.

    The interval is that of the mean of the customers' own scores, within 0 and 100. A customer
    who skipped one of the three belongs in no row.
    """
    rows = np.asarray(answers, np.float64)
    if rows.size == 0:
        return no_estimate(NO_ANSWERS, method="ACSI, score interval", confidence=confidence)
    if rows.ndim != 2 or rows.shape[1] != 3:
        raise ValueError("answers must have one row per customer with three answers each.")
    flat = finite_array("answers", rows.ravel())
    if flat.min() < 1 or flat.max() > 10:
        raise ValueError("an answer lies outside 1 to 10: check the scale.")
    scores = np.clip((rows - 1) @ np.array(_acsi_weights(weights)) / 9, 0.0, 1.0) * 100
    result = mean_interval(scores, bounds=(0.0, 100.0), confidence=confidence)
    return Estimate(
        result.value, result.low, result.high, result.n, "ACSI, score interval", "", confidence
    )


def _acsi_weights(weights: Sequence[float]) -> list[float]:
    parts = [finite("weights", weight) for weight in weights]
    if len(parts) != 3 or min(parts) < 0 or sum(parts) == 0:
        raise ValueError("weights must be three numbers of 0 or more, not all 0.")
    return [part / sum(parts) for part in parts]
