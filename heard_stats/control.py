"""Signal or noise: an individuals chart (XmR) with stated rules.

W. A. Shewhart's chart for single values, with the constants D. J. Wheeler uses: limits are the mean
plus and minus 2.66 times the mean moving range (3 / 1.128), and a moving range above 3.267 times
that mean is itself a signal. Three rules make a signal, and only these:

``outside``  a value beyond a limit;
``run``      eight or more values in a row on one side of the mean;
``range``    a leap from one value to the next beyond the limit of moving ranges.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

from heard_stats.checks import finite

LIMIT, RANGE_LIMIT, RUN = 2.66, 3.267, 8
FEWEST = 6

Rule = Literal["outside", "run", "range"]


@dataclass(frozen=True, slots=True)
class Signal:
    """A value that chance alone hardly makes: its place in the series, the rule, which side."""

    place: int
    rule: Rule
    side: Literal["above", "below", ""]


@dataclass(frozen=True, slots=True)
class Control:
    """Mean and limits in the unit of the values. Without them ``why`` says what is missing."""

    mean: float | None
    low: float | None
    high: float | None
    range_mean: float | None
    range_high: float | None
    signals: tuple[Signal, ...] = ()
    why: str = ""

    def at(self, place: int) -> tuple[Signal, ...]:
        """The signals at a place of the series."""
        return tuple(signal for signal in self.signals if signal.place == place)


def xmr(
    values: Sequence[float | None],
    *,
    baseline: int | None = None,
    floor: float | None = None,
    ceiling: float | None = None,
) -> Control:
    """Limits of a series in order of time, and the signals in it.

    None marks a period without a figure: no moving range is taken across it and it breaks no run.
    ``baseline`` takes the limits from the first so many figures only, so that a later change shows
    against them. ``floor`` and ``ceiling`` are bounds of nature (0 and 1 of a share): a limit never
    lies beyond, and a value at its bound is not outside. Raises ValueError on infinite values.
    """
    known = [(i, finite("values", one)) for i, one in enumerate(values) if one is not None]
    basis = known if baseline is None else known[: max(baseline, FEWEST)]
    ranges = [abs(b - a) for (i, a), (j, b) in pairwise(basis) if j == i + 1]
    if len(basis) < FEWEST or not ranges:
        why = f"limits need {FEWEST} periods with a figure"
        return Control(None, None, None, None, None, (), why)
    mean = math.fsum(one for _i, one in basis) / len(basis)
    spread = math.fsum(ranges) / len(ranges)
    low, high = mean - LIMIT * spread, mean + LIMIT * spread
    low = low if floor is None else max(low, floor)
    high = high if ceiling is None else min(high, ceiling)
    top = RANGE_LIMIT * spread
    fuzz = 1e-9 * max(
        1.0, abs(mean)
    )  # a mean of equal values may differ from them in its last bits
    signals = [*_outside(known, low - fuzz, high + fuzz), *_runs(known, mean, fuzz)]
    signals += _leaps(known, top + fuzz)
    order = sorted(signals, key=lambda one: (one.place, one.rule))
    return Control(mean, low, high, spread, top, tuple(order))


def _outside(known: list[tuple[int, float]], low: float, high: float) -> list[Signal]:
    above = [Signal(i, "outside", "above") for i, one in known if one > high]
    return above + [Signal(i, "outside", "below") for i, one in known if one < low]


def _leaps(known: list[tuple[int, float]], top: float) -> list[Signal]:
    return [
        Signal(j, "range", "")
        for (i, a), (j, b) in pairwise(known)
        if j == i + 1 and abs(b - a) > top
    ]


def _runs(known: list[tuple[int, float]], mean: float, fuzz: float) -> list[Signal]:
    """Every value from the eighth on of a run on one side; a value at the mean ends the run."""
    found, length, side, last = [], 0, 0, -1
    for i, one in known:
        here = 0 if abs(one - mean) <= fuzz else 1 if one > mean else -1
        length = length + 1 if here and here == side and i == last + 1 else int(bool(here))
        side, last = here, i
        if length >= RUN:
            found.append(Signal(i, "run", "above" if here > 0 else "below"))
    return found
