"""What holds for every function of the room, on inputs drawn at random, the odd ones among them.

Each function has its entry in ``PROPERTIES``; one without fails `test_every_function_has_its_own`.
Nothing may divide by zero, and no number handed back may be NaN or infinite.
"""

import dataclasses
import inspect
import math
import random
import warnings
from collections.abc import Callable, Iterator, Mapping
from itertools import pairwise
from typing import Any

import numpy as np
import pytest

import heard_stats as hs

ROUNDS = 60


def numbers_in(found: Any) -> Iterator[float]:
    """Every number of a result, however deep."""
    if isinstance(found, bool | str) or found is None:
        return
    if isinstance(found, int | float | np.number):
        yield float(found)
    elif dataclasses.is_dataclass(found) and not isinstance(found, type):
        for field in dataclasses.fields(found):
            yield from numbers_in(getattr(found, field.name))
    elif isinstance(found, Mapping):
        for value in found.values():
            yield from numbers_in(value)
    elif isinstance(found, np.ma.MaskedArray):
        yield from found.compressed().tolist()
    elif isinstance(found, np.ndarray | list | tuple | set | frozenset):
        for value in found:
            yield from numbers_in(value)


def count(chance: random.Random) -> int:
    """Often none, one or all of a few; sometimes thousands."""
    return chance.choice([0, 0, 1, 2, 3, 9, 10, 57, 4000])


def counts(chance: random.Random, steps: int) -> list[int]:
    return [count(chance) for _step in range(steps)]


def share_of(chance: random.Random) -> tuple[int, int]:
    n = count(chance)
    return chance.choice([0, n, chance.randint(0, n)]), n


def ratings(chance: random.Random, low: int, high: int) -> list[int]:
    same = chance.random() < 0.3  # everybody says the same
    first = chance.randint(low, high)
    return [first if same else chance.randint(low, high) for _one in range(count(chance) % 90)]


def inside(found: Any, low: float, high: float) -> None:
    """Value and ends in their order, within the scale; a reason where there is no number."""
    if found.value is None:
        assert found.why
        return
    assert low <= found.value <= high
    if found.low is not None and found.high is not None:
        assert low - 1e-9 <= found.low <= found.value + 1e-9
        assert found.value - 1e-9 <= found.high <= high + 1e-9


def acsi(chance: random.Random) -> Any:
    worst, best = hs.acsi(1, 1, 1), hs.acsi(10, 10, 10)
    assert (worst, best) == pytest.approx((0, 100))
    one, two, three = (chance.uniform(1, 9) for _one in range(3))
    found = hs.acsi(one, two, three)
    assert worst <= found < hs.acsi(one + 1, two, three) <= best
    return found


def acsi_interval(chance: random.Random) -> Any:
    rows = [[chance.randint(1, 10) for _n in range(3)] for _one in range(chance.randint(1, 40))]
    found = hs.acsi_interval(rows)
    inside(found, 0, 100)
    return found


def change(chance: random.Random) -> Any:
    series = [
        hs.share_point(f"{n}", *share_of(chance), chance.choice(["a", "a", "a", "b"]))
        for n in range(chance.randint(0, 9))
    ]
    found = hs.change(series)
    assert len(found) == max(len(series) - 1, 0)
    for (before, after), step in zip(pairwise(series), found, strict=True):
        assert step.broken == (before.wording != after.wording)
        assert not (step.broken and step.significant)
        assert step.p_adjusted is None or step.p_adjusted >= (step.difference.p_value or 0)
    return found


def cityscore(chance: random.Random) -> Any:
    some = (None, 0.0, 1.0, 7.5, 1e6)
    rows = [
        hs.Scored(f"{n}", chance.choice(some), chance.choice((None, 1.0, 80.0, 1e-3)),
                  chance.choice(("higher", "lower")), chance.choice((1.0, 2.0)))
        for n in range(chance.randint(1, 6))
    ]  # fmt: skip
    found = hs.cityscore(rows)
    assert found.value is None or 0 <= found.value <= 2
    assert found.value is not None or found.why
    return found


def compared(chance: random.Random) -> Any:
    earlier = [chance.choice([None, chance.uniform(0, 100)]) for _n in range(chance.randint(0, 5))]
    value = chance.choice([None, chance.uniform(0, 100)])
    up = hs.compared(value, earlier, direction="up")
    down = hs.compared(value, earlier, direction="down")
    turned = {"improving": "worse", "worse": "improving"}
    assert down.course == turned.get(up.course or "", up.course)
    return up


def count_interval(chance: random.Random) -> Any:
    n = count(chance)
    found = hs.count_interval(n)
    assert found.low is not None
    assert found.high is not None
    assert 0 <= found.low <= n <= found.high
    return found


