"""Reading what a client asks of the list, and refusing what cannot be."""

import math
import re
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.http import QueryDict
from django.utils.dateparse import parse_datetime

from heard.core import clock
from heard.core.city import city_zone
from heard.doors.open311.faults import bad, unknown
from heard.doors.open311.reads import MOST, SPAN, Box, Wanted

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
MOST_PAGES = 1000
LEEWAY = timedelta(hours=1)  # a span across a change of clocks is still ninety days


def wanted(given: QueryDict) -> Wanted:
    """The question behind the parameters. Raises ``Fault`` with every reason at once."""
    ids = _list(given, "service_request_id")
    if ids:
        return Wanted(ids=ids)
    statuses = tuple(word.lower() for word in _list(given, "status"))
    if not set(statuses) <= {"open", "closed"}:
        raise bad("status is open, closed, or both with a comma between them.")
    start, end = _moment(given, "start_date"), _moment(given, "end_date", last=True)
    updated = _moment(given, "updated_after")
    start, end = _span(start, end, open_ended=updated is not None)
    return Wanted(
        codes=_list(given, "service_code"),
        statuses=statuses,
        start=start,
        end=end,
        updated_after=updated,
        box=_box(given.get("bbox", "")),
        page=_whole(given, "page", 1, MOST_PAGES),
        page_size=_whole(given, "page_size", MOST, MOST),
    )


def _list(given: QueryDict, name: str) -> tuple[str, ...]:
    """Values with commas between them, or the parameter several times."""
    parts = [part.strip() for value in given.getlist(name) for part in value.split(",")]
    kept = tuple(part.replace("\x00", "")[:200] for part in parts if part)
    if len(kept) > MOST:
        raise bad(f"{name} has more than {MOST} values.")
    return kept


def _moment(given: QueryDict, name: str, *, last: bool = False) -> datetime | None:
    """A moment; a day alone is its first (or last) second in the city."""
    text = given.get(name, "").strip().replace(" ", "+")  # a plus sign that was not escaped
    if not text:
        return None
    if _DAY.fullmatch(text):
        text += "T23:59:59" if last else "T00:00:00"
    try:
        found = parse_datetime(text)
        if found is not None and found.tzinfo is None:
            found = found.replace(tzinfo=city_zone())
        usable = found is not None and 1900 <= found.astimezone(ZoneInfo("UTC")).year <= 2200
    except (ValueError, OverflowError):
        found, usable = None, False
    if found is None or not usable:
        raise bad(f"{name} is not a date. Write it like 2026-01-31T09:00:00Z.")
    return found


def _span(
    start: datetime | None, end: datetime | None, *, open_ended: bool
) -> tuple[datetime | None, datetime | None]:
    """At most 90 days, the last ones unless said otherwise; all of them for ``updated_after``."""
    if start is None and end is None:
        return (None, None) if open_ended else (clock.now() - SPAN, None)
    if start is None or end is None:
        return (start, start + SPAN) if start is not None else (_before(end), end)
    if end < start:
        raise bad("end_date lies before start_date.")
    if end - start > SPAN + LEEWAY:
        raise bad("start_date and end_date span more than 90 days. Please ask in pieces.")
    return start, end


def _before(end: datetime | None) -> datetime | None:
    return None if end is None else end - SPAN


def _box(text: str) -> Box | None:
    if not text.strip():
        return None
    try:
        west, south, east, north = (float(part) for part in text.split(","))
    except ValueError:
        raise bad("bbox is four numbers: west,south,east,north.") from None
    box = Box(west, south, east, north)
    fits = -180 <= west <= east <= 180 and -90 <= south <= north <= 90
    if not all(map(math.isfinite, (west, south, east, north))) or not fits:
        raise bad("bbox is west,south,east,north in degrees, the smaller first.")
    return box


def _whole(given: QueryDict, name: str, default: int, most: int) -> int:
    text = given.get(name, "").strip()
    if not text:
        return default
    if not (text.isascii() and text.isdigit() and len(text) < 10) or int(text) < 1:
        raise bad(f"{name} is a whole number from 1.")
    if name == "page" and int(text) > most:
        raise unknown(f"There is no such page; {name} is at most {most}.")
    return min(int(text), most)


def degrees(text: str, name: str, limit: int) -> float:
    """A latitude or longitude. Raises ``Fault`` for what is none."""
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not math.isfinite(value) or abs(value) > limit or "_" in text:
        raise bad(f"{name} is a number of degrees from -{limit} to {limit}, in WGS 84.")
    return value
