"""Finding calendars: of an office, of a division, of all at once."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.db.models import Q

from heard.core import clock
from heard.core.city import city
from heard.core.errors import Refused
from heard.core.gather import Part, gather, moment_of
from heard.places.calendars import Calendar, Definition, calendar_of
from heard.places.checks import FALLBACK_HOURS, FALLBACK_JURISDICTION
from heard.places.hours import wall
from heard.places.models import BusinessCalendar, Closure, Counter, Office, SpecialDay
from heard.places.spans import Span

MANY = 5000  # announced closures and days with hours of their own that are looked at


@dataclass(frozen=True, slots=True)
class Working:
    """The calendar a division works by, and the version of it to keep with a due time.

    ``row`` is None where neither the division nor the city has set one and the house's own
    (weekdays 8 to 5, closed on federal holidays) is used, so that no clock is ever missing.
    """

    calendar: Calendar
    row: BusinessCalendar | None

    @property
    def version(self) -> int:
        """The version of the row; 0 for the house's own calendar."""
        return self.row.version if self.row else 0


class Calendars:
    """The calendars of all divisions, read at once in three queries."""

    def __init__(self) -> None:
        rows = list(BusinessCalendar.objects.all())
        closures, special = _closures("calendar"), _special("calendar")
        self.closures, self.special = closures, special
        default = next((row for row in rows if row.division_id is None), None)
        home = city().zone
        whose = default.jurisdiction if default else FALLBACK_JURISDICTION
        self.jurisdiction = whose
        self._own: dict[int, Working] = {}
        for row in rows:
            definition = Definition(
                hours=row.hours,
                zone=row.zone or home,
                jurisdiction=row.jurisdiction or whose,
                special=tuple((s.day, s.times) for s in special[row.pk]),
                closures=on_the_wall([*closures[None], *closures[row.pk]], row.zone or home),
            )
            working = Working(calendar_of(definition), row)
            if row.division_id is None:
                self.city = working
            else:
                self._own[row.division_id] = working
        if default is None:
            fallback = Definition(
                FALLBACK_HOURS, home, whose, closures=on_the_wall(closures[None], home)
            )
            self.city = Working(calendar_of(fallback), None)

    def announced(self, row: BusinessCalendar | None) -> tuple[list[Closure], list[SpecialDay]]:
        """What is announced for a calendar, closures of the whole city among it."""
        key = row.pk if row else 0
        found = [*self.closures[None], *self.closures[key]]
        return sorted(found, key=lambda c: c.starts_at), self.special[key]

    def of(self, division_id: int | None) -> Working:
        """The division's own calendar, else the city's."""
        return self._own.get(division_id or 0, self.city)


def calendar_of_division(division_id: int | None) -> Working:
    """The calendar one division works by. For many, make one ``Calendars``."""
    return Calendars().of(division_id)


def open_times_of_division(division_id: int | None) -> Calendar:
    """When a division works, in a single query, for pages that must not ask many."""
    found = gather({
        "rows": Part(
            BusinessCalendar.objects.filter(Q(division=None) | Q(division=division_id)),
            "", ("division_id", "hours", "zone", "jurisdiction"),
        ),
        "closures": Part(
            Closure.objects.filter(withdrawn_at=None, office=None, counter=None),
            "starts_at", ("calendar_id", "ends_at"), limit=MANY,
        ),
        "special": Part(
            SpecialDay.objects.filter(calendar__isnull=False), "", ("calendar_id", "day", "times"),
            limit=MANY,
        ),
    })  # fmt: skip
    rows = {row.texts[0]: row for row in found["rows"]}
    default = rows.get(None)
    mine = rows.get(str(division_id), default)
    _whose, hours, zone, holidays = mine.texts[:4] if mine else (None, FALLBACK_HOURS, "", "")
    zone = zone or city().zone
    place, key = ZoneInfo(zone), str(mine.pk) if mine else None
    closed = tuple(
        (wall(row.at.astimezone(place)), wall(_moment(row.texts[1]).astimezone(place)))
        for row in sorted(found["closures"], key=lambda row: (row.texts[0] is not None, row.pk))
        if row.texts[0] in (None, key)
    )
    days = [row.texts[:3] for row in found["special"] if row.texts[0] == key]
    return calendar_of(
        Definition(
            hours=hours, zone=zone, closures=closed,
            jurisdiction=holidays or (default.texts[3] if default else FALLBACK_JURISDICTION),
            special=tuple((date.fromisoformat(day), times) for _key, day, times in days),
        )
    )  # fmt: skip


