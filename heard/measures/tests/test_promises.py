"""Late by how much, warned before, promises moved: figures worked out by hand."""

from datetime import timedelta
from typing import Any

import pytest

from heard.core import clock
from heard.facts.tests.making import make_case, make_cases, utc
from heard.measures.refresh import refresh
from heard.measures.tests.test_cohorts import MAY, one

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.only_measures("late_by", "promises_moved", "warned_before"),
]
FEBRUARY, DUE = utc("2026-02-20 12:00"), utc("2026-03-05 12:00")
OURS = {"due_at": DUE, "promise_version": 1}


@pytest.fixture
def march(service: Any) -> None:
    """Five in time, eleven that were 1, 2, … 11 days late, one still open, two never promised."""
    make_cases(service, 5, FEBRUARY, closed_at=DUE, **OURS)
    make_cases(service, 2, FEBRUARY, closed_at=DUE)
    warned = {1: -30, 2: -20, 3: -10, 4: -1, 5: 0, 6: 2}  # hours from the date; others never
    moved = {7: "late", 8: "calendar", 9: "promise"}
    for days in range(1, 12):
        more: dict[str, Any] = dict(OURS)
        if days in warned:
            more["warned_at"] = DUE + timedelta(hours=warned[days])
        if days in moved:
            more |= {"times_moved": 2, "moved_for": moved[days]}
        if days == 7:  # told a later date, and done before it: judged by the first all the same
            more |= {"due_at": DUE + timedelta(days=20), "judged_due": DUE}
        if days == 11:  # brought in from another system with its date: no clock of ours
            more["promise_version"] = None
        make_case(service, FEBRUARY, closed_at=DUE + timedelta(days=days), **more)
    make_case(service, FEBRUARY, state="in_progress", warned_at=DUE - timedelta(days=2), **OURS)
    with clock.at(MAY):
        refresh()


def test_late_by_how_much(march: None) -> None:
    """1 to 11 days: the sixth is the median; nine of ten (ten of eleven) were at most 10 late."""
    median = one("late_by", "median", period="2026-03")
    assert (median.n, median.value, median.left_out) == (11, 6.0, 7)
    assert one("late_by", "p90", period="2026-03").value == 10.0


def test_warned_before_it_broke(march: None) -> None:
    """Broken: ten late ones and the open one; the eleventh's date came from a file. Five warned.

    A warning in the very second of the date, or after it, came too late.
    """
    row = one("warned_before", period="2026-03")
    assert (row.n, row.value, row.left_out) == (11, 5 / 11, 1)


def test_promises_moved_and_why(march: None) -> None:
    """Finished with a clock of ours: 5 in time and 10 late. Three were moved, one since late."""
    row = one("promises_moved", "any", period="2026-03")
    assert (row.n, row.value, row.left_out) == (15, 3 / 15, 3)
    assert one("promises_moved", "late", period="2026-03").value == 1 / 15
