"""Announcing for several places at once, and what an announcement takes from their open time."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.utils.translation import gettext as _

from heard.core import clock
from heard.core.actors import Actor
from heard.core.errors import Refused
from heard.core.words import Words, said
from heard.core.writes import write
from heard.places.calendars import Calendar, seconds
from heard.places.checks import check_closure, check_special_day
from heard.places.comparing import next_opening
from heard.places.hours import minutes_of
from heard.places.kept import Keeper, Kept
from heard.places.models import BusinessCalendar, Closure, Counter, Office, SpecialDay
from heard.places.publish.wording import times_words
from heard.places.services import announce_closure, set_special_day
from heard.places.timetable import timetable

MOST = 60  # places of one announcement


@dataclass(frozen=True, slots=True)
class Target:
    """What an announcement is for: an office, a counter of it, a calendar, or (all None) the city.

    ``kept`` tells its present hours.
    """

    code: str
    name: str
    kept: Kept
    office: Office | None = None
    calendar: BusinessCalendar | None = None
    counter: Counter | None = None


@dataclass(frozen=True, slots=True)
class Taken:
    """What a closure takes from one place: open hours, and when it opens again."""

    name: str
    hours: float
    opens: datetime | None


@dataclass(frozen=True, slots=True)
class Replaced:
    """A day of one place: its hours as they are, and as they would be."""

    name: str
    old: str
    new: str


@write
def announce(
    targets: Sequence[Target],
    *,
    starts_at: datetime,
    ends_at: datetime,
    reason: Words,
    actor: Actor,
    key: str,
) -> list[Closure]:
    """Announce one closure for each place, all or none of them."""
    return [
        announce_closure(
            starts_at=starts_at, ends_at=ends_at, reason=reason, actor=actor,
            office=target.office, calendar=target.calendar, counter=target.counter,
            key=f"{key}-{number}" if number else key,
        )
        for number, target in enumerate(targets)
    ]  # fmt: skip


@write
def set_days(
    targets: Sequence[Target], *, day: date, times: str, reason: Words, actor: Actor, key: str
) -> list[SpecialDay]:
    """Give a day of each place hours of its own, all or none of them."""
    return [
        set_special_day(
            day=day, times=times, reason=reason, actor=actor, office=target.office,
            calendar=target.calendar, key=f"{key}-{number}" if number else key,
        )
        for number, target in enumerate(targets)
    ]  # fmt: skip


def targets(keeper: Keeper, *, closures: bool) -> list[Target]:
    """All that the keeper may announce for; the city and counters for closures alone."""
    found = []
    city = keeper.city()
    if keeper.everything:
        if closures:
            found.append(Target("city", _("The whole city: every office and calendar"), city))
        found += _of_offices(keeper, closures)
        if isinstance(city.row, BusinessCalendar):
            name = _("The city's calendar: divisions without hours of their own")
            found.append(Target(city.target, name, city, calendar=city.row))
    rows = BusinessCalendar.objects.filter(division__isnull=False).select_related("division")
    for row in rows.order_by("division__code"):
        assert row.division is not None
        kept = keeper.division(row.division)
        if kept.may_change:
            name = _("Calendar: {name}").format(name=kept.name)
            found.append(Target(kept.target, name, kept, calendar=row))
    return found


def _of_offices(keeper: Keeper, with_counters: bool) -> list[Target]:
    rows = list(Office.objects.prefetch_related("counters"))
    found = []
    for office, kept in zip(rows, keeper.offices(rows), strict=True):
        found.append(Target(kept.target, kept.name, kept, office=office))
        for counter in office.counters.all() if with_counters else ():
            name = _("{office}, only this counter: {counter}").format(
                office=kept.name, counter=counter
            )
            target = Target(f"counter:{counter.pk}", name, kept, office=office, counter=counter)
            found.append(target)
    return found


def look_at_closure(
    chosen: Sequence[Target], *, starts_at: datetime, ends_at: datetime, reason: Words
) -> list[Taken]:
    """What a closure would take from each place. Refused as when it is announced."""
    found = []
    for target in chosen:
        row = Closure(
            office=target.office, calendar=target.calendar, counter=target.counter,
            starts_at=starts_at, ends_at=ends_at, reason=reason,
        )  # fmt: skip
        check_closure(row)
        calendar = target.kept.calendar
        lost = _open_hours(calendar, row.starts_at, row.ends_at)
        opens = None if target.counter else _opens_after(target.kept, row.ends_at)
        found.append(Taken(target.name, lost, opens))
    return found


def look_at_day(
    chosen: Sequence[Target], *, day: date, times: str, reason: Words
) -> list[Replaced]:
    """What a special day would replace at each place. Refused as when it is set."""
    found = []
    for target in chosen:
        row = SpecialDay(
            office=target.office, calendar=target.calendar, day=day, times=times, reason=reason
        )
        check_special_day(row)
        table = timetable(target.kept, day, 1)
        old = times_words(table.days[0].times) if table else "–"
        earlier = [said(known.reason) for known in target.kept.special_days if known.day == day]
        if earlier:
            old = _("{times} (a special day already: {reason})").format(
                times=old, reason=earlier[0]
            )
        found.append(Replaced(target.name, old, times_words(tuple(minutes_of(row.times)))))
    return found


def chosen_of(known: Sequence[Target], codes: Sequence[str]) -> list[Target]:
    """The places of a form, in its order; a counter of an office that is chosen too is left out."""
    picked = [target for target in known if target.code in set(codes)]
    offices = {target.code for target in picked if target.counter is None}
    found = [
        target for target in picked if target.counter is None or target.kept.target not in offices
    ]
    if "city" in offices:
        found = [target for target in found if target.code == "city"]
    if len(found) > MOST:
        raise Refused(_("Choose at most {most} at once.").format(most=MOST), field="places")
    return found


def _open_hours(calendar: Calendar | None, starts_at: datetime, ends_at: datetime) -> float:
    if calendar is None:
        return 0.0
    begins = max(seconds(starts_at), seconds(clock.now()))
    return calendar.open_seconds(begins, max(begins, seconds(ends_at))) / 3600


def _opens_after(kept: Kept, ends_at: datetime) -> datetime | None:
    if kept.calendar is None:
        return None
    return ends_at if kept.calendar.is_open(ends_at) else next_opening(kept, ends_at)
