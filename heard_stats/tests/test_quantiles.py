"""Quantiles with order-statistic intervals, against exact binomial chances and simulation."""

import itertools
import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from heard_stats.tests.loose import quantile_interval, quantile_ranks
from heard_stats.tests.support import confidences, examples, shares

numbers = st.lists(st.floats(-1e9, 1e9), min_size=1, max_size=200)


def ranks_by_search(n: Any, q: Any, confidence: Any) -> Any:
    """The definition itself: try every rank and keep the innermost one that is safe enough."""
    tail = (1 - confidence) / 2
    ranks = np.arange(1, n + 1)
    low = ranks[stats.binom.cdf(ranks - 1, n, q) <= tail].tolist()
    high = ranks[stats.binom.sf(ranks - 1, n, q) <= tail].tolist()
    return max(low, default=None), min(high, default=None)


@given(st.integers(0, 120), shares, confidences)
@examples
def test_ranks_are_the_innermost_safe_ones(n, q, confidence):
    assert quantile_ranks(n, q, confidence) == ranks_by_search(n, q, confidence)


@pytest.mark.parametrize(
    ("n", "q", "expected"),
    [
        (0, 0.5, (None, None)),
        (5, 0.5, (None, None)),
        (6, 0.5, (1, 6)),
        (10, 0.5, (2, 9)),
        (100, 0.5, (40, 61)),
        (20, 0.9, (15, None)),
    ],
)
def test_ranks_known_from_tables(n, q, expected):
    assert quantile_ranks(n, q) == expected


def test_ranks_of_a_million_are_close_to_the_normal_ones():
    low, high = quantile_ranks(1_000_000, 0.9)
    assert low == pytest.approx(900_000 - 588, abs=3)
    assert high == pytest.approx(900_000 + 589, abs=3)


@given(numbers, shares, confidences)
@examples
def test_interval_holds_the_value_and_comes_from_the_data(values, q, confidence):
    found = quantile_interval(values, q, confidence)
    assert found.n == len(values)
    assert found.value == pytest.approx(np.quantile(values, q), rel=1e-9, abs=1e-6)
    assert min(values) <= found.value <= max(values)
    for end in (found.low, found.high):
        assert end is None or end == found.value or end in values
    assert found.low is None or found.low <= found.value
    assert found.high is None or found.high >= found.value
    assert bool(found.why) == (found.low is None or found.high is None)


@given(st.lists(st.integers(0, 400), min_size=1, max_size=40), st.randoms())
@examples
def test_order_of_the_values_does_not_matter(values, chance):
    shuffled = list(values)
    chance.shuffle(shuffled)
    assert quantile_interval(shuffled, 0.5) == quantile_interval(values, 0.5)


@pytest.mark.parametrize(("n", "q"), [(12, 0.5), (40, 0.5), (80, 0.9)])
def test_the_true_quantile_is_inside_at_least_as_often_as_claimed(n, q):
    chance = np.random.default_rng(11)
    true = float(stats.lognorm.ppf(q, 1.5))
    hits = 0
    for _ in range(1500):
        found = quantile_interval(chance.lognormal(sigma=1.5, size=n), q)
        hits += (found.low or -math.inf) <= true <= (found.high or math.inf)
    assert 0.945 <= hits / 1500 <= 0.99


def test_coverage_is_exact_for_every_distribution():
    for n, q in itertools.product((9, 33, 150), (0.25, 0.5, 0.9)):
        low, high = quantile_ranks(n, q, 0.9)
        below = stats.binom(n, q)
        inside = (below.cdf(high - 1) if high else 1.0) - (below.cdf(low - 1) if low else 0.0)
        assert inside >= 0.9


@pytest.mark.parametrize(
    ("values", "q", "why"),
    [
        ([], 0.5, "no answers yet"),
        ([1, 2, 3], 0.5, "an interval"),
        (range(20), 0.9, "an upper end"),
        (range(20), 0.1, "a lower end"),
    ],
)
def test_what_cannot_be_given_has_a_reason(values, q, why):
    assert why in quantile_interval(list(values), q).why


@pytest.mark.parametrize("q", [0, 1, 50, -0.1, math.nan])
def test_q_must_be_a_share(q):
    with pytest.raises(ValueError, match=r"0\.9 for the 90th"):
        quantile_ranks(10, q)


def test_missing_values_are_refused():
    with pytest.raises(ValueError, match="leave them out"):
        quantile_interval([1.0, math.nan], 0.5)
