"""Scores: satisfaction index, top boxes, net promoters, ACSI."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from heard_stats.tests.loose import acsi, acsi_interval, csat_index, nps, share, top_box, wilson
from heard_stats.tests.support import examples, five_counts

WEIGHTS = (0.3885, 0.3190, 0.2925)


@given(five_counts)
@examples
def test_index_is_the_mean_of_0_25_50_75_100(counts):
    found = csat_index(counts)
    answers = np.repeat([0, 25, 50, 75, 100], counts)
    assert found.n == len(answers)
    if not found.n:
        assert (found.value, found.low, found.high) == (None, None, None)
        assert found.why == "no answers yet"
    else:
        assert found.value == pytest.approx(answers.mean())
        assert 0 <= found.low <= found.value <= found.high <= 100
        assert found.low < found.high


@given(five_counts.filter(any))
@examples
def test_index_mirrors_when_the_scale_is_turned_round(counts):
    found, turned = csat_index(counts), csat_index(counts[::-1])
    assert found.value == pytest.approx(100 - turned.value)
    assert (found.low, found.high) == pytest.approx((100 - turned.high, 100 - turned.low))


@given(five_counts.filter(any), st.integers(2, 30))
@examples
def test_index_gets_surer_with_more_of_the_same_answers(counts, times):
    few, many = csat_index(counts), csat_index([count * times for count in counts])
    assert many.value == pytest.approx(few.value)
    assert many.high - many.low < few.high - few.low


def test_index_ends_are_exact():
    assert csat_index([0, 0, 0, 0, 7]).value == 100
    assert csat_index([3, 0, 0, 0, 0]).value == 0
    assert csat_index([0, 0, 0, 0, 7]).low == pytest.approx(100 * wilson(7, 7).low)
    assert csat_index([1, 0, 0, 0, 0, 0, 1]).value == 50


@given(five_counts, st.integers(1, 4))
@examples
def test_top_box_is_wilson_of_the_best_answers(counts, k):
    found, expected = top_box(counts, k), wilson(sum(counts[5 - k :]), sum(counts))
    assert (found.low, found.high, found.why) == (expected.low, expected.high, expected.why)
    if sum(counts):
        assert found.value == sum(counts[5 - k :]) / sum(counts)


@pytest.mark.parametrize("counts", [[], [3], [1, -2, 0], [1, 2.5], [1, None], [1, math.nan]])
def test_counts_must_be_counts(counts):
    for call in (csat_index, top_box):
        with pytest.raises(ValueError, match=r"counts"):
            call(counts)


@pytest.mark.parametrize("k", [0, 5, 1.5])
def test_top_box_needs_a_part_of_the_scale(k):
    with pytest.raises(ValueError, match="k is"):
        top_box([1, 1, 1, 1, 1], k)


def test_share_refuses_more_than_all():
    assert share(3, 4).value == 0.75
    with pytest.raises(ValueError, match="between 0 and n"):
        share(5, 4)


def test_nps_meets_the_published_example():
    found = nps(60, 25, 15)
    assert found.value == 45
    assert round(found.se, 2) == 7.40
    assert (round(found.low, 1), round(found.high, 1)) == (29.3, 58.0)


@given(st.integers(0, 200), st.integers(0, 200), st.integers(0, 200))
@examples
def test_nps_is_the_mean_of_one_nought_and_minus_one(promoters, passives, detractors):
    found = nps(promoters, passives, detractors)
    answers = np.repeat([100, 0, -100], [promoters, passives, detractors])
    if not len(answers):
        assert (found.value, found.se, found.why) == (None, None, "no answers yet")
    else:
        assert found.value == pytest.approx(answers.mean())
        assert found.se == pytest.approx(answers.std() / math.sqrt(len(answers)))
        assert -100 <= found.low <= found.value <= found.high <= 100
        assert found.low < found.high


def test_nps_interval_holds_the_score_of_a_single_answer():
    assert nps(1, 0, 0).high == nps(1, 0, 0).value == 100
    assert nps(0, 0, 1).low == nps(0, 0, 1).value == -100
    assert nps(1, 0, 0).low < 0


def test_nps_interval_is_right_about_as_often_as_it_claims():
    chances, n = (0.45, 0.30, 0.25), 25
    hits = total = 0.0
    for promoters in range(n + 1):
        for passives in range(n + 1 - promoters):
            counts = (promoters, passives, n - promoters - passives)
            found, chance = nps(*counts), stats.multinomial.pmf(counts, n, chances)
            hits += chance * (found.low <= 20 <= found.high)
            total += chance
    assert total == pytest.approx(1)
    assert 0.935 < hits < 0.97


@pytest.mark.parametrize("counts", [(-1, 2, 3), (1, 2.5, 3), (1, 2, "3")])
def test_nps_refuses_what_is_no_count(counts):
    with pytest.raises(ValueError, match="is"):
        nps(*counts)


def test_acsi_meets_the_published_example():
    assert round(acsi(8, 7, 7, WEIGHTS), 2) == 70.98


@given(st.floats(1, 10), st.floats(1, 10), st.floats(1, 10), st.floats(0.1, 50))
@examples
def test_acsi_stays_on_its_scale_and_ignores_the_size_of_weights(x1, x2, x3, factor):
    found = acsi(x1, x2, x3, WEIGHTS)
    assert 0 <= found <= 100
    assert found == pytest.approx(acsi(x1, x2, x3, [weight * factor for weight in WEIGHTS]))
    means = 100 * (np.average([x1, x2, x3], weights=WEIGHTS) - 1) / 9
    assert found == pytest.approx(means, abs=1e-9)


def test_acsi_ends():
    assert acsi(1, 1, 1, WEIGHTS) == 0
    assert acsi(10, 10, 10, WEIGHTS) == pytest.approx(100)


@pytest.mark.parametrize(
    ("means", "weights"),
    [
        ((0, 5, 5), WEIGHTS),
        ((5, 11, 5), WEIGHTS),
        ((5, math.nan, 5), WEIGHTS),
        ((5, 5, 5), (0, 0, 0)),
        ((5, 5, 5), (1, 1, -1)),
        ((5, 5, 5), (1, 1)),
    ],
)
def test_acsi_refuses_bad_input(means, weights):
    with pytest.raises(ValueError, match=r"between 1 and 10|leave missing|three numbers"):
        acsi(*means, weights)


def test_acsi_interval_has_the_value_of_the_means():
    answers = np.random.default_rng(3).integers(1, 11, size=(50, 3))
    found = acsi_interval(answers, WEIGHTS)
    assert found.value == pytest.approx(acsi(*answers.mean(axis=0), WEIGHTS))
    assert 0 <= found.low < found.value < found.high <= 100
    assert found.n == 50
    assert acsi_interval([], WEIGHTS).why == "no answers yet"
    assert acsi_interval([[10, 10, 10]] * 4, WEIGHTS).value == pytest.approx(100)


@pytest.mark.parametrize("answers", [[[1, 2]], [1, 2, 3], [[0, 5, 5]], [[5, 5, 11]]])
def test_acsi_interval_refuses_bad_rows(answers):
    with pytest.raises(ValueError, match=r"three answers each|outside 1 to 10"):
        acsi_interval(answers)
