"""Weights: effective size, raking against direct fitting of tables, small populations."""

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from heard_stats.tests.loose import (
    csat_index,
    design_effect,
    effective_n,
    finite_population,
    margin_of_error,
    narrowed,
    nps,
    quantile_interval,
    rake,
    weighted_share,
    wilson,
)
from heard_stats.tests.support import examples

weights = st.lists(st.floats(0.01, 100), min_size=1, max_size=60)


@given(weights)
@examples
def test_effective_n_is_one_and_the_squared_variation(given_weights):
    w = np.array(given_weights)
    factor = 1 + w.var() / w.mean() ** 2
    assert design_effect(w) == pytest.approx(factor)
    assert effective_n(w) == pytest.approx(len(w) / factor)
    assert effective_n(w) + 1e-9 >= 1
    assert effective_n(w) <= len(w)


@given(weights, st.floats(1e-6, 1e6), st.integers(0, 5))
@examples
def test_effective_n_ignores_scale_order_and_weights_of_nought(given_weights, factor, noughts):
    changed = [w * factor for w in reversed(given_weights)] + [0.0] * noughts
    assert effective_n(changed) == pytest.approx(effective_n(given_weights))
    assert design_effect(changed) == pytest.approx(design_effect(given_weights))


def test_effective_n_is_the_variance_of_a_weighted_mean():
    w = np.array([1.0, 1.0, 2.0, 5.0])
    chance = np.random.default_rng(1)
    means = chance.normal(size=(40_000, 4)) @ w / w.sum()
    assert 1 / means.var() == pytest.approx(effective_n(w), rel=0.03)


def test_no_weight_at_all():
    for none in ([], [0.0, 0.0]):
        assert effective_n(none) == 0.0
        assert design_effect(none) is None
    assert weighted_share([], []).why == "no answers yet"
    assert weighted_share([True], [0.0]).why == "no answer has a weight"
    assert weighted_share([True], [0.0]).value is None


@pytest.mark.parametrize("bad", [[1, -1], [math.nan], [math.inf], [[1, 2]]])
def test_bad_weights_are_refused(bad):
    with pytest.raises(ValueError, match="weights"):
        effective_n(bad)


def test_weighted_share_with_equal_weights_is_wilson():
    found, expected = weighted_share([True] * 81 + [False] * 182, [2.5] * 263), wilson(81, 263)
    assert found.value == pytest.approx(81 / 263)
    assert (found.low, found.high) == pytest.approx((expected.low, expected.high))
    uneven = weighted_share([True, False, True, False], [3, 1, 1, 1])
    assert uneven.value == pytest.approx(4 / 6)
    assert uneven.n == 4
    assert uneven.low == pytest.approx(wilson(4 / 6 * 3, 3).low)
    with pytest.raises(ValueError, match="one weight each"):
        weighted_share([True], [1, 1])


def test_finite_population_meets_the_published_example():
    assert round(100 * margin_of_error(300), 2) == 5.66
    assert round(100 * margin_of_error(300, population=1000), 2) == 4.74


@given(st.integers(2, 60), st.data())
@examples
def test_finite_population_is_the_spread_of_drawing_without_return(population, data):
    n = data.draw(st.integers(1, population))
    yes = data.draw(st.integers(1, population - 1))
    share = yes / population
    found = np.arange(n + 1)
    chances = stats.hypergeom.pmf(found, population, yes, n)
    drawn = math.sqrt(chances @ (found / n - share) ** 2)
    expected = drawn / math.sqrt(share * (1 - share) / n)
    assert finite_population(n, population) == pytest.approx(expected, abs=1e-9)


def test_finite_population_borders():
    assert finite_population(0, 0) == finite_population(0, 1) == finite_population(0, 50) == 1.0
    assert finite_population(1, 1) == finite_population(50, 50) == 0.0
    assert margin_of_error(0) is None
    assert margin_of_error(50, population=50) == 0.0
    with pytest.raises(ValueError, match="check the population"):
        finite_population(11, 10)
    with pytest.raises(ValueError, match="share is"):
        margin_of_error(10, share=1.5)


def test_narrowed_draws_both_ends_to_the_value():
    whole = csat_index([1, 2, 3, 4, 20])
    found = narrowed(whole, 60)
    factor = finite_population(30, 60)
    assert found.value == whole.value
    assert found.low == pytest.approx(whole.value + (whole.low - whole.value) * factor)
    assert found.high == pytest.approx(whole.value + (whole.high - whole.value) * factor)
    assert narrowed(nps(6, 2, 2), 10).se == 0
    assert narrowed(whole, 30).low == narrowed(whole, 30).high == whole.value
    assert narrowed(csat_index([0, 0]), 10).value is None
    half = narrowed(quantile_interval(list(range(20)), 0.9), 40)
    assert half.high is None
    assert half.low is not None


