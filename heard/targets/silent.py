"""A publisher who changed the formula without saying so, found by the counts behind figures."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from heard.core.errors import Refused
from heard.measures.definitions import ALL
from heard.targets import periods
from heard.targets.models import Entry, OwnMeasure
from heard.targets.program import fiscal_start
from heard_stats import Answers, Promised, fits_definition

ANSWERS = ("gave_1", "gave_2", "gave_3", "gave_4", "gave_5", "dont_know", "skipped")
PROMISED = ("on_time", "late", "overdue", "not_due", "no_promise")
NAMES = ANSWERS + PROMISED


def counted(counts: Mapping[str, Any]) -> Answers | Promised | None:
    """The counts behind a figure, if there are any; raises ValueError on ones that cannot be."""
    if counts.get("gave_1") is not None:
        scale = tuple(counts.get(name) or 0 for name in ANSWERS[:5])
        return Answers(scale, counts.get("dont_know") or 0, counts.get("skipped") or 0)
    if counts.get("on_time") is not None:
        return Promised(**{name: counts.get(name) or 0 for name in PROMISED})
    return None


def find_changes(entries: Sequence[Entry]) -> list[dict[str, Any]]:
    """Where the formula behind published figures changed: before, after, and by which formulas."""
    known = [(e, c) for e in entries if e.counts.get("printed") and (c := counted(e.counts))]
    kinds = {type(c) for _e, c in known}
    if len(known) < 2 or len(kinds) > 1:
        return []
    fit = fits_definition(
        [c for _e, c in known],
        [e.counts["printed"] for e, _c in known],
        labels=[e.period for e, _c in known],
    )
    days = {e.period: e.first.isoformat() for e, _c in known}
    return [
        {
            "earliest": gap.earliest, "latest": gap.latest,
            "from": days[gap.earliest], "until": days[gap.latest],
            "before": list(before.formulas), "after": list(after.formulas),
        }
        for gap, before, after in zip(fit.breaks, fit.stretches, fit.stretches[1:], strict=False)
    ]  # fmt: skip


def look(measure: OwnMeasure) -> list[dict[str, Any]]:
    """Find the changes in a measure's current figures and keep them with it."""
    rows = Entry.objects.filter(measure=measure.key, group=ALL).exclude(state=Entry.State.REPLACED)
    latest = {row.period: row for row in rows.order_by("first", "revision")}
    found = find_changes(list(latest.values()))
    if found != measure.silent_changes:
        measure.silent_changes = found
        measure.save(update_fields=["silent_changes"])
    return found


def unannounced(measure: OwnMeasure, announced: Sequence[date | None]) -> list[str]:
    """A warning for each change no new definition announces."""
    told = []
    for change in measure.silent_changes:
        first, last = date.fromisoformat(change["from"]), date.fromisoformat(change["until"])
        near = [day for day in announced if day and first <= day and (day - last).days < 31]
        if not near:
            told.append(_sentence(change))
    return told


def _sentence(change: Mapping[str, Any]) -> str:
    when = _period_told(change["earliest"])
    if change["latest"] != change["earliest"]:
        when = _("{first} to {last}").format(first=when, last=_period_told(change["latest"]))
    unknown = _("no formula we know")
    return _(
        "Whoever published these figures changed the formula without saying so ({when}). Before, "
        "they fit “{before}”; after, “{after}”. The figures of both sides cannot be compared."
    ).format(
        when=when, before=" / ".join(change["before"]) or unknown,
        after=" / ".join(change["after"]) or unknown,
    )  # fmt: skip


def _period_told(code: str) -> str:
    """``August 2026``; the code itself where the city's year has begun in another month since."""
    try:
        return str(periods.parse(code, fiscal_start()))
    except Refused:
        return code


def breaks(measure: OwnMeasure) -> list[str]:
    """The period codes from which on a changed formula is certain."""
    return [change["latest"] for change in measure.silent_changes]