def _moment(text: str) -> datetime:
    at = moment_of(text)
    assert at is not None
    return at


@dataclass(frozen=True, slots=True)
class OpenOffice:
    """An office with its calendar, and all that is announced for it.

    ``calendar`` is None where the office gives no hours, or hours of an earlier time that cannot be
    read; the page then shows what is written.
    """

    office: Office
    calendar: Calendar | None
    counters: list[Counter]
    closures: list[Closure]
    special_days: list[SpecialDay]
    counter_closures: list[Closure]

    @property
    def zone(self) -> ZoneInfo:
        """The time zone of the office."""
        return ZoneInfo(self.office.zone or city().zone)


def open_offices(offices: Iterable[Office] | None = None) -> list[OpenOffice]:
    """Offices (all of them by default) with their calendars, in five queries however many."""
    chosen = list(Office.objects.all() if offices is None else offices)
    at_counters: dict[int | None, list[Closure]] = defaultdict(list)
    closures, special = _closures("office", at_counters), _special("office")
    counters: dict[int, list[Counter]] = defaultdict(list)
    for counter in Counter.objects.filter(office__in=[office.pk for office in chosen]):
        counters[counter.office_id].append(counter)
    default = BusinessCalendar.objects.filter(division=None).first()
    whose = default.jurisdiction if default else FALLBACK_JURISDICTION
    return [
        OpenOffice(
            office,
            _calendar(office, whose, [*closures[None], *closures[office.pk]], special[office.pk]),
            counters[office.pk],
            sorted([*closures[None], *closures[office.pk]], key=lambda c: c.starts_at),
            special[office.pk],
            at_counters[office.pk],
        )
        for office in chosen
    ]


def closures_ahead(found: OpenOffice, moment: datetime | None = None) -> list[Closure]:
    """The announced closures of an office that are not over."""
    now = moment or clock.now()
    return [closure for closure in found.closures if closure.ends_at > now]


def _calendar(
    office: Office, whose: str, closures: list[Closure], special: list[SpecialDay]
) -> Calendar | None:
    if not office.hours:
        return None
    zone = office.zone or city().zone
    try:
        return calendar_of(
            Definition(
                hours=office.hours,
                zone=zone,
                jurisdiction=office.jurisdiction or whose,
                special=tuple((s.day, s.times) for s in special),
                closures=on_the_wall(closures, zone),
            )
        )
    except Refused:
        return None


def _closures(
    kind: str, at_counters: dict[int | None, list[Closure]] | None = None
) -> dict[int | None, list[Closure]]:
    """Closures that stand, by office or calendar; under None those of the whole city.

    Those of single counters leave their office open; they go to ``at_counters``, by office.
    """
    other = "calendar" if kind == "office" else "office"
    found: dict[int | None, list[Closure]] = defaultdict(list)
    rows = Closure.objects.filter(withdrawn_at=None, **{f"{other}_id": None})
    for closure in rows.select_related("counter"):
        owner = getattr(closure, f"{kind}_id")
        if closure.counter_id is None:
            found[owner].append(closure)
        elif at_counters is not None:
            at_counters[owner].append(closure)
    return found


def _special(kind: str) -> dict[int, list[SpecialDay]]:
    found: dict[int, list[SpecialDay]] = defaultdict(list)
    for row in SpecialDay.objects.filter(**{f"{kind}__isnull": False}):
        found[getattr(row, f"{kind}_id")].append(row)
    return found


def on_the_wall(closures: Iterable[Closure], zone: str) -> tuple[Span, ...]:
    """Closures as the clock on a wall of the zone shows them."""
    place = ZoneInfo(zone)
    return tuple(
        (wall(c.starts_at.astimezone(place)), wall(c.ends_at.astimezone(place))) for c in closures
    )
