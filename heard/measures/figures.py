"""From sums to figures: the estimate with its interval, and the hiding of small numbers."""

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby
from typing import Any

from heard.measures.definitions import Statistic
from heard_stats import (
    Estimate,
    count_interval,
    csat_index,
    is_small,
    mean_interval_of_sums,
    nps,
    quantile_interval,
    share,
    top_box,
)
from heard_stats.suppression import small_numbers

Sums = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Figure:
    """One result before it is stored; see ``measures.models.Result`` for the fields."""

    period: str
    by: str
    group: str
    n: int
    value: float | None
    low: float | None
    high: float | None
    suppressed: bool
    left_out: int = 0
    detail: dict[str, Any] = field(default_factory=dict)

    def hidden(self) -> "Figure":
        """The same without what may not be published."""
        kept: dict[str, Any] = {
            name: self.detail[name] for name in ("asked", "answered") if name in self.detail
        }
        return replace(self, value=None, low=None, high=None, suppressed=True, detail=kept)

    def withheld(self, outside: int) -> "Figure":
        """The same without a value: ``outside`` rows count that it is not a share of.

        Such a share is of the wrong rows, and can pass 100%. It is a fault of the formula.
        """
        detail = {OUTSIDE: outside}
        return replace(self, value=None, low=None, high=None, detail=detail)


OUTSIDE = "outside"  # in a figure's detail: rows that count, of which the share is not


def _count(statistic: Statistic, sums: Sums) -> Estimate:
    n = int(sums["n"])
    ends = count_interval(n)
    return Estimate(float(n), ends.low, ends.high, n, "count, Garwood")


def _share(statistic: Statistic, sums: Sums) -> Estimate:
    return share(int(sums["x"]), int(sums["n"]))


def _quantile(statistic: Statistic, sums: Sums) -> Estimate:
    assert statistic.quantile is not None
    return quantile_interval(sums["values"], statistic.quantile)


def _index(statistic: Statistic, sums: Sums) -> Estimate:
    return csat_index(_gave(sums))


def _top2(statistic: Statistic, sums: Sums) -> Estimate:
    return top_box(_gave(sums), 2)


def _sum(statistic: Statistic, sums: Sums) -> Estimate:
    """A total of money, and how far chance alone moves it.

    Both how many there are and how much each is worth vary: the variance of such a total is that
    of a compound Poisson, estimated by the sum of squares; the interval is normal, from 0 up.
    """
    d = statistic.divisor
    total, reach = float(sums["total"]) / d, 1.959964 * math.sqrt(float(sums["squares"])) / d
    return Estimate(total, max(0.0, total - reach), total + reach, int(sums["n"]), "total, normal")


def _mean(statistic: Statistic, sums: Sums) -> Estimate:
    made = mean_interval_of_sums(int(sums["n"]), float(sums["total"]), float(sums["squares"]))
    d = statistic.divisor
    ends = [None if end is None else end / d for end in (made.value, made.low, made.high)]
    return replace(made, value=ends[0], low=ends[1], high=ends[2])


def _nps(statistic: Statistic, sums: Sums) -> Estimate:
    for_us, against = int(sums["promoters"]), int(sums["detractors"])
    return nps(for_us, int(sums["n"]) - for_us - against, against)


def _gave(sums: Sums) -> list[int]:
    """How many gave each answer, worst first."""
    return [int(sums[f"gave_{step}"]) for step in range(1, 6)]


ESTIMATES: dict[str, Callable[[Statistic, Sums], Estimate]] = {
    "count": _count,
    "share": _share,
    "quantile": _quantile,
    "index": _index,
    "top2": _top2,
    "sum": _sum,
    "mean": _mean,
    "nps": _nps,
}


def figure(statistic: Statistic, by: str, sums: Sums) -> Figure:
    """The figure of one period and group; hidden where its n is small."""
    estimate = ESTIMATES[statistic.kind](statistic, sums)
    detail: dict[str, Any] = {}
    if "gave_1" in sums:
        detail["gave"] = _gave(sums)
    elif "x" in sums:
        detail["x"] = int(sums["x"])
    elif "promoters" in sums:
        detail |= {name: int(sums[name]) for name in ("promoters", "detractors")}
    elif "squares" in sums:
        detail |= {name: float(sums[name]) for name in ("total", "squares")}
    made = Figure(
        period=str(sums["period"]),
        by=by,
        group=str(sums["group"]),
        n=estimate.n,
        value=estimate.value,
        low=estimate.low,
        high=estimate.high,
        suppressed=False,
        left_out=int(sums["left_out"]),
        detail=detail,
    )
    if outside := int(sums.get("outside", 0)):
        return made.withheld(outside)
    small = statistic.kind != "count" and is_small(made.n)
    return made.hidden() if small else made


def protected(
    statistic: Statistic, totals: Sequence[Figure], groups: Iterable[Figure]
) -> tuple[list[Figure], list[Figure]]:
    """Totals and groups of one grouping, with companions hidden where they would give one away.

    Counts are public and quantiles cannot be subtracted; shares and scores can.
    """
    if statistic.kind in {"count", "quantile"}:
        return list(totals), list(groups)
    total_of = {total.period: total for total in totals}
    kept: list[Figure] = []
    by_period = groupby(sorted(groups, key=lambda g: (g.period, g.group)), lambda g: g.period)
    for period, cells in by_period:
        row = list(cells)
        if not any(cell.suppressed for cell in row):
            kept += row
            continue
        table = small_numbers({cell.group: cell.n for cell in row})
        kept += [
            cell.hidden() if cell.suppressed or table.hides(cell.group) else cell for cell in row
        ]
        if table.hides("*"):
            total_of[period] = total_of[period].hidden()
    return [total_of[total.period] for total in totals], kept
