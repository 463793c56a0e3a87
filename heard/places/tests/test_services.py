"""Writes about offices, calendars, closures: who may, what is refused, what is recorded."""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from heard.core import clock
from heard.core.actors import SYSTEM
from heard.core.city import city
from heard.core.errors import NotAllowed, Refused
from heard.core.models import AuditRow, Event
from heard.people.models import Division, Staff
from heard.places.hours import HoursRefused
from heard.places.models import BusinessCalendar, Closure, Office, SpecialDay
from heard.places.reads import Calendars, calendar_of_division, open_times_of_division
from heard.places.services import (
    announce_closure,
    drop_calendar,
    drop_special_day,
    save_calendar,
    save_office,
    set_special_day,
    withdraw_closure,
)

NOW = datetime(2026, 11, 23, 17, 0, tzinfo=UTC)  # Monday, 10:00 in Denver
DAY = timedelta(days=1)
FLOOD = {"en": "Water in the basement", "es": "Agua en el sótano"}

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def a_monday() -> Iterator[None]:
    with clock.at(NOW):
        yield


@pytest.fixture
def city_calendar(town: Any) -> BusinessCalendar:
    return save_calendar(
        BusinessCalendar(hours="Mo-Fr 08:00-17:00; PH off", jurisdiction="US"), actor=SYSTEM
    )


@pytest.fixture
def streets(division: Division, city_calendar: BusinessCalendar) -> BusinessCalendar:
    return save_calendar(
        BusinessCalendar(division=division, hours="Mo-Th 07:00-16:00; PH off"), actor=SYSTEM
    )


def office(**fields: Any) -> Office:
    given = {"code": "hall", "name": {"en": "City Hall"}, "address": "1 Main", **fields}
    return Office(**given)


def test_a_division_without_a_calendar_works_by_the_citys(
    division: Division, city_calendar: BusinessCalendar
) -> None:
    assert calendar_of_division(division.pk).row == city_calendar


def test_a_city_without_a_calendar_still_has_a_clock(division: Division) -> None:
    working = calendar_of_division(division.pk)
    assert working.row is None
    assert working.version == 0
    assert working.calendar.is_open(NOW)
    assert not working.calendar.is_open(NOW + 3 * DAY)  # Thanksgiving


def test_calendars_of_all_divisions_cost_three_queries(
    streets: BusinessCalendar, division: Division, django_assert_num_queries: Any
) -> None:
    department = division.department
    for size in (1, 5):
        with django_assert_num_queries(3):
            found = Calendars()
        assert found.of(streets.division_id).row == streets
        for n in range(size):
            made = Division.objects.create(
                department=department, code=f"d{size}{n}", name={"en": "D"}
            )
            BusinessCalendar.objects.create(division=made, hours="24/7")


def test_a_change_is_audited_and_raises_the_version(streets: BusinessCalendar) -> None:
    before = streets.version
    streets.hours = "Mo-Fr 07:00-16:00; PH off"
    save_calendar(streets, actor=SYSTEM)
    assert streets.version == before + 1
    row = AuditRow.objects.get(verb="calendar.changed")
    assert row.changes == {"hours": ["Mo-Th 07:00-16:00; PH off", "Mo-Fr 07:00-16:00; PH off"]}
    assert row.event is not None
    assert row.event.data == {"calendars": [streets.pk], "all": False}


def test_saving_without_a_change_records_nothing(streets: BusinessCalendar) -> None:
    events = Event.objects.count()
    save_calendar(streets, actor=SYSTEM)
    assert Event.objects.count() == events


@pytest.mark.parametrize(
    ("fields", "field", "near"),
    [
        ({"hours": "Mo-Fr 9am-5pm"}, "hours", "Mo-Fr 09:00-17:00"),
        ({"hours": "off"}, "hours", "never open"),
        ({"hours": "2020 Mo-Fr 08:00-17:00"}, "hours", "never open"),
        ({"hours": "Mo-Fr 08:00-17:00; Fr 08:00-12:00"}, "hours", "Mo-Th 08:00-17:00"),
        ({"hours": "Mo-Fr 08:00-17:00", "jurisdiction": "US-CO"}, "hours", "; PH off"),
        ({"hours": "24/7", "zone": "America/Denvr"}, "zone", "America/Denver"),
        ({"hours": "Mo; PH off", "jurisdiction": "US-XX"}, "jurisdiction", "US-"),
        ({"hours": "Mo-Fr 08:00-17:00; PH off"}, "jurisdiction", "US-CO"),
    ],
)
def test_a_calendar_that_cannot_be_is_refused_with_what_can(
    town: Any, fields: dict[str, str], field: str, near: str
) -> None:
    with pytest.raises(Refused, match=near) as refused:
        save_calendar(BusinessCalendar(**fields), actor=SYSTEM)
    assert refused.value.field == field
    assert not BusinessCalendar.objects.exists()


def test_forms_get_the_same_refusal_as_a_fault_of_the_field(town: Any) -> None:
    with pytest.raises(ValidationError) as fault:
        office(hours="Mo-Fr 9am-5pm").clean()
    assert "Mo-Fr 09:00-17:00" in fault.value.message_dict["hours"][0]


