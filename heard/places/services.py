"""What can be done with offices, calendars, closures and special days.

Each verb is one transaction with its audit row and event. Whatever can move a due time raises the
version of the calendars it touches, and its event names them: ``data["calendars"]`` is a list of
ids, where an empty list with ``data["all"]`` true stands for every calendar of the city.
"""

import json
from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import F
from django.utils.translation import gettext as _

from heard.core import clock
from heard.core.actors import Actor
from heard.core.city import city
from heard.core.errors import NotAllowed, Refused
from heard.core.events import earlier
from heard.core.text import clean_line
from heard.core.words import Words
from heard.core.writes import about_of_earlier, record, write
from heard.people.models import Division, Role, Staff
from heard.people.roles import may, require
from heard.places.checks import check_closure, check_hours, check_special_day
from heard.places.models import BusinessCalendar, Closure, Counter, Office, SpecialDay

OFFICE_FIELDS = (
    "code", "name", "address", "phone", "hours", "jurisdiction", "zone", "notes", "accessibility",
    "languages", "lat", "lon",
)  # fmt: skip


@write
def save_office(
    office: Office, *, actor: Actor, zone_confirmed: bool = False, key: str | None = None
) -> Office:
    """Add or change an office from an unsaved or altered row."""
    if (done := about_of_earlier(Office, key)) is not None:
        return done  # type: ignore[no-any-return]
    require(actor, "administer")
    office.zone_confirmed = zone_confirmed  # type: ignore[attr-defined]
    check_hours(office)
    verb, changes = _saved(office, OFFICE_FIELDS)
    if changes:
        record(f"office.{verb}", about=office, actor=actor, changes=changes, key=key)
    return office


@write
def save_counter(counter: Counter, *, actor: Actor, key: str | None = None) -> Counter:
    """Add or change a counter of an office."""
    if (done := about_of_earlier(Counter, key)) is not None:
        return done  # type: ignore[no-any-return]
    require(actor, "administer")
    verb, changes = _saved(counter, ("office_id", "code", "name", "order"))
    if changes:
        record(f"counter.{verb}", about=counter, actor=actor, changes=changes, key=key)
    return counter


@write
def save_calendar(
    calendar: BusinessCalendar,
    *,
    actor: Actor,
    zone_confirmed: bool = False,
    key: str | None = None,
) -> BusinessCalendar:
    """Add or change a division's calendar, or the city's (without a division)."""
    if (done := about_of_earlier(BusinessCalendar, key)) is not None:
        return done  # type: ignore[no-any-return]
    require_calendar(actor, calendar.division_id)
    calendar.zone_confirmed = zone_confirmed  # type: ignore[attr-defined]
    check_hours(calendar)
    new = calendar.pk is None
    if new and BusinessCalendar.objects.filter(division=calendar.division).exists():
        raise Refused(_("There is one already; change it instead."), field="division")
    verb, changes = _saved(calendar, ("division_id", "hours", "jurisdiction", "zone"))
    if changes:
        touched = _raise_versions(
            [calendar.pk] if not new else [], everyone=calendar.division_id is None
        )
        calendar.refresh_from_db(fields=["version"])
        data = {"calendars": touched or [calendar.pk], "all": calendar.division_id is None}
        record(f"calendar.{verb}", about=calendar, actor=actor, changes=changes, data=data, key=key)
    return calendar


@write
def drop_calendar(calendar: BusinessCalendar, *, actor: Actor, key: str | None = None) -> None:
    """Take a division's own calendar away: it works by the city's from now on."""
    if earlier(key) is not None:
        return
    require_calendar(actor, calendar.division_id)
    if calendar.division_id is None:
        raise Refused(_("The city's calendar cannot be dropped; change it instead."))
    data = {"calendars": [calendar.pk], "all": False, "division": calendar.division_id}
    gone = {"hours": [calendar.hours, None]}
    record("calendar.dropped", about=calendar, actor=actor, changes=gone, data=data, key=key)
    calendar.delete()


@write
def announce_closure(
    *,
    starts_at: datetime,
    ends_at: datetime,
    reason: Words,
    actor: Actor,
    office: Office | None = None,
    calendar: BusinessCalendar | None = None,
    counter: Counter | None = None,
    key: str | None = None,
) -> Closure:
    """Announce that an office, a division's calendar, or (with neither) the city is closed.

    With a counter of the office, that counter alone: the office stays open, and the event is
    ``counter.closed``, since nobody's case or promise waits on a counter.
    """
    if (done := about_of_earlier(Closure, key)) is not None:
        return done  # type: ignore[no-any-return]
    _require_for(actor, calendar)
    row = Closure(
        office=office, calendar=calendar, counter=counter, starts_at=starts_at, ends_at=ends_at,
        reason={code: clean_line(text, limit=300) for code, text in reason.items()},
        announced_at=clock.now(),
    )  # fmt: skip
    check_closure(row)
    row.save()
    times = {
        "starts_at": [None, row.starts_at.isoformat()],
        "ends_at": [None, row.ends_at.isoformat()],
    }
    verb = "counter.closed" if counter else "closure.announced"
    record(verb, about=row, actor=actor, changes=times, data=_touched(row), key=key)
    return row


