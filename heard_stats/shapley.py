"""Which parts of an experience go with the score, shared out fairly among related ones."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import comb

import numpy as np
from numpy.typing import ArrayLike

from heard_stats.checks import Floats, check_confidence, whole

MOST_DRIVERS = 15
"""All subsets of drivers are tried, and their number doubles with each driver."""

NOTHING_NEW = 1e-9
"""A driver with less than this share of its spread of its own is a copy of those before it."""

ROOM = 4_000_000
"""Numbers held at once; bootstrap resamples are worked off in portions of this size."""


@dataclass(frozen=True, slots=True)
class Driver:
    """One driver's part of R squared, with its bootstrap interval (None if none was asked for)."""

    name: str
    share: float
    low: float | None
    high: float | None


@dataclass(frozen=True, slots=True)
class Drivers:
    """``drivers`` in the order given; their shares add up to ``r2``.

    ``n`` rows used and ``left_out`` for a missing value. No drivers and no ``r2``, with ``why``,
    where the data cannot tell.
    """

    r2: float | None
    drivers: tuple[Driver, ...]
    n: int
    left_out: int
    why: str = ""


def shapley_drivers(
    X: ArrayLike,
    y: ArrayLike,
    names: Sequence[str] | None = None,
    *,
    bootstrap: int = 500,
    seed: int = 0,
    confidence: float = 0.95,
) -> Drivers:
    """How much of the spread in ``y`` each column of ``X`` accounts for.

    ``X``: n rows by p columns, ``y``: n values; NaN marks a missing answer and its row is left
    out. A share is the rise of R squared when the driver joins, averaged over all orders in which
    drivers can join (exact, all subsets), so related drivers divide what they have in common.
    Drivers go together with the score; they are not proven causes. ``bootstrap`` resamples of
    rows give percentile intervals (0: none), widened to hold the share, the same for the same
    ``seed``. Raises ValueError on shapes that do not fit and on more than 15 columns.
    Source: Lindeman, Merenda and Gold (1980); Groemping (2007), Am. Statistician 61, 139-147.
    """
    check_confidence(confidence)
    table, scores, labels = _inputs(X, y, names)
    complete = ~(np.isnan(table).any(axis=1) | np.isnan(scores))
    data = np.column_stack([table, scores])[complete]
    n, left_out, p = len(data), int((~complete).sum()), table.shape[1]
    if n < p + 2:
        why = f"{n} complete answers are too few for {p} drivers"
        return Drivers(None, (), n, left_out, why)
    if np.ptp(data[:, -1]) == 0:
        return Drivers(None, (), n, left_out, "all scores are the same: nothing to explain")
    data = _standard(data)
    shares, r2 = _average_rise(_correlations(data, np.ones((1, n))))
    if whole("bootstrap", bootstrap) == 0:
        found = [Driver(labels[i], float(shares[0, i]), None, None) for i in range(p)]
    else:
        low, high = _ends(_resampled(data, bootstrap, seed), shares[0], confidence)
        found = [
            Driver(labels[i], float(shares[0, i]), float(low[i]), float(high[i])) for i in range(p)
        ]
    return Drivers(float(r2[0]), tuple(found), n, left_out)


def _inputs(
    X: ArrayLike, y: ArrayLike, names: Sequence[str] | None
) -> tuple[Floats, Floats, list[str]]:
    table, scores = np.asarray(X, np.float64), np.asarray(y, np.float64)
    if table.ndim != 2 or scores.ndim != 1 or len(table) != len(scores):
        raise ValueError("X must have one row per answer and y one value per row of X.")
    p = table.shape[1]
    if not 1 <= p <= MOST_DRIVERS:
        raise ValueError(f"X has {p} columns: give 1 to {MOST_DRIVERS} drivers.")
    if np.isinf(table).any() or np.isinf(scores).any():
        raise ValueError("X or y holds an infinite value: mark missing answers with NaN.")
    labels = [f"driver {i + 1}" for i in range(p)] if names is None else list(names)
    if len(labels) != p:
        raise ValueError(f"{len(labels)} names for {p} columns: give one name each.")
    return table, scores, labels


