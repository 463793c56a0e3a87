"""Importance against satisfaction."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from heard_stats.tests.loose import Aspect, importance_satisfaction, wilson
from heard_stats.tests.support import examples


@st.composite
def aspects(draw: Any) -> Any:
    found = []
    for i in range(draw(st.integers(1, 8))):
        asked, answered = draw(st.integers(0, 400)), draw(st.integers(0, 400))
        chosen, satisfied = draw(st.integers(0, asked)), draw(st.integers(0, answered))
        found.append(Aspect(f"a{i}", chosen, asked, satisfied, answered))
    return found


def test_a_worked_example():
    roads, police, parks = importance_satisfaction(
        [
            Aspect("parks", 10, 100, 80, 100),
            Aspect("roads", 60, 100, 30, 100),
            Aspect("police", 50, 100, 75, 100),
        ]
    )
    assert (roads.name, police.name, parks.name) == ("roads", "police", "parks")
    assert [p.rating for p in (roads, police, parks)] == pytest.approx([0.42, 0.125, 0.02])
    assert [p.level for p in (roads, police, parks)] == ["very high", "high", "medium"]
    assert [p.quadrant for p in (roads, police, parks)] == [
        "improve first",
        "keep it up",
        "no worry",
    ]
    assert [p.rank for p in (roads, police, parks)] == [1, 2, 3]
    ends = wilson(60, 100, 0.975), wilson(30, 100, 0.975)
    assert roads.low == pytest.approx(ends[0].low * (1 - ends[1].high))
    assert roads.high == pytest.approx(ends[0].high * (1 - ends[1].low))


@pytest.mark.parametrize(
    ("chosen", "level"), [(40, "very high"), (39, "high"), (20, "high"), (19, "medium")]
)
def test_levels_begin_where_they_say(chosen, level):
    assert importance_satisfaction([Aspect("a", chosen, 100, 50, 100)])[0].level == level


@given(aspects())
@examples
def test_order_ranks_and_ranges(found_aspects):
    found = importance_satisfaction(found_aspects)
    rated = [p for p in found if p.rating is not None]
    assert sorted(p.name for p in found) == sorted(a.name for a in found_aspects)
    assert [p.rating for p in rated] == sorted((p.rating for p in rated), reverse=True)
    assert [p.rank for p in found[: len(rated)]] == list(range(1, len(rated) + 1))
    assert importance_satisfaction(found_aspects[::-1])[: len(rated)] == found[: len(rated)]
    for p in rated:
        assert 0 <= p.low <= p.rating <= p.high <= 1
        assert p.rating == pytest.approx(p.importance * (1 - p.satisfaction))
    for p in found[len(rated) :]:
        assert p.why
        assert (p.rank, p.level, p.quadrant, p.low) == (None, None, None, None)


def test_an_aspect_without_answers_does_not_move_the_middle():
    rated = [Aspect("a", 60, 100, 30, 100), Aspect("b", 20, 100, 60, 100)]
    found = importance_satisfaction([*rated, Aspect("c", 99, 100, 0, 0)])
    assert found[:2] == importance_satisfaction(rated)
    assert (found[2].why, found[2].importance) == ("nobody rated it yet", 0.99)
    assert (
        importance_satisfaction([Aspect("d", 0, 0, 1, 2)])[0].why == "nobody was asked what matters"
    )
    assert importance_satisfaction([]) == ()


@pytest.mark.parametrize(
    "bad",
    [
        [Aspect("a", 5, 4, 1, 2)],
        [Aspect("a", 1, 4, 3, 2)],
        [Aspect("a", -1, 4, 1, 2)],
        [Aspect("a", 1, 4, 1, 2), Aspect("a", 1, 4, 1, 2)],
    ],
)
def test_bad_input_is_refused(bad):
    with pytest.raises(ValueError, match=r"were asked|below 0|its own"):
        importance_satisfaction(bad)
