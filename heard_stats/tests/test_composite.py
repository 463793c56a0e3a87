"""Pooled rates and the city score."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from heard_stats.tests.loose import Scored, cityscore, count_interval, pooled_rate, wilson
from heard_stats.tests.support import counted, examples


@given(st.lists(counted(), min_size=1, max_size=12), st.randoms())
@examples
def test_pooling_is_wilson_of_the_sums_in_any_order(parts, chance):
    shuffled = list(parts)
    chance.shuffle(shuffled)
    x, n = sum(x for x, _ in parts), sum(n for _, n in parts)
    found = pooled_rate(shuffled)
    assert (found.value, found.n) == (x / n, n)
    assert (found.low, found.high) == (wilson(x, n).low, wilson(x, n).high)
    assert pooled_rate([*parts, (0, 0)]) == found
    assert min(x / n for x, n in parts) <= found.value <= max(x / n for x, n in parts)


def test_a_small_division_does_not_count_like_a_large_one():
    assert pooled_rate([(1, 1), (0, 99)]).value == 0.01  # the mean of the two rates is 0.5


def test_events_are_pooled_over_exposure():
    found = pooled_rate([(3, 1000.0), (7, 4000.5), (0, 0.0)], events=True)
    ends = count_interval(10)
    assert found.value == pytest.approx(10 / 5000.5)
    assert (found.low, found.high) == pytest.approx((ends.low / 5000.5, ends.high / 5000.5))
    assert found.n == 10
    assert pooled_rate([(9, 3.0)], events=True).value == 3


def test_nothing_to_pool_has_a_reason():
    assert pooled_rate([]).why == "no answers yet"
    assert pooled_rate([(0, 0)]).value is None
    assert pooled_rate([(0, 0)], events=True).why == "nothing to count in yet"


@pytest.mark.parametrize(
    ("part", "events"),
    [((2, 1), False), ((-1, 1), False), ((1, 0), True), ((1, -5), True), ((1, math.nan), True)],
)
def test_impossible_parts_are_refused(part, events):
    with pytest.raises(ValueError, match=r"impossible|below 0|missing"):
        pooled_rate([part], events=events)


@pytest.mark.parametrize(
    ("actual", "target", "better", "score"),
    [
        (90, 100, "higher", 0.9),
        (101, 100, "higher", 1.01),
        (0, 100, "higher", 0.0),
        (900, 100, "higher", 2.0),
        (0, 0, "higher", 1.0),
        (5, 0, "higher", 2.0),
        (8, 4, "lower", 0.5),
        (4, 5, "lower", 1.25),
        (0, 5, "lower", 2.0),
        (0, 0, "lower", 1.0),
        (3, 0, "lower", 0.0),
        (5e-324, 1e308, "lower", 2.0),
    ],
)
def test_each_figure_scores_its_ratio_without_rounding(actual, target, better, score):
    found = cityscore([Scored("one", actual, target, better)])
    assert found.value == pytest.approx(score)
    assert found.parts == (("one", pytest.approx(score)),)


def test_a_perfect_zero_beats_a_single_failure():
    """The fault in the original: no late case at all scored as the worst possible day."""
    perfect, almost, bad = (
        cityscore([Scored("late", actual, 10, "lower")]).value for actual in (0, 1, 20)
    )
    assert perfect >= almost > 1 > bad


def test_a_missing_figure_counts_neither_as_nought_nor_as_met():
    known = [Scored("a", 80, 100), Scored("b", 60, 100)]
    gaps = [Scored("c", None, 5), Scored("d", 5, None)]
    found = cityscore(known + gaps)
    assert found.value == cityscore(known).value == pytest.approx(0.7)
    assert found.missing == ("c", "d")
    assert found.why == ""


def test_too_many_gaps_give_a_reason_and_no_number():
    figures = [Scored("a", 80, 100), Scored("b", None, 1), Scored("c", None, 1)]
    found = cityscore(figures)
    assert (found.value, found.why) == (None, "only 1 of 3 figures have a value and a target")
    assert cityscore(figures, at_least=0.3).value == 0.8
    assert cityscore(figures[1:]).value is None
    assert cityscore([]).value is None


figure_lists = st.lists(
    st.tuples(
        st.none() | st.floats(0, 1e6),
        st.floats(0, 1e6),
        st.sampled_from(["higher", "lower"]),
        st.floats(0.1, 10),
    ),
    min_size=1,
    max_size=8,
)


@given(figure_lists, st.randoms())
@examples
def test_score_stays_in_range_and_does_not_depend_on_order(rows, chance):
    figures = [Scored(str(i), *row) for i, row in enumerate(rows)]
    shuffled = list(figures)
    chance.shuffle(shuffled)
    found, other = cityscore(figures, at_least=0), cityscore(shuffled, at_least=0)
    if all(row[0] is None for row in rows):
        assert found.value is other.value is None
    else:
        assert found.value == pytest.approx(other.value)
        assert 0 <= found.value <= 2 + 1e-9
        assert len(found.parts) + len(found.missing) == len(figures)


@given(st.floats(0, 200), st.floats(0, 200), st.floats(0.1, 200))
@examples
def test_a_better_figure_never_scores_less(one, other, target):
    worse, better = sorted((one, other))
    high = [cityscore([Scored("a", x, target)]).value for x in (worse, better)]
    low = [cityscore([Scored("a", x, target, "lower")]).value for x in (worse, better)]
    assert high[0] <= high[1]
    assert low[0] >= low[1]


@pytest.mark.parametrize(
    ("figures", "options"),
    [
        ([Scored("a", -1, 5)], {}),
        ([Scored("a", 1, -5)], {}),
        ([Scored("a", math.nan, 5)], {}),
        ([Scored("a", 1, 5, weight=0)], {}),
        ([Scored("a", 1, 5, "bigger")], {}),
        ([Scored("a", 1, 5), Scored("a", 2, 5)], {}),
        ([Scored("a", 1, 5)], {"most": 0.5}),
        ([Scored("a", 1, 5)], {"at_least": 2}),
    ],
)
def test_bad_figures_are_refused(figures, options):
    with pytest.raises(ValueError, match=r"below 0|missing|above 0|better must|its own|most must"):
        cityscore(figures, **options)
