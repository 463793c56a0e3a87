"""65 stated cases of opening_hours: each is read as stated or refused; none wrong in silence.

``python -m pytest heard/places/tests/test_hours_cases.py -s`` prints the table.
"""

import json
import sys
from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from heard.places.hours import Hours, HoursRefused, read_hours, wall
from heard.places.public_holidays import holidays_between
from heard.places.spans import Span, clipped, joined

pytestmark = pytest.mark.real_data


@dataclass(frozen=True)
class Row:
    """What became of one expression."""

    case: int
    text: str
    result: str  # passed, refused, WRONG
    reason: str = ""
    nearest: str = ""
    nearest_is: str = ""  # right, partial, WRONG


def moment(text: str) -> datetime:
    day, clock = text.split(" ")
    hour, minute = clock.split(":")
    return datetime.fromisoformat(day).replace(hour=int(hour), minute=int(minute))


def stated(case: dict[str, Any]) -> list[Span]:
    """The open intervals of a case; unknown ones are not open."""
    sure = (i for i in case["intervals"] if len(i) < 3 or not i[2])
    return joined((wall(moment(i[0])), wall(moment(i[1]))) for i in sure)


def told(case: dict[str, Any], hours: Hours) -> list[Span]:
    start, end = moment(case["from"]), moment(case["to"])
    first, last = start.date(), end.date() + timedelta(1)
    place = ""
    if case["needs_location_or_holidays"]:
        place = "GB-SCT" if "Scotland" in case["name"] else "DE-BW"
    holidays = holidays_between(place, first, last)
    return clipped(hours.spans(first, last, holidays), wall(start), wall(end))


def row_of(case: dict[str, Any], text: str) -> Row:
    try:
        hours = read_hours(text)
    except HoursRefused as refused:
        near = ""
        if refused.nearest:
            right = told(case, read_hours(refused.nearest)) == stated(case)
            near = "partial" if refused.partial else "right" if right else "WRONG"
        return Row(case["i"], text, "refused", refused.reason, refused.nearest, near)
    right = told(case, hours) == stated(case)
    return Row(case["i"], text, "passed" if right else "WRONG")


@pytest.fixture(scope="module")
def table(real_data: Path) -> list[Row]:
    cases = json.loads((real_data / "opening_hours_cases_a.json").read_text())
    assert len(cases) == 65
    return [row_of(case, text) for case in cases for text in case["values"]]


def test_none_is_wrong_in_silence(table: list[Row]) -> None:
    for row in table:
        near = f" → {row.nearest} ({row.nearest_is})" if row.nearest else ""
        sys.stdout.write(f"{row.case:4} {row.result:8} {row.text[:60]:60} {row.reason}{near}\n")
    sys.stdout.write(f"{Counter(row.result for row in table)}\n")
    assert [row for row in table if row.result == "WRONG"] == []


def test_what_is_offered_instead_means_what_was_meant(table: list[Row]) -> None:
    assert [row for row in table if row.nearest_is == "WRONG"] == []
    assert sum(row.nearest_is == "right" for row in table) >= 50


def test_most_cases_have_a_spelling_that_is_taken(table: list[Row]) -> None:
    """No ratchet downwards: these many are read as stated."""
    assert sum(row.result == "passed" for row in table) >= 96
    assert len({row.case for row in table if row.result == "passed"}) >= 40
