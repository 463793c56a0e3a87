"""Small numbers: what is hidden, and that it cannot be worked out from the rest."""

import itertools
import random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from heard_stats import suppression
from heard_stats.exposure import narrow
from heard_stats.tests.loose import (
    ALL,
    SMALL_COMMENT,
    SMALL_NUMBER,
    is_small,
    limit_of,
    small_numbers,
)
from heard_stats.tests.support import examples


def totals_of(key: Any) -> Any:
    """Every total a cell counts in, the cell itself among them."""
    return [
        tuple(ALL if all_ else part for part, all_ in zip(key, choice, strict=True))
        for choice in itertools.product((False, True), repeat=len(key))
    ]


def a_table_exists(published: Any, fixed: Any, most: Any) -> Any:
    """Whether counts up to ``most`` exist that agree with all shown cells and with ``fixed``.

    Plain trial of every count in every hidden cell, giving up as soon as a total is exceeded.
    """
    known = {key: count for key, count in published.items() if count is not None} | fixed
    cells = [key for key in published if ALL not in key]
    open_cells = [key for key in cells if key not in known]
    sums = dict.fromkeys(published, 0)
    left = dict.fromkeys(published, 0)
    for key in cells:
        for total in totals_of(key):
            sums[total] += known.get(key, 0)
            left[total] += key not in known

    def possible(key: Any) -> Any:
        low, high = sums[key] + left[key], sums[key] + left[key] * most
        return key not in known or low <= known[key] <= high

    def fill(i: Any) -> Any:
        if i == len(open_cells):
            return True
        for value in range(1, most + 1):
            for total in totals_of(open_cells[i]):
                sums[total] += value
                left[total] -= 1
            fits = all(map(possible, totals_of(open_cells[i]))) and fill(i + 1)
            for total in totals_of(open_cells[i]):
                sums[total] -= value
                left[total] += 1
            if fits:
                return True
        return False

    return all(map(possible, published)) and fill(0)


def with_totals(counts: Any) -> Any:
    everything = dict.fromkeys((total for key in counts for total in totals_of(key)), 0)
    for key, count in counts.items():
        for total in totals_of(key):
            everything[total] += count
    return everything


def check_safe(counts: Any, result: Any, room: Any) -> Any:
    """Each hidden count may have ``room`` values or more, as far as a reader can tell."""
    everything = with_totals(counts)
    hidden = result.small | result.companions
    assert result.shown == {k: None if k in hidden else n for k, n in everything.items()}
    most = max(counts.values()) + room
    for key in hidden:
        near = sorted(range(1, everything[key] + room + 1), key=lambda v: abs(v - everything[key]))
        tries = (v for v in near if a_table_exists(result.shown, {key: v}, most))
        assert len(list(itertools.islice(tries, room))) == room, key


def test_the_check_itself_sees_what_is_given_away():
    shown = {("a",): None, ("b",): 50, ("c",): 20, (ALL,): 73}
    assert [v for v in range(1, 10) if a_table_exists(shown, {("a",): v}, 80)] == [3]
    shown[("c",)] = None
    assert all(a_table_exists(shown, {("a",): v}, 80) for v in range(1, 23))
    assert not a_table_exists(shown, {("a",): 23}, 80)


@given(st.lists(st.integers(0, 30), min_size=1, max_size=6))
@examples
def test_one_axis_cannot_be_subtracted_out(counts):
    table = {(f"g{i}",): count for i, count in enumerate(counts)}
    result = small_numbers(table)
    assert result.small == {k for k, n in with_totals(table).items() if 0 < n < SMALL_NUMBER}
    check_safe(table, result, room=5)


@given(st.data())
@settings(examples, max_examples=40)
def test_two_axes_cannot_be_worked_out(data):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(suppression, "SMALL_NUMBER", 4)
        rows, columns = data.draw(st.integers(2, 3)), data.draw(st.integers(2, 3))
        counts = {
            (f"r{i}", f"c{j}"): data.draw(st.integers(0, 7))
            for i in range(rows)
            for j in range(columns)
        }
        result = small_numbers(counts)
    check_safe(counts, result, room=2)


def test_two_axes_at_the_real_limit():
    counts = dict(zip(itertools.product("ab", "xyz"), [3, 10, 12, 14, 16, 18], strict=True))
    result = small_numbers(counts)
    assert result.small == {("a", "x")}
    assert len(result.companions) == 3
    check_safe(counts, result, room=5)


