"""Mann-Kendall against values worked by hand and by enumeration."""

import itertools
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from heard_stats.tests.loose import mann_kendall
from heard_stats.tests.support import examples

values = st.floats(-1e6, 1e6)


def test_five_rising_periods_by_hand():
    found = mann_kendall([1, 2, 3, 4, 5])
    assert (found.s, found.tau, found.slope, found.goes) == (10, 1.0, 1.0, "up")
    assert found.p == pytest.approx(2 / 120)  # two of the 120 orders are as extreme
    assert found.method == "Mann-Kendall, exact"


def test_ties_by_hand():
    found = mann_kendall([1, 2, 2, 3, 4])
    # S = 9; variance (5*4*15 - 2*1*9)/18 = 15.667; z = 8/3.958 = 2.0212
    assert found.s == 9
    assert found.p == pytest.approx(0.04326, abs=5e-5)
    assert found.tau == pytest.approx(9 / math.sqrt(90))
    assert found.slope == pytest.approx((2 / 3 + 3 / 4) / 2)
    assert found.method == "Mann-Kendall, normal with ties"


def test_exact_p_is_that_of_all_orders():
    series = [3, 1, 4, 2, 6, 5]
    s = mann_kendall(series).s
    orders = [
        sum((b > a) - (b < a) for a, b in itertools.combinations(order, 2))
        for order in itertools.permutations(series)
    ]
    as_extreme = sum(abs(one) >= abs(s) for one in orders) / len(orders)
    assert mann_kendall(series).p == pytest.approx(as_extreme)


def test_gaps_keep_their_place_in_the_slope():
    found = mann_kendall([1, None, 3, 4, 5, 6, None])
    assert (found.n, found.slope) == (5, 1.0)


@pytest.mark.parametrize("series", [[], [1], [1, 2, 3, 4], [None, None, 7]])
def test_too_few_say_so(series):
    found = mann_kendall(series)
    assert (found.goes, found.p, found.slope) == ("unknown", None, None)
    assert found.why == "a trend needs 5 periods with a figure"


def test_all_equal_goes_nowhere():
    found = mann_kendall([0.7] * 12)
    assert (found.goes, found.p, found.slope, found.s) == ("nowhere", 1.0, 0.0, 0)


def test_not_a_number_is_refused():
    with pytest.raises(ValueError, match="missing or infinite"):
        mann_kendall([1, 2, 3, 4, math.nan])


@given(st.lists(st.one_of(st.none(), values), max_size=20))
@examples
def test_turned_round_it_goes_the_other_way(series):
    one, other = mann_kendall(series), mann_kendall(series[::-1])
    assert other.s == -one.s
    turned = {"up": "down", "down": "up"}.get(one.goes, one.goes)
    assert other.goes == turned
    for number in (one.p, one.slope, one.tau):
        assert number is None or math.isfinite(number)
    if one.p is not None:
        assert 0 <= one.p <= 1
        assert one.p == pytest.approx(other.p)
        assert -1 - 1e-9 <= one.tau <= 1 + 1e-9
