"""Met, not met, too close; better or worse than before."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from heard_stats.tests.loose import compared, judge
from heard_stats.tests.support import examples

values = st.floats(-1e6, 1e6)
ways = st.sampled_from(["up", "down"])


@pytest.mark.parametrize(
    ("low", "high", "direction", "verdict"),
    [
        (0.81, 0.9, "up", "met"),
        (0.8, 0.9, "up", "met"),  # the target itself is good
        (0.79, 0.9, "up", "too close"),
        (0.7, 0.79, "up", "not met"),
        (0.7, 0.79, "down", "met"),
        (0.79, 0.9, "down", "too close"),
        (0.81, 0.9, "down", "not met"),
        (0.8, 0.9, "down", "too close"),  # its lower end would still be good
    ],
)
def test_the_whole_interval_must_be_on_one_side(low, high, direction, verdict):
    assert judge((low + high) / 2, 0.8, direction=direction, low=low, high=high) == verdict


def test_a_complete_count_is_compared_as_it_is():
    assert judge(92, 92, direction="up") == "met"
    assert judge(0.1 + 0.2, 0.3, direction="down") == "met"  # a tie on paper
    assert judge(91.9, 92, direction="up") == "not met"
    assert judge(91.9, 92, direction="down") == "met"


def test_what_is_missing_is_said():
    assert judge(5, None, direction="up") == "no target"
    assert judge(None, 5, direction="up") == "no figure"
    assert judge(math.nan, 5, direction="up") == "no figure"
    with pytest.raises(ValueError, match="up or down"):
        judge(5, 5, direction="none")
    with pytest.raises(ValueError, match="leave missing"):
        judge(5, math.nan, direction="up")


@given(values, values, st.floats(0, 1e5), st.floats(0, 1e5), ways)
@examples
def test_a_wider_interval_never_turns_a_verdict_round(value, target, below, above, direction):
    low, high = value - below, value + above
    plain = judge(value, target, direction=direction)
    sure = judge(value, target, direction=direction, low=low, high=high)
    assert sure in (plain, "too close")
    mirrored = judge(
        -value, -target, direction="down" if direction == "up" else "up", low=-high, high=-low
    )
    assert mirrored == sure


def test_against_the_mean_of_earlier_years_that_had_a_figure():
    found = compared(93.5, [96.4, 93.7, 89.5609], direction="up")
    assert found.reference == pytest.approx(93.2203)
    assert (found.years, found.course) == (3, "improving")
    found = compared(93.5, [95.1, None, 96.4, 93.7, 89.5609], direction="up")
    assert found.reference == pytest.approx(93.690225)
    assert (found.years, found.course) == (4, "worse")
    assert compared(3, [3], direction="down").course == "unchanged"
    assert compared(2, [3], direction="down").course == "improving"


@given(st.lists(st.one_of(st.none(), values), max_size=5), st.one_of(st.none(), values), ways)
@examples
def test_missing_is_missing_not_bad(earlier, value, direction):
    found = compared(value, earlier, direction=direction)
    known = [one for one in earlier if one is not None]
    assert found.years == len(known)
    assert (found.reference is None) == (not known)
    assert (found.course is None) == (not known or value is None)
    if known:
        assert min(known) - 1e-6 <= found.reference <= max(known) + 1e-6
