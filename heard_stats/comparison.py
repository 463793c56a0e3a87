"""Did it change? Differences with intervals and tests, kept honest over many comparisons."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

from scipy import special

from heard_stats.checks import check_confidence, finite, whole, whole_list
from heard_stats.intervals import share_ends, student_quantile
from heard_stats.results import NO_ANSWERS


@dataclass(frozen=True, slots=True)
class Difference:
    """A difference, its interval and its test, in the unit of what was compared.

    ``p_value``: how often chance alone would give a difference this large. All are None, with the
    reason in ``why``, where there is nothing to compare.
    """

    value: float | None
    low: float | None
    high: float | None
    p_value: float | None
    method: str
    why: str = ""
    confidence: float = 0.95

    @property
    def significant(self) -> bool:
        """Whether the test speaks of a real difference at this confidence."""
        return self.p_value is not None and self.p_value < 1 - self.confidence


def two_proportions(x1: int, n1: int, x2: int, n2: int, *, confidence: float = 0.95) -> Difference:
    """Second share minus first: ``x2`` of ``n2`` against ``x1`` of ``n1``, between -1 and 1.

    The interval joins the two Wilson intervals; the test is Pearson's chi-square without
    correction or, where an expected count is below 5, Fisher's exact test. The two may disagree
    by a hair at the border. Raises ValueError unless whole and 0 <= x <= n on each side.
    Source of the interval: Newcombe (1998), Statistics in Medicine 17, 873-890, method 10.
    """
    a, asked1, b, asked2 = (whole("count", count) for count in (x1, n1, x2, n2))
    check_confidence(confidence)
    method = "difference of shares, Newcombe interval"
    if a > asked1 or b > asked2:
        raise ValueError("x must lie between 0 and n: check which count is which.")
    if not asked1 or not asked2:
        return Difference(None, None, None, None, method, NO_ANSWERS, confidence)
    low1, high1 = share_ends(a, asked1, confidence)
    low2, high2 = share_ends(b, asked2, confidence)
    p1, p2 = a / asked1, b / asked2
    value = p2 - p1
    low = value - math.hypot(p2 - low2, high1 - p1)
    high = value + math.hypot(high2 - p2, p1 - low1)
    small = min(a + b, asked1 + asked2 - a - b) * min(asked1, asked2) < 5 * (asked1 + asked2)
    test = _fisher if small else _chi_square
    p_value = test(a, asked1, b, asked2)
    name = "Fisher's exact test" if small else "chi-square test"
    return Difference(value, low, high, p_value, f"{method}, {name}", "", confidence)


def _chi_square(x1: int, n1: int, x2: int, n2: int) -> float:
    pooled = (x1 + x2) / (n1 + n2)
    variance = pooled * (1 - pooled) * (1 / n1 + 1 / n2)
    return float(special.chdtrc(1, (x2 / n2 - x1 / n1) ** 2 / variance))


def _fisher(x1: int, n1: int, x2: int, n2: int) -> float:
    """Two-sided: the chance of all tables with these margins that are no likelier than this one."""
    total, yes = n1 + n2, x1 + x2
    places = range(max(0, yes - n2), min(n1, yes) + 1)
    logs = [_log_choose(n1, k) + _log_choose(n2, yes - k) - _log_choose(total, yes) for k in places]
    mine = _log_choose(n1, x1) + _log_choose(n2, x2) - _log_choose(total, yes)
    # Equal chances come out a rounding error apart, hence the small allowance.
    return min(1.0, math.fsum(math.exp(log) for log in logs if log <= mine + 1e-7))


def _log_choose(n: int, k: int) -> float:
    return math.lgamma(n + 1) - math.lgamma(k + 1) - math.lgamma(n - k + 1)


def holm(p_values: Sequence[float | None]) -> list[float | None]:
    """Each p-value raised so that all comparisons together keep their level; None stays None.

    Holds however the comparisons depend on each other. Raises ValueError outside 0 to 1.
    Source: Holm (1979), Scandinavian Journal of Statistics 6, 65-70.
    """
    tested = [(p, place) for place, p in enumerate(p_values) if p is not None]
    if any(not 0 <= p <= 1 for p, _ in tested):
        raise ValueError("a p-value lies outside 0 to 1: give p-values or None.")
    result: list[float | None] = [None] * len(p_values)
    highest = 0.0
    for rank, (p, place) in enumerate(sorted(tested)):
        highest = max(highest, min(1.0, p * (len(tested) - rank)))
        result[place] = highest
    return result


@dataclass(frozen=True, slots=True)
class Point:
    """One period of a series.

    ``value`` and ``se`` (standard error) in the unit of the measure; None where there is no
    number. ``n`` answers. ``wording`` names the question or definition in force: numbers of
    different wordings are never compared.
    """

    label: str
    value: float | None
    se: float | None
    n: int
    wording: str = ""


def share_point(label: str, x: int, n: int, wording: str = "") -> Point:
    """A Point for ``x`` of ``n`` as a share between 0 and 1.

    The standard error has one yes and one no added, so that it is not 0 when all agree.
    Source: Agresti and Caffo (2000), The American Statistician 54, 280-288.
    """
    yes, asked = whole("x", x), whole("n", n)
    if yes > asked:
        raise ValueError(f"{yes} of {asked} is impossible: check which count is which.")
    if not asked:
        return Point(label, None, None, 0, wording)
    part = (yes + 1) / (asked + 2)
    return Point(label, yes / asked, math.sqrt(part * (1 - part) / (asked + 2)), asked, wording)


def score_point(label: str, counts: Sequence[int], wording: str = "") -> Point:
    """A Point for the 0-100 index of `heard_stats.csat_index`, from its counts.

    One answer at each end of the scale is added for the standard error, as in `share_point`.
    """
    answers = whole_list("counts", counts, at_least=2)
    n, top = sum(answers), len(answers) - 1
    if not n:
        return Point(label, None, None, 0, wording)
    points = sum(place * count for place, count in enumerate(answers)) / top
    squares = sum((place / top) ** 2 * count for place, count in enumerate(answers))
    mean = (points + 1) / (n + 2)
    variance = (squares + 1) / (n + 2) - mean**2
    return Point(label, 100 * points / n, 100 * math.sqrt(variance / (n + 2)), n, wording)


@dataclass(frozen=True, slots=True)
class Change:
    """How one period differs from an earlier one.

    ``difference.p_value`` is of this comparison alone, ``p_adjusted`` of it as one of all those
    made; only ``significant`` should decide what is called a change. ``broken``: the wording
    differs, so the series must show a break here and no difference is given.
    """

    before: str
    after: str
    difference: Difference
    p_adjusted: float | None
    significant: bool
    broken: bool


def change(
    series: Sequence[Point], *, lag: int = 1, confidence: float = 0.95
) -> tuple[Change, ...]:
    """Each period against the one ``lag`` periods earlier (12: same month of the year before).

    One Change per pair, oldest first; a series no longer than ``lag`` gives none. The test is
    Welch's, on the standard errors of the points; p-values are adjusted by `holm` over the pairs.
    Raises ValueError unless lag is at least 1 and standard errors are above 0.
    Source: Welch (1947), Biometrika 34, 28-35.
    """
    check_confidence(confidence)
    if whole("lag", lag) < 1:
        raise ValueError("lag is 0: give 1 for the period before, 12 for a year of months.")
    pairs = list(zip(series, series[lag:], strict=False))
    found = [_welch(before, after, confidence) for before, after in pairs]
    adjusted = holm([difference.p_value for difference in found])
    return tuple(
        Change(
            before=before.label,
            after=after.label,
            difference=difference,
            p_adjusted=p,
            significant=p is not None and p < 1 - confidence,
            broken=before.wording != after.wording,
        )
        for (before, after), difference, p in zip(pairs, found, adjusted, strict=True)
    )


def _welch(before: Point, after: Point, confidence: float) -> Difference:
    method = "difference, Welch's test"
    none = Difference(None, None, None, None, method, "", confidence)
    if before.wording != after.wording:
        return replace(none, why="the question or definition changed in between")
    if before.value is None or after.value is None:
        return replace(
            none, why=f"no number for {(before if before.value is None else after).label}"
        )
    if before.se is None or after.se is None:
        value = finite("value", after.value) - finite("value", before.value)
        return replace(none, value=value, why="no standard error to test with")
    se1, se2 = finite("se", before.se), finite("se", after.se)
    if se1 <= 0 or se2 <= 0:
        raise ValueError("a standard error is 0: give None, or use share_point or score_point.")
    value, se = after.value - before.value, math.hypot(se1, se2)
    freedom = _freedom(se1, before.n, se2, after.n)
    reach = student_quantile(confidence, freedom) * se
    p_value = 2 * float(special.stdtr(freedom, -abs(value) / se))
    return Difference(value, value - reach, value + reach, p_value, method, "", confidence)


def _freedom(se1: float, n1: int, se2: float, n2: int) -> float:
    """Welch and Satterthwaite's degrees of freedom; a single answer counts as two here."""
    # Scaled by the larger error, whose fourth power could otherwise leave the range of floats.
    one, two = (se1 / max(se1, se2)) ** 2, (se2 / max(se1, se2)) ** 2
    return (one + two) ** 2 / (one**2 / max(1, n1 - 1) + two**2 / max(1, n2 - 1))
