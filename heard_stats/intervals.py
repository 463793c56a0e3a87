"""Intervals for shares, counts and means."""

import math
from fractions import Fraction
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import ArrayLike
from scipy import special

from heard_stats.checks import Floats, check_confidence, finite_array, weight_array, whole
from heard_stats.results import NO_ANSWERS, Estimate, Interval, no_estimate

MaskedFloats = np.ma.MaskedArray[Any, np.dtype[np.float64]]


@lru_cache(maxsize=64)
def normal_quantile(confidence: float) -> float:
    """How many standard errors a two-sided normal interval reaches to each side."""
    return float(special.ndtri(0.5 + check_confidence(confidence) / 2))


def student_quantile(confidence: float, freedom: float) -> float:
    """The same for Student's t with ``freedom`` degrees of freedom."""
    return float(special.stdtrit(freedom, 0.5 + check_confidence(confidence) / 2))


def wilson(x: float, n: float, confidence: float = 0.95) -> Interval:
    """Score interval for a share: ``x`` of ``n`` said yes.

    Ends are shares between 0 and 1. ``x`` and ``n`` may be fractions, as effective sample sizes
    are. With ``n`` 0 both ends are None. Raises ValueError unless 0 <= x <= n.
    Source: Wilson (1927), J. Am. Stat. Assoc. 22, 209-212, without continuity correction.
    """
    check_confidence(confidence)
    if not (math.isfinite(x) and math.isfinite(n)):
        raise ValueError("x or n is missing or infinite: leave it out.")
    if not 0 <= x <= n:
        raise ValueError("x must lie between 0 and n: check which count is which.")
    if n == 0:
        return Interval(None, None, confidence, NO_ANSWERS)
    low, high = share_ends(x, n, confidence)
    return Interval(low, high, confidence)


def share_ends(x: float, n: float, confidence: float = 0.95) -> tuple[float, float]:
    """The two ends of `wilson` as plain numbers, for an ``n`` known to be above 0."""
    # As `wilson_many` does it, step by step; for one share an array takes a hundred times longer.
    z, yes, size = normal_quantile(confidence), float(x), float(n)
    share = yes / size
    middle = (yes + z * z / 2) / (size + z * z)
    reach = z / (size + z * z) * math.sqrt(share * (1 - share) * size + z * z / 4)
    return min(max(middle - reach, 0.0), share), min(max(middle + reach, share), 1.0)


def wilson_many(
    x: ArrayLike, n: ArrayLike, confidence: float = 0.95
) -> tuple[MaskedFloats, MaskedFloats]:
    """`wilson` for whole columns: arrays of one shape in, (low, high) of that shape out.

    The results are masked arrays, masked where ``n`` is 0: ``.tolist()`` gives None there, and a
    data frame or an Arrow column takes the mask as missing.
    """
    z = normal_quantile(confidence)
    yes, asked = np.broadcast_arrays(np.asarray(x, np.float64), np.asarray(n, np.float64))
    if not (np.isfinite(yes).all() and np.isfinite(asked).all()):
        raise ValueError("x or n holds missing or infinite values: leave those rows out first.")
    if (yes < 0).any() or (yes > asked).any():
        raise ValueError("x must lie between 0 and n: check which count is which.")
    none = asked == 0
    size = np.where(none, 1.0, asked)
    share = yes / size
    middle = (yes + z * z / 2) / (size + z * z)
    reach = z / (size + z * z) * np.sqrt(share * (1 - share) * size + z * z / 4)
    # Held to the share itself, so that rounding cannot blur the 0 and the 1 at the borders.
    low, high = np.clip(middle - reach, 0.0, share), np.clip(middle + reach, share, 1.0)
    return np.ma.array(low, mask=none), np.ma.array(high, mask=none)


def count_interval(n: int, confidence: float = 0.95) -> Interval:
    """Exact interval for the expected number of events when ``n`` were counted.

    Ends in events; none counted gives 0 to 3.69. Raises ValueError unless n is a whole number
    of 0 or more. Source: Garwood (1936), Biometrika 28, 437-442, in its gamma form.
    """
    return _count_interval(whole("n", n), confidence)


@lru_cache(maxsize=65_536)
def _count_interval(n: int, confidence: float) -> Interval:
    low, high = count_interval_many([n], confidence)
    return Interval(float(low[0]), float(high[0]), confidence)


def count_interval_many(n: ArrayLike, confidence: float = 0.95) -> tuple[Floats, Floats]:
    """`count_interval` for a whole column: (low, high) in the shape of ``n``."""
    tail = (1 - check_confidence(confidence)) / 2
    counted = np.asarray(n, np.float64)
    if (counted < 0).any() or (counted != np.floor(counted)).any():
        raise ValueError("n holds something other than whole numbers of 0 or more.")
    some = np.maximum(counted, 1.0)
    low = np.where(counted == 0, 0.0, special.gammaincinv(some, tail))
    high = special.gammainccinv(counted + 1, tail)
    return low, np.asarray(high, np.float64)


