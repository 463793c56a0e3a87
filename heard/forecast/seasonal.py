"""The two ways to look ahead: a seasonal regression of counts, and the naive repetition.

The model is a Poisson regression (statsmodels) with one level per place in the season (seven
weekdays, or 24 hours) and, where the past shows one, a factor for days on which the city is closed:
for weekdays, those on which it is usually open. Old days weigh less, by half every ``half_life``
steps, so that the levels follow the year. Counts scatter more than Poisson's: their variance is
taken as ``dispersion`` times the mean (Pearson's estimate, never below 1), which a negative
binomial has.

Worker and console only: statsmodels takes a second and 100 MB to load.
"""

import warnings
from dataclasses import dataclass
from typing import Any

import numpy as np
import statsmodels.api as sm
from numpy.typing import NDArray
from scipy import stats

Numbers = NDArray[np.float64]
Flags = NDArray[np.bool_]
Places = NDArray[np.int64]

LOW, HIGH = 0.1, 0.9  # the interval: at least 80% between them, whole cases being coarse
PRIOR = 0.2  # how much a step of the mean weighs in each level, so that none is infinite
FURTHEST = 3.0  # times the largest count seen: what lies beyond is a fault of the fit
ONE = 1.0001


class NotFitted(ValueError):
    """The model found no finite levels."""


@dataclass(frozen=True)
class Ahead:
    """What is expected per step, its interval, and the variance as a multiple of the mean."""

    mean: Numbers
    low: Numbers
    high: Numbers
    dispersion: float


def model(values: Numbers, closed: Flags, *, ahead: int, season: int, half_life: float) -> Ahead:
    """The seasonal regression of ``values``, that many steps ahead.

    ``closed`` says of each step, past and ahead, whether the city is closed in a way the season
    does not tell. Raises ``NotFitted``.
    """
    n = len(values)
    weights = 0.5 ** ((n - 1 - np.arange(n)) / half_life)
    average = float(np.average(values, weights=weights))
    if average == 0:
        nothing = np.zeros(ahead)
        return Ahead(nothing, nothing, nothing, 1.0)
    place = np.arange(n + ahead) % season
    shut = closed[: n + ahead] & bool(closed[:n].any())
    levels, factor = _fit(values, place[:n], shut[:n], weights, average, season)
    with np.errstate(over="ignore"):
        means = np.exp(levels[place] + factor * shut)
    if not np.isfinite(means).all():
        raise NotFitted("The levels are not finite.")
    dispersion = _dispersion(values, means[:n], weights, season + 1)
    expected = np.minimum(means[n:], FURTHEST * float(values.max()) + 1)
    low, high = between(expected, dispersion)
    return Ahead(expected, low, high, dispersion)


def naive(values: Numbers, *, ahead: int, lag: int) -> Ahead:
    """The last ``lag`` steps once more; its interval from how it would have erred before.

    ``k`` seasons ahead the errors are those of values ``k`` seasons apart, or, where the past is
    too short for ten of them, of one season.
    """
    n = len(values)
    steps = np.arange(ahead)
    mean = values[n - lag + steps % lag]
    low, high = np.empty(ahead), np.empty(ahead)
    for apart in range(1, (ahead - 1) // lag + 2):
        back = lag * apart if n - lag * apart >= 10 else lag
        errors = values[back:] - values[:-back]
        here = steps // lag == apart - 1
        low[here] = mean[here] + np.quantile(errors, LOW)
        high[here] = mean[here] + np.quantile(errors, HIGH)
    errors = values[lag:] - values[:-lag]
    average = float(values.mean())
    spread = float((errors**2).mean()) / average if average else 1.0
    return Ahead(mean, np.maximum(low, 0), np.maximum(high, 0), max(1.0, spread))


def between(mean: Numbers, dispersion: float | Numbers) -> tuple[Numbers, Numbers]:
    """Low and high whole counts of this mean and a variance of ``dispersion`` times as much."""
    safe = np.maximum(mean, 1e-9)
    spread = np.broadcast_to(np.asarray(dispersion, dtype=float), safe.shape)
    wide = spread > ONE
    over = np.where(wide, spread, 2.0)
    found = []
    for share in (LOW, HIGH):
        poisson = stats.poisson.ppf(share, safe)
        negative = stats.nbinom.ppf(share, safe / (over - 1), 1 / over)
        found.append(np.where(wide, negative, poisson))
    return found[0], found[1]


def _fit(
    values: Numbers, place: Places, shut: Flags, weights: Numbers, average: float, season: int
) -> tuple[Numbers, float]:
    """Logarithms of the levels, and of the factor for closed steps (0 where none was seen).

    Steps of one place, open or closed, are put together first: their weighted mean, weighing as
    much as they do, has the same most likely levels, and the regression stays small.
    """
    group = place + season * shut
    weight = np.bincount(group, weights, minlength=2 * season)
    total = np.bincount(group, weights * values, minlength=2 * season)
    is_open = np.arange(2 * season) < season
    weight = weight + PRIOR * is_open
    total = total + PRIOR * average * is_open
    seen = weight > 0
    both = np.arange(2 * season)
    design = np.eye(season)[both % season]
    if shut.any():
        design = np.column_stack([design, both >= season])
    counts = total[seen] / weight[seen]
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        try:
            regression = sm.GLM(
                counts, design[seen], family=sm.families.Poisson(), freq_weights=weight[seen]
            )
            found: Any = regression.fit(maxiter=25).params
        except (ValueError, np.linalg.LinAlgError) as error:
            raise NotFitted(str(error)) from error
    if not np.isfinite(found).all():
        raise NotFitted("The levels are not finite.")
    return np.asarray(found[:season], dtype=float), float(found[season]) if shut.any() else 0.0


def _dispersion(values: Numbers, fitted: Numbers, weights: Numbers, levels: int) -> float:
    """Pearson's estimate, with as many observations as the weights are worth."""
    worth = weights.sum() ** 2 / (weights**2).sum()
    squares = (values - fitted) ** 2 / np.maximum(fitted, 1e-9)
    degrees = max(worth - levels, 5.0)
    return max(1.0, float(np.average(squares, weights=weights) * worth / degrees))
