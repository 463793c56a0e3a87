"""Between the clock on the wall and moments: which seconds show which time in a zone.

A place is open while the clock on its wall says so. At the change to summer time the skipped
hour never comes; at the change back the repeated hour comes twice and counts twice.
"""

import difflib
import functools
from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo, available_timezones

from django.utils.translation import gettext as _

from heard.core.errors import Refused
from heard.places.spans import Span, joined

_STEP = 6 * 3600  # no zone changes its offset twice within


@functools.lru_cache(maxsize=4000)
def offsets(zone: str, low: int, high: int) -> tuple[tuple[int, int, int], ...]:
    """Stretches with one offset between two UTC seconds: from, to, seconds east of UTC."""
    place = ZoneInfo(zone)
    found: list[tuple[int, int, int]] = []
    since, current = low, offset_at(place, low)
    moment = low
    while moment < high:
        following = min(moment + _STEP, high)
        if offset_at(place, following) != current:
            change = _change(place, moment, following, current)
            found.append((since, change, current))
            since, current = change, offset_at(place, change)
        moment = following
    if since < high:
        found.append((since, high, current))
    return tuple(found)


def _change(place: ZoneInfo, low: int, high: int, current: int) -> int:
    """The first second between two whose offset is no longer the current one."""
    while high - low > 1:
        middle = (low + high) // 2
        if offset_at(place, middle) == current:
            low = middle
        else:
            high = middle
    return high


def offset_at(zone: ZoneInfo, moment: int) -> int:
    """Seconds east of UTC at a UTC second."""
    offset = datetime.fromtimestamp(moment, zone).utcoffset()
    assert offset is not None
    return round(offset.total_seconds())


def moments_of(walls: Sequence[Span], zone: str, low: int, high: int) -> list[Span]:
    """The UTC seconds from low to high at which the zone's wall clock lies in one of the spans."""
    return joined(
        (max(a - offset, since), min(b - offset, until))
        for since, until, offset in offsets(zone, low, high)
        for a, b in walls
        if a - offset < until and b - offset > since
    )


def check_zone(name: str) -> str:
    """The name of a time zone; refused with the nearest where it is unknown."""
    wanted = name.strip()
    known = available_timezones()
    if wanted in known:
        return wanted
    near = difflib.get_close_matches(wanted.replace(" ", "_"), sorted(known), n=3, cutoff=0.4)
    raise Refused(
        _("“{zone}” is not a known time zone. Near to it: {near}").format(
            zone=wanted, near=", ".join(near) or "America/Denver"
        ),
        field="zone",
    )