def count_interval_many(chance: random.Random) -> Any:
    many = counts(chance, 6)
    low, high = hs.count_interval_many(many)
    one = [hs.count_interval(n) for n in many]
    assert low.tolist() == pytest.approx([found.low for found in one])
    assert high.tolist() == pytest.approx([found.high for found in one])
    return low, high


def csat_index(chance: random.Random) -> Any:
    five = counts(chance, 5)
    found = hs.csat_index(five)
    inside(found, 0, 100)
    turned = hs.csat_index(five[::-1])  # the scale read from its other end
    if found.value is not None and turned.value is not None:
        assert found.value + turned.value == pytest.approx(100)
    return found


def weights_of(chance: random.Random) -> list[float]:
    return [chance.choice([0.0, 0.5, 1.0, 3.0]) for _one in range(chance.randint(1, 30))]


def design_effect(chance: random.Random) -> Any:
    weights = weights_of(chance)
    found = hs.design_effect(weights)
    assert found is None or found >= 1 - 1e-9
    assert (found is None) == (not any(weights))
    return found


def effective_n(chance: random.Random) -> Any:
    weights = weights_of(chance)
    found = hs.effective_n(weights)
    assert 0 <= found <= sum(weight > 0 for weight in weights) + 1e-9
    assert hs.effective_n([7 * weight for weight in weights]) == pytest.approx(found)
    return found


def finite_population(chance: random.Random) -> Any:
    people = chance.randint(1, 5000)
    n = chance.randint(1, people)
    found = hs.finite_population(n, people)
    assert 0 <= found <= 1
    assert (found == 0) == (n == people and people > 1) or people == 1
    return found


def fits_definition(chance: random.Random) -> Any:
    rows = [hs.Answers(tuple(counts(chance, 5)), count(chance), count(chance)) for _n in range(4)]
    formula = hs.SATISFACTION["two best of those who answered"]
    published = [None if (value := formula(row)) is None else round(value, 3) for row in rows]
    found = hs.fits_definition(rows, published, decimals=3)
    for told, one in zip(published, found.periods, strict=True):
        assert told is None or "two best of those who answered" in one.fits
    return [one.values for one in found.periods]


def holm(chance: random.Random) -> Any:
    given = [chance.choice([None, 0.0, 1.0, chance.random()]) for _n in range(chance.randint(0, 8))]
    found = hs.holm(given)
    for before, after in zip(given, found, strict=True):
        assert (before is None) == (after is None)
        assert before is None or after is None or before <= after <= 1
    return found


def importance_satisfaction(chance: random.Random) -> Any:
    rows = []
    for n in range(chance.randint(1, 6)):
        (chosen, asked), (satisfied, answered) = share_of(chance), share_of(chance)
        rows.append(hs.Aspect(f"{n}", chosen, asked, satisfied, answered))
    found = hs.importance_satisfaction(rows)
    ranks = [one.rank for one in found if one.rank is not None]
    assert sorted(ranks) == list(range(1, len(ranks) + 1))
    assert all(one.rating is None or 0 <= one.rating <= 1 for one in found)
    assert all(one.rating is not None or one.why for one in found)
    return found


def is_small(chance: random.Random) -> Any:
    n = count(chance)
    assert hs.is_small(n) == (0 < n < 10)
    assert not hs.is_small(n) or hs.is_small(n, "comment")
    return None


def judge(chance: random.Random) -> Any:
    value, target = (chance.choice([None, 0.0, chance.uniform(-5, 5)]) for _one in range(2))
    found = hs.judge(value, target, direction="up")
    if value is not None and target is not None:
        assert found == ("met" if value >= target else "not met")
        assert hs.judge(value, target, direction="up", low=-9, high=9) == "too close"
    else:
        assert found == ("no target" if target is None else "no figure")
    return None


def limit_of(chance: random.Random) -> Any:
    assert hs.limit_of("comment") >= hs.limit_of("number") >= 10
    return None


def mann_kendall(chance: random.Random) -> Any:
    values = [chance.choice([None, 3.0, chance.random()]) for _n in range(chance.randint(0, 14))]
    found = hs.mann_kendall(values)
    turned = hs.mann_kendall([None if value is None else -value for value in values])
    assert (found.s, found.goes == "up") == (-turned.s, turned.goes == "down")
    assert found.p is None or 0 <= found.p <= 1
    return found


def margin_of_error(chance: random.Random) -> Any:
    n = count(chance)
    found = hs.margin_of_error(n)
    assert (found is None) == (n == 0)
    if found is not None:
        smaller = hs.margin_of_error(n, population=n + 5)
        assert smaller is not None
        assert 0 <= smaller <= found
    return found


