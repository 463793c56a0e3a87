"""Hours as an iCalendar feed (RFC 5545): an event for each opening and each announced closure."""

from datetime import datetime, timedelta

from django.utils.translation import gettext as _
from icalendar import Calendar as Feed
from icalendar import Event

from heard.core.city import city
from heard.core.words import said
from heard.places.hours import EPOCH, wall_of_day
from heard.places.reads import OpenOffice
from heard.places.timetable import Timetable


def feed(found: OpenOffice, table: Timetable | None, now: datetime, url: str) -> bytes:
    """The feed of an office. Openings are TRANSPARENT: they take no time from who subscribes."""
    office = found.office
    calendar = Feed()
    calendar.add("prodid", "-//Heard//offices//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", f"{said(office.name)}, {city().name}")
    calendar.add("x-wr-timezone", found.zone.key)
    calendar.add("refresh-interval", timedelta(hours=6), parameters={"VALUE": "DURATION"})
    for day in table.days if table else ():
        begins = EPOCH + timedelta(seconds=wall_of_day(day.day))
        for number, (start, end) in enumerate(day.times):
            event = Event()
            event.add("uid", f"open-{office.code}-{day.day:%Y%m%d}-{number}@heard")
            event.add("summary", _("{office}: open").format(office=said(office.name)))
            event.add("dtstart", (begins + timedelta(minutes=start)).replace(tzinfo=found.zone))
            event.add("dtend", (begins + timedelta(minutes=end)).replace(tzinfo=found.zone))
            event.add("categories", ["OPEN"])
            calendar.add_component(_finished(event, office.address, now, url))
    for closure in (*found.closures, *found.counter_closures):
        if closure.ends_at > now:
            event = Event()
            event.add("uid", f"closure-{closure.pk}-{office.code}@heard")
            name = said(office.name)
            if closure.counter is not None:
                name = f"{name}, {said(closure.counter.name)}"
            event.add("summary", _("{office}: closed").format(office=name))
            event.add("description", said(closure.reason))
            event.add("dtstart", closure.starts_at.astimezone(found.zone))
            event.add("dtend", closure.ends_at.astimezone(found.zone))
            event.add("categories", ["CLOSED"])
            calendar.add_component(_finished(event, office.address, now, url))
    if table is not None:
        calendar.add_missing_timezones(
            first_date=table.first - timedelta(days=400), last_date=table.last + timedelta(days=400)
        )
    return bytes(calendar.to_ical())


def _finished(event: Event, address: str, now: datetime, url: str) -> Event:
    event.add("dtstamp", now)
    event.add("location", address)
    event.add("url", url)
    event.add("transp", "TRANSPARENT")
    return event