def test_a_zone_change_must_be_said_twice(streets: BusinessCalendar) -> None:
    streets.zone = "America/New_York"
    with pytest.raises(Refused, match="America/Denver") as refused:
        save_calendar(streets, actor=SYSTEM)
    assert refused.value.field == "zone"
    save_calendar(streets, actor=SYSTEM, zone_confirmed=True)
    assert BusinessCalendar.objects.get(pk=streets.pk).zone == "America/New_York"


def test_naming_the_zone_that_counted_already_is_no_change(streets: BusinessCalendar) -> None:
    streets.zone = "America/Denver"
    save_calendar(streets, actor=SYSTEM)
    assert BusinessCalendar.objects.get(pk=streets.pk).zone == "America/Denver"


def test_a_manager_keeps_the_own_divisions_calendar_alone(
    streets: BusinessCalendar, city_calendar: BusinessCalendar, staff: Callable[[str], Staff]
) -> None:
    manager = staff("manager").as_actor()
    streets.hours = "Mo-Fr 07:00-15:00; PH off"
    save_calendar(streets, actor=manager)
    for forbidden in (
        lambda: save_calendar(city_calendar, actor=manager),
        lambda: save_office(office(), actor=manager),
        lambda: announce_closure(starts_at=NOW, ends_at=NOW + DAY, reason=FLOOD, actor=manager),
        lambda: save_calendar(streets, actor=staff("agent").as_actor()),
    ):
        with pytest.raises(NotAllowed):
            forbidden()


def test_a_city_has_one_default_calendar(city_calendar: BusinessCalendar) -> None:
    with pytest.raises(Refused, match="already"):
        save_calendar(BusinessCalendar(hours="24/7"), actor=SYSTEM)


def test_an_office_is_added_changed_and_audited(town: Any) -> None:
    made = save_office(office(hours="mo-fr 8:00-17:00; ph off;"), actor=SYSTEM, key="one")
    assert made.hours == "Mo-Fr 08:00-17:00; PH off"
    assert save_office(office(hours="24/7"), actor=SYSTEM, key="one") == made
    made.phone = "303-555-0111"
    save_office(made, actor=SYSTEM)
    verbs = (
        AuditRow.objects.filter(about_kind="office").order_by("id").values_list("verb", flat=True)
    )
    assert list(verbs) == ["office.added", "office.changed"]


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"languages": ["english"]}, "languages"),
        ({"languages": "en"}, "languages"),
        ({"lat": 95.0, "lon": 1.0}, "lat"),
        ({"lat": 39.0}, "lat"),
    ],
)
def test_an_office_that_cannot_be_is_refused(town: Any, fields: dict[str, Any], field: str) -> None:
    with pytest.raises(Refused) as refused:
        save_office(office(**fields), actor=SYSTEM)
    assert refused.value.field == field


def test_a_closed_city_closes_every_calendar_and_raises_every_version(
    streets: BusinessCalendar, city_calendar: BusinessCalendar
) -> None:
    versions = [c.version for c in BusinessCalendar.objects.all()]
    row = announce_closure(
        starts_at=NOW + DAY, ends_at=NOW + DAY + timedelta(hours=3), reason=FLOOD, actor=SYSTEM
    )
    for division_id in (streets.division_id, None):
        calendar = calendar_of_division(division_id).calendar
        assert calendar.is_open(NOW)
        assert not calendar.is_open(NOW + DAY)
        assert calendar.is_open(NOW + DAY + timedelta(hours=3))
    assert [c.version for c in BusinessCalendar.objects.all()] == [v + 1 for v in versions]
    event = Event.objects.get(kind="closure.announced")
    assert event.about_id == row.pk
    assert event.data["all"] is True


def test_a_closed_office_leaves_the_calendars_alone(streets: BusinessCalendar) -> None:
    hall = save_office(office(hours="Mo-Fr 08:00-17:00; PH off"), actor=SYSTEM)
    announce_closure(
        starts_at=NOW, ends_at=NOW + DAY, reason=FLOOD, office=hall, actor=SYSTEM, key="flood"
    )
    announce_closure(
        starts_at=NOW, ends_at=NOW + DAY, reason=FLOOD, office=hall, actor=SYSTEM, key="flood"
    )
    assert Closure.objects.count() == 1
    assert calendar_of_division(streets.division_id).calendar.is_open(NOW)
    assert Event.objects.get(kind="closure.announced").data["office"] == hall.pk


@pytest.mark.parametrize(
    ("begins", "ends", "reason", "field"),
    [
        (-3 * DAY, -2 * DAY, FLOOD, "ends_at"),
        (-3 * DAY, DAY, FLOOD, "starts_at"),
        (DAY, DAY, FLOOD, "ends_at"),
        (DAY, 900 * DAY, FLOOD, "ends_at"),
        (DAY, 2 * DAY, {"en": "Flood"}, "reason"),
        (DAY, 2 * DAY, {"en": "Flood", "es": "  "}, "reason"),
    ],
)
def test_a_closure_that_cannot_be_is_refused(
    town: Any, begins: timedelta, ends: timedelta, reason: dict[str, str], field: str
) -> None:
    with pytest.raises(Refused) as refused:
        announce_closure(starts_at=NOW + begins, ends_at=NOW + ends, reason=reason, actor=SYSTEM)
    assert refused.value.field == field
    assert not Closure.objects.exists()


