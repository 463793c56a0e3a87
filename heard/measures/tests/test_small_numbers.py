"""What may not be seen, and cannot be worked out from what is seen (docs/adr/0007)."""

from typing import Any

import pytest

from heard.catalogue.models import Service
from heard.facts.tests.making import make_answers, make_cases, utc
from heard.measures.definitions import measure
from heard.measures.models import Result
from heard.measures.reads import exported, results
from heard.measures.refresh import refresh
from heard_stats import SMALL_NUMBER

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.only_measures("cases_received", "on_time", "days_to_close", "satisfaction"),
]
MARCH = utc("2026-03-10 12:00")


@pytest.fixture
def services(division: Any) -> list[Service]:
    return [
        Service.objects.create(code=code, name={"en": code}, division=division) for code in "abcd"
    ]


def rows(key: str, way: str, by: str) -> dict[str, Result]:
    card = measure(key)
    return {row.group: row for row in results(card, card.statistic(way), by=by)}


@pytest.mark.parametrize(("n", "hidden"), [(SMALL_NUMBER - 1, True), (SMALL_NUMBER, False)])
def test_fewer_than_ten_show_their_number_and_nothing_else(
    service: Any, n: int, hidden: bool
) -> None:
    make_answers(service, [4] * n, MARCH)
    make_cases(service, n, MARCH, due_at=MARCH, closed_at=MARCH)
    refresh()
    for key, way in (
        ("satisfaction", "index"), ("satisfaction", "top2"), ("on_time", "closed"),
        ("on_time", "due"), ("days_to_close", "median"), ("days_to_close", "p90"),
    ):  # fmt: skip
        row = rows(key, way, "all")["all"]
        assert (row.n, row.suppressed) == (n, hidden), way
        assert (row.value is None) == hidden, way
        assert row.low is None or not hidden
        assert "gave" not in row.detail or not hidden
        assert "x" not in row.detail or not hidden
    assert rows("cases_received", "count", "all")["all"].value == n  # counts are public


def test_a_lone_small_group_gets_company(services: list[Service]) -> None:
    """Three answers of one service, hidden alone, would be the total less the others."""
    for service, answers in zip(services, ([1, 1, 2], [4] * 30, [5] * 40, [3] * 12), strict=True):
        make_answers(service, answers, MARCH)
    refresh()
    found = rows("satisfaction", "index", "service")
    assert found["a"].suppressed
    hidden = [group for group, row in found.items() if row.suppressed]
    assert len(hidden) == 2
    assert all(found[group].value is None for group in hidden)
    assert not rows("satisfaction", "index", "all")["all"].suppressed


def test_what_is_hidden_in_one_table_does_not_hide_the_city(services: list[Service]) -> None:
    make_answers(services[0], [2] * 5, MARCH)
    make_answers(services[1], [4] * 5, MARCH)
    make_answers(services[2], [5] * 5, MARCH)
    refresh()
    found = rows("satisfaction", "index", "service")
    assert all(row.suppressed for row in found.values())
    assert rows("satisfaction", "index", "all")["all"].value is not None


def test_nobody_is_not_a_small_number(services: list[Service]) -> None:
    make_answers(services[0], [4] * 20, MARCH)
    make_answers(services[1], [], MARCH, silent=10)
    refresh()
    found = rows("satisfaction", "index", "service")
    assert (found["b"].n, found["b"].suppressed) == (0, False)
    assert found["a"].value == 75.0


def test_quantiles_need_no_company(services: list[Service]) -> None:
    make_cases(services[0], 3, MARCH, closed_at=utc("2026-03-11 12:00"))
    make_cases(services[1], 30, MARCH, closed_at=utc("2026-03-12 12:00"))
    refresh()
    found = rows("days_to_close", "median", "service")
    assert (found["a"].suppressed, found["b"].suppressed) == (True, False)


def test_hidden_figures_are_hidden_wherever_they_are_published(services: list[Service]) -> None:
    make_answers(services[0], [1, 2, 3], MARCH)
    make_answers(services[1], [5] * 40, MARCH)
    refresh()
    for row in exported("satisfaction"):
        if row["suppressed"]:
            assert row["value"] is row["low"] is row["high"] is None
    assert any(row["suppressed"] for row in exported("satisfaction"))