@write
def withdraw_closure(closure: Closure, *, actor: Actor, key: str | None = None) -> Closure:
    """Take back a closure that lies ahead, or end one that is going on now."""
    if (done := about_of_earlier(Closure, key)) is not None:
        return done  # type: ignore[no-any-return]
    row = Closure.objects.select_for_update(of=("self",)).get(pk=closure.pk)
    _require_for(actor, row.calendar)
    now = clock.now().replace(second=0, microsecond=0)
    if row.withdrawn_at is not None:
        return row
    if row.ends_at <= now:
        raise Refused(_("This closure is over. What was closed stays on record."))
    if row.starts_at >= now:
        row.withdrawn_at = clock.now()
        changes = {"withdrawn_at": [None, row.withdrawn_at.isoformat()]}
    else:
        changes = {"ends_at": [row.ends_at.isoformat(), now.isoformat()]}
        row.ends_at = now
    row.save()
    verb = "counter.reopened" if row.counter_id else "closure.withdrawn"
    record(verb, about=row, actor=actor, changes=changes, data=_touched(row), key=key)
    return row


@write
def set_special_day(
    *,
    day: date,
    times: str,
    reason: Words,
    actor: Actor,
    office: Office | None = None,
    calendar: BusinessCalendar | None = None,
    key: str | None = None,
) -> SpecialDay:
    """Give a day of an office or a calendar hours of its own ("" closes it); again to change it."""
    if (done := about_of_earlier(SpecialDay, key)) is not None:
        return done  # type: ignore[no-any-return]
    _require_for(actor, calendar)
    row = (
        SpecialDay.objects.select_for_update(of=("self",))
        .filter(office=office, calendar=calendar, day=day)
        .first()
    ) or SpecialDay(office=office, calendar=calendar, day=day)
    row.times, row.announced_at = times, clock.now()
    row.reason = {code: clean_line(text, limit=300) for code, text in reason.items()}
    check_special_day(row)
    _verb, changes = _saved(row, ("office_id", "calendar_id", "day", "times", "reason"))
    if changes:
        data = _touched(row)
        record("special_day.set", about=row, actor=actor, changes=changes, data=data, key=key)
    return row


@write
def drop_special_day(row: SpecialDay, *, actor: Actor, key: str | None = None) -> None:
    """Give a day ahead its usual hours back."""
    if earlier(key) is not None:
        return
    _require_for(actor, row.calendar)
    if not can_be_dropped(row):
        raise Refused(_("That day is over. What was said of it stays on record."))
    gone = {"day": [row.day.isoformat(), None], "times": [row.times, None]}
    data = _touched(row)
    record("special_day.dropped", about=row, actor=actor, changes=gone, data=data, key=key)
    row.delete()


def can_be_withdrawn(closure: Closure) -> bool:
    """Whether a closure still stands and is not over."""
    return closure.withdrawn_at is None and closure.ends_at > clock.now()


def can_be_dropped(row: SpecialDay) -> bool:
    """Whether a special day is today or ahead."""
    return row.day >= clock.local_day(clock.now(), city().zone)


def require_calendar(actor: Actor, division_id: int | None) -> None:
    """Administrators keep every calendar; a manager keeps that of the own division."""
    if not may_keep_calendar(actor, division_id):
        raise NotAllowed(_("Only an administrator or the division's manager may change this."))


def may_keep_calendar(actor: Actor, division_id: int | None) -> bool:
    """Whether the actor may change the calendar of a division (None: the city's)."""
    if may(actor, "administer"):
        return True
    if actor.kind != "staff" or actor.role != Role.MANAGER or division_id is None:
        return False
    return Staff.objects.filter(pk=actor.id or 0, is_active=True, division=division_id).exists()


def calendars_kept_by(actor: Actor) -> models.QuerySet[Division]:
    """The divisions whose calendar the actor may change."""
    if may(actor, "administer"):
        return Division.objects.all()
    if actor.kind == "staff" and actor.role == Role.MANAGER:
        return Division.objects.filter(staff__pk=actor.id or 0)
    return Division.objects.none()


def _require_for(actor: Actor, calendar: BusinessCalendar | None) -> None:
    if calendar is None:
        require(actor, "administer")
    else:
        require_calendar(actor, calendar.division_id)


def _touched(row: Closure | SpecialDay) -> dict[str, Any]:
    """Raise the versions of the calendars a row touches; what the event tells of it."""
    everywhere = row.office_id is None and row.calendar_id is None
    ids = _raise_versions([row.calendar_id] if row.calendar_id else [], everyone=everywhere)
    if (
        row.calendar_id
        and BusinessCalendar.objects.filter(pk=row.calendar_id, division=None).exists()
    ):
        everywhere = True
    return {"calendars": ids, "all": everywhere, "office": row.office_id}


def _raise_versions(ids: Iterable[int], *, everyone: bool) -> list[int]:
    """A closed city, or the city's holidays, concern every calendar."""
    rows = (
        BusinessCalendar.objects.all() if everyone else BusinessCalendar.objects.filter(pk__in=ids)
    )
    touched = sorted(rows.values_list("pk", flat=True))
    rows.update(version=F("version") + 1)
    return touched


def _saved(row: models.Model, fields: Iterable[str]) -> tuple[str, dict[str, list[Any]]]:
    """Save a row; whether it was added or changed, and what of it."""
    kept = None
    if row.pk is not None:
        kept = type(row)._default_manager.select_for_update(of=("self",)).filter(pk=row.pk).first()
    changes = {}
    for name in fields:
        old, new = (getattr(kept, name) if kept else None), getattr(row, name)
        if old != new:
            changes[name] = json.loads(json.dumps([old, new], cls=DjangoJSONEncoder))
    if changes or kept is None:
        row.save()
    return ("added" if kept is None else "changed"), changes
