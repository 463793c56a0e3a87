"""Facts, figures, downloads: everything brought up to date, in this order. For the worker."""

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from heard.core import clock
from heard.facts import lake
from heard.facts.refresh import Refreshed
from heard.facts.refresh import refresh as refresh_facts
from heard.facts.sources import FACTS
from heard.measures import downloads
from heard.measures.compute import all_figures
from heard.measures.models import Snapshot
from heard.measures.store import keep, snapshot

log = logging.getLogger("heard.measures")

CHARTS_AT_ONCE = 40
LONG = 5.0  # seconds
REST = 30.0  # seconds, at most
JUDGED_AGAIN = timedelta(minutes=5)  # dates fall due as time passes, though no row changes
Say = Callable[[str], None]


@dataclass
class Done:
    """What a refresh did: rows read and months written per fact, figures changed."""

    facts: list[Refreshed] = field(default_factory=list)
    computed: bool = False
    changed: int = 0


def refresh(*, rebuild: bool = False, wait: bool = False, say: Say = lambda line: None) -> Done:
    """Bring facts, figures and downloads up to date; raises ``lake.LakeIsBusy`` unless waiting."""
    say("Reading what changed …")
    done = Done(facts=refresh_facts(rebuild=rebuild, wait=wait))
    with lake.lock(wait=wait):
        files = _files()
        if not rebuild and _is_fresh(snapshot(), files):
            return done
        say("Computing figures …")
        as_of = clock.now()
        changes = keep(all_figures(as_of), as_of=as_of, files=files)
        say("Writing downloads …")
        downloads.write({key for key, _statistic, _by in changes.blocks})
    done.computed, done.changed = True, changes.count
    return done


class _Worker:
    """What this worker remembers from one run to the next."""

    charts_wait = True
    rests_until = 0.0  # of the monotonic clock


def regularly() -> None:
    """The scheduled job: silent, and without waiting where a console command is at it."""
    began = time.monotonic()
    if began < _Worker.rests_until:
        return
    try:
        done = refresh()
    except lake.LakeIsBusy:
        log.info("The facts are being brought up to date elsewhere; next time.")
        return
    if done.computed or _Worker.charts_wait:
        from heard.measures.charts import draw  # loads slowly, and only a worker needs it

        # A few at a time: other jobs of the schedule wait for this one.
        _Worker.charts_wait = draw(at_most=CHARTS_AT_ONCE)[1] > 0
    took = time.monotonic() - began
    if took > LONG:  # a very large city: leave the machine to others most of the time
        _Worker.rests_until = time.monotonic() + min(4 * took, REST)


def _is_fresh(last: Snapshot | None, files: list[dict[str, Any]]) -> bool:
    return (
        last is not None
        and last.files == files
        and last.as_of > clock.now() - JUDGED_AGAIN
        and not downloads.missing()
    )


def _files() -> list[dict[str, Any]]:
    """The files the figures come from, as the snapshot names them."""
    found = []
    for fact in FACTS:
        for month in lake.months(fact):
            about = lake.month_file(fact, month).stat()
            found.append(
                {"fact": fact, "month": month, "bytes": about.st_size, "made": about.st_mtime_ns}
            )
    return found
