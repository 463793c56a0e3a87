"""Which formula reproduces a published figure, and where that changes."""

import itertools
import math
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from heard_stats.tests.loose import (
    ON_TIME,
    SATISFACTION,
    Answers,
    Promised,
    csat_index,
    fits_definition,
    nps,
    top_box,
)
from heard_stats.tests.support import examples, five_counts

TWO_BEST = "two best of those who answered"
WITH_ALL = "two best, don't know and skipped in the base"
COUNTS = Answers((10, 15, 25, 110, 240), dont_know=30, skipped=70)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        (TWO_BEST, 87.5),
        ("two best, don't know in the base", 350 / 430 * 100),
        (WITH_ALL, 70.0),
        ("two best, skipped in the base", 350 / 470 * 100),
        ("best of those who answered", 60.0),
        ("three best of those who answered", 93.75),
        ("better half without the middle", 350 / 375 * 100),
        ("two best minus two worst", 81.25),
        ("index 0-100", (15 + 50 + 330 + 960) / 1600 * 100),
        ("mean from 1", (10 + 30 + 75 + 440 + 1200) / 400),
        ("mean from 1 as percent of the best", (10 + 30 + 75 + 440 + 1200) / 2000 * 100),
    ],
)
def test_each_formula_of_satisfaction_by_hand(name, value):
    assert SATISFACTION[name](COUNTS) == pytest.approx(value)
    assert len(SATISFACTION) == 11


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("on time of closed with a promise", 60 / 80),
        ("on time of closed, no promise counts as on time", 70 / 90),
        ("on time of closed, no promise counts as late", 60 / 90),
        ("on time of all due, open ones count as late", 60 / 96),
        ("on time of all with a promise", 60 / 100),
        ("not late of all with a promise", 64 / 100),
    ],
)
def test_each_formula_of_on_time_by_hand(name, value):
    counts = Promised(on_time=60, late=20, overdue=16, not_due=4, no_promise=10)
    assert ON_TIME[name](counts) == pytest.approx(100 * value)
    assert len(ON_TIME) == 6
    (period,) = fits_definition([counts], [round(100 * value, 2)], decimals=2).periods
    assert name in period.fits


@given(five_counts.filter(any))
@examples
def test_formulas_agree_with_our_own_scores(counts):
    answers = Answers(tuple(counts))
    assert SATISFACTION["index 0-100"](answers) == pytest.approx(csat_index(counts).value)
    assert SATISFACTION[TWO_BEST](answers) == pytest.approx(100 * top_box(counts).value)
    net = nps(sum(counts[3:]), counts[2], sum(counts[:2])).value
    assert SATISFACTION["two best minus two worst"](answers) == pytest.approx(net)


@given(five_counts.filter(any), st.integers(0, 3), st.sampled_from(sorted(SATISFACTION)))
@examples
def test_the_formula_that_made_a_figure_is_found(counts, decimals, name):
    value = SATISFACTION[name](Answers(tuple(counts), 3, 5))
    if value is None:
        assert sum(counts[:2] + counts[3:]) == 0  # all in the middle, nothing to compare
    else:
        printed = f"{value:.{decimals}f}"
        (period,) = fits_definition([Answers(tuple(counts), 3, 5)], [printed]).periods
        assert name in period.fits
        for other in period.fits:
            assert abs(period.values[other] - float(printed)) <= 0.5 * 10**-decimals + 1e-8


def test_decimals_are_read_from_the_figure_as_printed():
    counts = [[0, 0, 1, 1, 1]]  # two of three
    for figure, fits in [
        ("67", True),
        ("66.7", True),
        ("67.0", False),
        (67, True),
        (66.7, True),
        (Decimal("66.67"), True),
        ("66", False),
    ]:
        assert (TWO_BEST in fits_definition(counts, [figure]).periods[0].fits) is fits
    assert TWO_BEST in fits_definition(counts, [67.0], decimals=0).periods[0].fits


def test_halves_may_be_rounded_either_way():
    counts = [[0, 7, 0, 1, 0]]  # 12.5 percent
    for figure, fits in [("12", True), ("13", True), ("11", False), ("14", False)]:
        assert (TWO_BEST in fits_definition(counts, [figure]).periods[0].fits) is fits
    counts = [[0, 667, 0, 1333, 0]]  # 66.65 percent, which no binary fraction is exactly
    for figure, fits in [("66.6", True), ("66.7", True), ("66.5", False), ("66.8", False)]:
        assert (TWO_BEST in fits_definition(counts, [figure]).periods[0].fits) is fits


