"""The roster: the usual week on the wall clock, exceptions, absences, and nights of change."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from typing import Any

import pytest
from icalendar import Calendar

from heard.core import clock
from heard.core.actors import SYSTEM
from heard.core.city import city
from heard.core.errors import NotAllowed, Refused
from heard.people.models import Staff
from heard.routing import reads
from heard.routing.models import Absence, Cover, Duty
from heard.routing.reads import Roster
from heard.routing.rostering import (
    add_absence,
    add_cover,
    add_shift,
    end_shift,
    renew_feed,
    take_away,
)  # fmt: skip
from heard.routing.tests.conftest import MORNING, NIGHT
from heard.routing.views.roster import feed_path

pytestmark = pytest.mark.django_db
EVERY_DAY = list(range(7))


def shift(division: Any, who: Staff, starts: time, ends: time, **more: Any) -> Any:
    values: dict[str, Any] = {
        "duty": Duty.ON_CALL,
        "weekdays": EVERY_DAY,
        "first": date(2026, 1, 1),
    } | more
    return add_shift(division=division, staff=who, starts=starts, ends=ends, actor=SYSTEM, **values)


def test_on_call_by_day_and_by_night(division: Any, parks: Any, person: Any) -> None:
    ann, bob, city = person("Ann"), person("Bob"), person("Chief")
    shift(division, ann, time(8), time(18))
    shift(division, bob, time(18), time(8))
    assert reads.on_call(division, MORNING) == ann
    assert reads.on_call(division, NIGHT) == bob
    assert reads.on_call(division, NIGHT + timedelta(hours=9)) == bob  # seven in the morning
    assert reads.on_call(parks, NIGHT) is None
    shift(None, city, time(0), time(0))
    assert reads.on_call(parks, NIGHT) == city
    assert reads.on_call(division, NIGHT) == bob


def test_exceptions_and_absences(division: Any, person: Any) -> None:
    ann, bob, cleo = person("Ann"), person("Bob"), person("Cleo")
    shift(division, ann, time(0), time(0))
    hour = timedelta(hours=1)
    cover = add_cover(
        division=division, duty=Duty.ON_CALL, staff=bob, instead_of=ann, starts_at=MORNING,
        ends_at=MORNING + 2 * hour, actor=SYSTEM,
    )  # fmt: skip
    assert reads.on_call(division, MORNING - hour) == ann
    assert reads.on_call(division, MORNING) == bob
    assert reads.on_call(division, MORNING + 2 * hour) == ann
    add_absence(staff=bob, starts_at=MORNING, ends_at=MORNING + hour, actor=SYSTEM)
    assert reads.on_call(division, MORNING) is None
    add_cover(
        division=division, duty=Duty.ON_CALL, staff=cleo, starts_at=MORNING,
        ends_at=MORNING + hour, actor=SYSTEM,
    )  # fmt: skip
    assert reads.on_call(division, MORNING) == cleo
    take_away(cover, actor=SYSTEM)
    assert reads.roster_at(MORNING).on_call(division.pk, MORNING) == [cleo, ann]


@pytest.mark.parametrize("ends", [time(6), time(2, 30), time(1, 30)])
@pytest.mark.parametrize("day", [date(2026, 3, 7), date(2026, 10, 31)])
def test_in_nights_of_change_somebody_is_always_on_and_nobody_twice(
    day: date, ends: time, division: Any, person: Any, town: Any
) -> None:
    shift(division, person("Day"), ends, time(18))
    shift(division, person("Night"), time(18), ends)
    low = datetime(day.year, day.month, day.day, 18, tzinfo=UTC)
    roster = Roster(low, low + timedelta(hours=24))
    moment, names = low, []
    while moment < low + timedelta(hours=24):
        names.append([p.name for p in roster.on(division.pk, Duty.ON_CALL, moment)])
        moment += timedelta(minutes=10)
    assert all(len(found) == 1 for found in names)
    changes = sum(a != b for a, b in pairwise(names))
    assert changes == 2  # one hand-over in the evening, one in the night


def test_the_night_of_the_change_is_longer_or_shorter(division: Any, person: Any) -> None:
    shift(division, person("Night"), time(22), time(6))
    lengths = {}
    for day in (date(2026, 3, 7), date(2026, 10, 31), date(2026, 7, 1)):
        low = datetime(day.year, day.month, day.day, 20, tzinfo=UTC)
        found = Roster(low, low + timedelta(hours=20)).stretches(division.pk, Duty.ON_CALL)
        night = max(found, key=lambda s: s.starts_at)
        lengths[day.month] = (night.ends_at - night.starts_at) / timedelta(hours=1)
    assert lengths == {3: 7.0, 10: 9.0, 7: 8.0}


def test_a_shift_that_ended_is_history(division: Any, person: Any) -> None:
    row = shift(division, person("Ann"), time(0), time(0))
    end_shift(row, last=date(2026, 7, 15), actor=SYSTEM)
    assert reads.on_call(division, NIGHT) is not None
    assert reads.on_call(division, NIGHT + timedelta(days=1)) is None
    assert reads.on_call(division, MORNING - timedelta(days=30)) is not None


def test_managers_keep_their_own_division(
    division: Any, parks: Any, staff: Any, person: Any
) -> None:
    manager, ann = staff("manager").as_actor(), person("Ann")
    values: dict[str, Any] = {
        "staff": ann, "duty": Duty.SHIFT, "weekdays": [0], "starts": time(8), "ends": time(16),
        "first": date(2026, 1, 1),
    }  # fmt: skip
    assert add_shift(division=division, actor=manager, **values).pk
    for elsewhere in (parks, None):
        with pytest.raises(NotAllowed):
            add_shift(division=elsewhere, actor=manager, **values)
    with pytest.raises(NotAllowed):
        add_shift(division=division, actor=staff("agent").as_actor(), **values)
    with pytest.raises(Refused):
        add_shift(division=division, actor=manager, **{**values, "weekdays": []})
    ann.is_active = False
    ann.save()
    with pytest.raises(Refused):
        add_shift(division=division, actor=manager, **values)


def test_everyone_notes_their_own_absence_and_no_other(person: Any, staff: Any) -> None:
    ann, bob = person("Ann"), person("Bob")
    span: dict[str, Any] = {"starts_at": MORNING, "ends_at": NIGHT}
    row = add_absence(staff=ann, actor=ann.as_actor(), **span)
    with pytest.raises(NotAllowed):
        add_absence(staff=bob, actor=ann.as_actor(), **span)
    with pytest.raises(NotAllowed):
        take_away(row, actor=bob.as_actor())
    take_away(row, actor=ann.as_actor())
    assert not Absence.objects.exists()
    with pytest.raises(Refused):
        add_absence(staff=ann, actor=ann.as_actor(), starts_at=NIGHT, ends_at=MORNING)


def test_the_calendar_feed_tells_shifts_to_who_knows_the_secret(
    division: Any, person: Any, client: Any
) -> None:
    ann = person("Ann")
    shift(division, ann, time(22), time(6), weekdays=[2])
    add_cover(
        division=None, duty=Duty.SHIFT, staff=ann, starts_at=MORNING,
        ends_at=MORNING + timedelta(hours=2), actor=SYSTEM,
    )  # fmt: skip
    path = feed_path(ann)
    with clock.at(MORNING):
        body = client.get(path).content
    events = Calendar.from_ical(body).walk("VEVENT")
    spans = {(e["dtstart"].dt, e["dtend"].dt, str(e["summary"])) for e in events}
    night = datetime(2026, 7, 16, 4, tzinfo=UTC)
    assert (night, night + timedelta(hours=8), "On call: Streets") in spans
    assert (MORNING, MORNING + timedelta(hours=2), "On shift: Testville") in spans
    assert len({str(e["uid"]) for e in events}) == len(events)
    assert client.get(path[:-5] + "0.ics").status_code == 404
    renew_feed(ann, actor=ann.as_actor())
    assert client.get(path).status_code == 404
    assert client.get(feed_path(ann)).status_code == 200
    ann.is_active = False
    ann.save()
    assert client.get(feed_path(ann)).status_code == 404


def test_the_roster_costs_the_same_however_long(
    division: Any, person: Any, django_assert_num_queries: Any
) -> None:
    for size in (1, 12):
        while Cover.objects.count() < size:
            who = person(f"P{Cover.objects.count()}")
            shift(division, who, time(8), time(18))
            add_cover(
                division=division, duty=Duty.ON_CALL, staff=who, starts_at=MORNING,
                ends_at=NIGHT, actor=SYSTEM,
            )  # fmt: skip
            add_absence(staff=who, starts_at=NIGHT, ends_at=NIGHT + timedelta(1), actor=SYSTEM)
        city()  # kept for some seconds, which a busy machine may use up
        with django_assert_num_queries(3):
            assert len(reads.roster_at(MORNING).on_call(division.pk, MORNING)) == size
