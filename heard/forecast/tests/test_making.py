"""What becomes of one series, long or short."""

import numpy as np
import pytest

from heard.forecast.making import digest, make
from heard.forecast.models import Method
from heard.forecast.tests.making import HOURS, WEEK, series, weekly


def test_a_long_series_is_forecast_by_the_model_with_its_test() -> None:
    one = series(weekly(20))
    row = make(one, one)
    assert row.method == Method.MODEL
    assert (row.mae_model or 0) < (row.mae_naive or 0)
    assert (row.coverage or 0) >= 0.7
    assert (row.hour_mae or 0) < (row.hour_mae_naive or 0)
    assert (len(row.days), row.n) == (28, int(one.counts.sum()))
    assert row.four_weeks == pytest.approx(4 * WEEK.sum(), rel=0.1)
    assert all(low <= mean <= high for mean, low, high in row.days)
    assert row.recent == [int(n) for n in one.days[-56:]]
    assert sum(row.hours(0)) == pytest.approx(row.days[0][0], rel=0.01)
    assert row.hours(0)[9] == pytest.approx(row.days[0][0] * HOURS[9], rel=0.35)
    assert (row.as_of - row.since).days == 140
    assert row.tested_to == row.day(-1)


def test_a_series_that_repeats_itself_keeps_the_naive_forecast() -> None:
    one = series(np.tile(WEEK, 20))
    row = make(one, one)
    assert row.method == Method.NAIVE
    assert [mean for mean, _low, _high in row.days[:7]] == list(WEEK)


def test_early_days_go_by_the_hour_and_by_whether_it_is_open() -> None:
    one = series(weekly(2)[:11])  # a weekend is in it
    row = make(one, one)
    assert row.method == Method.EARLY_MODEL
    assert len(row.days) == 7
    assert row.four_weeks is None
    monday, sunday = row.days[3], row.days[2]
    assert one.since.weekday() == 0
    assert row.day(2).weekday() == 6
    assert sunday[0] < 10 < monday[0]
    assert row.tested % 24 == 0


@pytest.mark.parametrize("days", [1, 3])
def test_too_short_to_say_anything(days: int) -> None:
    one = series(weekly(1)[:days])
    row = make(one, one)
    assert (row.method, row.days, row.mae_model) == (Method.NONE, [], None)


@pytest.mark.parametrize("days", [4, 13, 14, 21, 27, 28, 29, 35, 56])
def test_no_length_is_a_fault(days: int) -> None:
    one = series(weekly(8)[:days])
    row = make(one, one)
    assert len(row.days) == (28 if days >= 28 else 7)
    assert np.isfinite([mean for mean, _low, _high in row.days]).all()


def test_what_it_is_made_from_is_known_by_its_digest() -> None:
    one, same, other = series(weekly(8)), series(weekly(8)), series(weekly(8, seed=9))
    assert digest(one, one) == digest(same, same) != digest(other, one)
    same.opens[-1] = not same.opens[-1]  # a closure announced ahead
    assert digest(one, one) != digest(same, one)
