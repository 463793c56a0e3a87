"""What staff keep hours of, for the desk: each office, each division's calendar, and the city's."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from django.urls import reverse
from django.utils.translation import gettext as _

from heard.core.actors import Actor
from heard.people.models import Division
from heard.people.roles import may
from heard.places.calendars import Calendar
from heard.places.models import BusinessCalendar, Closure, Office, SpecialDay
from heard.places.reads import Calendars, OpenOffice, open_offices
from heard.places.services import calendars_kept_by


@dataclass(frozen=True, slots=True)
class Kept:
    """One thing with hours. ``row`` is its office or calendar; None where it has none of its own.

    ``division`` is None for an office and for the city's calendar.
    """

    kind: str  # "office", "division" or "city"
    name: str
    code: str
    row: Office | BusinessCalendar | None
    calendar: Calendar | None
    zone: ZoneInfo
    closures: Sequence[Closure]
    special_days: Sequence[SpecialDay]
    counter_closures: Sequence[Closure]
    may_change: bool
    division: Division | None = None

    @property
    def own(self) -> bool:
        """Whether it has hours of its own, not those of the city."""
        return self.row is not None

    @property
    def hours(self) -> str:
        """The hours as they are written."""
        if self.calendar is not None:
            return self.calendar.definition.hours
        return self.row.hours if self.row else ""

    @property
    def url(self) -> str:
        """Its page at the desk."""
        return self._page("show")

    @property
    def change_url(self) -> str:
        """Where its hours are changed."""
        return self._page("change")

    @property
    def target(self) -> str:
        """How forms name it: ``office:3``, ``calendar:7``; "" without hours of its own."""
        if self.row is None:
            return ""
        return f"{'office' if self.kind == 'office' else 'calendar'}:{self.row.pk}"

    def ahead(self, now: datetime) -> list[Closure]:
        """Closures that are not over, those of its counters among them."""
        found = [c for c in (*self.closures, *self.counter_closures) if c.ends_at > now]
        return sorted(found, key=lambda c: c.starts_at)

    def _page(self, name: str) -> str:
        if self.kind == "city":
            return reverse(f"hours:city-{name}")
        return reverse(f"hours:{self.kind}-{name}", args=[self.code])


class Keeper:
    """All that one member of staff may see and change, read in a few queries."""

    def __init__(self, actor: Actor, calendars: Calendars | None = None) -> None:
        self.everything = may(actor, "administer")
        self.own = set(calendars_kept_by(actor).values_list("pk", flat=True))
        self.calendars = calendars or Calendars()

    def city(self) -> Kept:
        """The calendar of every division that has none of its own."""
        working = self.calendars.city
        return self._kept("city", _("The city's calendar"), "", working.row, working.calendar)

    def division(self, division: Division) -> Kept:
        """The calendar a division works by: its own, or the city's."""
        working = self.calendars.of(division.pk)
        own = working.row is not None and working.row.division_id == division.pk
        return self._kept(
            "division", str(division), division.code, working.row if own else None,
            working.calendar, division, announced=working.row,
        )  # fmt: skip

    def offices(self, rows: Iterable[Office]) -> list[Kept]:
        """Offices with their hours and all that is announced for them."""
        return [self._office(found) for found in open_offices(rows)]

    def _office(self, found: OpenOffice) -> Kept:
        return Kept(
            "office", str(found.office), found.office.code, found.office, found.calendar,
            found.zone, found.closures, found.special_days, found.counter_closures,
            self.everything,
        )  # fmt: skip

    def _kept(
        self,
        kind: str,
        name: str,
        code: str,
        row: BusinessCalendar | None,
        calendar: Calendar,
        division: Division | None = None,
        announced: BusinessCalendar | None = None,
    ) -> Kept:
        closures, special = self.calendars.announced(announced or row)
        may_change = self.everything or (division is not None and division.pk in self.own)
        return Kept(
            kind, name, code, row, calendar, calendar.zone, closures, special, (), may_change,
            division,
        )  # fmt: skip
