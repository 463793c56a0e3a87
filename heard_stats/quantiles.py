"""Medians and percentiles with intervals that assume nothing about the shape of the data."""

import math
from functools import lru_cache

import numpy as np
from numpy.typing import ArrayLike
from scipy import special

from heard_stats.checks import Floats, check_confidence, finite_array, whole
from heard_stats.results import NO_ANSWERS, Estimate, no_estimate

METHOD = "quantile, order statistics"


def quantile_ranks(n: int, q: float, confidence: float = 0.95) -> tuple[int | None, int | None]:
    """Which of ``n`` values in rising order hold the ``q`` quantile between them.

    Ranks count from 1. The low rank is the largest, the high rank the smallest, that leaves at
    most half of 1 - confidence outside on its side, whatever the distribution. None where no
    value is far enough out: the smallest of 3 values is no lower end for their median at 95%.
    Raises ValueError unless n is a whole number of 0 or more and 0 < q < 1.
    Source: the binomial count of values below the quantile; David and Nagaraja, Order Statistics
    (3rd ed. 2003), section 7.1.
    """
    size = whole("n", n)
    if not 0.0 < q < 1.0:
        raise ValueError(f"q is {q!r}: give a share between 0 and 1, such as 0.9 for the 90th.")
    return _ranks(size, q, (1 - check_confidence(confidence)) / 2)


@lru_cache(maxsize=65_536)
def _ranks(n: int, q: float, tail: float) -> tuple[int | None, int | None]:
    return _low_rank(n, q, tail), _high_rank(n, q, tail)


def _low_rank(n: int, q: float, tail: float) -> int | None:
    """The largest r with P(fewer than r of n values lie below the quantile) <= tail."""
    low, high = 0, n  # the answer lies in low..high; 0 stands for none
    while low < high:
        middle = (low + high + 1) // 2
        if special.bdtr(middle - 1, n, q) <= tail:
            low = middle
        else:
            high = middle - 1
    return low or None


def _high_rank(n: int, q: float, tail: float) -> int | None:
    """The smallest s with P(at least s of n values lie below the quantile) <= tail."""
    low, high = 1, n + 1  # n + 1 stands for none
    while low < high:
        middle = (low + high) // 2
        if special.bdtrc(middle - 1, n, q) <= tail:
            high = middle
        else:
            low = middle + 1
    return low if low <= n else None


def quantile_interval(values: ArrayLike, q: float, confidence: float = 0.95) -> Estimate:
    """The ``q`` quantile of a flat list of numbers, with a distribution-free interval.

    Value and ends are in the unit of the data. The value interpolates between neighbours, as a
    spreadsheet's PERCENTILE and SQL's ``percentile_cont`` do. The ends are values of the data at
    `quantile_ranks`; an end is None, with the reason in ``why``, where the data are too few.
    Raises ValueError on missing values and unless 0 < q < 1.
    """
    data = np.sort(finite_array("values", values))
    n = len(data)
    low_rank, high_rank = quantile_ranks(n, q, confidence)
    if n == 0:
        return no_estimate(NO_ANSWERS, method=METHOD, confidence=confidence)
    value = _interpolated(data, q)
    # With few values and an extreme q the end can fall a hair inside the interpolated value.
    low = None if low_rank is None else min(float(data[low_rank - 1]), value)
    high = None if high_rank is None else max(float(data[high_rank - 1]), value)
    why = _missing_end(low, high)
    return Estimate(value, low, high, n, METHOD, why, confidence)


def _interpolated(ordered: Floats, q: float) -> float:
    place = (len(ordered) - 1) * q
    below = math.floor(place)
    above = min(below + 1, len(ordered) - 1)
    part = place - below
    low, high = float(ordered[below]), float(ordered[above])
    return low if low == high else low * (1 - part) + high * part


def _missing_end(low: float | None, high: float | None) -> str:
    if low is None and high is None:
        return "too few values for an interval"
    if low is None:
        return "too few values for a lower end"
    return "too few values for an upper end" if high is None else ""
