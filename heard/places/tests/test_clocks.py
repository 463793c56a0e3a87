"""When a promise falls due: each rule of docs/developer/clocks.md, one by one."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from heard.places.calendars import Calendar, Definition, NeverOpens
from heard.places.clocks import Pause, Promised, due

DENVER = ZoneInfo("America/Denver")
CALENDAR = Calendar(Definition("Mo-Fr 08:00-12:00,13:00-17:00; PH off", "America/Denver", "US"))
HOUR = timedelta(hours=1)


def at(text: str, fold: int = 0) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=DENVER, fold=fold)


def fell_due(
    start: str, amount: int, unit: str, *pauses: Pause, cap: timedelta | None = None
) -> str:
    found = due(at(start), Promised(amount, unit), CALENDAR, pauses, cap)
    return found.at.astimezone(DENVER).strftime("%Y-%m-%d %H:%M:%S") if found.at else "stands"


@pytest.mark.parametrize(
    ("start", "amount", "unit", "expected"),
    [
        ("2026-11-20T16:30:00", 2, "hours", "2026-11-20 18:30:00"),
        ("2026-11-20T16:30:00", 2, "days", "2026-11-22 16:30:00"),
        ("2026-11-20T16:30:00", 1, "business_hours", "2026-11-23 08:30:00"),
        ("2026-11-20T11:30:30", 1, "business_hours", "2026-11-20 13:30:30"),
        ("2026-11-21T10:00:00", 8, "business_hours", "2026-11-23 17:00:00"),
        ("2026-11-20T16:30:00", 3, "business_days", "2026-11-25 17:00:00"),
        ("2026-11-20T23:59:59", 3, "business_days", "2026-11-25 17:00:00"),
        ("2026-11-21T10:00:00", 3, "business_days", "2026-11-25 17:00:00"),
        ("2026-11-23T10:00:00", 3, "business_days", "2026-11-27 17:00:00"),
    ],
)
def test_without_pauses(start: str, amount: int, unit: str, expected: str) -> None:
    assert fell_due(start, amount, unit) == expected


def test_a_day_keeps_the_time_on_the_wall_when_the_clocks_change() -> None:
    assert fell_due("2026-03-07T15:00:00", 1, "days") == "2026-03-08 15:00:00"
    # An hour lasts an hour.
    assert fell_due("2026-03-07T15:00:00", 24, "hours") == "2026-03-08 16:00:00"


def test_a_due_time_that_is_skipped_comes_an_hour_later_on_the_clock() -> None:
    assert fell_due("2026-03-07T02:30:00", 1, "days") == "2026-03-08 03:30:00"


def test_of_a_due_time_that_comes_twice_the_first_is_meant() -> None:
    found = due(at("2026-10-31T01:30:00"), Promised(1, "days"), CALENDAR).at
    assert found == at("2026-11-01T01:30:00", fold=0).astimezone(UTC)


def test_a_pause_moves_the_due_time_by_the_open_time_it_took() -> None:
    weekend = Pause(at("2026-11-20T17:00:00"), at("2026-11-23T09:00:00"))
    assert fell_due("2026-11-20T16:00:00", 2, "business_hours", weekend) == "2026-11-23 10:00:00"
    assert fell_due("2026-11-20T16:00:00", 1, "business_days", weekend) == "2026-11-24 09:00:00"


def test_a_pause_of_calendar_time_moves_the_due_time_by_its_length() -> None:
    night = Pause(at("2026-11-20T20:00:00"), at("2026-11-21T08:00:00"))
    assert fell_due("2026-11-20T16:00:00", 24, "hours", night) == "2026-11-22 04:00:00"
    assert fell_due("2026-11-20T16:00:00", 1, "days", night) == "2026-11-22 04:00:00"


def test_pauses_that_overlap_count_once_and_those_without_length_not_at_all() -> None:
    pauses = (
        Pause(at("2026-11-20T09:00:00"), at("2026-11-20T11:00:00")),
        Pause(at("2026-11-20T08:30:00"), at("2026-11-20T10:00:00")),
        Pause(at("2026-11-20T13:00:00"), at("2026-11-20T13:00:00")),
    )
    plain = "2026-11-20 14:00:00"
    assert fell_due("2026-11-20T08:00:00", 5, "business_hours") == plain
    assert fell_due("2026-11-20T08:00:00", 5, "business_hours", *pauses) == "2026-11-20 16:30:00"
    assert fell_due("2026-11-20T08:00:00", 5, "business_hours", pauses[2]) == plain


def test_a_pause_before_the_start_or_after_the_due_time_moves_nothing() -> None:
    before = Pause(at("2026-11-19T08:00:00"), at("2026-11-20T08:00:00"))
    after = Pause(at("2026-11-20T10:00:00"), at("2026-11-20T12:00:00"))
    found = due(at("2026-11-20T08:00:00"), Promised(2, "business_hours"), CALENDAR, (before, after))
    assert found.at == found.without_pauses == at("2026-11-20T10:00:00")
    assert found.paused == timedelta()


def test_all_pauses_together_stop_the_clock_no_longer_than_the_cap() -> None:
    pauses = (
        Pause(at("2026-11-20T08:00:00"), at("2026-11-20T09:00:00")),
        Pause(at("2026-11-20T10:00:00"), at("2026-11-20T12:00:00")),
    )
    capped = "2026-11-20 10:30:00"
    assert (
        fell_due("2026-11-20T08:00:00", 1, "hours", *pauses, cap=timedelta(minutes=90))
        == "2026-11-20 10:00:00"
    )
    assert (
        fell_due("2026-11-20T08:00:00", 90 // 60, "hours", *pauses, cap=HOUR)
        == "2026-11-20 10:00:00"
    )
    two = due(
        at("2026-11-20T07:30:00"), Promised(2, "hours"), CALENDAR, pauses, timedelta(minutes=60)
    )
    assert two.at == at(capped.replace(" ", "T"))
    assert two.paused == HOUR


def test_while_a_pause_goes_on_the_due_time_is_that_of_the_whole_cap() -> None:
    waiting = Pause(at("2026-11-20T09:00:00"))
    assert fell_due("2026-11-20T08:00:00", 2, "hours", waiting, cap=HOUR) == "2026-11-20 11:00:00"
    assert fell_due("2026-11-20T08:00:00", 2, "hours", waiting) == "stands"
    # It began when the promise was already used up.
    assert fell_due("2026-11-20T08:00:00", 1, "hours", waiting) == "2026-11-20 09:00:00"


def test_fractions_of_a_second_never_give_more_time() -> None:
    start = at("2026-11-20T08:00:00.900000")
    assert due(start, Promised(1, "hours"), CALENDAR).at == at("2026-11-20T09:00:00")


def test_what_cannot_be_promised_is_an_error() -> None:
    with pytest.raises(ValueError, match="at least 1"):
        due(at("2026-11-20T08:00:00"), Promised(0, "business_days"), CALENDAR)
    with pytest.raises(ValueError, match="fortnights"):
        due(at("2026-11-20T08:00:00"), Promised(1, "fortnights"), CALENDAR)
    with pytest.raises(NeverOpens):
        due(
            at("2026-11-20T08:00:00"),
            Promised(1, "business_hours"),
            Calendar(Definition("off", "UTC")),
        )
