"""Quarters of the newer kinds of figures: means of sums, a state as its last month left it."""

from typing import Any

import pytest

from heard.measures.models import Result
from heard.targets.computed import figure_of
from heard.targets.periods import parse
from heard.targets.subjects import subject

pytestmark = pytest.mark.django_db


def months(measure: str, way: str, *rows: tuple[int, float | None, dict[str, Any]]) -> Any:
    return {
        f"2026-0{place}": Result(
            measure=measure, statistic=way, definition=1, period=f"2026-0{place}", by="all",
            group="all", n=n, value=value, low=value, high=value, detail=detail,
        )
        for place, (n, value, detail) in enumerate(rows, start=1)
    }  # fmt: skip


def first_quarter(measure: str, rows: Any) -> Any:
    return figure_of(subject(measure), parse("FY2026-Q1", 1), rows)


def test_a_quarters_mean_is_of_all_its_calls_and_not_of_its_months() -> None:
    rows = months(
        "call_time", "mean",
        (10, 60 / 86_400, {"total": 600, "squares": 36_000}),
        (30, 120 / 86_400, {"total": 3600, "squares": 432_000}),
    )  # fmt: skip
    found = first_quarter("call_time", rows)
    assert (found.n, found.value) == (40, 105 / 86_400)
    assert found.low < found.value < found.high


def test_a_quarters_net_score_counts_people() -> None:
    parts = ({"promoters": 8, "detractors": 1}, {"promoters": 5, "detractors": 20})
    rows = months("recommend", "net", (10, 70.0, parts[0]), (30, -50.0, parts[1]))
    assert first_quarter("recommend", rows).value == 100 * (13 - 21) / 40


def test_what_lay_open_is_never_added_up() -> None:
    rows = months("backlog", "count", (50, 50.0, {}), (60, 60.0, {}), (70, 70.0, {}))
    assert first_quarter("backlog", rows).value == 70.0
    del rows["2026-03"]
    assert first_quarter("backlog", rows).value is None


def test_a_month_with_a_fault_leaves_the_quarter_without_a_figure() -> None:
    rows = months("reopened", "share", (50, 0.1, {"x": 5}), (60, None, {"outside": 3}))
    found = first_quarter("reopened", rows)
    assert found.value is None
    assert "not a share of" in found.why
