"""Built measures as cards: what the page, the worker and the public read of them."""

import json
import os
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from heard.core import clock
from heard.core.city import city_zone
from heard.core.words import Words
from heard.measures.built_models import BuiltVersion
from heard.measures.declared import Formula, formula
from heard.measures.definitions import BUILT, Definition, read_card
from heard.measures.spelling import sentence

ORDER = 500  # after all of the library


def card_of(version: BuiltVersion, earlier: list[BuiltVersion] | None = None) -> dict[str, Any]:
    """The card of a version, as it would stand in a file. Raises ``conditions.BadFormula``."""
    made = formula(version.formula)
    statistics = statistics_of(made, version.left_out)
    changes = [
        {
            "version": one.number, "effective_from": one.effective_from.isoformat(),
            "what": one.what_changed, "why": one.why_changed,
        }
        for one in [*(earlier or []), version]
        if one.number > 1
    ]  # fmt: skip
    return {
        "key": version.measure.key, "order": ORDER, "version": version.number,
        "effective_from": version.effective_from.isoformat(),
        "unit": _unit(made), "direction": version.direction, "area": version.area,
        "source": made.fact, "default": statistics[0]["key"], "name": version.name,
        "definition": version.definition, "why": version.why, "limits": version.limits,
        "origin": _in_each(lambda: _("A definition of this city.")),
        "formula": made.plain(), "statistics": statistics, "changes": changes,
    }  # fmt: skip


def definition_of(version: BuiltVersion) -> Definition:
    """The definition of a version, published or not."""
    return read_card(card_of(version))


def _in_each(say: Any) -> Words:
    said = {}
    for code, _name in settings.LANGUAGES:
        with translation.override(code):
            said[code] = str(say())
    return said


def _unit(made: Formula) -> str:
    usual = {"count": "count", "share": "share", "scale": "score", "recommend": "score"}
    return usual.get(made.take) or _measured(made)[0]


def _measured(made: Formula) -> tuple[str, float]:
    """What a mean, a sum or a median is in, and by what its whole numbers are divided."""
    if made.between:
        return "days", 1.0 if made.take == "quantile" else 86_400.0
    if made.column == "cents":
        return ("count", 1.0) if made.take == "quantile" else ("dollars", 100.0)
    if made.column == "seconds" and made.take != "quantile":
        return "days", 86_400.0
    return ("days", 1.0) if made.column.startswith(("days_", "age_days")) else ("count", 1.0)


def statistics_of(made: Formula, left_out: Words) -> list[dict[str, Any]]:
    """The ways a built measure is counted, with words in each language."""
    unit, divisor = _measured(made)
    ways: dict[str, list[dict[str, Any]]] = {
        "count": [{"key": "count", "kind": "count", "name": _in_each(lambda: _("number"))}],
        "share": [{"key": "share", "kind": "share", "name": _in_each(lambda: _("share"))}],
        "mean": [{"key": "mean", "kind": "mean", "name": _in_each(lambda: _("mean"))}],
        "sum": [{"key": "total", "kind": "sum", "name": _in_each(lambda: _("total"))}],
        "quantile": [
            {"key": "median", "kind": "quantile", "quantile": 0.5,
             "name": _in_each(lambda: _("median"))},
            {"key": "p90", "kind": "quantile", "quantile": 0.9,
             "name": _in_each(lambda: _("90 of 100"))},
        ],
        "scale": [
            {"key": "index", "kind": "index", "name": _in_each(lambda: _("index, 0 to 100"))},
            {"key": "top2", "kind": "top2", "name": _in_each(lambda: _("4 or 5 of 5"))},
        ],
        "recommend": [{"key": "net", "kind": "nps", "name": _in_each(lambda: _("net score"))}],
    }  # fmt: skip
    found = ways[made.take]
    for one in found:
        one["says"] = _in_each(lambda: sentence(made))
        one["left_out"] = left_out or (_in_each(lambda: _("left out")) if made.of else {})
        if made.take in ("mean", "sum", "quantile"):
            one |= {"measured_in": unit, "divisor": divisor}
    return found


def in_force() -> list[dict[str, Any]]:
    """The cards of all built measures in the version that is in force today.

    One whose first day is still to come waits, and the version before it goes on.
    """
    today = clock.now().astimezone(city_zone()).date()
    shown: dict[str, list[BuiltVersion]] = {}
    rows = BuiltVersion.objects.filter(state=BuiltVersion.State.PUBLISHED)
    for row in rows.select_related("measure").order_by("measure__key", "number"):
        if row.number == 1 or row.effective_from <= today:
            shown.setdefault(row.measure.key, []).append(row)
    return [card_of(rows[-1], rows[:-1]) for rows in shown.values()]


def write_cards() -> bool:
    """Write what is in force to the file that every process reads; True where that changed."""
    path = Path(settings.HEARD_DATA) / BUILT
    text = json.dumps(in_force(), ensure_ascii=False, indent=1, sort_keys=True)
    if not path.exists() and text == "[]":
        return False
    if path.exists() and path.read_text(encoding="utf-8") == text:
        return False
    path.parent.mkdir(parents=True, exist_ok=True)
    made = path.with_suffix(f".{os.getpid()}.new")
    made.write_text(text, encoding="utf-8")
    os.replace(made, path)
    return True
