"""Who is on: the roster at any moment; and what pages about rules, trials and notes show."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Prefetch, Q, QuerySet

from heard.core import clock
from heard.core.city import city_zone
from heard.people.models import Division, Staff
from heard.routing.models import (
    Absence,
    Cover,
    Duty,
    HandOver,
    HandOverRead,
    Rule,
    RuleVersion,
    Shift,
    Trial,
)

LONGEST = timedelta(days=62)  # a stretch of the roster that is worked out at once


@dataclass(frozen=True, slots=True)
class Stretch:
    """One person there from one moment to another (UTC)."""

    staff: Staff
    duty: str
    division_id: int | None
    starts_at: datetime
    ends_at: datetime
    is_cover: bool = False


def moment_of(day: date, at: time, zone: ZoneInfo) -> datetime:
    """The moment a wall clock shows a time on a day.

    Of a time that comes twice the first is meant; one that is skipped comes an hour later on the
    clock. So a hand-over has one moment in every night, and nobody is doubled or missing.
    """
    return datetime.combine(day, at, zone).astimezone(UTC)


class Roster:
    """Who is there between two moments, of all divisions or some, in three queries."""

    def __init__(
        self, low: datetime, high: datetime, *, staff: Iterable[int] | None = None
    ) -> None:
        self.low, self.high = low, min(high, low + LONGEST)
        self.zone = city_zone()
        first = low.astimezone(self.zone).date() - timedelta(1)
        last = self.high.astimezone(self.zone).date()
        shifts = Shift.objects.filter(Q(last=None) | Q(last__gte=first), first__lte=last)
        within = {"starts_at__lt": self.high, "ends_at__gt": low}
        covers = Cover.objects.filter(**within)
        away = Absence.objects.filter(**within)
        if staff is not None:
            some = list(staff)
            shifts, away = shifts.filter(staff__in=some), away.filter(staff__in=some)
            covers = covers.filter(Q(staff__in=some) | Q(instead_of__in=some))
        self.covers = list(covers.filter(staff__is_active=True).select_related("staff"))
        self.absences = list(away)
        found = shifts.filter(staff__is_active=True).select_related("staff")
        self.shifts = list(found)
        self._first, self._last = first, last

    def stretches(self, division_id: int | None, duty: str) -> list[Stretch]:
        """Who is there when: exceptions first, then the usual week, without who is away."""
        usual = [s for s in self.shifts if s.division_id == division_id and s.duty == duty]
        extra = [c for c in self.covers if c.division_id == division_id and c.duty == duty]
        found = []
        for cover in extra:
            whole = (cover.starts_at, cover.ends_at)
            found += self._of(cover.staff, duty, division_id, [whole], (), is_cover=True)
        for shift in usual:
            replaced = [
                (c.starts_at, c.ends_at) for c in extra if c.instead_of_id == shift.staff_id
            ]
            spans = self._spans(shift)
            found += self._of(shift.staff, duty, division_id, spans, replaced, is_cover=False)
        return found

    def _of(
        self,
        person: Staff,
        duty: str,
        division_id: int | None,
        spans: Sequence[tuple[datetime, datetime]],
        replaced: Sequence[tuple[datetime, datetime]],
        *,
        is_cover: bool,
    ) -> list[Stretch]:
        away = [(a.starts_at, a.ends_at) for a in self.absences if a.staff_id == person.pk]
        return [
            Stretch(person, duty, division_id, low, high, is_cover)
            for low, high in without(spans, [*replaced, *away])
            if low < self.high and high > self.low
        ]

    def _spans(self, shift: Shift) -> list[tuple[datetime, datetime]]:
        found = []
        day = max(self._first, shift.first)
        last = min(self._last, shift.last) if shift.last else self._last
        while day <= last:
            if day.weekday() in shift.weekdays:
                ends_on = day if shift.starts < shift.ends else day + timedelta(1)
                low = moment_of(day, shift.starts, self.zone)
                high = moment_of(ends_on, shift.ends, self.zone)
                if low < high:
                    found.append((low, high))
            day += timedelta(1)
        return found

    def on(self, division_id: int | None, duty: str, moment: datetime) -> list[Staff]:
        """The people there at a moment; who covers comes first."""
        found: dict[int, Staff] = {}
        for stretch in self.stretches(division_id, duty):
            if stretch.starts_at <= moment < stretch.ends_at:
                found.setdefault(stretch.staff.pk, stretch.staff)
        return list(found.values())

    def on_call(self, division_id: int | None, moment: datetime) -> list[Staff]:
        """Who is on call: of the division, else of the whole city."""
        own = self.on(division_id, Duty.ON_CALL, moment) if division_id else []
        return own or self.on(None, Duty.ON_CALL, moment)

    def is_away(self, staff_id: int, moment: datetime) -> bool:
        """Whether the person is away at a moment."""
        return any(
            a.staff_id == staff_id and a.starts_at <= moment < a.ends_at for a in self.absences
        )

    def divisions(self) -> set[int | None]:
        """The divisions that have anybody on the roster."""
        return {s.division_id for s in self.shifts} | {c.division_id for c in self.covers}


def roster_at(moment: datetime, *, staff: Iterable[int] | None = None) -> Roster:
    """The roster around one moment."""
    return Roster(moment, moment + timedelta(minutes=1), staff=staff)


def without(
    spans: Sequence[tuple[datetime, datetime]], gone: Sequence[tuple[datetime, datetime]]
) -> list[tuple[datetime, datetime]]:
    """Spans less other spans."""
    left = list(spans)
    for low, high in gone:
        left = [
            piece
            for a, b in left
            for piece in ((a, min(b, low)), (max(a, high), b))
            if piece[0] < piece[1]
        ]
    return left


def on_call(division: Division | None, moment: datetime | None = None) -> Staff | None:
    """Who is on call for a division (else for the city) at a moment; None where nobody is.

    Three queries. For many divisions at once make one ``Roster``.
    """
    at = moment or clock.now()
    found = roster_at(at).on_call(division.pk if division else None, at)
    return found[0] if found else None


def on_call_of(division_id: int, moment: datetime) -> list[Staff]:
    """Everyone on call for a division (else for the city) at a moment: who warnings go to."""
    return roster_at(moment).on_call(division_id, moment)


# --- rules and trials ---------------------------------------------------------------------------


def rules() -> QuerySet[Rule]:
    """All rules that are not retired, in their order, with all their versions, newest first."""
    versions = RuleVersion.objects.select_related("division", "person", "team").order_by("-number")
    return (
        Rule.objects.filter(retired_at=None)
        .select_related("live__division", "live__person", "live__team")
        .prefetch_related(Prefetch("versions", versions))
    )


def live_versions() -> list[RuleVersion]:
    """The versions that act, in their order. One query."""
    found = (
        Rule.objects.filter(retired_at=None, live__isnull=False)
        .select_related("live__person", "live__team", "live__division")
        .order_by("order", "id")
    )
    return [rule.live for rule in found if rule.live is not None]


def faulty_rules() -> list[Rule]:
    """Rules that were skipped because something in them does not work."""
    found = Rule.objects.filter(retired_at=None).exclude(fault="").select_related("live")
    return list(found)


def trials() -> QuerySet[Trial]:
    """The trials made, latest first."""
    return Trial.objects.select_related("asked_by", "about").defer("tally")


# --- notes --------------------------------------------------------------------------------------


def hand_overs(division: Division | None = None) -> QuerySet[HandOver]:
    """Notes, latest first, with who read them."""
    readers = HandOverRead.objects.select_related("staff")
    found = HandOver.objects.select_related("division", "author")
    if division is not None:
        found = found.filter(division=division)
    return found.prefetch_related(Prefetch("readers", readers))


def unread_note(viewer: Staff) -> HandOver | None:
    """The latest note to the viewer's division of the last day that they have not read."""
    if viewer.division_id is None:
        return None
    return (
        HandOver.objects.filter(
            division=viewer.division_id, until__gt=clock.now() - timedelta(days=1)
        )
        .exclude(author=viewer)
        .exclude(readers__staff=viewer)
        .select_related("author", "division")
        .first()
    )