def test_a_closure_ahead_is_taken_back_and_one_going_on_is_ended(streets: BusinessCalendar) -> None:
    ahead = announce_closure(starts_at=NOW + DAY, ends_at=NOW + 2 * DAY, reason=FLOOD, actor=SYSTEM)
    withdraw_closure(ahead, actor=SYSTEM)
    assert calendar_of_division(None).calendar.is_open(NOW + DAY)
    going_on = announce_closure(starts_at=NOW, ends_at=NOW + DAY, reason=FLOOD, actor=SYSTEM)
    with clock.at(NOW + timedelta(hours=1)):
        ended = withdraw_closure(going_on, actor=SYSTEM)
        assert ended.ends_at == NOW + timedelta(hours=1)
        assert calendar_of_division(None).calendar.is_open(NOW + timedelta(hours=1))
        # What was closed stays closed: due times counted with it do not move back.
        assert not calendar_of_division(None).calendar.is_open(NOW)
    with clock.at(NOW + 3 * DAY), pytest.raises(Refused, match="over"):
        withdraw_closure(going_on, actor=SYSTEM)


def test_a_special_day_is_set_changed_and_dropped(streets: BusinessCalendar) -> None:
    eve = date(2026, 12, 24)
    given: dict[str, Any] = {"day": eve, "reason": FLOOD, "calendar": streets, "actor": SYSTEM}
    set_special_day(times="08:00-12:00", **given)
    set_special_day(times="08:00-11:00", **given)
    row = SpecialDay.objects.get()
    assert row.times == "08:00-11:00"
    noon = datetime(2026, 12, 24, 18, 30, tzinfo=UTC)
    assert not calendar_of_division(streets.division_id).calendar.is_open(noon)
    drop_special_day(row, actor=SYSTEM)
    assert calendar_of_division(streets.division_id).calendar.is_open(noon)


@pytest.mark.parametrize(
    ("day", "times", "field"),
    [
        (date(2026, 11, 22), "", "day"),
        (date(2026, 12, 24), "9am-12pm", "times"),
        (date(2026, 12, 24), "Mo 09:00-12:00", "times"),
        (date(2026, 12, 24), "09:00-12:00,11:00-13:00", "times"),
        (date(2026, 12, 24), "09:00-48:00", "times"),
    ],
)
def test_a_special_day_that_cannot_be_is_refused(
    streets: BusinessCalendar, day: date, times: str, field: str
) -> None:
    with pytest.raises(Refused) as refused:
        set_special_day(day=day, times=times, reason=FLOOD, calendar=streets, actor=SYSTEM)
    assert refused.value.field == field


def test_a_dropped_calendar_gives_way_to_the_citys(
    streets: BusinessCalendar, city_calendar: BusinessCalendar
) -> None:
    division_id = streets.division_id
    drop_calendar(streets, actor=SYSTEM)
    assert calendar_of_division(division_id).row == city_calendar
    with pytest.raises(Refused, match="cannot be dropped"):
        drop_calendar(city_calendar, actor=SYSTEM)


def test_hours_refused_is_a_refusal_like_any_other() -> None:
    assert issubclass(HoursRefused, Refused)


def test_the_open_times_of_a_division_cost_one_query(
    streets: BusinessCalendar, division: Division, city_calendar: BusinessCalendar,
    django_assert_num_queries: Any,
) -> None:  # fmt: skip
    announce_closure(
        starts_at=NOW + DAY, ends_at=NOW + DAY + timedelta(hours=3), reason=FLOOD, actor=SYSTEM
    )
    announce_closure(
        starts_at=NOW + 4 * DAY, ends_at=NOW + 5 * DAY, reason=FLOOD, calendar=streets, actor=SYSTEM
    )
    SpecialDay.objects.create(
        calendar=streets,
        day=(NOW + 6 * DAY).date(),
        times="10:00-11:00",
        reason={"en": "Fair"},
        announced_at=NOW,
    )
    for division_id in (division.pk, None, division.pk + 1):
        city().zone  # noqa: B018 - is kept from now on
        with django_assert_num_queries(1):
            found = open_times_of_division(division_id)
        known = calendar_of_division(division_id).calendar
        span = (NOW - 40 * DAY, NOW + 40 * DAY)
        assert found.open_intervals(*span) == known.open_intervals(*span)


def test_without_any_calendar_open_times_are_those_of_the_house(division: Division) -> None:
    span = (NOW - 10 * DAY, NOW + 10 * DAY)
    known = calendar_of_division(division.pk).calendar
    assert open_times_of_division(division.pk).open_intervals(*span) == known.open_intervals(*span)
