"""Who did not answer: the bias note against small worlds in which the truth is known."""

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from heard_stats.tests.loose import AskedGroup, nonresponse_bias
from heard_stats.tests.support import examples


@st.composite
def groups(draw: Any) -> Any:
    found = []
    for i in range(draw(st.integers(1, 5))):
        asked = draw(st.integers(1, 200))
        answered = draw(st.integers(1, asked))
        found.append(AskedGroup(f"g{i}", asked, answered, draw(st.floats(0, 100))))
    return found


@given(groups())
@examples
def test_bias_is_the_covariance_of_answering_and_score(found_groups):
    found = nonresponse_bias(found_groups)
    asked = np.array([g.asked for g in found_groups])
    rates = np.array([g.answered / g.asked for g in found_groups])
    means = np.array([g.mean for g in found_groups])
    rate = np.average(rates, weights=asked)
    centred = (rates - rate) * (means - np.average(means, weights=asked))
    assert found.response_rate == pytest.approx(rate)
    assert found.bias == pytest.approx(np.average(centred, weights=asked) / rate, abs=1e-8)
    assert found.observed - found.bias == pytest.approx(found.adjusted)
    spread = math.sqrt(np.average((rates - rate) ** 2, weights=asked))
    assert found.balance == pytest.approx(1 - 2 * spread)


@given(groups())
@examples
def test_limits_hold_whatever_the_silent_think(found_groups):
    found = nonresponse_bias(found_groups)
    answered, asked = found.answered, found.asked
    given_points = sum(g.answered * g.mean for g in found_groups)
    for silent_score in (0, 37, 100):
        true = (given_points + (asked - answered) * silent_score) / asked
        assert found.lowest - 1e-9 <= true <= found.highest + 1e-9
    assert found.lowest == pytest.approx(given_points / asked)


def test_unequal_response_is_tested_as_scipy_does():
    found = nonresponse_bias([AskedGroup("a", 100, 50, 80.0), AskedGroup("b", 120, 30, 60.0)])
    table = [[50, 50], [30, 90]]
    assert found.p_value == pytest.approx(stats.chi2_contingency(table, correction=False).pvalue)
    assert any("less often" in note for note in found.warnings)
    assert any("higher than" in note for note in found.warnings)


def test_enough_link_is_the_correlation_that_makes_the_shift():
    """In a world of yes and no, put the tolerance between all and those who answered."""
    answered, silent = 400, 600
    happy_answered, happy_silent = 320, 450
    observed = 100 * happy_answered / answered
    true = 100 * (happy_answered + happy_silent) / (answered + silent)
    found = nonresponse_bias(
        [AskedGroup("all", answered + silent, answered, observed)], tolerance=observed - true
    )
    scores = np.repeat([1, 0, 1, 0], [320, 80, 450, 150])
    responded = np.repeat([1, 0], [answered, silent])
    assert found.enough_link <= np.corrcoef(scores, responded)[0, 1] + 1e-12
    assert found.enough_link == pytest.approx(np.corrcoef(scores, responded)[0, 1], rel=0.06)


def test_adjusting_helps_where_groups_explain_and_the_note_warns_where_not():
    chance = np.random.default_rng(4)
    happy = {"north": 0.9, "south": 0.5}
    asked = 20_000
    seen: list[Any] = []
    hidden: list[Any] = []
    for name, share in happy.items():
        content = chance.random(asked) < share
        # First world: answering depends on the district alone. Second: on the score itself.
        by_group = chance.random(asked) < (0.4 if name == "north" else 0.1)
        by_score = chance.random(asked) < np.where(content, 0.4, 0.2)
        for world, answers in ((seen, by_group), (hidden, by_score)):
            world.append(
                AskedGroup(name, asked, int(answers.sum()), 100 * float(content[answers].mean()))
            )
    repaired = nonresponse_bias(seen)
    assert abs(repaired.observed - 70) > 8
    assert abs(repaired.adjusted - 70) < 2
    fooled = nonresponse_bias(hidden)
    assert abs(fooled.adjusted - 70) > 5
    assert any("weighting cannot repair" in note for note in fooled.warnings)


def test_everybody_answered_leaves_nothing_to_warn_of():
    found = nonresponse_bias([AskedGroup("a", 40, 40, 71.0), AskedGroup("b", 10, 10, 12.0)])
    assert (found.warnings, found.bias, found.enough_link) == ((), 0.0, None)
    assert found.lowest == found.highest == found.observed
    assert found.p_value is None


def test_a_silent_group_has_no_adjusted_score():
    found = nonresponse_bias([AskedGroup("a", 40, 20, 71.0), AskedGroup("b", 10, 0, None)])
    assert (found.adjusted, found.bias) == (None, None)
    assert found.observed == 71
    assert any("nobody answered from b" in note for note in found.warnings)


@pytest.mark.parametrize("mean", [0.0, 100.0])
def test_scores_at_the_end_of_the_scale_are_no_trouble(mean):
    found = nonresponse_bias([AskedGroup("a", 100, 30, mean)])
    assert found.observed == mean
    assert 0 < found.enough_link <= 1


def test_a_tolerance_beyond_the_scale_needs_no_link():
    assert nonresponse_bias([AskedGroup("a", 100, 30, 50.0)], tolerance=500).enough_link is None


def test_without_answers_there_is_only_a_reason():
    assert nonresponse_bias([]).why == "nobody was asked"
    found = nonresponse_bias([AskedGroup("a", 40, 0, None), AskedGroup("b", 0, 0, None)])
    assert (found.why, found.response_rate, found.observed) == ("no answers yet", 0.0, None)


@pytest.mark.parametrize(
    ("group", "options", "message"),
    [
        (AskedGroup("a", 4, 5, 50.0), {}, "only 4 were asked"),
        (AskedGroup("a", 4, 0, 50.0), {}, "exactly if"),
        (AskedGroup("a", 4, 2, None), {}, "exactly if"),
        (AskedGroup("a", 4, 2, 101.0), {}, "outside the scale"),
        (AskedGroup("a", 4, 2, math.nan), {}, "outside|missing"),
        (AskedGroup("a", 4, 2, 5.0), {"scale": (5, 1)}, "lowest, highest"),
        (AskedGroup("a", 4, 2, 5.0), {"tolerance": 0}, "above 0"),
    ],
)
def test_bad_input_is_refused(group, options, message):
    with pytest.raises(ValueError, match=message):
        nonresponse_bias([group], **options)
