"""Months, quarters and years of any start."""

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from heard.core.errors import Refused
from heard.targets.periods import MONTHS, containing, of_month, parse, previous, told

kinds = st.sampled_from(sorted(MONTHS))
starts = st.integers(1, 12)
days = st.dates(date(1990, 1, 1), date(2150, 1, 1))


@pytest.mark.parametrize(
    ("code", "start", "first", "last", "words"),
    [
        ("2026-05", 7, "2026-05-01", "2026-05-31", "May 2026"),
        ("FY2026", 7, "2025-07-01", "2026-06-30", "fiscal year 2026"),
        ("fy2026-q1", 7, "2025-07-01", "2025-09-30", "quarter 1 of fiscal year 2026"),
        ("FY2026-Q4", 10, "2026-07-01", "2026-09-30", "quarter 4 of fiscal year 2026"),
        ("2026", 1, "2026-01-01", "2026-12-31", "2026"),
        ("2024-Q1", 1, "2024-01-01", "2024-03-31", "quarter 1 of 2024"),
    ],
)
def test_codes(code: str, start: int, first: str, last: str, words: str) -> None:
    found = parse(code, start)
    assert (str(found.first), str(found.last), told(found)) == (first, last, words)


@pytest.mark.parametrize("text", ["", "May", "2026-13", "2026-Q5", "2026-5", "1776", "2026-05-01"])
def test_what_is_no_period_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(
        Refused, match=r"is not a period\. Write 2026-05, FY2026-Q2, FY2026"
    ) as error:
        parse(text, 7)
    assert error.value.field == "period"


def test_another_kind_is_refused() -> None:
    with pytest.raises(Refused, match="Write FY2026-Q2"):
        parse("2026-05", 7, kind="quarter")


def test_what_a_month_lies_in() -> None:
    assert [one.code for one in of_month("2026-05", 7)] == ["2026-05", "FY2026-Q4", "FY2026"]
    assert [one.code for one in of_month("2026-07", 7)] == ["2026-07", "FY2027-Q1", "FY2027"]


@given(days, kinds, starts)
@settings(max_examples=150, deadline=None, database=None, derandomize=True)
def test_periods_tile_the_calendar(day: date, kind: str, start: int) -> None:
    found = containing(day, kind, start)  # type: ignore[arg-type]
    assert found.first <= day <= found.last
    assert parse(found.code, start) == found
    assert len(found.months) == MONTHS[found.kind]
    before = previous(found, start)
    assert before.last + timedelta(days=1) == found.first
    assert before.kind == kind
