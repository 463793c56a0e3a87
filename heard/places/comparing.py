"""Old hours beside new ones, before anything is saved: which days change, and what falls due."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from heard.core.city import city
from heard.places.calendars import Calendar, Definition, NeverOpens, calendar_of
from heard.places.clocks import Promised, due
from heard.places.models import Closure, SpecialDay
from heard.places.publish.wording import day_words, times_words, why_words
from heard.places.reads import on_the_wall
from heard.places.timetable import HasHours, Timetable, timetable, today_at
from heard.places.zones import offset_at
from heard.ui.telling import told

WEEKS = 4
# Promises as cities make them, to show what a change means for what is promised at this moment.
EXAMPLES = (Promised(8, "business_hours"), Promised(3, "business_days"))


@dataclass(frozen=True, slots=True)
class Hours:
    """Hours with all that is announced, without a row: what would be after a change."""

    calendar: Calendar | None
    zone: ZoneInfo
    closures: Sequence[Closure]
    special_days: Sequence[SpecialDay]


@dataclass(frozen=True, slots=True)
class ChangedDay:
    """A day whose open times change, in words."""

    day: str
    old: str
    new: str
    why: str


@dataclass(frozen=True, slots=True)
class Week:
    """Seven days from ``first``: open hours before and after."""

    first: date
    old: float
    new: float

    @property
    def more(self) -> float:
        """How many hours more; negative where fewer."""
        return self.new - self.old


@dataclass(frozen=True, slots=True)
class Example:
    """When something promised now falls due, by the old and the new hours (None: cannot be)."""

    promise: Promised
    old: datetime | None
    new: datetime | None


@dataclass(frozen=True, slots=True)
class Comparison:
    """All that changes in the four weeks ahead. ``opens`` is the next opening, old and new."""

    days: list[ChangedDay]
    weeks: list[Week]
    examples: list[Example]
    opens: tuple[datetime | None, datetime | None]
    shifts: tuple[int, ...]

    @property
    def shift_lines(self) -> list[str]:
        """What a change of zone does to every opening, in sentences."""
        return [_shift_words(minutes) for minutes in self.shifts]

    @property
    def is_same(self) -> bool:
        """Whether nothing would change."""
        return not self.days and not self.shifts


def changed(found: HasHours, *, hours: str, zone: str, jurisdiction: str) -> Hours:
    """The same office or calendar with other hours, zone ("": the city's) or holidays.

    Announced closures keep their moments; special days keep their day and the times on the wall.
    """
    name = zone or city().zone
    special = tuple((row.day, row.times) for row in found.special_days)
    base = Definition(hours, name, jurisdiction, special)
    definition = replace(base, closures=on_the_wall(found.closures, name))
    return Hours(calendar_of(definition), ZoneInfo(name), found.closures, found.special_days)


def compare(old: HasHours, new: HasHours, now: datetime) -> Comparison:
    """What changes between two sets of hours, from today on."""
    today = today_at(new.zone, now)
    before, after = timetable(old, today, WEEKS), timetable(new, today, WEEKS)
    return Comparison(
        _changed_days(before, after),
        _weeks(before, after, today),
        [Example(p, _due(p, old, now), _due(p, new, now)) for p in EXAMPLES],
        (next_opening(old, now), next_opening(new, now)),
        shifts(old.zone, new.zone, now),
    )


def shifts(old: ZoneInfo, new: ZoneInfo, now: datetime) -> tuple[int, ...]:
    """By how many minutes an opening comes later in another zone, in the year ahead.

    Several where the two zones change their clocks on different days; none where they agree.
    """
    start = int(now.timestamp())
    moments = range(start, start + 366 * 86_400, 86_400)
    found = {(offset_at(old, at) - offset_at(new, at)) // 60 for at in moments}
    return () if found == {0} else tuple(sorted(found))


def _shift_words(minutes: int) -> str:
    if not minutes:
        return _("For a part of the year nothing moves.")
    length = told(abs(minutes) / 60, "hours")
    if minutes > 0:
        return _("Every opening, and every date counted by it, comes {length} later.").format(
            length=length
        )
    return _("Every opening, and every date counted by it, comes {length} earlier.").format(
        length=length
    )


def next_opening(found: HasHours, now: datetime) -> datetime | None:
    """When it next opens after an aware moment; None where it does not within 400 days."""
    if found.calendar is None:
        return None
    change = found.calendar.next_change(now)
    if change is not None and found.calendar.is_open(now):
        return found.calendar.next_change(change)
    return change


def _due(promise: Promised, found: HasHours, now: datetime) -> datetime | None:
    if found.calendar is None:
        return None
    try:
        return due(now, promise, found.calendar).at
    except NeverOpens:
        return None


def _changed_days(before: Timetable | None, after: Timetable | None) -> list[ChangedDay]:
    old = {day.day: day for day in before.days} if before else {}
    found = []
    for day in after.days if after else ():
        was = old.get(day.day)
        if was is None or was.times != day.times:
            before_it = times_words(was.times) if was else "–"
            found.append(
                ChangedDay(day_words(day.day), before_it, times_words(day.times), why_words(day))
            )
    return found


def _weeks(before: Timetable | None, after: Timetable | None, today: date) -> list[Week]:
    found = []
    for number in range(WEEKS):
        first = today + timedelta(7 * number)
        found.append(Week(first, _hours(before, first), _hours(after, first)))
    return found


def _hours(table: Timetable | None, first: date) -> float:
    if table is None:
        return 0.0
    days = [day for day in table.days if first <= day.day < first + timedelta(7)]
    return sum(end - start for day in days for start, end in day.times) / 60
