"""The sign on the door: one page, two languages, as an accessible PDF (PDF/UA-1)."""

import hashlib
import io
import json
from datetime import datetime
from pathlib import Path
from typing import Any

import segno
import typst
from django.conf import settings
from django.core.cache import cache
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from heard.core.city import city
from heard.core.words import said
from heard.places.publish.wording import day_words, times_words, weekday, why_words
from heard.places.reads import OpenOffice
from heard.places.timetable import Timetable
from heard.ui.telling import day_told, time_told

SHEET = Path(__file__).with_name("sign.typ")
KEEP_SECONDS = 24 * 3600
MOST_EXCEPTIONS = 8  # more do not fit on the page; the sign says so and points to the web


def sign(found: OpenOffice, table: Timetable | None, now: datetime, url: str) -> bytes:
    """The PDF. The same sign is kept for a day, since setting type takes a moment."""
    data = json.dumps(sign_data(found, table, now, url), sort_keys=True)
    key = f"sign-{hashlib.sha256(data.encode()).hexdigest()}"
    kept: bytes | None = cache.get(key)
    if kept is None:
        kept = _set_type(data, now)
        cache.set(key, kept, KEEP_SECONDS)
    return kept


def sign_data(
    found: OpenOffice, table: Timetable | None, now: datetime, url: str
) -> dict[str, Any]:
    """What the sign says, by language: the sheet only lays it out."""
    codes = [code for code, _name in settings.LANGUAGES]
    return {
        "url": url,
        "code": _square(url),
        "phone": found.office.phone or city().phone,
        "colour": city().primary_dark,
        "languages": codes,
        "says": {code: _says(found, table, now, code) for code in codes},
    }


def _says(
    found: OpenOffice, table: Timetable | None, now: datetime, language: str
) -> dict[str, Any]:
    with translation.override(language):
        exceptions = table.exceptions if table else []
        shown = exceptions[:MOST_EXCEPTIONS]
        rows = (
            [[weekday(n), times_words(times)] for n, times in enumerate(table.usual)]
            if table
            else []
        )
        return {
            "name": said(found.office.name),
            "city": city().name,
            "hours": _("Hours"),
            "rows": rows,
            "none": "" if table else found.office.hours or _("Ask at the counter."),
            "ahead": _("Different on these days"),
            "exceptions": [
                *([day_words(d.day), times_words(d.times), why_words(d)] for d in shown),
                *counters_closed(found, now)[:MOST_EXCEPTIONS],
            ],
            "more": _("There are more such days; see the web page.") if shown != exceptions else "",
            "phone": _("Call us"),
            "web": _("Hours of today, and much that can be done without coming"),
            "access": said(found.office.accessibility),
            "as_of": _("As of {day}").format(day=day_told(now.astimezone(found.zone).date())),
            "square": _("Square code that opens {url}").format(url=found.office.code),
        }


def counters_closed(found: OpenOffice, now: datetime) -> list[list[str]]:
    """Closures ahead of single counters, in the form of the sign's exceptions."""
    names = {counter.pk: said(counter.name) for counter in found.counters}
    with timezone.override(found.zone):
        return [
            [
                names[closure.counter_id],
                _("closed from {start} to {end}").format(
                    start=time_told(closure.starts_at), end=time_told(closure.ends_at)
                ),
                said(closure.reason),
            ]
            for closure in found.counter_closures
            if closure.ends_at > now and closure.counter_id is not None
        ]


def _square(url: str) -> str:
    """A QR code of the address, as SVG."""
    out = io.BytesIO()
    segno.make(url, error="m").save(out, kind="svg", border=0, xmldecl=False)
    return out.getvalue().decode()


def _set_type(data: str, now: datetime) -> bytes:
    fonts = settings.USWDS / "fonts" / "source-sans-pro"
    made = typst.compile(
        str(SHEET),
        format="pdf",
        sys_inputs={"data": data},
        font_paths=[str(fonts)] if fonts.is_dir() else [],
        ignore_system_fonts=True,
        pdf_standards=["ua-1"],
        timestamp=int(now.timestamp()),
    )
    assert isinstance(made, bytes)
    return made
