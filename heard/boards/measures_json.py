"""Another city's measures.json: read with suspicion, checked by its schema, kept in few fields.

The file's shape is in ``docs/developer/measures-json.md``. What is not in it is dropped.
"""

import json
import math
import re
from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from heard.core.errors import Refused
from heard.core.words import Words

FORMAT = 1
MOST_BYTES = 8_000_000
MOST_MEASURES, MOST_POINTS, LONGEST = 2000, 60, 2000
LARGEST, HAIR = 1e15, 1e-9  # a hair: what rounding may put between a value and its end
UNITS = {"count", "share", "score", "days", "dollars"}
# A score is 0 to 100; those of recommendation (promoters less detractors) go below.
WITHIN = {"share": (0.0, 1.0), "score": (-100.0, 100.0)}
_KEY = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,39}")
_WAY = re.compile(r"[A-Za-z0-9_-]{0,20}")
_PERIOD = re.compile(r"(FY)?\d{4}(-\d{2}|-Q[1-4])?")


def read(body: bytes) -> dict[str, Any]:
    """The file in our own shape: ``city``, ``as_of``, ``measures``. Raises ``Refused``."""
    found = _parsed(body)
    if not isinstance(found, dict) or found.get("heard") != FORMAT or found["heard"] is True:
        raise Refused(_("This is not a measures file of Heard that we can read (“heard”: 1)."))
    measures = found.get("measures")
    if not isinstance(measures, list):
        raise Refused(_("The file has no list of measures."))
    if len(measures) > MOST_MEASURES:
        raise Refused(
            _("The file lists {n} measures; at most {most} are read.").format(
                n=len(measures), most=MOST_MEASURES
            )
        )
    city = found.get("city")
    name = city.get("name") if isinstance(city, dict) else None
    kept = [_measure(one, place) for place, one in enumerate(measures, 1)]
    keys = [(one["key"], one["statistic"]) for one in kept]
    if len(set(keys)) < len(keys):
        raise Refused(_("The file lists a measure twice."))
    return {
        "city": _text(name, "city.name", 120),
        "as_of": _text(found.get("as_of"), "as_of", 40, may_lack=True),
        "measures": kept,
    }


def _parsed(body: bytes) -> Any:
    if len(body) > MOST_BYTES:
        raise Refused(_("The file is larger than {n} MB.").format(n=MOST_BYTES // 1_000_000))
    try:
        return json.loads(body.decode("utf-8"), parse_constant=_not_a_number)
    except UnicodeDecodeError:
        raise Refused(_("The file is not UTF-8 text.")) from None
    except (ValueError, RecursionError):
        raise Refused(_("The file is not JSON.")) from None


def _not_a_number(text: str) -> float:
    raise ValueError(text)


def _measure(one: Any, place: int) -> dict[str, Any]:
    if not isinstance(one, dict):
        raise _wrong(place, "measures")
    unit = one.get("unit")
    if unit not in UNITS if isinstance(unit, str) else True:
        raise _wrong(place, "unit")
    series = one.get("series", [])
    if not isinstance(series, list):
        raise _wrong(place, "series")
    if len(series) > MOST_POINTS:
        raise Refused(
            _("Measure {place} has {n} periods; at most {most} are read.").format(
                place=place, n=len(series), most=MOST_POINTS
            )
        )
    return {
        "key": _matched(one.get("key"), _KEY, place, "key"),
        "statistic": _matched(one.get("statistic", ""), _WAY, place, "statistic"),
        "version": _whole(one.get("version"), place, "version", least=1),
        "name": _words(one.get("name"), place, "name"),
        "definition": _words(one.get("definition"), place, "definition"),
        "unit": unit,
        "page": _link(one.get("page"), place),
        "series": [_point(point, str(unit), place) for point in series],
    }


def _point(point: Any, unit: str, place: int) -> dict[str, Any]:
    if not isinstance(point, dict):
        raise _wrong(place, "series")
    hidden = point.get("suppressed", False)
    if not isinstance(hidden, bool):
        raise _wrong(place, "suppressed")
    value, low, high = (_number(point.get(n), unit, place, n) for n in ("value", "low", "high"))
    ends = (value if low is None else low, value if high is None else high)
    if value is not None and not (ends[0] or 0) - HAIR <= value <= (ends[1] or 0) + HAIR:
        raise _wrong(place, "low, value, high")
    if hidden:
        value = low = high = None
    n = point.get("n")
    return {
        "period": _matched(point.get("period"), _PERIOD, place, "period"),
        "definition": _whole(point.get("definition", 0), place, "definition"),
        "n": None if n is None else _whole(n, place, "n"),
        "value": value, "low": low, "high": high, "suppressed": hidden,
    }  # fmt: skip


def _number(value: Any, unit: str, place: int, name: str) -> float | None:
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise _wrong(place, name)
    if abs(value) > LARGEST or not math.isfinite(value):
        raise _wrong(place, name)
    low, high = WITHIN.get(unit, (-LARGEST, LARGEST))
    if not low <= value <= high:
        raise _wrong(place, name)
    return float(value)


def _whole(value: Any, place: int, name: str, *, least: int = 0) -> int:
    good = isinstance(value, int) and not isinstance(value, bool)
    if not good or not least <= value <= LARGEST:
        raise _wrong(place, name)
    return int(value)


def _matched(value: Any, pattern: re.Pattern[str], place: int, name: str) -> str:
    if not isinstance(value, str) or not pattern.fullmatch(value):
        raise _wrong(place, name)
    return value


def _words(value: Any, place: int, name: str) -> Words:
    """Words by language, those of languages we speak."""
    if not isinstance(value, Mapping):
        raise _wrong(place, name)
    found: Words = {}
    for code in ("en", "es"):
        text = value.get(code, "")
        if not isinstance(text, str):
            raise _wrong(place, name)
        if text:
            found[code] = text[:LONGEST]
    return found


def _link(value: Any, place: int) -> str:
    if value is None:
        return ""
    if not isinstance(value, str):
        raise _wrong(place, "page")
    return value if value.startswith(("https://", "http://")) and len(value) <= 500 else ""


def _text(value: Any, name: str, most: int, *, may_lack: bool = False) -> str:
    if value is None and may_lack:
        return ""
    if not isinstance(value, str) or (not value.strip() and not may_lack):
        raise Refused(_("In the file, “{name}” is not what it should be.").format(name=name))
    return value.strip()[:most]


def _wrong(place: int, name: str) -> Refused:
    return Refused(
        _("In measure {place} of the file, “{name}” is not what it should be.").format(
            place=place, name=name
        )
    )
