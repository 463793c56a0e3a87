"""Differences, their tests, and what many comparisons do to them."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from heard_stats.tests.loose import (
    Point,
    change,
    csat_index,
    holm,
    score_point,
    share_point,
    two_proportions,
)
from heard_stats.tests.support import counted, examples, five_counts


def test_two_proportions_meets_newcombes_example():
    # Newcombe 1998, table II, 56/70 against 48/80, method 10, there as first minus second.
    found = two_proportions(56, 70, 48, 80)
    assert found.value == pytest.approx(-0.2)
    assert (round(-found.high, 4), round(-found.low, 4)) == (0.0524, 0.3339)


def test_two_proportions_agrees_with_statsmodels():
    proportion = pytest.importorskip("statsmodels.stats.proportion")
    for x1, n1, x2, n2 in [(30, 50, 45, 50), (5, 60, 9, 40), (0, 8, 8, 8), (500, 999, 480, 1001)]:
        found = two_proportions(x1, n1, x2, n2)
        expected = proportion.confint_proportions_2indep(x2, n2, x1, n1, method="newcomb")
        assert (found.low, found.high) == pytest.approx(expected, abs=1e-9)


@given(counted(most=60), counted(most=60))
@examples
def test_two_proportions_tests_as_scipy_does(first, second):
    (x1, n1), (x2, n2) = first, second
    found = two_proportions(x1, n1, x2, n2)
    table = np.array([[x1, n1 - x1], [x2, n2 - x2]])
    expected = np.outer(table.sum(axis=1), table.sum(axis=0)) / table.sum()
    if expected.min() < 5:
        assert "Fisher" in found.method
        p_value = stats.fisher_exact(table).pvalue
    else:
        assert "chi-square" in found.method
        p_value = stats.chi2_contingency(table, correction=False).pvalue
    assert found.p_value == pytest.approx(p_value, abs=1e-9)


@given(counted(), counted())
@examples
def test_two_proportions_holds_the_difference_and_turns_round(first, second):
    found, turned = two_proportions(*first, *second), two_proportions(*second, *first)
    assert -1 <= found.low <= found.value <= found.high <= 1
    assert found.value == second[0] / second[1] - first[0] / first[1]
    assert (found.low, found.high) == pytest.approx((-turned.high, -turned.low))
    assert found.p_value == pytest.approx(turned.p_value)
    assert 0 <= found.p_value <= 1


def test_two_proportions_works_with_large_counts():
    found = two_proportions(400_000, 1_000_000, 1, 9)
    assert "Fisher" in found.method
    assert found.p_value == pytest.approx(
        stats.fisher_exact(np.array([[400_000, 600_000], [1, 8]])).pvalue
    )


def test_two_proportions_without_answers_gives_a_reason():
    found = two_proportions(0, 0, 3, 9)
    assert (found.value, found.p_value, found.why) == (None, None, "no answers yet")
    assert not found.significant


@pytest.mark.parametrize("counts", [(5, 4, 1, 2), (1, 2, 3, 2), (-1, 2, 1, 2), (1, 2, 1.5, 2)])
def test_two_proportions_refuses_impossible_counts(counts):
    with pytest.raises(ValueError, match=r"between 0 and n|count is"):
        two_proportions(*counts)


def test_holm_agrees_with_statsmodels():
    multitest = pytest.importorskip("statsmodels.stats.multitest")
    chance = np.random.default_rng(2)
    for size in (1, 2, 7, 40):
        p_values = (chance.random(size) ** 3).round(3)
        expected = multitest.multipletests(p_values, method="holm")[1]
        assert holm(p_values.tolist()) == pytest.approx(expected.tolist())


@given(st.lists(st.none() | st.floats(0, 1), max_size=30))
@examples
def test_holm_only_raises_and_keeps_order(p_values):
    found = holm(p_values)
    pairs = [(p, q) for p, q in zip(p_values, found, strict=True) if p is not None]
    assert [p is None for p in p_values] == [q is None for q in found]
    assert all(p <= q <= 1 for p, q in pairs)
    assert [q for _, q in sorted(pairs)] == sorted(q for _, q in pairs)
    assert [q for p, q in pairs if p == min(p for p, _ in pairs)][:1] == [
        min(1, min(p for p, _ in pairs) * len(pairs)) for _ in pairs[:1]
    ]


def test_holm_refuses_what_is_no_chance():
    for p in (-0.1, 1.1, math.nan):
        with pytest.raises(ValueError, match="p-value"):
            holm([p])


def test_change_is_welchs_test():
    chance = np.random.default_rng(8)
    first, second = chance.normal(5, 1, 12), chance.normal(6, 3, 40)
    series = [
        Point(label, float(x.mean()), float(stats.sem(x)), len(x))
        for label, x in (("a", first), ("b", second))
    ]
    (found,) = change(series)
    expected = stats.ttest_ind(second, first, equal_var=False)
    ends = expected.confidence_interval()
    assert found.difference.p_value == pytest.approx(expected.pvalue)
    assert (found.difference.low, found.difference.high) == pytest.approx((ends.low, ends.high))
    assert found.p_adjusted == found.difference.p_value  # one comparison, nothing to adjust
    assert (found.before, found.after) == ("a", "b")


def test_change_never_compares_two_wordings():
    series = [
        share_point("May", 80, 100, "how satisfied"),
        share_point("June", 20, 100, "was it solved"),
        share_point("July", 21, 100, "was it solved"),
    ]
    first, second = change(series)
    assert first.broken
    assert (first.difference.value, first.p_adjusted, first.significant) == (None, None, False)
    assert "changed in between" in first.difference.why
    assert not second.broken
    assert second.p_adjusted == second.difference.p_value  # the break is not counted as a test


def test_change_controls_for_many_comparisons():
    """With nothing changing, some month is called a change in at most about 5% of the years."""
    chance = np.random.default_rng(21)
    adjusted = single = 0
    for _ in range(400):
        yes = chance.binomial(80, 0.7, size=13)
        found = change([share_point(str(i), int(x), 80) for i, x in enumerate(yes)])
        adjusted += any(one.significant for one in found)
        single += any(one.difference.significant for one in found)
    assert adjusted / 400 < 0.07
    assert single / 400 > 0.2  # what would be published without the adjustment


def test_change_finds_a_real_change():
    series = [share_point(str(i), x, 400) for i, x in enumerate([280, 284, 279, 340, 338])]
    assert [one.significant for one in change(series)] == [False, False, True, False]


def test_change_against_the_year_before():
    series = [share_point(str(i), i + 10, 50) for i in range(14)]
    found = change(series, lag=12)
    assert [(one.before, one.after) for one in found] == [("0", "12"), ("1", "13")]
    assert change(series[:12], lag=12) == ()
    assert change([]) == ()


def test_change_with_gaps_says_which():
    series = [share_point("May", 3, 9), share_point("June", 0, 0), Point("July", 0.5, None, 4)]
    first, second = change(series)
    assert first.difference.why == "no number for June"
    assert second.difference.why == "no number for June"
    (untested,) = change([series[0], series[2]])
    assert untested.difference.value == pytest.approx(0.5 - 3 / 9)
    assert untested.difference.p_value is None


@pytest.mark.parametrize(
    ("series", "lag"),
    [([], 0), ([Point("a", 1.0, 0.0, 5), Point("b", 1.0, 0.1, 5)], 1)],
)
def test_change_refuses_bad_input(series, lag):
    with pytest.raises(ValueError, match=r"lag is 0|standard error is 0"):
        change(series, lag=lag)


@given(five_counts)
@examples
def test_score_point_has_the_index_and_an_error_above_nought(counts):
    found = score_point("May", counts)
    assert found.value == pytest.approx(csat_index(counts).value)
    assert found.n == sum(counts)
    assert found.se is None if not found.n else found.se > 0


@given(counted())
@examples
def test_share_point_is_the_score_point_of_two_answers(pair):
    x, n = pair
    found, score = share_point("May", x, n), score_point("May", [n - x, x])
    assert found.value == x / n
    assert score.se == pytest.approx(100 * found.se)
    single = change([found, share_point("June", n - x, n)])[0].difference
    assert single.low <= single.value <= single.high


def test_share_point_refuses_more_than_all():
    with pytest.raises(ValueError, match="impossible"):
        share_point("May", 5, 4)