def score_interval(
    mean: float, mean_square: float, size: float, confidence: float = 0.95
) -> tuple[float, float]:
    """Interval for the mean of ``size`` scores that lie between 0 and 1.

    Wilson's interval at the sample size at which a yes/no question would be as certain as these
    scores are. That size is size / f, where f compares their variance with that of yes/no answers
    of the same mean. To estimate f, half an answer is added at each end of the scale, so that
    twenty equal answers are not taken for certainty. For yes/no scores it is Wilson's interval.
    ``size`` must be above 0. Source: quasi-likelihood dispersion, McCullagh and Nelder,
    Generalized Linear Models (2nd ed. 1989), section 4.5, put into Wilson's interval.
    """
    first = (size * mean + 0.5) / (size + 1)
    second = (size * mean_square + 0.5) / (size + 1)
    ratio = min(1.0, max(1e-12, (second - first**2) / (first * (1 - first))))
    low, high = share_ends(mean * (size / ratio), size / ratio, confidence)
    return min(low, mean), max(high, mean)


def mean_interval(
    values: ArrayLike,
    weights: ArrayLike | None = None,
    *,
    bounds: tuple[float, float] | None = None,
    confidence: float = 0.95,
) -> Estimate:
    """Mean of a flat list of numbers, in their unit, with its interval.

    With ``bounds`` (the lowest and highest possible answer) the interval stays within them and is
    honest for equal answers; see `score_interval`. Without, it is Student's t, with Kish's
    effective sample size where there are ``weights`` (same length, 0 or more, not to scale).
    One answer, or equal answers without bounds, give a value and no interval.
    Raises ValueError on missing values, on values outside bounds, on lengths that differ.
    """
    check_confidence(confidence)
    data = finite_array("values", values)
    given = np.ones(len(data)) if weights is None else weight_array("weights", weights)
    if len(given) != len(data):
        raise ValueError(f"{len(data)} values and {len(given)} weights: give one weight each.")
    data, given = data[given > 0], given[given > 0]
    n = len(data)
    method = "mean, Student's t" if bounds is None else "mean, score interval within bounds"
    if n == 0:
        return no_estimate(NO_ANSWERS, method=method, confidence=confidence)
    given = given / given.max()  # so that very small or large weights cannot under- or overflow
    mean = float(np.clip(given @ data / given.sum(), data.min(), data.max()))
    if bounds is not None:
        low, high = _within_bounds(data, given, bounds, confidence)
        return Estimate(mean, min(low, mean), max(high, mean), n, method, "", confidence)
    return _student(mean, data, given, confidence)


def _within_bounds(
    data: Floats, weights: Floats, bounds: tuple[float, float], confidence: float
) -> tuple[float, float]:
    bottom, top = bounds
    if not bottom < top:
        raise ValueError(f"bounds are {bounds!r}: give the lowest, then the highest answer.")
    if data.min() < bottom or data.max() > top:
        raise ValueError(f"a value lies outside the bounds {bounds!r}: check the scale.")
    scores = (data - bottom) / (top - bottom)
    total = float(weights.sum())
    size = total**2 / float((weights**2).sum())
    mean = min(max(float(weights @ scores) / total, 0.0), 1.0)
    low, high = score_interval(mean, float(weights @ scores**2) / total, size, confidence)
    return bottom + low * (top - bottom), bottom + high * (top - bottom)


def _student(mean: float, data: Floats, weights: Floats, confidence: float) -> Estimate:
    n, method = len(data), "mean, Student's t"
    total = float(weights.sum())
    size = total**2 / float((weights**2).sum())
    if n == 1 or size <= 1:
        why = "one answer: no interval can be given"
        return Estimate(mean, None, None, n, method, why, confidence)
    variance = float(weights @ (data - mean) ** 2) / total * size / (size - 1)
    if data.min() == data.max() or variance == 0:
        why = "all answers are the same: their spread says nothing about the uncertainty"
        return Estimate(mean, None, None, n, method, why, confidence)
    se = math.sqrt(variance / size)
    reach = student_quantile(confidence, size - 1) * se
    return Estimate(mean, mean - reach, mean + reach, n, method, "", confidence, se)


def mean_interval_of_sums(
    n: int, total: float, squares: float, *, confidence: float = 0.95
) -> Estimate:
    """The same as `mean_interval` without bounds, from how many, their sum and that of squares.

    Sums can be added up over groups and months; means cannot. Sums of whole numbers (cents,
    seconds) are exact, so that nothing of the spread is lost in the difference of two large ones.
    """
    check_confidence(confidence)
    whole("n", n)
    method = "mean, Student's t"
    if n == 0:
        return no_estimate(NO_ANSWERS, method=method, confidence=confidence)
    mean = total / n
    if n == 1:
        why = "one answer: no interval can be given"
        return Estimate(mean, None, None, n, method, why, confidence)
    # Exact for whole numbers below 2**53, and for larger ones as near as their float is.
    variance = float(Fraction(squares) - Fraction(total) ** 2 / n) / (n - 1)
    if variance <= 0:
        why = "all answers are the same: their spread says nothing about the uncertainty"
        return Estimate(mean, None, None, n, method, why, confidence)
    se = math.sqrt(variance / n)
    reach = student_quantile(confidence, n - 1) * se
    return Estimate(mean, mean - reach, mean + reach, n, method, "", confidence, se)