def sample(counts: Any) -> Any:
    """Rows from a two-way table of counts."""
    return [
        {"district": f"d{i}", "age": f"a{j}"}
        for (i, j), count in np.ndenumerate(counts)
        for _ in range(count)
    ]


def fitted_table(counts: Any, rows: Any, columns: Any) -> Any:
    """Iterative fitting on the table itself, the direct way."""
    table = counts / counts.sum()
    for _ in range(400):
        table = table * (rows / table.sum(axis=1))[:, None]
        table = table * (columns / table.sum(axis=0))[None, :]
    return table


@given(st.data())
@examples
def test_raking_agrees_with_fitting_the_table(data):
    size = st.integers(1, 12)
    counts = np.array(
        data.draw(st.lists(st.lists(size, min_size=3, max_size=3), min_size=2, max_size=2))
    )
    rows, columns = (
        np.array(data.draw(st.lists(st.floats(0.1, 1), min_size=k, max_size=k))) for k in (2, 3)
    )
    rows, columns = rows / rows.sum(), columns / columns.sum()
    margins = {
        "district": {f"d{i}": share for i, share in enumerate(rows)},
        "age": {f"a{j}": 1000 * share for j, share in enumerate(columns)},
    }
    found = rake(sample(counts), margins)
    expected = fitted_table(counts, rows, columns) / counts * counts.sum()
    assert found.weights == pytest.approx(np.repeat(expected.ravel(), counts.ravel()), abs=1e-6)
    assert sum(found.weights) == pytest.approx(counts.sum())
    assert found.effective_n == pytest.approx(effective_n(found.weights))
    assert found.gap <= 1e-9


def test_raking_leaves_a_balanced_sample_alone():
    rows = sample(np.array([[5, 5], [5, 5]]))
    found = rake(rows, {"district": {"d0": 1, "d1": 1}, "age": {"a0": 50, "a1": 50}})
    assert found.weights == pytest.approx([1.0] * 20)
    assert (found.rounds, found.effective_n) == (0, pytest.approx(20))


def test_raking_starts_from_base_weights():
    rows = [{"district": "d0"}, {"district": "d0"}, {"district": "d1"}]
    found = rake(rows, {"district": {"d0": 0.5, "d1": 0.5}}, base=[3, 1, 1])
    assert found.weights == pytest.approx([1.125, 0.375, 1.5])


def test_raking_keeps_the_weight_of_those_with_an_unknown_category():
    rows = [{"age": "young"}, {"age": "old"}, {"age": "old"}, {"age": None}, {}]
    found = rake(rows, {"age": {"young": 0.5, "old": 0.5}})
    assert found.weights == pytest.approx([1.5, 0.75, 0.75, 1.0, 1.0])


def test_raking_leaves_out_people_a_target_of_nought_excludes():
    rows = [{"kind": "resident"}, {"kind": "resident"}, {"kind": "test"}]
    found = rake(rows, {"kind": {"resident": 1, "test": 0, "ghost": 0}})
    assert found.weights == pytest.approx([1.5, 1.5, 0])
    assert found.effective_n == pytest.approx(2)


def test_raking_explains_what_it_cannot_do():
    assert rake([], {"age": {"old": 1}}).why == "no answers yet"
    empty = rake([{"age": "old"}], {"age": {"old": 0.5, "young": 0.5}})
    assert empty.weights is None
    assert "nobody answered from age young" in empty.why
    # Everybody young lives in d0, so the two margins cannot both hold.
    torn = rake(
        [{"age": "young", "district": "d0"}, {"age": "old", "district": "d1"}],
        {"age": {"young": 0.5, "old": 0.5}, "district": {"d0": 0.9, "d1": 0.1}},
    )
    assert torn.weights is None
    assert "contradict each other" in torn.why


@pytest.mark.parametrize(
    ("margins", "options", "message"),
    [
        ({"age": {"young": 1}}, {}, "no target for old"),
        ({"age": {"old": 0}}, {}, "no target above 0"),
        ({"age": {"old": -1}}, {}, "below 0"),
        ({"age": {"old": 1}}, {"base": [0.0]}, "each above 0"),
        ({"age": {"old": 1}}, {"base": [1.0, 1.0]}, "needs 1 weights"),
    ],
)
def test_raking_refuses_bad_input(margins, options, message):
    with pytest.raises(ValueError, match=message):
        rake([{"age": "old"}], margins, **options)
