"""Intervals for shares, counts and means, against the literature and against exact chances."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from heard_stats.intervals import score_interval
from heard_stats.tests.loose import (
    count_interval,
    count_interval_many,
    mean_interval,
    wilson,
    wilson_many,
)
from heard_stats.tests.support import confidences, counted, examples, five_counts


@pytest.mark.parametrize(
    ("x", "n", "low", "high"),
    [
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ],
)
def test_wilson_meets_the_published_examples(x, n, low, high):
    found = wilson(x, n)
    assert (round(found.low, 4), round(found.high, 4)) == (low, high)
    assert found.confidence == 0.95
    assert found.why == ""


@given(counted(), confidences)
@examples
def test_wilson_agrees_with_scipy(pair, confidence):
    x, n = pair
    expected = stats.binomtest(x, n).proportion_ci(confidence, method="wilson")
    found = wilson(x, n, confidence)
    assert found.low == pytest.approx(expected.low, abs=1e-12)
    assert found.high == pytest.approx(expected.high, abs=1e-12)


def test_wilson_agrees_with_statsmodels():
    proportion = pytest.importorskip("statsmodels.stats.proportion")
    for x, n in [(0, 3), (3, 3), (17, 40), (999, 1000)]:
        expected = proportion.proportion_confint(x, n, alpha=0.1, method="wilson")
        found = wilson(x, n, 0.9)
        assert (found.low, found.high) == pytest.approx(expected, abs=1e-12)


@given(counted(), confidences)
@examples
def test_wilson_holds_the_share_and_mirrors(pair, confidence):
    x, n = pair
    found, mirror = wilson(x, n, confidence), wilson(n - x, n, confidence)
    assert 0 <= found.low <= x / n <= found.high <= 1
    assert found.low < found.high
    assert found.low == pytest.approx(1 - mirror.high, abs=1e-12)
    if x == 0:
        assert found.low == 0.0
    if x == n:
        assert found.high == 1.0


@given(counted(most=500), st.integers(2, 20))
@examples
def test_wilson_narrows_with_more_answers_and_widens_with_confidence(pair, times):
    x, n = pair
    few, many, sure = wilson(x, n), wilson(x * times, n * times), wilson(x, n, 0.99)
    assert many.high - many.low < few.high - few.low
    assert sure.low <= few.low
    assert sure.high >= few.high
    assert sure.high - sure.low > few.high - few.low


@pytest.mark.parametrize("n", [10, 50, 200])
def test_wilson_is_right_about_as_often_as_it_claims(n):
    low, high = wilson_many(np.arange(n + 1), np.full(n + 1, n))
    coverage = [
        float(stats.binom.pmf(np.arange(n + 1), n, p) @ ((low <= p) & (p <= high)))
        for p in np.linspace(0.02, 0.98, 97)
    ]
    assert 0.94 < np.mean(coverage) < 0.97
    assert min(coverage) > 0.83


def test_wilson_reaches_the_borders_exactly():
    n = np.arange(1, 2000)
    for confidence in (0.8, 0.95, 0.99):
        low, high = wilson_many(0, n, confidence)[0], wilson_many(n, n, confidence)[1]
        assert set(low.tolist()) == {0.0}
        assert set(high.tolist()) == {1.0}


def test_wilson_without_answers_gives_a_reason():
    found = wilson(0, 0)
    assert (found.low, found.high, found.why) == (None, None, "no answers yet")


def test_wilson_many_equals_wilson_and_masks_empty_groups():
    low, high = wilson_many([[81, 0], [0, 20]], [[263, 0], [20, 20]])
    assert low.shape == (2, 2)
    assert low.tolist()[0][1] is None
    assert high.tolist()[0][1] is None
    for row, column, x, n in [(0, 0, 81, 263), (1, 0, 0, 20), (1, 1, 20, 20)]:
        found = wilson(x, n)
        assert (low[row, column], high[row, column]) == (found.low, found.high)


def test_wilson_many_stretches_a_single_n():
    low, _ = wilson_many([1, 2, 3], 10)
    assert low.tolist() == [wilson(x, 10).low for x in (1, 2, 3)]


@pytest.mark.parametrize(("x", "n"), [(-1, 5), (6, 5), (1, 0), (math.nan, 5), (1, math.inf)])
def test_wilson_refuses_impossible_counts(x, n):
    with pytest.raises(ValueError, match=r"x must lie|missing or infinite"):
        wilson(x, n)


@pytest.mark.parametrize("confidence", [0, 1, 95, -0.5, math.nan])
def test_a_confidence_must_be_a_share(confidence):
    for function, arguments in ((wilson, (1, 2)), (count_interval, (3,))):
        with pytest.raises(ValueError, match=r"such as 0\.95"):
            function(*arguments, confidence)


@given(st.integers(0, 3000), confidences)
@examples
def test_count_interval_leaves_exactly_half_the_rest_on_each_side(n, confidence):
    found = count_interval(n, confidence)
    tail = (1 - confidence) / 2
    assert found.low <= n <= found.high
    assert stats.poisson.cdf(n, found.high) == pytest.approx(tail, rel=1e-6)
    if n:
        assert stats.poisson.sf(n - 1, found.low) == pytest.approx(tail, rel=1e-6)
    else:
        assert found.low == 0.0


def test_count_interval_known_values_and_columns():
    assert count_interval(0).high == pytest.approx(3.6889, abs=1e-4)
    assert (count_interval(10).low, count_interval(10).high) == pytest.approx(
        (4.7954, 18.3904), abs=1e-4
    )
    low, high = count_interval_many([0, 5, 10])
    assert low.tolist() == [count_interval(n).low for n in (0, 5, 10)]
    assert high.tolist() == [count_interval(n).high for n in (0, 5, 10)]


@pytest.mark.parametrize("n", [-1, 2.5, "3", None])
def test_count_interval_refuses_what_is_no_count(n):
    with pytest.raises(ValueError, match=r"^n is"):
        count_interval(n)


def test_count_interval_many_refuses_fractions():
    with pytest.raises(ValueError, match="whole numbers"):
        count_interval_many([1, 2.5])


@given(
    st.lists(st.integers(-3000, 3000).map(lambda i: i / 7), min_size=2, max_size=60), confidences
)
@examples
def test_mean_interval_is_students(values, confidence):
    found = mean_interval(values, confidence=confidence)
    if min(values) == max(values):
        assert (found.low, found.high) == (None, None)
        assert "the same" in found.why
        return  # nothing to compare with
    expected = stats.t.interval(confidence, len(values) - 1, np.mean(values), stats.sem(values))
    assert found.value == pytest.approx(np.mean(values), abs=1e-6)
    assert (found.low, found.high) == pytest.approx(expected, rel=1e-6, abs=1e-6)
    assert found.low <= found.value <= found.high


def test_mean_interval_with_equal_weights_equals_the_one_without():
    values = [1.0, 4.0, 4.0, 9.0]
    plain, weighted = mean_interval(values), mean_interval(values, [3e-200] * 4)
    assert weighted.value == pytest.approx(plain.value)
    assert (weighted.low, weighted.high) == pytest.approx((plain.low, plain.high))


def test_mean_interval_ignores_people_without_weight():
    assert mean_interval([1, 2, 3, 99], [1, 1, 1, 0]) == mean_interval([1, 2, 3])


def test_mean_interval_widens_with_uneven_weights():
    values = list(range(20))
    even = mean_interval(values, bounds=(0, 19))
    uneven = mean_interval(values, [1, 9] * 10, bounds=(0, 19))
    assert uneven.high - uneven.low > even.high - even.low


@pytest.mark.parametrize(
    ("values", "why"),
    [([], "no answers yet"), ([4.0], "one answer"), ([3.0, 3.0], "the same")],
)
def test_mean_interval_explains_what_it_cannot_give(values, why):
    found = mean_interval(values)
    assert why in found.why
    assert found.value == (values[0] if values else None)
    assert (found.low, found.high) == (None, None)


def test_mean_interval_within_bounds_is_honest_about_equal_answers():
    found = mean_interval([5.0] * 20, bounds=(1, 5))
    assert found.value == found.high == 5
    assert found.low == pytest.approx(1 + 4 * wilson(20, 20).low)
    single = mean_interval([3.0], bounds=(1, 5))
    assert 1 <= single.low < 3 < single.high <= 5


@pytest.mark.parametrize(
    ("arguments", "options", "message"),
    [
        (([1, math.nan],), {}, "missing"),
        (([[1, 2]],), {}, "flat list"),
        (([1, 2], [1]), {}, "one weight each"),
        (([1, 2], [1, -1]), {}, "below 0"),
        (([1, 6],), {"bounds": (1, 5)}, "outside the bounds"),
        (([1, 2],), {"bounds": (5, 1)}, "lowest, then"),
    ],
)
def test_mean_interval_refuses_bad_input(arguments, options, message):
    with pytest.raises(ValueError, match=message):
        mean_interval(*arguments, **options)


@given(counted())
@examples
def test_score_interval_of_yes_and_no_is_wilson(pair):
    x, n = pair
    expected = wilson(x, n)
    found = score_interval(x / n, x / n, n)
    assert found == pytest.approx((expected.low, expected.high), abs=1e-9)


@given(five_counts.filter(any))
@examples
def test_score_interval_is_never_wider_than_for_yes_and_no(counts):
    n = sum(counts)
    mean = sum(i * c for i, c in enumerate(counts)) / 4 / n
    square = sum(i * i * c for i, c in enumerate(counts)) / 16 / n
    low, high = score_interval(mean, square, n)
    widest = wilson(mean * n, n)
    assert 0 <= low <= mean <= high <= 1
    assert widest.low - 1e-12 <= low
    assert high <= widest.high + 1e-12


@pytest.mark.parametrize(
    "chances",
    [
        [0.30, 0.05, 0.10, 0.15, 0.40],
        [0.03, 0.04, 0.08, 0.25, 0.60],
        [0.01, 0.01, 0.02, 0.06, 0.90],
        [0.10, 0.20, 0.40, 0.20, 0.10],
    ],
)
@pytest.mark.parametrize("n", [10, 60])
def test_score_interval_is_right_about_as_often_as_it_claims(chances, n):
    points = np.arange(5) / 4
    true = points @ np.array(chances)
    hits, plain_hits = 0, 0
    for counts in np.random.default_rng(5).multinomial(n, chances, size=1000):
        mean, square = points @ counts / n, points**2 @ counts / n
        low, high = score_interval(mean, square, n)
        hits += low <= true <= high
        plain_hits += abs(mean - true) <= 1.96 * math.sqrt(max(0, square - mean**2) / n)
    assert 0.925 <= hits / 1000 <= 0.99
    assert hits >= plain_hits  # the plain interval is the one this replaces
