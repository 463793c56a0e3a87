"""The poster and the slip for receipts: a square code in two languages (PDF/UA-1)."""

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
from django.utils import translation
from django.utils.translation import gettext as _

from heard.core.city import city
from heard.core.words import said
from heard.voice.models import Spot

SHEET = Path(__file__).with_name("poster.typ")
KEEP_SECONDS = 24 * 3600


def sheet(spot: Spot, size: str, url: str, now: datetime) -> bytes:
    """The PDF; ``size`` is "poster" or "receipt" (a roll 80 mm wide). Kept for a day."""
    data = json.dumps(sheet_data(spot, size, url), sort_keys=True)
    key = f"poster-{hashlib.sha256(data.encode()).hexdigest()}"
    kept: bytes | None = cache.get(key)
    if kept is None:
        kept = _set_type(data, now)
        cache.set(key, kept, KEEP_SECONDS)
    return kept


def sheet_data(spot: Spot, size: str, url: str) -> dict[str, Any]:
    """What the sheet says, by language."""
    codes = [code for code, _name in settings.LANGUAGES]
    return {
        "size": size,
        "url": url,
        "shown": url.partition("://")[2].rstrip("/"),
        "code": _square(url),
        "colour": city().primary_dark,
        "languages": codes,
        "says": {code: _says(spot, code) for code in codes},
    }


def _says(spot: Spot, language: str) -> dict[str, str]:
    with translation.override(language):
        return {
            "name": said(spot.name),
            "city": city().name,
            "ask": _("How did we do today?"),
            "how": _("Point your phone’s camera here. Half a minute, no name needed."),
            "why": _("Your answer counts in numbers that everyone can see."),
            "square": _("Square code that opens {url}").format(url=spot.code),
        }


def _square(url: str) -> str:
    out = io.BytesIO()
    segno.make(url, error="m").save(out, kind="svg", border=0, xmldecl=False)
    return out.getvalue().decode()


def _set_type(data: str, now: datetime) -> bytes:
    fonts = settings.USWDS / "fonts" / "source-sans-pro"
    made = typst.compile(
        str(SHEET), format="pdf", sys_inputs={"data": data},
        font_paths=[str(fonts)] if fonts.is_dir() else [], ignore_system_fonts=True,
        pdf_standards=["ua-1"], timestamp=int(now.timestamp()),
    )  # fmt: skip
    assert isinstance(made, bytes)
    return made
