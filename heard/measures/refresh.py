"""Facts, figures, downloads: everything brought up to date, in this order. For the worker."""

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta

from heard.core import clock
from heard.facts import changes, engine, lake
from heard.facts.refresh import Refreshed
from heard.facts.refresh import refresh as refresh_facts
from heard.facts.sources import FACTS
from heard.measures import downloads, patches
from heard.measures.built import write_cards
from heard.measures.compute import figures
from heard.measures.formulas import Series
from heard.measures.models import Snapshot
from heard.measures.store import Changes, File, forget_computations, keep, snapshot
from heard.measures.touched import digests, identity, wanted

log = logging.getLogger("heard.measures")

CHARTS_AT_ONCE = 40
LONG = 5.0  # seconds
REST = 30.0  # seconds, at most
JUDGED_AGAIN = timedelta(minutes=5)  # dates fall due as time passes, though no row changes
FAILED = "failed"
Say = Callable[[str], None]


@dataclass
class Done:
    """What a refresh did: rows read and months written per fact, figures changed."""

    facts: list[Refreshed] = field(default_factory=list)
    computed: bool = False
    changed: int = 0
    seconds: dict[str, float] = field(default_factory=dict)  # of each part


def refresh(
    *, rebuild: bool = False, again: bool = False, wait: bool = False, say: Say = lambda line: None
) -> Done:
    """Bring facts, figures and downloads up to date; raises ``lake.LakeIsBusy`` unless waiting.

    Computes what changed rows and passing time can have altered; all figures where what they are
    made by has changed, after a ``rebuild`` of the lake, and when asked to do it ``again``.
    """
    timed = _Timed()
    write_cards()  # measures that people built, as they are in force today
    say("Reading what changed …")
    done = Done(facts=refresh_facts(rebuild=rebuild, wait=wait), seconds=timed.parts)
    timed.end("facts")
    with lake.lock(wait=wait):
        files, made_by, last = _files(), digests(), snapshot()
        everything = rebuild or again
        if not everything and _is_fresh(last, files, made_by):
            return done
        say("Computing figures …")
        stale = patches.stale()
        found = _compute(None if everything else last, files, made_by, stale)
        timed.end("figures")
        say("Writing downloads …")
        patches.write(found, stale)
        timed.end("downloads")
    done.computed, done.changed = True, found.count
    return done


def _compute(
    last: Snapshot | None, files: list[File], made_by: dict[str, str], stale: set[str]
) -> Changes:
    """Compute and store what can be other than it was; everything where nothing is known of it."""
    as_of = clock.now()
    connection = engine.connect()
    try:
        todo = wanted(connection, last, made_by, as_of)
        is_all = all(months is None for months in todo.values())
        failed = _Failed(made_by)
        found = keep(
            figures(connection, todo, failed),
            as_of=as_of,
            files=files,
            digests=made_by,
            how="all" if is_all else "changed",
            announce=lambda measures: patches.note({*measures, *stale}),
        )
    finally:
        engine.close(connection)
    for fact in FACTS:
        changes.forget(fact)
    return found


class _Failed(set[Series]):
    """Series that could not be counted: noted among what figures are made by, to be tried again."""

    def __init__(self, made_by: dict[str, str]) -> None:
        super().__init__()
        self._made_by = made_by

    def add(self, series: Series) -> None:
        super().add(series)
        self._made_by[identity(series)] = FAILED


class _Timed:
    """How long each part took."""

    def __init__(self) -> None:
        self.parts: dict[str, float] = {}
        self._began = time.monotonic()

    def end(self, part: str) -> None:
        now = time.monotonic()
        self.parts[part], self._began = now - self._began, now


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


def nightly() -> None:
    """All figures once more, from all rows: right again even where a change was not followed."""
    done = refresh(again=True, wait=True)
    if done.changed:
        log.info("Computing all figures again changed %s.", done.changed)
    forget_computations()


def _is_fresh(last: Snapshot | None, files: list[File], made_by: dict[str, str]) -> bool:
    return (
        last is not None
        and last.files == files
        and _known(last.digests, made_by)
        and last.as_of > clock.now() - JUDGED_AGAIN
        and not downloads.missing()
        and not patches.stale()
    )


def _known(last: dict[str, str], made_by: dict[str, str]) -> bool:
    """Whether nothing is made in another way; what failed waits until something else changes."""
    return last == {
        name: FAILED if last.get(name) == FAILED else to for name, to in made_by.items()
    }


def _files() -> list[File]:
    """The files the figures come from, as the snapshot names them."""
    found = []
    for fact in FACTS:
        for name in lake.names(fact):
            about = lake.month_file(fact, name).stat()
            found.append(
                {"fact": fact, "month": name, "bytes": about.st_size, "made": about.st_mtime_ns}
            )
    return found
