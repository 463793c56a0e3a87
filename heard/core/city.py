"""The one city row: read everywhere, so kept for a moment per process."""

import time
from zoneinfo import ZoneInfo, available_timezones

from django.db import DatabaseError

from heard.core.models import City

_KEEP_SECONDS = 5.0
_kept: tuple[float, City] | None = None


def city() -> City:
    """The city this house serves; an unnamed one in UTC before it is set up."""
    global _kept
    if _kept is not None and time.monotonic() - _kept[0] < _KEEP_SECONDS:
        return _kept[1]
    try:
        found = City.objects.order_by("id").first()
    except DatabaseError:  # before the first migration
        found = None
    found = found or City(name="Heard", zone="UTC")
    _kept = (time.monotonic(), found)
    return found


def forget_city() -> None:
    """Read the row anew next time (after a change, and between tests)."""
    global _kept
    _kept = None


def city_zone() -> ZoneInfo:
    """The city's time zone."""
    return ZoneInfo(city().zone)


def zone_is_known(name: str) -> bool:
    """Whether the name is a time zone of the IANA list."""
    return name in available_timezones()
