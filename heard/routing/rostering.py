"""Writes about the roster: the usual week, exceptions, absences, and the secret calendar."""

from datetime import date, datetime, time, timedelta

from django.db import models
from django.utils.translation import gettext as _

from heard.core import clock
from heard.core.actors import Actor
from heard.core.city import city_zone
from heard.core.errors import NotAllowed, Refused
from heard.core.writes import about_of_earlier, record, write
from heard.people.models import Division, Role, Staff
from heard.people.roles import may, require
from heard.routing.models import Absence, Cover, Duty, Feed, Shift

LONGEST = timedelta(days=366)


def may_keep(person: Staff | Actor, division_id: int | None) -> bool:
    """Whether the person keeps this division's roster: a manager their own, administrators all."""
    if not may(person, "keep roster"):
        return False
    if person.role == Role.ADMINISTRATOR or getattr(person, "kind", "") == "system":
        return True
    own = (
        person.division_id
        if isinstance(person, Staff)
        else Staff.objects.filter(pk=person.id or 0).values_list("division_id", flat=True).first()
    )
    return division_id is not None and own == division_id


def _require(actor: Actor, division_id: int | None) -> None:
    require(actor, "keep roster")
    if not may_keep(actor, division_id):
        raise NotAllowed(_("You keep the roster of your own division."))


@write
def add_shift(
    *,
    division: Division | None,
    staff: Staff,
    duty: str,
    weekdays: list[int],
    starts: time,
    ends: time,
    first: date,
    last: date | None = None,
    actor: Actor,
    key: str | None = None,
) -> Shift:
    """Add a part of the usual week. Ending at or before it starts means the next morning."""
    if (earlier := about_of_earlier(Shift, key)) is not None:
        return earlier  # type: ignore[no-any-return]
    _require(actor, division.pk if division else None)
    _check_person(staff)
    days = sorted(set(weekdays))
    if not days or not all(0 <= day <= 6 for day in days):
        raise Refused(_("Choose at least one day of the week."), field="weekdays")
    if duty not in Duty.values:
        raise Refused(_("Choose on shift or on call."), field="duty")
    if last is not None and last < first:
        raise Refused(_("The last day is before the first."), field="last")
    row = Shift.objects.create(
        division=division, staff=staff, duty=duty, weekdays=days, starts=starts, ends=ends,
        first=first, last=last,
    )  # fmt: skip
    changes = {"staff": [None, staff.pk], "weekdays": [None, days], "first": [None, str(first)]}
    record("roster.shift_added", about=row, actor=actor, changes=changes, key=key)
    return row


@write
def end_shift(shift: Shift, *, last: date | None = None, actor: Actor) -> None:
    """The shift ends with a day (yesterday by default); what was before stays on record."""
    _require(actor, shift.division_id)
    day = last or clock.now().astimezone(city_zone()).date() - timedelta(1)
    row = Shift.objects.select_for_update(of=("self",)).get(pk=shift.pk)
    if row.last is not None and row.last <= day:
        return
    changes = {"last": [str(row.last) if row.last else None, str(day)]}
    row.last = day
    row.save(update_fields=["last"])
    record("roster.shift_ended", about=row, actor=actor, changes=changes)


@write
def add_cover(
    *,
    division: Division | None,
    duty: str,
    staff: Staff,
    starts_at: datetime,
    ends_at: datetime,
    instead_of: Staff | None = None,
    actor: Actor,
    key: str | None = None,
) -> Cover:
    """Somebody is there besides the usual week, or instead of a colleague."""
    if (earlier := about_of_earlier(Cover, key)) is not None:
        return earlier  # type: ignore[no-any-return]
    _require(actor, division.pk if division else None)
    _check_person(staff)
    _check_span(starts_at, ends_at)
    if duty not in Duty.values:
        raise Refused(_("Choose on shift or on call."), field="duty")
    if instead_of is not None and instead_of.pk == staff.pk:
        raise Refused(_("Nobody can stand in for themselves."), field="instead_of")
    row = Cover.objects.create(
        division=division, duty=duty, staff=staff, instead_of=instead_of,
        starts_at=starts_at, ends_at=ends_at,
    )  # fmt: skip
    changes = {"staff": [None, staff.pk], "starts_at": [None, starts_at.isoformat()]}
    record("roster.cover_added", about=row, actor=actor, changes=changes, key=key)
    return row


@write
def add_absence(
    *, staff: Staff, starts_at: datetime, ends_at: datetime, actor: Actor, key: str | None = None
) -> Absence:
    """Somebody is away. The reason is theirs and is not kept. One's own may be noted by anyone."""
    if (earlier := about_of_earlier(Absence, key)) is not None:
        return earlier  # type: ignore[no-any-return]
    if actor.kind != "staff" or actor.id != staff.pk:
        _require(actor, staff.division_id)
    _check_span(starts_at, ends_at)
    row = Absence.objects.create(staff=staff, starts_at=starts_at, ends_at=ends_at)
    changes = {"starts_at": [None, starts_at.isoformat()], "ends_at": [None, ends_at.isoformat()]}
    record("roster.absence_added", about=row, actor=actor, changes=changes, key=key)
    return row


@write
def take_away(row: Cover | Absence, *, actor: Actor) -> None:
    """Take an exception or an absence off the roster; the audit keeps what it said."""
    own = isinstance(row, Absence) and actor.kind == "staff" and actor.id == row.staff_id
    if not own:
        _require(actor, row.staff.division_id if isinstance(row, Absence) else row.division_id)
    changes = {
        "staff": [row.staff_id, None],
        "starts_at": [row.starts_at.isoformat(), None],
        "ends_at": [row.ends_at.isoformat(), None],
    }
    record("roster.taken_away", about=row, actor=actor, changes=changes)
    type(row)._default_manager.filter(pk=row.pk).delete()


def feed_of(staff: Staff) -> Feed:
    """The person's calendar address, not kept before it is first renewed."""
    return Feed.objects.filter(staff=staff).first() or Feed(staff=staff)


@write
def renew_feed(staff: Staff, *, actor: Actor) -> Feed:
    """Make the person's old calendar address worthless."""
    if actor.kind != "staff" or actor.id != staff.pk:
        require(actor, "administer")
    Feed.objects.get_or_create(staff=staff)
    Feed.objects.filter(staff=staff).update(version=models.F("version") + 1)
    row = Feed.objects.get(staff=staff)
    record("roster.feed_renewed", about=row, actor=actor, data={"version": row.version})
    return row


def _check_person(staff: Staff) -> None:
    if not staff.is_active:
        raise Refused(_("{name} no longer works here.").format(name=staff.name), field="staff")


def _check_span(starts_at: datetime, ends_at: datetime) -> None:
    if starts_at >= ends_at:
        raise Refused(_("It must end after it starts."), field="ends_at")
    if ends_at - starts_at > LONGEST:
        raise Refused(_("That is longer than a year. Check the dates."), field="ends_at")