def mean_interval(chance: random.Random) -> Any:
    found = hs.mean_interval(ratings(chance, 1, 7), bounds=(1, 7))
    inside(found, 1, 7)
    return found


def mean_interval_of_sums(chance: random.Random) -> Any:
    values = ratings(chance, -3, 90)
    found = hs.mean_interval_of_sums(len(values), sum(values), sum(v * v for v in values))
    same = hs.mean_interval(values)
    if values:
        assert found.value == pytest.approx(same.value)
        assert found.low is None or found.low == pytest.approx(same.low)
    else:
        assert found.value is None
    return found


def narrowed(chance: random.Random) -> Any:
    x, n = share_of(chance)
    before = hs.share(x, n)
    found = hs.narrowed(before, n + chance.choice([1, 50]))
    assert found.value == before.value
    if before.low is not None and before.high is not None:
        assert found.low is not None
        assert found.high is not None
        assert before.low <= found.low <= found.high <= before.high
    return found


def nonresponse_bias(chance: random.Random) -> Any:
    groups = []
    for n in range(chance.randint(0, 6)):
        answered, asked = share_of(chance)
        mean = chance.choice([0.0, 50.0, 100.0]) if answered else None
        groups.append(hs.AskedGroup(f"{n}", asked, answered, mean))
    found = hs.nonresponse_bias(groups)
    if found.lowest is not None and found.observed is not None and found.highest is not None:
        assert 0 <= found.lowest <= found.observed <= found.highest <= 100
    assert found.observed is not None or found.why
    return found


def nps(chance: random.Random) -> Any:
    three = counts(chance, 3)
    found = hs.nps(*three)
    inside(found, -100, 100)
    turned = hs.nps(*three[::-1])
    assert found.value is None or found.value == pytest.approx(-(turned.value or 0))
    return found


def pooled_rate(chance: random.Random) -> Any:
    parts = [share_of(chance) for _n in range(chance.randint(0, 5))]
    found = hs.pooled_rate(parts)
    assert (found.value is None) == (not sum(n for _x, n in parts))
    inside(found, 0, 1)
    return found


def quantile_interval(chance: random.Random) -> Any:
    values = [float(value) for value in ratings(chance, 0, 60)]
    found = hs.quantile_interval(values, chance.choice([0.1, 0.5, 0.9]))
    assert (found.value is None) == (not values)
    if found.value is not None:
        assert min(values) <= found.value <= max(values)
        assert found.low is None or found.low <= found.value
        assert found.high is None or found.high >= found.value
    return found


def quantile_ranks(chance: random.Random) -> Any:
    n = count(chance)
    low, high = hs.quantile_ranks(n, chance.choice([0.1, 0.5, 0.9]))
    assert low is None or 1 <= low <= n
    assert high is None or 1 <= high <= n
    assert low is None or high is None or low <= high
    return low, high


def rake(chance: random.Random) -> Any:
    rows = [{"sex": chance.choice("ab"), "age": chance.choice("xyz")} for _n in range(40)]
    margins: dict[str, dict[Any, float]] = {
        "sex": {"a": 0.5, "b": 0.5},
        "age": {"x": 0.2, "y": 0.3, "z": 0.5},
    }
    found = hs.rake(rows, margins)
    if found.weights is None:
        assert found.why
    else:
        total = sum(found.weights)
        for name, wanted in margins.items():
            for group, part in wanted.items():
                got = sum(
                    w for w, row in zip(found.weights, rows, strict=True) if row[name] == group
                )
                assert got / total == pytest.approx(part, abs=1e-6)
    return found


def score_point(chance: random.Random) -> Any:
    five = counts(chance, 5)
    found = hs.score_point("m", five)
    assert found.value == pytest.approx(hs.csat_index(five).value)
    assert (found.se is None) == (not sum(five))
    assert found.se is None or found.se > 0
    return found


def shapley_drivers(chance: random.Random) -> Any:
    rows = [[chance.randint(1, 5) for _n in range(3)] for _one in range(chance.choice([3, 30]))]
    scores = [row[0] + row[1] + chance.choice([0, 1]) for row in rows]
    if chance.random() < 0.3:
        scores = [4] * len(rows)  # nothing to explain
    found = hs.shapley_drivers(rows, scores, bootstrap=20)
    if found.r2 is None:
        assert found.why
    else:
        assert sum(one.share for one in found.drivers) == pytest.approx(found.r2)
        assert 0 <= found.r2 <= 1 + 1e-9
    return found


