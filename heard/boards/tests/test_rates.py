"""How often chance makes an alert, and how soon a true change does: by simulation."""

import random
from datetime import date

from heard.boards.candidates import beyond_chance
from heard.boards.rules import CHANCE, FEWEST, expected
from heard.boards.series import Series
from heard.measures.definitions import measure
from heard.targets.lines import Point
from heard.targets.periods import containing
from heard.targets.subjects import of_card

MONTHS = [date(2020 + n // 12, n % 12 + 1, 1) for n in range(48)]


def fires(values: list[float]) -> bool:
    """Whether the latest of a dollar series (unbounded both ways) makes an alert."""
    card = measure("remedy_money")
    points = tuple(
        Point(containing(day, "month", 1), value, None, None, 100, 1)
        for day, value in zip(MONTHS, values, strict=False)
    )
    found = beyond_chance(Series(of_card(card, card.statistic()), "all", "all", points))
    assert found is not None
    return bool(found.rules)


def test_pure_noise_alerts_as_often_as_the_page_says() -> None:
    """200 series of 24 months, each month looked at as the latest: 2,600 looks."""
    chance = random.Random(6)
    looks = alerts = 0
    for _series in range(200):
        values = [chance.gauss(0, 1) for _month in range(24)]
        for seen in range(FEWEST, 25):
            looks += 1
            alerts += fires(values[:seen])
    # Expected 14.6 of 2,600; a Poisson count lies within 7 to 26 in 99 of 100 cases.
    assert looks == 2600
    assert 7 <= alerts <= 26
    assert abs(alerts - expected(looks)) < 3 * expected(looks) ** 0.5


def test_the_stated_chance_is_of_the_order_of_three_sigma() -> None:
    assert 0.0027 < CHANCE < 2.5 * 0.0027


def test_a_true_shift_of_two_sigma_is_found() -> None:
    """After two quiet years: within eight months in about 70 of 100 cases, within a year in 80."""
    chance = random.Random(7)
    found = {4: 0, 8: 0, 12: 0}
    for _case in range(100):
        values = [chance.gauss(0, 1) for _month in range(24)]
        values += [chance.gauss(2, 1) for _month in range(12)]
        first = next((n for n in range(1, 13) if fires(values[: 24 + n])), 99)
        for within in found:
            found[within] += first <= within
    assert found[8] >= 0.6 * 100
    assert found[12] >= 0.7 * 100
    assert found[4] < found[8] <= found[12]


def test_a_large_shift_is_found_at_once() -> None:
    chance = random.Random(8)
    found = sum(fires([chance.gauss(0, 1) for _month in range(23)] + [8.0]) for _case in range(50))
    assert found >= 48


def test_too_short_a_course_says_nothing() -> None:
    card = measure("remedy_money")
    points = tuple(
        Point(containing(day, "month", 1), 1.0, None, None, 9, 1) for day in MONTHS[: FEWEST - 1]
    )
    about = of_card(card, card.statistic())
    assert beyond_chance(Series(about, "all", "all", points)) is None
