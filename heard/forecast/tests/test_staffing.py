"""Erlang C against its own definition in exact fractions; and the sums around it."""

from fractions import Fraction
from math import exp
from random import Random

import pytest

from heard.forecast.staffing import Assumptions, TooMuch, need


def waits(load: Fraction, people: int) -> Fraction:
    """The chance to wait, straight from the states of the queue: P(all busy)."""
    term, below = Fraction(1), Fraction(0)
    for busy in range(people):
        below += term
        term = term * load / (busy + 1)
    queue = term * people / (people - load)
    return queue / (below + queue)


def in_time(calls: float, people: int, given: Assumptions) -> float:
    load = Fraction(calls).limit_denominator(1000) * Fraction(given.handling) / 3600
    if people <= load:
        return 0.0
    late = float(waits(load, people)) * exp(-(people - float(load)) * given.within / given.handling)
    return 1 - late


def test_the_fewest_people_that_keep_both_promises() -> None:
    chance = Random(11)
    for _turn in range(120):
        given = Assumptions(
            handling=float(chance.randint(30, 900)),
            answered=chance.randint(50, 95),
            within=chance.randint(5, 120),
            occupancy=chance.randint(60, 95),
            shrinkage=chance.randint(0, 50),
            per_case=1.0,
            at_least=0,
        )
        calls = chance.randint(1, 1500) / 10
        found = need(calls, given)
        load = calls * given.handling / 3600
        assert found.answered_in_time == pytest.approx(in_time(calls, found.answering, given))
        assert (found.answered_in_time or 0) >= given.answered / 100
        assert load / found.answering <= given.occupancy / 100 + 1e-9
        fewer = found.answering - 1
        kept = fewer > 0 and load / fewer <= given.occupancy / 100
        assert not (kept and in_time(calls, fewer, given) >= given.answered / 100)
        assert found.planned * (100 - given.shrinkage) >= found.answering * 100
        assert (found.planned - 1) * (100 - given.shrinkage) < found.answering * 100


def test_a_known_case() -> None:
    """100 calls in half an hour of 3 minutes, 80% in 20 seconds: 14 people, 88.8% in time."""
    found = need(200, Assumptions(handling=180, occupancy=85, shrinkage=30, per_case=1.0))
    assert (found.answering, found.planned) == (14, 20)
    assert found.answered_in_time == pytest.approx(0.88835, abs=1e-5)
    assert found.busy == pytest.approx(10 / 14)
    assert found.wait == pytest.approx(7.836, abs=1e-3)


def test_calls_that_make_no_case_are_counted() -> None:
    one, three = Assumptions(per_case=1.0), Assumptions(per_case=3.0)
    assert need(30, three).answering == need(90, one).answering > need(30, one).answering


def test_nobody_calls_yet_somebody_is_there() -> None:
    found = need(0, Assumptions(at_least=2, shrinkage=30))
    assert (found.answering, found.planned, found.wait) == (2, 3, None)
    assert need(0.2, Assumptions(at_least=5)).answering == 5


def test_more_than_can_be_asked() -> None:
    with pytest.raises(TooMuch):
        need(100_000, Assumptions(handling=7200))
