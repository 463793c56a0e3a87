"""Trying a formula: the page asks, the worker counts, the page shows (docs/adr/0063).

The engine is loaded by the worker alone; a page waits a moment for it, and otherwise says that the
figures are being counted.
"""

import hashlib
import json
import logging
import time
from datetime import timedelta
from typing import Any

from django.db import transaction
from django_tasks import task

from heard.core import clock
from heard.measures.built import statistics_of
from heard.measures.built_models import Trial
from heard.measures.conditions import MOST_GROUPS
from heard.measures.declared import formula

log = logging.getLogger("heard.measures")
GOOD_FOR = timedelta(minutes=10)  # cases go on arriving
KEPT = timedelta(days=1)
TOO_MANY = "too_many_groups"
FAILED = "failed"


def digest(given: dict[str, Any]) -> str:
    """Tells one formula from another."""
    said = json.dumps(formula(given).plain(), sort_keys=True)
    return hashlib.sha256(said.encode()).hexdigest()[:32]


def ask(given: dict[str, Any]) -> Trial:
    """The trial of a formula: a recent one, or a new one that the worker is asked for.

    Raises ``conditions.BadFormula``.
    """
    name, now = digest(given), clock.now()
    with transaction.atomic():
        Trial.objects.filter(asked_at__lt=now - KEPT).delete()
        row, made = Trial.objects.get_or_create(
            digest=name, defaults={"formula": formula(given).plain(), "asked_at": now}
        )
        if not made and row.asked_at < now - GOOD_FOR:
            row.asked_at, row.done_at, row.result = now, None, None
            row.save()
            made = True
        if made:
            transaction.on_commit(lambda: count.enqueue(name))
    return row


def waited(row: Trial, seconds: float) -> Trial:
    """The same trial, with its result where it came within this time."""
    until = time.monotonic() + seconds
    while row.result is None and time.monotonic() < until:
        time.sleep(0.15)
        row.refresh_from_db()
    return row


def faults_of(given: dict[str, Any]) -> set[str] | None:
    """What is wrong with a formula, as its latest trial found; None where there was none."""
    row = Trial.objects.filter(digest=digest(given), done_at__isnull=False).first()
    return None if row is None or row.result is None else set(row.result["faults"])


@task()
def count(name: str) -> None:
    """Count the last months of a formula; for the worker."""
    row = Trial.objects.filter(digest=name).first()
    if row is None or row.result is not None:
        return
    row.result, row.done_at = _counted(row.formula), clock.now()
    row.save(update_fields=["result", "done_at"])


def _counted(given: dict[str, Any]) -> dict[str, Any]:
    from heard.measures.trying import tried, widest  # the engine: the worker's alone

    made = formula(given)
    card = {
        "key": "trial", "order": 0, "version": 1, "effective_from": "2000-01-01", "unit": "count",
        "direction": "none", "source": made.fact, "default": "", "name": {}, "definition": {},
        "why": {}, "limits": {}, "formula": given, "statistics": statistics_of(made, {}),
    }  # fmt: skip
    try:
        groups = widest(card, clock.now())
        if groups > MOST_GROUPS:
            return {"faults": [TOO_MANY], "groups": groups, "statistics": []}
        found = tried(card, clock.now())
    except Exception:
        log.exception("A formula could not be tried: %s", given)
        return {"faults": [FAILED], "statistics": []}
    return {"faults": sorted(_faults(found)), "statistics": found}


def _faults(found: list[dict[str, Any]]) -> set[str]:
    return {"outside" for one in found for row in one["rows"] if row["outside"]}
