"""Hours for search engines: schema.org as JSON-LD, and the same facts as plain JSON."""

import json
from datetime import datetime
from typing import Any

from django.utils.safestring import SafeString, mark_safe

from heard.core.city import city
from heard.core.words import said
from heard.places.reads import OpenOffice
from heard.places.timetable import WHOLE_DAY, Minutes, Timetable, clock_of, standing

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
# Inside a script element these could end it or begin a comment; escaped they are the same JSON.
_ESCAPES = {ord("<"): "\\u003C", ord(">"): "\\u003E", ord("&"): "\\u0026"}


def linked(found: OpenOffice, table: Timetable | None, url: str) -> dict[str, Any]:
    """The office as a schema.org GovernmentOffice.

    Dates of ``specialOpeningHoursSpecification`` override the usual week; a day closed all day is
    told as open from 00:00 to 00:00, and one open all day from 00:00 to 23:59, as search engines
    read them. Past midnight the closing time is before the opening time.
    """
    office = found.office
    data: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "GovernmentOffice",
        "@id": url,
        "url": url,
        "name": said(office.name),
        "address": office.address,
        "parentOrganization": {"@type": "GovernmentOrganization", "name": city().name},
    }
    if office.phone:
        data["telephone"] = office.phone
    if office.lat is not None and office.lon is not None:
        data["geo"] = {"@type": "GeoCoordinates", "latitude": office.lat, "longitude": office.lon}
    if office.languages:
        data["availableLanguage"] = office.languages
    if table is not None:
        window = {"validFrom": table.first.isoformat(), "validThrough": table.last.isoformat()}
        data["openingHoursSpecification"] = [
            _hours(span, {"dayOfWeek": WEEKDAYS[number], **window})
            for number, times in enumerate(table.usual)
            for span in times
        ]
        data["specialOpeningHoursSpecification"] = [
            _hours(span, {"validFrom": day.day.isoformat(), "validThrough": day.day.isoformat()})
            for day in table.exceptions
            for span in day.times or ((0, 0),)
        ]
    return data


def _hours(span: Minutes, about: dict[str, str]) -> dict[str, str]:
    closes = "23:59" if (span,) == WHOLE_DAY else clock_of(span[1])
    return {
        "@type": "OpeningHoursSpecification", **about, "opens": clock_of(span[0]), "closes": closes
    }  # fmt: skip


def as_script(data: dict[str, Any]) -> SafeString:
    """The data as the body of a script element of type ``application/ld+json``.

    It is data, which no browser runs, so the content policy has nothing to allow.
    """
    return mark_safe(json.dumps(data, ensure_ascii=False).translate(_ESCAPES))  # noqa: S308


def plain(found: OpenOffice, table: Timetable | None, now: datetime, url: str) -> dict[str, Any]:
    """The office and its next weeks, day by day, for other programs. Times are the office's."""
    office, state = found.office, standing(found, now)
    return {
        "code": office.code,
        "url": url,
        "name": office.name,
        "address": office.address,
        "phone": office.phone,
        "lat": office.lat,
        "lon": office.lon,
        "languages": office.languages,
        "accessibility": office.accessibility,
        "counters": [{"code": c.code, "name": c.name} for c in found.counters],
        "zone": found.zone.key,
        "hours": office.hours,
        "open_now": state.is_open if state else None,
        "changes_at": state.changes_at.isoformat() if state and state.changes_at else None,
        "days": [
            {
                "date": day.day.isoformat(),
                "open": [
                    [clock_of(a), clock_of(b) if b != 1440 else "24:00"] for a, b in day.times
                ],
                "holiday": day.holiday,
                "reasons": list(day.reasons),
            }
            for day in (table.days if table else ())
        ],
        "closures": _closures(found, now),
    }


def _closures(found: OpenOffice, now: datetime) -> list[dict[str, Any]]:
    """Of the whole office where no counter is named."""
    return [
        {
            "from": c.starts_at.astimezone(found.zone).isoformat(),
            "to": c.ends_at.astimezone(found.zone).isoformat(),
            "reason": c.reason,
            "counter": c.counter.code if c.counter else None,
        }
        for c in (*found.closures, *found.counter_closures)
        if c.ends_at > now
    ]
