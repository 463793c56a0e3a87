"""How both ways would have done: a look ahead from many days past, compared with what came."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from heard.forecast.profile import hourly, profile
from heard.forecast.seasonal import Ahead, Flags, NotFitted, Numbers, between, model, naive


@dataclass(frozen=True)
class Way:
    """What is compared: the model's season, the naive lag, how far ahead, how soon forgotten."""

    season: int
    lag: int
    ahead: int
    half_life: float


BY_DAY = Way(season=7, lag=7, ahead=28, half_life=56.0)
BY_HOUR = Way(season=24, lag=24, ahead=24, half_life=1e6)


@dataclass(frozen=True)
class Look:
    """One look from the past: where it stood, what both ways said, what came."""

    origin: int
    model: Ahead
    naive: Ahead
    came: Numbers


@dataclass(frozen=True)
class Tested:
    """Mean absolute error of both ways over the same steps, and the interval of the better one."""

    origins: int
    tested: int
    first: int
    last: int
    mae_model: float
    mae_naive: float
    coverage_model: float
    coverage_naive: float

    @property
    def model_wins(self) -> bool:
        """Whether the model erred less than the naive forecast; a draw goes to the naive."""
        return self.mae_model < self.mae_naive

    @property
    def coverage(self) -> float:
        """How often the interval of the better way held what came."""
        return self.coverage_model if self.model_wins else self.coverage_naive


def origins_by_day(days: int) -> list[int]:
    """From where to look: up to eight places a week apart, latest first.

    Each sees four whole weeks after it and four before; where that leaves fewer than four places,
    also such as see a week after them and two before.
    """
    full = list(range(days - 28, 27, -7))[:8]
    if len(full) >= 4:
        return full
    return list(range(days - 7, 13, -7))[:8]


def origins_by_hour(hours: int) -> list[int]:
    """Every six hours, from three days after the beginning to a day before the end."""
    return list(range(hours - 24, 71, -6))[:16]


def looks(values: Numbers, closed: Flags, way: Way, origins: Iterable[int]) -> list[Look]:
    """Look ahead from each origin, knowing only what was before it. May raise ``NotFitted``."""
    found = []
    for origin in origins:
        ahead = min(way.ahead, len(values) - origin)
        known = values[:origin]
        found.append(
            Look(
                origin,
                model(known, closed, ahead=ahead, season=way.season, half_life=way.half_life),
                naive(known, ahead=ahead, lag=way.lag),
                values[origin : origin + ahead],
            )
        )
    return found


def judge(found: Sequence[Look]) -> Tested:
    """Both ways over all looks (at least one)."""
    came = np.concatenate([look.came for look in found])
    by_model = _joined([look.model for look in found])
    by_naive = _joined([look.naive for look in found])
    return Tested(
        origins=len(found),
        tested=len(came),
        first=min(look.origin for look in found),
        last=max(look.origin + len(look.came) for look in found) - 1,
        mae_model=_error(by_model.mean, came),
        mae_naive=_error(by_naive.mean, came),
        coverage_model=_held(by_model, came),
        coverage_naive=_held(by_naive, came),
    )


@dataclass(frozen=True)
class TestedHours:
    """The same per hour: the day's forecast spread over its hours, against last week's hours."""

    __test__ = False

    mae: float
    mae_naive: float
    coverage: float


def judge_hours(
    counts: Numbers, found: Sequence[Look], *, model_wins: bool, city: Numbers
) -> TestedHours:
    """``counts`` and ``city`` are days by 24 hours, of the series and of the whole city."""
    wrong, wrong_naive, held = [], [], []
    for look in found:
        used = look.model if model_wins else look.naive
        days = len(look.came)
        shares = profile(counts[: look.origin], city[: look.origin])
        mean, dispersion = hourly(used.mean, used.dispersion, shares)
        low, high = between(mean, dispersion)
        came = counts[look.origin : look.origin + days]
        again = counts[look.origin - 7 + np.arange(days) % 7]
        wrong.append(np.abs(came - mean).mean())
        wrong_naive.append(np.abs(came - again).mean())
        held.append(((came >= low) & (came <= high)).mean())
    weights = [len(look.came) for look in found]
    return TestedHours(
        float(np.average(wrong, weights=weights)),
        float(np.average(wrong_naive, weights=weights)),
        float(np.average(held, weights=weights)),
    )


def compared(values: Numbers, closed: Flags, way: Way, origins: Sequence[int]) -> Tested | None:
    """Look and judge; None where there is nowhere to look from, or the model does not fit."""
    try:
        found = looks(values, closed, way, origins)
    except NotFitted:
        return None
    return judge(found) if found else None


def _joined(parts: Sequence[Ahead]) -> Ahead:
    return Ahead(
        np.concatenate([part.mean for part in parts]),
        np.concatenate([part.low for part in parts]),
        np.concatenate([part.high for part in parts]),
        0.0,
    )


def _error(said: Numbers, came: Numbers) -> float:
    return float(np.abs(said - came).mean())


def _held(said: Ahead, came: Numbers) -> float:
    return float(((came >= said.low) & (came <= said.high)).mean())
