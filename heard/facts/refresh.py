"""Bringing the lake up to date: what changed since the last time, the last year, or all of it.

Changed rows are streamed into one staging file; then they are merged into each month that they
touch. No transaction is open meanwhile, so writers of the database never wait for this.
"""

import logging
from contextlib import closing
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Literal

import pyarrow.parquet as pq

from heard.catalogue.models import Service
from heard.core import clock
from heard.core.city import city
from heard.facts import changes, lake
from heard.facts.merge import Merger
from heard.facts.sources import FACTS, Fact
from heard.facts.staging import Staging
from heard.people.models import Division

log = logging.getLogger("heard.facts")

LAYOUT = 4  # raised whenever the meaning of a column changes: the lake is then made anew
OVERLAP = timedelta(minutes=2)  # a transaction may commit this long after it noted its time
RECENT = timedelta(days=400)  # what the nightly repair reads again

How = Literal["nothing", "changed", "recent", "all"]


@dataclass
class Refreshed:
    """What was done to one fact: rows read, and the names of the files written or removed."""

    fact: str
    how: How
    read: int = 0
    months: list[str] = field(default_factory=list)


def refresh(*, rebuild: bool = False, wait: bool = False) -> list[Refreshed]:
    """Bring every fact up to date with what changed since the last time; with all, on a rebuild.

    Raises ``LakeIsBusy`` where another process is at it, unless waiting.
    """
    with lake.lock(wait=wait):
        return [_refresh(fact, rebuild=rebuild) for fact in FACTS.values()]


def repair() -> list[Refreshed]:
    """The nightly repair: right again even where an event, or a time of change, was lost.

    Reads the last 400 days again; where the lake then still holds another number of rows than the
    database, it is made anew.
    """
    done = []
    with lake.lock(wait=True):
        for fact in FACTS.values():
            done += [_refresh(fact), _read_recent(fact)]
            if rows_held(fact) != fact.source.count():
                log.warning("The lake lost or kept rows of %s; it is made anew.", fact.name)
                done.append(_refresh(fact, rebuild=True))
    return done


def rows_held(fact: Fact) -> int:
    """How many rows the lake holds of a fact; only the files' footers are read."""
    return sum(pq.read_metadata(path).num_rows for path in lake.files(fact.name))


def _refresh(fact: Fact, *, rebuild: bool = False) -> Refreshed:
    state = lake.read_state(fact.name)
    context = _context()
    watermark = _moment(state.get("watermark"))
    half = lake.exchanging(fact.name)
    rebuild = rebuild or watermark is None or half.exists() or not _still_holds(state, context)
    since = None if rebuild or watermark is None else watermark - OVERLAP
    count, last = fact.source.mark(changed_since=since)
    nothing_new = _mark(count, last) == state.get("mark") and since is not None
    if nothing_new or (last is None and not lake.months(fact.name)):
        return Refreshed(fact.name, "nothing")
    newest = last or watermark
    # Counted before the rows are read, so that whatever is counted here is also read.
    next_mark = _mark(*fact.source.mark(changed_since=newest - OVERLAP)) if newest else None
    done = Refreshed(fact.name, "all" if since is None else "changed")
    with Staging(fact) as staging:
        done.read = staging.fill(fact.source.rows(changed_since=since))
        with closing(Merger(staging)) as merger:
            if since is None:
                changes.forget(fact.name)  # nobody can follow a lake that is made anew
                done.months = merger.replaced()
            else:
                done.months = merger.changed(list(fact.source.hidden_keys(changed_since=since)))
    lake.write_state(
        fact.name,
        {
            "watermark": newest.isoformat() if newest else None,
            "mark": next_mark,
            "context": context,
        },
    )
    half.unlink(missing_ok=True)
    return done


def _read_recent(fact: Fact) -> Refreshed:
    """Replace the whole months of the last 400 days by what the database says."""
    begin = clock.now() - RECENT
    first = (begin.replace(day=1) + timedelta(days=32)).replace(day=1, hour=0, minute=0)
    done = Refreshed(fact.name, "recent")
    with Staging(fact) as staging:
        # Two days early: where the month begins depends on the zone of each row.
        rows = fact.source.rows(received_since=first - timedelta(days=2))
        done.read = staging.fill(rows, from_month=f"{first:%Y-%m}")
        with closing(Merger(staging)) as merger:
            done.months = merger.replaced(from_month=f"{first:%Y-%m}")
    return done


def _mark(count: int, last: datetime | None) -> list[Any]:
    return [count, last.isoformat() if last else None]


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def _context() -> dict[str, Any]:
    """What all rows depend on besides themselves."""
    return {
        "layout": LAYOUT,
        "zone": city().zone,
        "public": dict(Service.objects.values_list("code", "is_public")),
        "department": dict(Division.objects.values_list("code", "department__code")),
    }


def _still_holds(state: dict[str, Any], context: dict[str, Any]) -> bool:
    """Whether old rows are still right: same zone, and no known service or division altered.

    New ones do no harm; one that changed sides, or its code, does.
    """
    old = state.get("context", {})
    same = all(old.get(name) == context[name] for name in ("layout", "zone"))
    kept = all(
        old.get(name, {}).items() <= context[name].items() for name in ("public", "department")
    )
    return same and kept
