"""A person's shifts and on-call as an iCalendar feed (RFC 5545), at an address that is a secret."""

from datetime import datetime, timedelta

from django.utils.translation import gettext as _
from icalendar import Calendar, Event

from heard.core.city import city
from heard.people.models import Division, Staff
from heard.routing.models import Duty
from heard.routing.reads import LONGEST, Roster, Stretch

BEFORE = timedelta(days=14)


def stretches_of(staff: Staff, low: datetime, high: datetime) -> list[Stretch]:
    """When one person is on shift or on call, in order. Three queries."""
    roster = Roster(low, high, staff=[staff.pk])
    found = [
        stretch
        for division in roster.divisions()
        for duty in Duty.values
        for stretch in roster.stretches(division, duty)
        if stretch.staff.pk == staff.pk
    ]
    return sorted(found, key=lambda s: (s.starts_at, s.ends_at))


def feed(staff: Staff, now: datetime, url: str) -> bytes:
    """The feed: two weeks back and about six ahead. On-call takes no time from who subscribes."""
    calendar = Calendar()
    calendar.add("prodid", "-//Heard//roster//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", _("My shifts, {city}").format(city=city().name))
    calendar.add("x-wr-timezone", city().zone)
    calendar.add("refresh-interval", timedelta(hours=1), parameters={"VALUE": "DURATION"})
    names = {division.pk: str(division) for division in Division.objects.all()}
    low = now - BEFORE
    for stretch in stretches_of(staff, low, low + LONGEST):
        calendar.add_component(_event(stretch, names, now, url))
    return bytes(calendar.to_ical())


def _event(stretch: Stretch, names: dict[int, str], now: datetime, url: str) -> Event:
    # In UTC, so that a program which knows no zones still shows the right moment.
    event = Event()
    whose = names.get(stretch.division_id or 0) or city().name
    told = _("On call: {division}") if stretch.duty == Duty.ON_CALL else _("On shift: {division}")
    begin = f"{stretch.starts_at:%Y%m%dT%H%M}"
    event.add("uid", f"{stretch.duty}-{stretch.staff.pk}-{stretch.division_id}-{begin}@heard")
    event.add("summary", told.format(division=whose))
    event.add("dtstart", stretch.starts_at)
    event.add("dtend", stretch.ends_at)
    event.add("dtstamp", now)
    event.add("url", url)
    event.add("transp", "TRANSPARENT" if stretch.duty == Duty.ON_CALL else "OPAQUE")
    return event