def test_two_blocks_joined_by_one_cell_do_not_give_it_away():
    """Every line hides two cells or more, and yet the cell between the blocks is determined."""
    small = {(0, 0), (0, 1), (1, 0), (1, 1), (2, 1), (2, 2), (2, 3), (3, 2), (3, 3)}
    counts = {(f"r{i}", f"c{j}"): 7 if (i, j) in small else 12 for i in range(5) for j in range(4)}
    result = small_numbers(counts)
    assert result.companions
    check_safe(counts, result, room=5)
    shown = {key: None if key in result.small else count for key, count in counts.items()}
    for key, total in result.shown.items():
        shown.setdefault(key, total)
    bridge = {v for v in range(1, 15) if a_table_exists(shown, {("r2", "c1"): v}, 14)}
    assert bridge == {7}  # what the small ones alone would have given away


def test_three_axes_cannot_be_worked_out():
    counts = dict.fromkeys(itertools.product("ab", "xy", "12"), 12)
    counts["a", "x", "1"] = 2
    result = small_numbers(counts)
    assert result.hides("a", "x", "1")
    check_safe(counts, result, room=5)


def test_companions_are_the_smallest_and_no_more_than_needed():
    result = small_numbers({"parks": 3, "roads": 0, "water": 50, "police": 200, "fire": 60})
    assert result.companions == {("water",)}
    assert not result.hides("roads")
    assert result.shown[("roads",)] == 0
    assert result.shown[(ALL,)] == 313
    assert small_numbers({"a": 4, "b": 8, "c": 90}).companions == frozenset()


def test_companions_are_shared_between_small_cells():
    """Three companions guard a lone small cell; cells in company need far fewer each."""
    chance = random.Random(0)
    small = companions = 0
    for _ in range(10):
        counts = {
            key: chance.choice([0, 3, 12, 15, 30, 40, 50, 90])
            for key in itertools.product("abcd", "vwxyz")
        }
        result = small_numbers(counts)
        small += len(result.small)
        companions += len(result.companions)
    assert small > 20
    assert companions < 40  # 34; choosing by size alone takes 51


def test_no_companion_is_hidden_for_nothing():
    chance = random.Random(1)
    dropped = 0
    for _ in range(12):
        counts: dict[Any, int] = {
            key: chance.choice([0, 2, 5, 7, 12, 15, 30, 40])
            for key in itertools.product("abcd", "wxyz")
        }
        result = small_numbers(counts)
        lines = suppression._with_totals(counts)[1]
        for key in result.companions:
            hidden = (result.small | result.companions) - {key}
            assert narrow(with_totals(counts), lines, hidden, 5) is not None
            dropped += 1
    assert dropped > 20


def test_ten_single_answers_cannot_be_told_from_their_total():
    """Ten hidden cells with a total of ten are one each; the total has to go too."""
    result = small_numbers({f"g{i}": 1 for i in range(10)})
    assert result.hides(ALL)


def test_nothing_small_hides_nothing():
    for counts in ({"a": 10, "b": 0, "c": 300}, {}, {"a": 0}):
        result = small_numbers(counts)
        assert not result.small | result.companions
        assert None not in result.shown.values()


def test_a_small_total_is_hidden_with_its_only_part():
    result = small_numbers({"a": 5, "b": 0})
    assert (result.hides("a"), result.hides("b"), result.hides(ALL)) == (True, False, True)


@given(st.dictionaries(st.text("abcdef", min_size=1), st.integers(0, 40), max_size=6))
@examples
def test_comments_are_guarded_more_strictly(counts):
    number, comment = small_numbers(counts), small_numbers(counts, "comment")
    assert number.small <= comment.small
    assert (number.limit, comment.limit) == (SMALL_NUMBER, SMALL_COMMENT)


@given(st.permutations([3, 12, 14, 50, 0]))
@examples
def test_the_order_of_groups_does_not_matter(counts):
    table = {f"g{count}": count for count in counts}
    result = small_numbers(table)
    assert result.companions == {("g12",)}


def test_one_rule_in_one_place():
    assert SMALL_NUMBER < SMALL_COMMENT
    for rule in ("number", "comment"):
        limit = limit_of(rule)
        assert [is_small(n, rule) for n in (0, 1, limit - 1, limit)] == [False, True, True, False]


@pytest.mark.parametrize(
    ("counts", "rule", "message"),
    [
        ({"a": -1}, "number", "below 0"),
        ({"a": 1.5}, "number", "whole number"),
        ({"*": 1}, "number", "no group can have that name"),
        ({("a",): 1, ("a", "b"): 2}, "number", "differ in length"),
        ({(): 1}, "number", "differ in length"),
        ({"a": 1}, "numbers", 'give "number" or "comment"'),
    ],
)
def test_bad_input_is_refused(counts, rule, message):
    with pytest.raises(ValueError, match=message):
        small_numbers(counts, rule)
