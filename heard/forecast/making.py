"""One series made into a forecast: which way is used, and what it says."""

import hashlib
from datetime import timedelta
from typing import Any

import numpy as np

from heard.forecast import backtest
from heard.forecast.backtest import BY_DAY, BY_HOUR, Look, Tested, judge, judge_hours, looks
from heard.forecast.counting import AHEAD, Series
from heard.forecast.models import Forecast, Method
from heard.forecast.profile import hourly, profile
from heard.forecast.seasonal import Ahead, NotFitted, Numbers, between, model, naive

LOOK = 1  # raised whenever the making changes: all is made anew
RECENT = 56
WEEKLY = 28  # days of history that show what a weekday is
EARLY = 4  # days that show what an hour is
EARLY_AHEAD = 7


def digest(series: Series, city: Series) -> str:
    """Names what a forecast is made from: the same data make the same forecast."""
    sum_ = hashlib.sha256(f"{LOOK} {series.kind} {series.code} {series.since}".encode())
    for part in (series.counts, series.opens, city.counts):
        sum_.update(np.ascontiguousarray(part).tobytes())
    return sum_.hexdigest()


def make(series: Series, city: Series) -> Forecast:
    """The forecast of a series, not saved. ``city`` lends its pattern of hours."""
    days = len(series.counts)
    row = Forecast(
        kind=series.kind,
        code=series.code,
        digest=digest(series, city),
        method=Method.NONE,
        since=series.since,
        as_of=series.since + timedelta(days=days),
        n=int(series.counts.sum()),
        recent=[int(n) for n in series.days[-RECENT:]],
    )
    lent = city.counts[-days:]
    if days >= WEEKLY:
        _by_weekday(row, series, lent)
    elif days >= EARLY:
        _early(row, series, lent)
    return row


def _by_weekday(row: Forecast, series: Series, city: Numbers) -> None:
    values = series.days
    unusual = series.unusual
    found = _looks(values, unusual, len(values))
    tested = judge(found) if found else None
    wins = tested is not None and tested.model_wins
    ahead = naive(values, ahead=AHEAD, lag=7)
    if wins:
        ahead = model(values, unusual, ahead=AHEAD, season=7, half_life=BY_DAY.half_life)
    row.method = Method.MODEL if wins else Method.NAIVE
    _note_test(row, tested, per_day=1)
    if found:
        hours = judge_hours(series.counts, found, model_wins=wins, city=city)
        row.hour_mae, row.hour_mae_naive = hours.mae, hours.mae_naive
        row.hour_coverage = hours.coverage
    _tell(row, ahead, series.counts, city)


def _looks(values: Numbers, closed: Any, days: int) -> list[Look]:
    try:
        return looks(values, closed, BY_DAY, backtest.origins_by_day(days))
    except NotFitted:
        return []


def _early(row: Forecast, series: Series, city: Numbers) -> None:
    """A week ahead by the hour: no weekday has come round often enough to be known.

    What is known instead, from the calendar, is on which days the city is open.
    """
    values = series.counts.reshape(-1)
    shut = np.repeat(~series.opens[: len(series.counts) + EARLY_AHEAD], 24)
    tested = backtest.compared(values, shut, BY_HOUR, backtest.origins_by_hour(len(values)))
    steps = EARLY_AHEAD * 24
    ahead = naive(values, ahead=steps, lag=24)
    row.method = Method.EARLY_NAIVE
    if tested is not None and tested.model_wins:
        ahead = model(values, shut, ahead=steps, season=24, half_life=BY_HOUR.half_life)
        row.method = Method.EARLY_MODEL
    _note_test(row, tested, per_day=24)
    means = ahead.mean.reshape(EARLY_AHEAD, 24).sum(axis=1)
    # Hours of one day rise and fall together, so days scatter more than their hours would say.
    days = series.days
    scatter = float(days.var(ddof=1) / days.mean()) if days.mean() else 1.0
    dispersion = max(ahead.dispersion, scatter, 1.0)
    low, high = between(means, dispersion)
    _tell(row, Ahead(means, low, high, dispersion), series.counts, city)


def _note_test(row: Forecast, tested: Tested | None, *, per_day: int) -> None:
    if tested is None:
        return
    row.origins, row.tested = tested.origins, tested.tested
    row.tested_from = row.since + timedelta(days=tested.first // per_day)
    row.tested_to = row.since + timedelta(days=tested.last // per_day)
    row.mae_model, row.mae_naive = tested.mae_model, tested.mae_naive
    row.coverage = tested.coverage


def _tell(row: Forecast, ahead: Ahead, counts: Numbers, city: Numbers) -> None:
    """Put the figures into the row, in whole cases or two decimals: more would be pretence."""
    shares = profile(counts, city)
    low, high = between(*hourly(ahead.mean, ahead.dispersion, shares))
    row.days = [
        [round(float(mean), 2), int(np.floor(least)), int(np.ceil(most))]
        for mean, least, most in zip(ahead.mean, ahead.low, ahead.high, strict=True)
    ]
    row.profile = [[round(float(share), 5) for share in hours] for hours in shares]
    row.hours_low = low.astype(int).tolist()
    row.hours_high = high.astype(int).tolist()
    if len(row.days) == AHEAD:
        row.four_weeks = float(ahead.mean.sum())
