"""From a promise to a due time, by the calendar of its service's division."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from heard.catalogue.models import Promise
from heard.core import clock
from heard.core.errors import Refused
from heard.places.calendars import Calendar, Definition, NeverOpens, calendar_of
from heard.places.clocks import Due, Pause, Promised, Unit, due
from heard.places.reads import calendar_of_division

BUSINESS = {Unit.BUSINESS_HOURS, Unit.BUSINESS_DAYS}
SOON = timedelta(days=366 * 10)


def due_at(promise: Promise, start: datetime, zone: ZoneInfo) -> datetime:
    """When the promise, starting at an aware moment, falls due, without pauses; in UTC.

    Hours are counted as elapsed time. Days keep the wall clock of ``zone``, so a promise made at
    3 pm falls due at 3 pm also across the change to summer time. Business units are counted by the
    calendar of the service's division.
    """
    if promise.unit in BUSINESS:
        calendar = calendar_of_division(promise.service.division_id).calendar
    else:
        calendar = calendar_of(Definition("24/7", zone.key))
    return due(start, promise, calendar).without_pauses


def promise_due(
    promise: Promise,
    start: datetime,
    calendar: Calendar,
    pauses: Sequence[Pause] = (),
    cap: timedelta | None = None,
) -> Due:
    """When a promise falls due by a calendar already found (for many cases, find it once)."""
    return due(start, promise, calendar, pauses, cap)


def check_terms(amount: int, unit: str, division_id: int) -> None:
    """Refuse a promise that the division's calendar cannot keep, and say what it can."""
    if amount < 1:
        raise Refused(_("Promise at least 1."), field="amount")
    if unit not in BUSINESS:
        return
    calendar = calendar_of_division(division_id).calendar
    now = clock.now()
    try:
        at = due(now, Promised(amount, unit), calendar).without_pauses
    except NeverOpens:
        at = None
    if at is None or at - now > SOON:
        raise Refused(
            _(
                "The division's calendar ({hours}) has too little open time for this promise. "
                "Promise calendar days instead, or change the calendar."
            ).format(hours=calendar.definition.hours),
            field="unit",
        )


def current_promises(service_id: int, moment: datetime) -> dict[str, Promise]:
    """The promises in force at a moment, by kind."""
    found: dict[str, Promise] = {}
    in_force = Promise.objects.filter(service_id=service_id, effective_from__lte=moment)
    for promise in in_force.order_by("version"):
        found[promise.kind] = promise
    return found
