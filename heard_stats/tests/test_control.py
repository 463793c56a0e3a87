"""Control limits against a chart worked by hand; what is a signal and what is not."""

import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from heard_stats.tests.loose import xmr
from heard_stats.tests.support import examples

values = st.floats(-1e6, 1e6)
BY_HAND = [10, 12, 11, 13, 12, 14]  # mean 12; ranges 2 1 2 1 2, mean 1.6


def rules(found: Any) -> list[tuple[Any, ...]]:
    return [(one.place, one.rule, one.side) for one in found.signals]


def test_limits_by_hand():
    found = xmr(BY_HAND)
    assert (found.mean, found.range_mean) == (12, pytest.approx(1.6))
    assert (found.low, found.high) == (pytest.approx(7.744), pytest.approx(16.256))
    assert found.range_high == pytest.approx(5.2272)
    assert found.signals == ()


def test_a_later_leap_shows_against_the_baseline():
    found = xmr([*BY_HAND, 20], baseline=6)
    assert found.mean == 12
    assert rules(found) == [(6, "outside", "above"), (6, "range", "")]
    assert [one.rule for one in found.at(6)] == ["outside", "range"]
    assert found.at(5) == ()


def test_eight_in_a_row_and_not_seven():
    noise = [10, 14, 10, 14, 10, 14, 10, 14]
    low = xmr([*noise, *[11.5] * 7, 12.5], baseline=8)
    assert low.mean == 12
    assert rules(low) == []
    low = xmr([*noise, 12.5, *[11.5] * 9], baseline=8)
    assert rules(low) == [(16, "run", "below"), (17, "run", "below")]


def test_a_gap_breaks_a_run_and_takes_no_range():
    noise = [10, 14, 10, 14, 10, 14, 10, 14]
    assert rules(xmr([*noise, 12.5, *[11.5] * 4, None, *[11.5] * 4], baseline=8)) == []
    assert xmr([1, 1, 1, None, 9, 9, 9]).range_mean == 0


def test_bounds_of_nature():
    found = xmr([0.9, 1.0, 0.8, 1.0, 0.9, 1.0], floor=0, ceiling=1)
    assert found.high == 1
    assert found.low > 0
    assert found.signals == ()


def test_all_equal_has_no_signal_however_often_summed():
    found = xmr([0.1] * 30)
    assert found.signals == ()
    assert found.low == pytest.approx(found.high)


@pytest.mark.parametrize("series", [[], [3], [1, 2, 3, 4, 5], [1, None, 2, None, 3, None] * 3])
def test_too_few_have_no_limits(series):
    found = xmr(series)
    assert (found.mean, found.low, found.signals) == (None, None, ())
    assert found.why == "limits need 6 periods with a figure"


def test_infinite_values_are_refused():
    with pytest.raises(ValueError, match="leave missing"):
        xmr([1, 2, 3, 4, 5, math.inf])


@given(st.lists(st.one_of(st.none(), values), max_size=30))
@examples
def test_always_numbers_and_places_that_are_there(series):
    found = xmr(series)
    if found.mean is None:
        assert found.signals == ()
        return
    assert found.low <= found.mean + 1e-6
    assert found.mean <= found.high + 1e-6
    assert all(math.isfinite(one) for one in (found.mean, found.low, found.high))
    assert all(series[signal.place] is not None for signal in found.signals)
    doubled = xmr([None if one is None else 2 * one for one in series])
    assert rules(doubled) == rules(found)
