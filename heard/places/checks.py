"""What offices, calendars, closures and special days must be; each refusal says what works."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from heard.core import clock
from heard.core.city import city
from heard.core.errors import Refused
from heard.core.words import Words
from heard.places.calendars import Definition, calendar_of
from heard.places.hours import HoursRefused, minutes_of
from heard.places.overlaps import checked_hours
from heard.places.public_holidays import check_jurisdiction
from heard.places.zones import check_zone

A_YEAR = timedelta(days=366)
A_DAY = timedelta(days=1)
TIMES = re.compile(r"\d\d:\d\d-\d\d:\d\d(?:,\d\d:\d\d-\d\d:\d\d){0,5}")
FALLBACK_HOURS, FALLBACK_JURISDICTION = "Mo-Fr 08:00-17:00; PH off", "US"


@contextmanager
def as_fault() -> Iterator[None]:
    """Turn a refusal into the fault of a model's field, as forms want it."""
    try:
        yield
    except Refused as refused:
        raise ValidationError({refused.field or "__all__": str(refused)}) from refused


def check_hours(row: Any) -> None:
    """Hours, holidays and zone of an office or a calendar, brought to their right form."""
    row.zone = check_zone(row.zone) if row.zone else ""
    row.jurisdiction = check_jurisdiction(row.jurisdiction)
    _refuse_zone_change(row)
    if hasattr(row, "lat"):
        _check_office(row)
        if not row.hours.strip():
            row.hours = ""
            return
    hours = checked_hours(row.hours)
    row.hours = hours.text
    whose = row.jurisdiction or _city_jurisdiction(row)
    if hours.speaks_of_holidays and not whose:
        raise Refused(
            _("These hours speak of public holidays (PH). Say whose, for example US-CO."),
            field="jurisdiction",
        )
    if row.jurisdiction and not hours.speaks_of_holidays:
        raise HoursRefused(
            _("Say what happens on public holidays (PH)."), nearest=f"{hours.text}; PH off"
        )
    calendar = calendar_of(Definition(hours.text, row.zone or city().zone, whose))
    if not calendar.opens_within(clock.now(), A_YEAR):
        raise HoursRefused(_("These hours never open in the next year."))


def _city_jurisdiction(row: Any) -> str:
    model = row._meta.apps.get_model("places", "BusinessCalendar")
    if isinstance(row, model) and row.division_id is None:
        return ""
    found = model.objects.filter(division=None).values_list("jurisdiction", flat=True).first()
    return FALLBACK_JURISDICTION if found is None else str(found)


def _refuse_zone_change(row: Any) -> None:
    """A changed zone moves every hour and every due time: it must be said twice."""
    if row.pk is None or getattr(row, "zone_confirmed", False):
        return
    kept = type(row)._default_manager.filter(pk=row.pk).values_list("zone", flat=True).first()
    if kept is None or (kept or city().zone) == (row.zone or city().zone):
        return
    raise Refused(
        _(
            "Changing the zone from {old} to {new} moves every opening time and due time. "
            "Tick “move all times to the new zone” if that is meant, or keep {old}."
        ).format(old=kept or city().zone, new=row.zone or city().zone),
        field="zone",
    )


def _check_office(row: Any) -> None:
    spoken = row.languages if isinstance(row.languages, list) else None
    if spoken is None or not all(
        isinstance(code, str) and re.fullmatch(r"[a-z]{2,3}", code) for code in spoken
    ):
        raise Refused(
            _('Give languages as codes of two letters, for example ["en", "es", "vi"].'),
            field="languages",
        )
    if (row.lat is None) != (row.lon is None):
        raise Refused(_("Give both latitude and longitude, or neither."), field="lat")
    if row.lat is not None and not (-90 <= row.lat <= 90 and -180 <= row.lon <= 180):
        raise Refused(
            _("Latitude is between -90 and 90, longitude between -180 and 180."), field="lat"
        )


def check_reason(reason: Words | None) -> None:
    """A reason in every language of the house."""
    missing = [
        name for code, name in settings.LANGUAGES if not (reason or {}).get(code, "").strip()
    ]
    if missing:
        raise Refused(
            _("Give the reason in every language. Missing: {languages}").format(
                languages=", ".join(missing)
            ),
            field="reason",
        )


def check_closure(row: Any) -> None:
    """A closure lies ahead, has a length, belongs to one thing, and says why."""
    check_reason(row.reason)
    if row.office_id and row.calendar_id:
        raise Refused(_("A closure is of an office or of a calendar, not of both."), field="office")
    if row.counter_id and row.counter.office_id != row.office_id:
        raise Refused(_("This counter is of another office."), field="counter")
    if row.starts_at is None or row.ends_at is None:
        raise Refused(_("Say from when to when."), field="starts_at")
    row.starts_at = row.starts_at.replace(second=0, microsecond=0)
    row.ends_at = row.ends_at.replace(second=0, microsecond=0)
    if row.ends_at <= row.starts_at:
        raise Refused(_end_first(row.starts_at, row.ends_at), field="ends_at")
    if row.ends_at - row.starts_at > 2 * A_YEAR:
        raise Refused(_("Longer than two years: change the hours instead."), field="ends_at")
    now = clock.now()
    if row.ends_at <= now:
        raise Refused(
            _("This closure is in the past. The earliest end is now, {now}.").format(
                now=_local(now)
            ),
            field="ends_at",
        )
    if row.starts_at < now - A_DAY:
        raise Refused(
            _("This closure began in the past. The earliest beginning is {earliest}.").format(
                earliest=_local(now - A_DAY)
            ),
            field="starts_at",
        )


def check_special_day(row: Any) -> None:
    """A special day is today or ahead, its times can be, and it says why."""
    check_reason(row.reason)
    if bool(row.office_id) == bool(row.calendar_id):
        raise Refused(_("A special day is of an office or of a calendar."), field="office")
    today = clock.local_day(clock.now(), city().zone)
    if row.day is None or row.day < today:
        raise Refused(
            _("Choose today, {today}, or a later day.").format(today=today.isoformat()), field="day"
        )
    row.times = check_times(row.times)


def check_times(times: str) -> str:
    """Times of one day such as ``09:00-12:00,13:00-15:00``; "" where closed."""
    written = re.sub(r"\s+", "", times.strip())
    if not written:
        return ""
    try:
        hours = checked_hours(written)
        if not TIMES.fullmatch(hours.text) or any(b > 36 * 60 for _a, b in minutes_of(hours.text)):
            raise HoursRefused(_("Give times alone."))
    except HoursRefused as refused:
        near = refused.nearest if TIMES.fullmatch(refused.nearest) else "09:00-12:00,13:00-15:00"
        raise Refused(
            f"{refused.reason} " + _("For example: {hours}").format(hours=near), field="times"
        ) from refused
    return hours.text


def _end_first(starts: datetime, ends: datetime) -> str:
    """Why it is refused, with the times exchanged, or an hour later where they are the same."""
    low, high = (ends, starts) if ends < starts else (starts, starts + timedelta(hours=1))
    return _("The closure must end after it begins. Did you mean from {start} to {end}?").format(
        start=_local(low), end=_local(high)
    )


def _local(moment: datetime) -> str:
    return moment.astimezone(ZoneInfo(city().zone)).strftime("%Y-%m-%d %H:%M")
