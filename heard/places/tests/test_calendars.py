"""A calendar: open time between moments, what is next, and what is counted."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from heard.places.calendars import Calendar, Definition, NeverOpens
from heard.places.hours import wall_of_day

DENVER = ZoneInfo("America/Denver")
WEEKDAYS = Definition("Mo-Fr 08:00-17:00; PH off", "America/Denver", "US-CO")


def at(text: str, zone: ZoneInfo = DENVER) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=zone)


def test_open_intervals_between_two_moments_leave_out_nights_and_holidays() -> None:
    found = Calendar(WEEKDAYS).open_intervals(at("2026-11-25T12:00"), at("2026-11-27T09:30"))
    assert found == [  # Thanksgiving is the 26th
        (at("2026-11-25T12:00"), at("2026-11-25T17:00")),
        (at("2026-11-27T08:00"), at("2026-11-27T09:30")),
    ]


def test_next_change_is_the_close_while_open_and_the_opening_while_closed() -> None:
    calendar = Calendar(WEEKDAYS)
    assert calendar.is_open(at("2026-11-25T08:00"))
    assert calendar.next_change(at("2026-11-25T08:00")) == at("2026-11-25T17:00")
    assert not calendar.is_open(at("2026-11-25T17:00"))
    assert calendar.next_change(at("2026-11-25T17:00")) == at("2026-11-27T08:00")


def test_what_never_changes_says_so() -> None:
    moment = at("2026-11-25T08:00")
    assert Calendar(Definition("24/7", "UTC")).next_change(moment) is None
    assert Calendar(Definition("off", "UTC")).next_change(moment) is None


def test_the_skipped_hour_never_comes_and_the_repeated_one_counts_twice() -> None:
    nights = Calendar(Definition("Mo-Su 00:00-06:00", "America/Denver"))
    spring, autumn = at("2026-03-08T00:00"), at("2026-11-01T00:00")
    day = timedelta(days=1)
    assert sum((b - a for a, b in nights.open_intervals(spring, spring + day)), timedelta()) == (
        timedelta(hours=5)
    )
    assert sum(
        (b.astimezone(UTC) - a for a, b in nights.open_intervals(autumn, autumn + day)), timedelta()
    ) == timedelta(hours=7)


def test_hours_inside_the_skipped_hour_do_not_happen_that_day() -> None:
    calendar = Calendar(Definition("Mo-Su 02:15-02:45", "America/Denver"))
    assert calendar.open_intervals(at("2026-03-08T00:00"), at("2026-03-09T00:00")) == []


def test_a_special_day_beats_the_holiday_and_a_closure_beats_all() -> None:
    christmas = date(2026, 12, 25)
    definition = Definition(
        **{f: getattr(WEEKDAYS, f) for f in ("hours", "zone", "jurisdiction")},
        special=((christmas, "10:00-14:00"), (date(2026, 12, 24), "")),
        closures=((wall_of_day(christmas) + 12 * 3600, wall_of_day(christmas) + 13 * 3600),),
    )
    found = Calendar(definition).open_intervals(at("2026-12-24T00:00"), at("2026-12-26T00:00"))
    assert found == [
        (at("2026-12-25T10:00"), at("2026-12-25T12:00")),
        (at("2026-12-25T13:00"), at("2026-12-25T14:00")),
    ]


def test_business_time_ends_with_the_last_second_it_needs() -> None:
    calendar = Calendar(WEEKDAYS)
    friday = at("2026-11-20T15:00:00")
    assert calendar.add_business_time(friday, timedelta(hours=2)) == at("2026-11-20T17:00")
    assert calendar.add_business_time(friday, timedelta(hours=2, seconds=1)) == at(
        "2026-11-23T08:00:01"
    )
    assert calendar.add_business_time(friday, timedelta()) == friday


def test_business_days_end_at_the_close_of_the_open_day() -> None:
    calendar = Calendar(
        Definition("Mo-Th 08:00-17:00; Fr 08:00-12:00; PH off", "America/Denver", "US")
    )
    assert calendar.add_business_days(at("2026-11-23T15:00"), 1) == at("2026-11-24T17:00")
    assert calendar.add_business_days(at("2026-11-23T07:00"), 1) == at("2026-11-24T17:00")
    assert calendar.add_business_days(at("2026-11-24T18:00"), 2) == at("2026-11-27T12:00")
    assert calendar.add_business_days(at("2026-11-28T10:00"), 1) == at("2026-11-30T17:00")


def test_a_day_round_the_clock_closes_at_midnight() -> None:
    always = Calendar(Definition("24/7", "America/Denver"))
    assert always.add_business_days(at("2026-11-23T15:00"), 3) == at("2026-11-27T00:00")


def test_asking_backwards_after_forwards_gives_the_same_answer() -> None:
    """What is worked out earlier must not colour what is asked later."""
    late, early = at("2031-05-06T10:00"), at("2011-07-05T10:00")
    one, other = Calendar(WEEKDAYS), Calendar(WEEKDAYS)
    ten = timedelta(hours=10)
    answers = [one.add_business_time(late, ten), one.add_business_time(early, ten)]
    assert (
        answers == [other.add_business_time(early, ten), other.add_business_time(late, ten)][::-1]
    )


def test_a_calendar_that_stops_opening_is_told_and_never_guessed() -> None:
    over = Calendar(Definition("2026 Mo-Fr 08:00-17:00", "UTC"))
    with pytest.raises(NeverOpens):
        over.add_business_time(at("2026-12-31T16:00"), timedelta(hours=8))
    with pytest.raises(NeverOpens):
        Calendar(Definition("off", "UTC")).add_business_days(at("2026-12-31T16:00"), 1)


def test_a_naive_moment_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        Calendar(WEEKDAYS).is_open(datetime.fromisoformat("2026-11-25"))


def test_a_rare_opening_years_ahead_is_found() -> None:
    leap = Calendar(Definition("Feb 29 10:00-11:00", "America/Denver"))
    assert leap.add_business_time(at("2026-01-01T00:00"), timedelta(minutes=90)) == at(
        "2032-02-29T10:30"
    )
