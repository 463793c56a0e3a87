"""The time since the division last closed: what came in meanwhile nobody at the desk has seen."""

import time
from datetime import datetime, timedelta
from itertools import pairwise

from heard.core import clock
from heard.places.reads import open_times_of_division

BACK, KEEP_SECONDS = timedelta(days=30), 60.0
A_NIGHT = timedelta(hours=4)  # a lunch break is shorter

_kept: dict[tuple[int | None, datetime], tuple[float, tuple[datetime, datetime | None]]] = {}


def last_night(division_id: int | None) -> tuple[datetime, datetime | None]:
    """From the last close to the next opening, or until now where it has not opened yet.

    A weekend is one night. Where the place never closes there is none: both ends are now.
    """
    now = clock.now()
    key = (division_id, now.replace(minute=0, second=0, microsecond=0))
    kept = _kept.get(key)
    if kept is None or time.monotonic() - kept[0] > KEEP_SECONDS:
        if len(_kept) > 500:
            _kept.clear()
        kept = _kept[key] = (time.monotonic(), _worked_out(division_id, now))
    return kept[1]


def forget() -> None:
    """Work it out anew next time (hours were changed; between tests)."""
    _kept.clear()


def _worked_out(division_id: int | None, now: datetime) -> tuple[datetime, datetime | None]:
    calendar = open_times_of_division(division_id)
    opened = calendar.open_intervals(now - BACK, now)
    if not opened:
        return now - BACK, None
    end = opened[-1][1]
    if end < now:  # closed now
        return end, None
    for (_start, closes), (opens, _end) in reversed(list(pairwise(opened))):
        if opens - closes >= A_NIGHT:
            return closes, opens
    return now, now