def share(chance: random.Random) -> Any:
    x, n = share_of(chance)
    found, other = hs.share(x, n), hs.share(n - x, n)
    inside(found, 0, 1)
    if found.low is not None and other.high is not None:
        assert found.low == pytest.approx(1 - other.high)
    return found


def share_point(chance: random.Random) -> Any:
    x, n = share_of(chance)
    found = hs.share_point("m", x, n)
    assert found.value == (x / n if n else None)
    assert found.se is None or found.se > 0
    return found


def small_numbers(chance: random.Random) -> Any:
    table = {f"g{n}": count(chance) for n in range(chance.randint(1, 7))}
    found = hs.small_numbers(table)
    hidden = [n for name, n in table.items() if found.hides(name)]
    assert all(found.hides(name) for name, n in table.items() if 0 < n < 10)
    if sum(table.values()) >= 10:  # else the total is hidden too
        assert len(hidden) != 1  # one alone is the total less the others
    return hidden


def top_box(chance: random.Random) -> Any:
    five = counts(chance, 5)
    found = [hs.top_box(five, k) for k in (1, 2, 3)]
    for one in found:
        inside(one, 0, 1)
    values = [one.value for one in found if one.value is not None]
    assert values == sorted(values)
    return found


def two_proportions(chance: random.Random) -> Any:
    one, two = share_of(chance), share_of(chance)
    found, turned = hs.two_proportions(*one, *two), hs.two_proportions(*two, *one)
    if found.value is None:
        assert found.why
    else:
        assert found.value == pytest.approx(-(turned.value or 0))
        assert found.p_value is None or 0 <= found.p_value <= 1
    return found


def weighted_share(chance: random.Random) -> Any:
    weights = weights_of(chance)
    chosen = [chance.random() < 0.5 for _one in weights]
    found = hs.weighted_share(chosen, weights)
    inside(found, 0, 1)
    assert (found.value is None) == (not any(weights))
    return found


def wilson(chance: random.Random) -> Any:
    n = max(count(chance), 1)
    x = chance.randint(0, n)
    found, wider = hs.wilson(x, n), hs.wilson(x, n, 0.99)
    assert found.low is not None
    assert found.high is not None
    assert 0 <= found.low <= x / n <= found.high <= 1
    assert (wider.low or 0) <= found.low
    assert (wider.high or 1) >= found.high
    return found


def wilson_many(chance: random.Random) -> Any:
    pairs = [share_of(chance) for _n in range(5)]
    low, high = hs.wilson_many([x for x, _n in pairs], [n for _x, n in pairs])
    for (x, n), down, up in zip(pairs, low.tolist(), high.tolist(), strict=True):
        if n:
            assert (down, up) == pytest.approx((hs.wilson(x, n).low, hs.wilson(x, n).high))
        else:
            assert down is None
            assert up is None
    return low, high


def xmr(chance: random.Random) -> Any:
    values = [
        chance.choice([None, 5.0, chance.uniform(0, 9)]) for _n in range(chance.randint(0, 20))
    ]
    found = hs.xmr(values, floor=0)
    if found.mean is not None:
        assert found.low is None or 0 <= found.low <= found.mean
        assert found.high is None or found.mean <= found.high
    else:
        assert found.why
    return found


PROPERTIES: tuple[Callable[[random.Random], Any], ...] = (
    acsi, acsi_interval, change, cityscore, compared, count_interval, count_interval_many,
    csat_index, design_effect, effective_n, finite_population, fits_definition, holm,
    importance_satisfaction, is_small, judge, limit_of, mann_kendall, margin_of_error,
    mean_interval, mean_interval_of_sums, narrowed, nonresponse_bias, nps, pooled_rate,
    quantile_interval, quantile_ranks, rake, score_point, shapley_drivers, share, share_point,
    small_numbers, top_box, two_proportions, weighted_share, wilson, wilson_many, xmr,
)  # fmt: skip


@pytest.mark.parametrize("holds", PROPERTIES, ids=lambda one: one.__name__)
def test_what_holds_and_no_nan(holds: Callable[[random.Random], Any]) -> None:
    chance = random.Random(holds.__name__)
    with warnings.catch_warnings():
        warnings.simplefilter("error")  # a division by zero in NumPy is only a warning
        for _round in range(12 if holds is shapley_drivers else ROUNDS):
            found = holds(chance)
            strange = [value for value in numbers_in(found) if not math.isfinite(value)]
            assert not strange, found


def test_every_function_has_its_own() -> None:
    public = {name for name in hs.__all__ if inspect.isfunction(getattr(hs, name))}
    assert public == {one.__name__ for one in PROPERTIES}
