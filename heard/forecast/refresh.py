"""All forecasts made anew, one after the other: can be stopped, and goes on where it was.

Each series is written as soon as it is made. One made from the same data is not made again, so a
stopped run continues, and a night without new cases costs nothing.
"""

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction

from heard.core import clock
from heard.facts import lake
from heard.facts.refresh import refresh as refresh_facts
from heard.forecast.counting import AHEAD, Counted, count
from heard.forecast.making import digest, make
from heard.forecast.models import Forecast, Kind, Method, Run

log = logging.getLogger("heard.forecast")
Say = Callable[[int, int, Forecast, bool], None]


@dataclass
class Done:
    """What a run did: series there are, those made anew, and the seconds it took."""

    total: int = 0
    made: int = 0
    seconds: float = 0.0


def _silent(place: int, total: int, row: Forecast, made: bool) -> None:
    """For the worker, whom nobody watches."""


def refresh(*, as_of: date | None = None, again: bool = False, say: Say = _silent) -> Done:
    """Make every forecast whose data changed; ``again`` makes all. ``say`` hears of each."""
    began = time.monotonic()
    try:
        refresh_facts(wait=False)
    except lake.LakeIsBusy:
        log.info("The facts are being brought up to date elsewhere; forecasting from those here.")
    counted = count(as_of)
    run = _begin(counted)
    if counted is None:
        Forecast.objects.all().delete()
        return Done(seconds=time.monotonic() - began)
    done = Done(total=run.total)
    kept = {(row.kind, row.code): row for row in Forecast.objects.defer("hours_low", "hours_high")}
    few: Forecast | None = None
    for place, series in enumerate(counted.all, start=1):
        old = kept.get((series.kind, series.code))
        same = not again and old is not None and old.digest == digest(series, counted.city)
        row = old if same and old is not None else _keep(make(series, counted.city))
        done.made += not same
        few = row if series.kind == Kind.FEW else few
        Run.objects.filter(pk=run.pk).update(done=place)
        say(place, run.total, row, not same)
    _pool(counted, few)
    _forget(counted)
    Run.objects.filter(pk=run.pk).update(finished_at=clock.now())
    done.seconds = time.monotonic() - began
    return done


def nightly() -> None:
    """The scheduled job."""
    done = refresh()
    log.info("Forecasts: %s series, %s made anew in %.0f s", done.total, done.made, done.seconds)


def _begin(counted: Counted | None) -> Run:
    fields: dict[str, Any] = {
        "started_at": clock.now(),
        "finished_at": None,
        "done": 0,
        "total": 0,
        "cases": 0,
    }
    fields |= {"as_of": None, "since": None}
    if counted is None:
        fields["finished_at"] = clock.now()
    else:
        fields |= {
            "as_of": counted.as_of,
            "since": counted.since,
            "cases": int(counted.city.counts.sum()),
            "total": sum(1 for _series in counted.all),
        }
    run, _made = Run.objects.update_or_create(pk=1, defaults=fields)
    return run


def _keep(row: Forecast) -> Forecast:
    fields = {
        field.attname: getattr(row, field.attname)
        for field in Forecast._meta.concrete_fields
        if field.attname not in {"id", "kind", "code"}
    }
    kept, _made = Forecast.objects.update_or_create(kind=row.kind, code=row.code, defaults=fields)
    return kept


@transaction.atomic
def _pool(counted: Counted, few: Forecast | None) -> None:
    """Small services get their part of what is expected of them all together."""
    Forecast.objects.filter(kind=Kind.SERVICE, code__in=list(counted.small)).delete()
    if few is None:
        return
    total = sum(counted.small.values())
    ahead = few.four_weeks if len(few.days) == AHEAD else None
    rows = []
    for code, n in counted.small.items():
        share = n / total if total else 0.0
        rows.append(
            Forecast(
                kind=Kind.SERVICE, code=code, method=Method.POOLED, digest="", as_of=counted.as_of,
                since=counted.since, n=n, share=share,
                four_weeks=None if ahead is None else ahead * share,
            )
        )  # fmt: skip
    Forecast.objects.bulk_create(rows, batch_size=200)


def _forget(counted: Counted) -> None:
    """Remove forecasts of what has no cases any more."""
    present = {(series.kind, series.code) for series in counted.all}
    present |= {(Kind.SERVICE, code) for code in counted.small}
    gone = [
        pk
        for pk, kind, code in Forecast.objects.values_list("pk", "kind", "code")
        if (kind, code) not in present
    ]
    Forecast.objects.filter(pk__in=gone).delete()
