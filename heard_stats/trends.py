"""Whether a series goes anywhere: the Mann-Kendall test with Sen's slope.

H. B. Mann (1945) and M. G. Kendall (1975): S counts pairs of periods in which the later value is
higher, less those in which it is lower. It asks nothing of the shape of the values. Under no trend
and without ties, p is exact; with ties it is normal, with Kendall's variance for ties and one unit
of continuity. A season of the year is a trend to this test where less than whole years are given.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy import special

from heard_stats.checks import Floats, check_confidence, finite_array

FEWEST = 5  # with four periods not even a steady rise can reach p < 0.05
EXACT_UP_TO = 60


@dataclass(frozen=True, slots=True)
class Trend:
    """``slope`` is Sen's: the median change per period, in the unit of the values.

    ``goes`` is ``up`` or ``down`` where p is below 1 - confidence, ``nowhere`` where not, and
    ``unknown`` where there are too few periods; ``why`` says so.
    """

    n: int
    s: int
    tau: float | None
    p: float | None
    slope: float | None
    goes: Literal["up", "down", "nowhere", "unknown"]
    method: str
    why: str = ""


def mann_kendall(values: Sequence[float | None], *, confidence: float = 0.95) -> Trend:
    """The trend of values in order of time; None marks a period without a figure.

    Gaps keep their place: they count for the slope and not for the test.
    Raises ValueError on values that are not finite.
    """
    check_confidence(confidence)
    places = np.array([i for i, one in enumerate(values) if one is not None], dtype=np.float64)
    known = finite_array("values", [one for one in values if one is not None])
    n = len(known)
    s = int(sum(np.sign(known[i + 1 :] - known[i]).sum() for i in range(n)))
    if n < FEWEST:
        why = f"a trend needs {FEWEST} periods with a figure"
        return Trend(n, s, None, None, None, "unknown", "", why)
    _distinct, counts = np.unique(known, return_counts=True)
    pairs = n * (n - 1) / 2
    free = pairs - float((counts * (counts - 1) / 2).sum())
    from scipy import stats  # a second to import, and few processes judge a trend

    slope = float(stats.theilslopes(known, places).slope)
    if free == 0:
        return Trend(n, 0, 0.0, 1.0, 0.0, "nowhere", "all periods are equal")
    p, method = _p(known, counts, s)
    goes: Literal["up", "down", "nowhere"] = "nowhere"
    if p < 1 - confidence:
        goes = "up" if s > 0 else "down"
    return Trend(n, s, s / math.sqrt(pairs * free), p, slope, goes, method)


def _p(known: Floats, counts: NDArray[np.int64], s: int) -> tuple[float, str]:
    n = len(known)
    if counts.max() == 1 and n <= EXACT_UP_TO:
        from scipy import stats  # as above

        found = stats.kendalltau(np.arange(n), known, method="exact")
        return float(found.pvalue), "Mann-Kendall, exact"
    variance = (
        n * (n - 1) * (2 * n + 5) - float((counts * (counts - 1) * (2 * counts + 5)).sum())
    ) / 18
    z = max(0, abs(s) - 1) / math.sqrt(variance)
    return min(1.0, 2 * float(special.ndtr(-z))), "Mann-Kendall, normal with ties"
