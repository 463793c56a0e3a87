"""Drivers of a score, against the average over every order in which they can join."""

import itertools
import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from heard_stats.tests.loose import shapley_drivers
from heard_stats.tests.support import examples


def r_squared(columns: Any, y: Any) -> Any:
    design = np.column_stack([np.ones(len(y)), *columns])
    rest = y - design @ np.linalg.lstsq(design, y, rcond=1e-10)[0]
    return 1 - rest.var() / y.var()


def averaged_over_all_orders(X: Any, y: Any) -> Any:
    p = X.shape[1]
    shares = np.zeros(p)
    for order in itertools.permutations(range(p)):
        before = 0.0
        for place, i in enumerate(order):
            after = r_squared([X[:, j] for j in order[: place + 1]], y)
            shares[i] += after - before
            before = after
    return shares / math.factorial(p)


def made_up(seed: int, n: int, p: int, noise: float = 1.0) -> Any:
    chance = np.random.default_rng(seed)
    X = chance.normal(size=(n, p)) @ chance.normal(size=(p, p)) + chance.normal(size=p) * 100
    return X, X @ chance.normal(size=p) + noise * chance.normal(size=n)


@given(st.integers(0, 10_000), st.integers(1, 4), st.sampled_from([7, 30, 120]))
@examples
def test_shares_are_the_average_over_all_orders(seed, p, n):
    X, y = made_up(seed, n, p)
    found = shapley_drivers(X, y, bootstrap=0)
    shares = [driver.share for driver in found.drivers]
    assert shares == pytest.approx(averaged_over_all_orders(X, y).tolist(), abs=1e-8)
    assert found.r2 == pytest.approx(r_squared(X.T, y), abs=1e-8)
    assert sum(shares) == pytest.approx(found.r2)
    assert min(shares) >= 0
    assert (found.n, found.left_out, found.why) == (n, 0, "")


def test_unrelated_drivers_have_their_squared_correlations():
    X = np.array(list(itertools.product((1.0, 5.0), repeat=3)))
    y = X @ [3.0, 2.0, 0.0] + np.tile([1, -1], 4) * 0.5
    found = shapley_drivers(X, y, ["staff", "speed", "place"], bootstrap=0)
    for driver, column in zip(found.drivers, X.T, strict=True):
        assert driver.share == pytest.approx(np.corrcoef(column, y)[0, 1] ** 2)
    assert [driver.name for driver in found.drivers] == ["staff", "speed", "place"]


def test_twins_share_alike_and_a_constant_has_nothing():
    X, y = made_up(3, 60, 2)
    found = shapley_drivers(np.column_stack([X[:, 0], X[:, 0], np.full(60, 0.1), X[:, 1]]), y)
    first, twin, constant, _ = found.drivers
    assert first.share == pytest.approx(twin.share)
    assert constant.share == constant.low == constant.high == 0
    assert found.r2 == pytest.approx(r_squared(X.T, y))


@given(st.integers(0, 1000), st.floats(0.001, 1000), st.floats(-1000, 1000))
@examples
def test_units_order_and_sign_do_not_matter(seed, factor, shift):
    X, y = made_up(seed, 40, 3)
    found = shapley_drivers(X, y, bootstrap=0)
    changed = shapley_drivers(X[::-1, ::-1] * -factor + shift, y[::-1] * factor, bootstrap=0)
    assert [driver.share for driver in changed.drivers] == pytest.approx(
        [driver.share for driver in reversed(found.drivers)], abs=1e-6
    )


def test_intervals_hold_the_share_and_repeat_with_the_seed():
    X, y = made_up(9, 80, 4, noise=3)
    found, again = shapley_drivers(X, y, seed=7), shapley_drivers(X, y, seed=7)
    assert found == again
    assert found != shapley_drivers(X, y, seed=8)
    for driver in found.drivers:
        assert 0 <= driver.low <= driver.share <= driver.high <= 1


def test_intervals_are_those_of_resampled_rows():
    """The one-driver case by hand: R squared of rows drawn with return."""
    X, y = made_up(2, 50, 1, noise=60)
    chance = np.random.default_rng(99)
    drawn = [chance.integers(0, 50, 50) for _ in range(3000)]
    expected = np.quantile([np.corrcoef(X[i, 0], y[i])[0, 1] ** 2 for i in drawn], [0.05, 0.95])
    found = shapley_drivers(X, y, bootstrap=3000, confidence=0.9).drivers[0]
    assert (found.low, found.high) == pytest.approx(expected, abs=0.03)
    assert found.high - found.low > 0.1


def test_answers_with_gaps_are_left_out_and_counted():
    X, y = made_up(5, 30, 2)
    holed, scores = X.copy(), y.copy()
    holed[3, 0], holed[4, 1], scores[9] = math.nan, math.nan, math.nan
    keep = np.setdiff1d(np.arange(30), [3, 4, 9])
    found = shapley_drivers(holed, scores, bootstrap=0)
    assert found.left_out == 3
    assert found.drivers == shapley_drivers(X[keep], y[keep], bootstrap=0).drivers


def test_data_that_cannot_tell_give_a_reason():
    X, y = made_up(5, 3, 2)
    assert "too few for 2 drivers" in shapley_drivers(X, y).why
    X, _ = made_up(5, 30, 2)
    same = shapley_drivers(X, np.full(30, 4.0))
    assert (same.r2, same.drivers, same.why[:10]) == (None, (), "all scores")


def test_resamples_in_which_all_scores_agree_count_as_nothing_explained():
    y = np.zeros(12)
    y[0] = 1.0
    found = shapley_drivers(y[:, None] * 2 + 1, y, bootstrap=200)
    assert found.drivers[0].share == pytest.approx(1)
    assert found.drivers[0].low == 0


@pytest.mark.parametrize(
    ("X", "y", "options", "message"),
    [
        (np.ones((5, 16)), np.ones(5), {}, "1 to 15"),
        (np.ones((5, 0)), np.ones(5), {}, "1 to 15"),
        (np.ones((5, 2)), np.ones(4), {}, "one row per answer"),
        (np.ones(5), np.ones(5), {}, "one row per answer"),
        (np.full((5, 2), np.inf), np.ones(5), {}, "infinite"),
        (np.ones((5, 2)), np.ones(5), {"names": ["a"]}, "one name each"),
    ],
)
def test_bad_input_is_refused(X, y, options, message):
    with pytest.raises(ValueError, match=message):
        shapley_drivers(X, y, **options)


def test_bootstrap_must_be_a_count():
    X, y = made_up(5, 30, 2)
    with pytest.raises(ValueError, match="bootstrap is -1"):
        shapley_drivers(X, y, bootstrap=-1)