def _standard(data: Floats) -> Floats:
    """Columns with mean 0 and standard deviation 1; what has no spread becomes one value."""
    centred = data - data.mean(axis=0)
    spread = centred.std(axis=0)
    return np.asarray(centred / np.where(spread == 0, 1.0, spread))


def _correlations(data: Floats, times: Floats) -> Floats:
    """Correlation matrices (b, k, k) of ``data`` (n, k) with rows taken ``times`` (b, n) times.

    Rows and columns of variables without spread are 0.
    """
    n, k = data.shape
    products = (data[:, :, None] * data[:, None, :]).reshape(n, k * k)
    means = times @ data / n
    matrix = (times @ products / n).reshape(-1, k, k) - means[:, :, None] * means[:, None, :]
    variance = np.diagonal(matrix, axis1=1, axis2=2)
    some = variance > NOTHING_NEW
    scale = np.where(some, 1.0 / np.sqrt(np.where(some, variance, 1.0)), 0.0)
    return np.asarray(matrix * scale[:, :, None] * scale[:, None, :])


def _explained(matrices: Floats) -> Floats:
    """R squared of the last variable on every subset of the others: shape (2**p, b).

    Bit i of the first index says whether variable i is in. Walks the tree of subsets, each step
    taking one more variable out of what is left to explain (a Schur complement).
    """
    p = matrices.shape[1] - 1
    result = np.zeros((2**p, len(matrices)))

    def visit(left: Floats, first: int, members: int) -> None:
        for i in range(first, p):
            k = i - first
            own = left[:, k, k]
            new = own > NOTHING_NEW
            column = left[:, k + 1 :, k]
            factor = np.where(new, 1.0 / np.where(new, own, 1.0), 0.0)
            rest = left[:, k + 1 :, k + 1 :]
            rest = rest - factor[:, None, None] * column[:, :, None] * column[:, None, :]
            result[members | 1 << i] = matrices[:, p, p] - rest[:, -1, -1]
            visit(rest, i + 1, members | 1 << i)

    visit(matrices, 0, 0)
    return np.clip(result, 0.0, 1.0)


def _average_rise(matrices: Floats) -> tuple[Floats, Floats]:
    """Shares (b, p) and the R squared (b,) they add up to."""
    p = matrices.shape[1] - 1
    explained = _explained(matrices)
    subsets = np.arange(2**p)
    sizes = np.array([int(subset).bit_count() for subset in subsets])
    shares = np.empty((len(matrices), p))
    for i in range(p):
        without = subsets[(subsets >> i) & 1 == 0]
        weights = np.array([1.0 / (p * comb(p - 1, int(size))) for size in sizes[without]])
        shares[:, i] = weights @ (explained[without | 1 << i] - explained[without])
    return shares, explained[-1]


def _resampled(data: Floats, bootstrap: int, seed: int) -> Floats:
    """Shares (bootstrap, p) of resamples of the rows."""
    n, k = data.shape
    chance = np.random.default_rng(seed)
    portion = max(1, min(bootstrap, ROOM // max(n, 2 ** (k - 1), k * k)))
    shares = []
    for start in range(0, bootstrap, portion):
        size = min(portion, bootstrap - start)
        times = np.stack(
            [np.bincount(chance.integers(0, n, n), minlength=n) for _ in range(size)]
        ).astype(np.float64)
        shares.append(_average_rise(_correlations(data, times))[0])
    return np.concatenate(shares)


def _ends(resampled: Floats, shares: Floats, confidence: float) -> tuple[Floats, Floats]:
    tail = (1 - confidence) / 2
    low, high = np.quantile(resampled, [tail, 1 - tail], axis=0)
    return np.minimum(low, shares), np.maximum(high, shares)
