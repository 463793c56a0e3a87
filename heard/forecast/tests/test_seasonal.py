"""The model, the naive forecast, and which of them is believed."""

import numpy as np
import pytest

from heard.forecast.backtest import (
    BY_DAY,
    compared,
    origins_by_day,
    origins_by_hour,
)
from heard.forecast.profile import hourly, profile
from heard.forecast.seasonal import Numbers, between, model, naive
from heard.forecast.tests.making import HOURS, WEEK, never, series, weekly


def told(values: Numbers, days: int = 28) -> Numbers:
    found = model(values, never(len(values) + days), ahead=days, season=7, half_life=56.0)
    return found.mean


def test_a_steady_week_is_learned_and_beats_repeating_the_last_one() -> None:
    values = weekly(26)
    assert told(values) == pytest.approx(np.tile(WEEK, 4), rel=0.15)
    tested = compared(values, never(len(values) + 28), BY_DAY, origins_by_day(len(values)))
    assert tested is not None
    assert tested.model_wins
    # Chance errs twice in a difference of two counts, once in that of a count and its mean.
    assert tested.mae_model / tested.mae_naive == pytest.approx(1 / np.sqrt(2), abs=0.08)
    assert (tested.origins, tested.tested) == (8, 8 * 28)


def test_weeks_without_any_chance_go_to_the_naive() -> None:
    values = np.tile(WEEK, 20)
    tested = compared(values, never(200), BY_DAY, origins_by_day(len(values)))
    assert tested is not None
    assert tested.mae_naive == 0
    assert not tested.model_wins


def test_a_random_walk_goes_to_the_naive() -> None:
    lost = 0
    for seed in range(8):
        steps = np.random.default_rng(seed).normal(0, 12, 168)
        walk = np.maximum(np.round(400 + np.cumsum(steps)), 0)
        tested = compared(walk, never(200), BY_DAY, origins_by_day(len(walk)))
        assert tested is not None
        lost += not tested.model_wins
    assert lost >= 6


def test_the_interval_holds_what_scatters_more_than_poisson() -> None:
    chance = np.random.default_rng(3)
    mean = np.tile(WEEK, 60)
    values = chance.negative_binomial(mean / 2, 1 / 3).astype(float)  # variance 3 times the mean
    found = model(values[:-28], never(len(values)), ahead=28, season=7, half_life=56.0)
    assert found.dispersion == pytest.approx(3, rel=0.35)
    tested = compared(values, never(len(values)), BY_DAY, origins_by_day(len(values)))
    assert tested is not None
    assert 0.76 <= tested.coverage_model <= 0.92


@pytest.mark.parametrize(("mean", "dispersion"), [(0.2, 1.0), (5.0, 1.0), (40.0, 6.0)])
def test_between_leaves_at_most_a_tenth_on_each_side(mean: float, dispersion: float) -> None:
    low, high = between(np.array([mean]), dispersion)
    chance = np.random.default_rng(5)
    if dispersion > 1:
        came = chance.negative_binomial(mean / (dispersion - 1), 1 / dispersion, 40_000)
    else:
        came = chance.poisson(mean, 40_000)
    assert (came < low[0]).mean() <= 0.105
    assert (came > high[0]).mean() <= 0.105


def test_a_closed_day_is_expected_to_be_like_those_before() -> None:
    values = weekly(20)
    closed = never(len(values) + 28)
    closed[[42, 91, 133]] = True  # Mondays and the like
    values[[42, 91, 133]] = np.round(values[[42, 91, 133]] * 0.2)
    closed[len(values) + 7] = True
    found = model(values, closed, ahead=28, season=7, half_life=56.0)
    assert found.mean[7] == pytest.approx(0.2 * WEEK[0], rel=0.4)
    assert found.mean[14] == pytest.approx(WEEK[0], rel=0.15)


def test_the_levels_follow_the_year() -> None:
    values = np.concatenate([weekly(20), 3 * weekly(20, seed=2)])
    assert told(values)[0] > 2.2 * WEEK[0]


def test_nothing_at_all_is_expected_of_nothing() -> None:
    found = model(np.zeros(60), never(90), ahead=28, season=7, half_life=56.0)
    assert found.mean.sum() == found.high.sum() == 0


def test_a_weekday_that_never_brought_any_is_not_a_fault() -> None:
    values = weekly(12)
    values[6::7] = 0
    found = told(values)
    assert found[6] < 0.5
    assert np.isfinite(found).all()


def test_the_naive_repeats_the_last_week_and_is_less_sure_further_ahead() -> None:
    values = np.cumsum(np.ones(70))  # every week seven more
    found = naive(values, ahead=28, lag=7)
    assert list(found.mean[:7]) == list(values[-7:]) == list(found.mean[7:14])
    assert found.high[0] == values[-7] + 7
    assert found.high[21] == values[-7] + 28


def test_where_it_looks_from() -> None:
    assert origins_by_day(200) == [172, 165, 158, 151, 144, 137, 130, 123]
    assert origins_by_day(28) == [21, 14]
    assert origins_by_day(20) == []
    assert origins_by_hour(168)[0] == 144
    assert origins_by_hour(168)[-1] == 72


def test_hours_of_a_day_add_up_and_scatter_less_than_the_day() -> None:
    one = series(weekly(12))
    shares = profile(one.counts, one.counts)
    assert shares.sum(axis=1) == pytest.approx(np.ones(7))
    assert shares[:, 8:18].sum(axis=1) == pytest.approx(np.ones(7), abs=0.02)
    mean, dispersion = hourly(np.full(7, 50.0), 4.0, np.tile(HOURS, (7, 1)))
    assert mean.sum(axis=1) == pytest.approx(np.full(7, 50.0))
    assert dispersion[0, 9] == pytest.approx(1.3)  # 1 + 0.1·(4 - 1)


def test_the_pattern_of_hours_begins_with_the_day_after() -> None:
    counts = np.zeros((10, 24))
    counts[2::7, 5] = 500  # every seventh day, from the third on, all at five
    shares = profile(counts, counts)
    assert shares[2 - 10 % 7 + 7, 5] > 0.9
