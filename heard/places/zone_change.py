"""A change of the city's time zone: what it moves, told before it is made."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from heard.core.actors import Actor
from heard.core.city import forget_city
from heard.core.errors import Refused
from heard.core.events import earlier
from heard.core.models import City
from heard.core.writes import record, write
from heard.people.models import Division
from heard.people.roles import require
from heard.places.comparing import Comparison, Hours, changed, compare, next_opening, shifts
from heard.places.kept import Keeper, Kept
from heard.places.models import BusinessCalendar, Office
from heard.places.zones import check_zone

SHOWN = 30  # places of a preview, each with its next opening


@dataclass(frozen=True, slots=True)
class Moved:
    """One place without a zone of its own, and when it opens next, before and after."""

    name: str
    old: datetime | None
    new: datetime | None


@dataclass(frozen=True, slots=True)
class ZoneLook:
    """What moves with the city's zone; ``more`` places are not listed."""

    zone: str
    shifts: tuple[int, ...]
    moved: list[Moved]
    more: int
    city: Comparison


@write
def change_city_zone(zone: str, *, actor: Actor, confirmed: bool, key: str | None = None) -> City:
    """Move the city, with every office and calendar that has no zone of its own, to a zone."""
    require(actor, "administer")
    row = City.objects.select_for_update().order_by("id").first()
    if row is None:
        raise Refused(_("Set up the city first, under Administration."))
    wanted = check_zone(zone)
    if earlier(key) is not None or row.zone == wanted:
        return row
    if not confirmed:
        raise Refused(_("Tick “move all times to the new zone” if that is meant."), field="zone")
    changes = {"zone": [row.zone, wanted]}
    row.zone = wanted
    row.save(update_fields=["zone"])
    moved = BusinessCalendar.objects.filter(zone="")
    touched = sorted(moved.values_list("pk", flat=True))
    moved.update(version=F("version") + 1)
    data = {"calendars": touched, "all": True}
    record("city.changed", about=row, actor=actor, changes=changes, data=data, key=key)
    transaction.on_commit(forget_city)
    return row


def look_at_zone(zone: str, keeper: Keeper, now: datetime) -> ZoneLook:
    """What would move. Refused, with the nearest names, where the zone is unknown."""
    wanted = check_zone(zone)
    city = keeper.city()
    offices = keeper.offices(Office.objects.filter(zone="").exclude(hours=""))
    known = BusinessCalendar.objects.filter(zone="", division__isnull=False)
    divisions = [
        keeper.division(row) for row in Division.objects.filter(calendar__in=known).order_by("code")
    ]
    following = [*offices, *divisions]
    moved = [_moved(kept, wanted, now) for kept in following[:SHOWN]]
    return ZoneLook(
        wanted,
        shifts(city.zone, ZoneInfo(wanted), now),
        moved,
        max(0, len(following) - SHOWN),
        compare(city, _in_zone(city, wanted), now),
    )


def _moved(kept: Kept, zone: str, now: datetime) -> Moved:
    if kept.calendar is None:
        return Moved(kept.name, None, None)
    return Moved(kept.name, next_opening(kept, now), next_opening(_in_zone(kept, zone), now))


def _in_zone(kept: Kept, zone: str) -> Hours:
    assert kept.calendar is not None
    definition = kept.calendar.definition
    return changed(kept, hours=definition.hours, zone=zone, jurisdiction=definition.jurisdiction)
