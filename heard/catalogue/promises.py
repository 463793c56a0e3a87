"""From a promise to a due time, by the calendar of its service's division."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from heard.catalogue.models import Promise
from heard.core import clock
from heard.core.errors import Refused
from heard.places.calendars import Calendar, Definition, NeverOpens, calendar_of, moment, seconds
from heard.places.clocks import Due, Pause, Promised, Terms, Unit, due
from heard.places.reads import calendar_of_division
from heard.places.spans import Span, joined

BUSINESS = {Unit.BUSINESS_HOURS, Unit.BUSINESS_DAYS}
SOON = timedelta(days=366 * 10)
WORKING_WEEK, WORKING_DAY = 5, 8  # days, hours: only to offer something near in calendar days


class RefusedTerms(Refused):
    """Terms no calendar keeps. ``nearest`` are terms that it does."""

    def __init__(self, message: str, nearest: Promised) -> None:
        super().__init__(message, field="unit")
        self.nearest = nearest


@dataclass(frozen=True, slots=True)
class Reckoned:
    """When a promise falls due, and when its warnings are: after each share of its time."""

    at: datetime
    warnings: tuple[datetime, ...]


def due_at(promise: Promise, start: datetime, zone: ZoneInfo) -> datetime:
    """When the promise, starting at an aware moment, falls due, without pauses; in UTC.

    Hours are counted as elapsed time. Days keep the wall clock of ``zone``, so a promise made at
    3 pm falls due at 3 pm also across the change to summer time. Business units are counted by the
    calendar of the service's division.
    """
    if promise.unit in BUSINESS:
        calendar = calendar_of_division(promise.service.division_id).calendar
    else:
        calendar = always_open(zone.key)
    return due(start, promise, calendar).without_pauses


def always_open(zone: str) -> Calendar:
    """The calendar that hours and days are counted by: time never stands still."""
    return calendar_of(Definition("24/7", zone))


def promise_due(
    promise: Terms,
    start: datetime,
    calendar: Calendar,
    pauses: Sequence[Pause] = (),
    cap: timedelta | None = None,
) -> Due:
    """When a promise falls due by a calendar already found (for many cases, find it once)."""
    return due(start, promise, calendar, pauses, cap)


def reckon(
    promise: Promise,
    start: datetime,
    calendar: Calendar,
    pauses: Sequence[Pause] = (),
    shares: Sequence[float] = (),
) -> Reckoned:
    """When a promise falls due, its pauses within its own cap, and when each share has passed.

    ``calendar`` is the division's for business units, else one that is always open. The cap counts
    time in which the clock would have run: open hours for business units. A pause still going on
    is taken to last until the cap is used up, so there always is a due time, the latest there can
    be. Raises ``NeverOpens``.
    """
    stops = stops_of(promise, start, pauses, calendar) if pauses else []
    told = due(start, promise, calendar, [Pause(moment(a), moment(b)) for a, b in stops])
    assert told.at is not None  # no stop is without end
    budget = _running(promise, calendar, seconds(start), seconds(told.without_pauses))
    return Reckoned(
        told.at,
        tuple(
            _after(promise, calendar, seconds(start), math.floor(budget * share), stops)
            for share in shares
        ),
    )


def due_of(
    promise: Promise, start: datetime, calendar: Calendar, pauses: Sequence[Pause] = ()
) -> datetime:
    """When a promise falls due, alone: ``reckon`` without warnings, for counting many."""
    if not pauses:
        return due(start, promise, calendar).without_pauses
    return reckon(promise, start, calendar, pauses).at


def share_passed(start: datetime, end: datetime, share: float, calendar: Calendar) -> datetime:
    """The moment by which a share of the open time between two moments has passed."""
    low, high = seconds(start), seconds(end)
    whole = calendar.open_seconds(low, high)
    if whole == 0:
        return moment(low + math.floor((high - low) * share))
    return moment(calendar.add_open_seconds(low, math.floor(whole * share)))


def stops_of(
    promise: Promise, start: datetime, pauses: Sequence[Pause], calendar: Calendar
) -> list[Span]:
    """The time the clock stands, in UTC seconds: pauses after the start, up to the cap."""
    if not promise.pauses:
        return []
    begins, left = seconds(start), promise.pause_cap_hours * 3600
    without_end = [max(begins, seconds(p.start)) for p in pauses if p.end is None]
    latest = min(without_end, default=None)
    spans = [(max(begins, seconds(p.start)), seconds(p.end)) for p in pauses if p.end is not None]
    if latest is not None:
        spans = [(a, min(b, latest)) for a, b in spans]
    found: list[Span] = []
    for low, high in joined(spans):
        taken = min(_running(promise, calendar, low, high), left)
        full = taken == left  # a stop that just uses the cap up ends where it does
        found.append((low, _forward(promise, calendar, low, taken) if full else high))
        left -= taken
        if left == 0:
            return found
    if latest is not None:
        found.append((latest, _forward(promise, calendar, latest, left)))
    return found


def _running(promise: Promise, calendar: Calendar, low: int, high: int) -> int:
    """Seconds between two in which the clock of a promise runs."""
    return calendar.open_seconds(low, high) if promise.unit in BUSINESS else high - low


def _forward(promise: Promise, calendar: Calendar, low: int, amount: int) -> int:
    return calendar.add_open_seconds(low, amount) if promise.unit in BUSINESS else low + amount


def _after(
    promise: Promise, calendar: Calendar, begins: int, amount: int, stops: Sequence[Span]
) -> datetime:
    """The moment by which so much running time has passed outside the stops."""
    at = _forward(promise, calendar, begins, amount)
    for low, high in stops:
        if low >= at:
            break
        at = _forward(promise, calendar, at, _running(promise, calendar, low, high))
    return moment(at)


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
        near = nearest_terms(amount, unit)
        raise RefusedTerms(
            _(
                "The division's calendar ({hours}) has too little open time for this promise. "
                "What works: {near}. Or change the calendar."
            ).format(hours=calendar.definition.hours, near=length(near)),
            near,
        )


def nearest_terms(amount: int, unit: str) -> Promised:
    """Calendar days that come near to business terms, as five days of eight hours a week."""
    days = amount if unit == Unit.BUSINESS_DAYS else math.ceil(amount / WORKING_DAY)
    return Promised(min(3650, math.ceil(days * 7 / WORKING_WEEK)), Unit.DAYS)


def length(promise: Terms) -> str:
    """``8 hours``, ``3 business days``."""
    n = promise.amount
    match promise.unit:
        case Unit.HOURS:
            text = ngettext("{n} hour", "{n} hours", n)
        case Unit.BUSINESS_HOURS:
            text = ngettext("{n} business hour", "{n} business hours", n)
        case Unit.BUSINESS_DAYS:
            text = ngettext("{n} business day", "{n} business days", n)
        case _:
            text = ngettext("{n} day", "{n} days", n)
    return text.format(n=n)


def current_promises(
    service_id: int, moment: datetime, district_id: int | None = None
) -> dict[str, Promise]:
    """The promises in force at a moment, by kind; one for the district stands before others."""
    everywhere = Q(district=None)
    where = everywhere | Q(district=district_id) if district_id else everywhere
    in_force = Promise.objects.filter(where, service_id=service_id, effective_from__lte=moment)
    found: dict[tuple[str, bool], Promise] = {}
    for promise in in_force.select_related("service").order_by("version"):
        found[promise.kind, promise.district_id is not None] = promise
    chosen: dict[str, Promise] = {}
    for (kind, _own), promise in sorted(found.items(), key=lambda item: item[0][1]):
        if not promise.withdrawn:
            chosen[kind] = promise
        elif promise.district_id is None:
            chosen.pop(kind, None)
    return chosen