def test_a_changed_definition_is_found_where_it_changed():
    years = [Answers((5, 5, 20, 40 + i, 30), 10, 10) for i in range(6)]
    rule = [TWO_BEST] * 4 + [WITH_ALL] * 2
    printed = [f"{SATISFACTION[name](c):.1f}" for name, c in zip(rule, years, strict=True)]
    labels = [str(2010 + i) for i in range(6)]
    found = fits_definition(years, printed, labels=labels)
    assert [(s.first, s.last, s.formulas) for s in found.stretches] == [
        ("2010", "2013", (TWO_BEST,)),
        ("2014", "2015", (WITH_ALL,)),
    ]
    assert [(b.earliest, b.latest) for b in found.breaks] == [("2014", "2014")]


def test_a_period_that_both_definitions_explain_leaves_the_break_open():
    clear = Answers((5, 5, 20, 40, 30), 10, 10)
    either = Answers((5, 5, 20, 40, 30))  # nobody skipped, so both give the same
    found = fits_definition(
        [clear, either, either, clear], ["70.0", "70.0", "70.0", "58.3"], labels=list("abcd")
    )
    assert [(b.earliest, b.latest) for b in found.breaks] == [("b", "d")]


def ways_to_cut(fits: Any) -> Any:
    """Every set of places at which the series can be cut so that one formula fits each piece."""
    n = len(fits)
    for cuts in range(n):
        for places in itertools.combinations(range(1, n), cuts):
            pieces = [fits[a:b] for a, b in itertools.pairwise((0, *places, n))]
            if all(set.intersection(*piece) for piece in pieces):
                yield places


@given(st.lists(st.sets(st.sampled_from("ABC"), min_size=1), min_size=1, max_size=7))
@examples
def test_breaks_are_the_fewest_and_their_range_is_complete(sets):
    """Against every possible way of cutting the series into explained pieces."""
    formulas = {name: (lambda c, name=name: 1.0 if name in c else 0.0) for name in "ABC"}
    found = fits_definition(sets, ["1"] * len(sets), formulas=formulas)
    ways = list(ways_to_cut(sets))
    fewest = min(map(len, ways))
    best = [way for way in ways if len(way) == fewest]
    assert len(found.breaks) == fewest == len(found.stretches) - 1
    for i, one in enumerate(found.breaks):
        assert int(one.earliest) - 1 == min(way[i] for way in best)
        assert int(one.latest) - 1 == max(way[i] for way in best)


def test_figures_no_formula_explains_are_a_stretch_of_their_own():
    counts = [[1, 2, 3, 4, 5]] * 4
    found = fits_definition(counts, ["60.0", "12.3", "45.6", "60.0"])
    assert [(s.first, s.last, TWO_BEST in s.formulas) for s in found.stretches] == [
        ("1", "1", True),
        ("2", "3", False),
        ("4", "4", True),
    ]
    assert found.stretches[1].formulas == ()


def test_periods_without_a_figure_or_answers():
    found = fits_definition([[1, 2, 3, 4, 5]] * 3, ["60.0", None, "60.0"])
    assert found.periods[1].published is None
    assert found.periods[1].fits == ()
    assert [(s.first, s.last) for s in found.stretches] == [("1", "3")]
    empty = fits_definition([[0, 0, 0, 0, 0]], ["60"])
    assert set(empty.periods[0].values.values()) == {None}
    assert fits_definition([], []).stretches == ()


@pytest.mark.parametrize(
    ("counts", "published", "options", "message"),
    [
        ([[1, 2]], [], {}, "one entry per period"),
        ([[1, 2]], ["5"], {"labels": []}, "one entry per period"),
        ([[1, 2]], ["78%"], {}, "without signs"),
        ([[1, 2]], [math.nan], {}, "is no figure"),
        ([[1]], ["5"], {}, "two or more"),
        ([[1, -2]], ["5"], {}, "below 0"),
    ],
)
def test_bad_input_is_refused(counts, published, options, message):
    with pytest.raises(ValueError, match=message):
        fits_definition(counts, published, **options)


def test_promised_counts_are_counts():
    with pytest.raises(ValueError, match="late is -1"):
        Promised(1, -1)
