"""What the public pages show that takes an engine or long: made by the worker, before anybody asks.

Expressions as SQL, outlines of districts, files of our own measures, the report.
"""

import time
from dataclasses import dataclass, field
from pathlib import Path

from heard.measures.reads import latest
from heard.targets.reads import changed_at

FEW = 8  # expressions in one run of the regular job: other jobs wait for it
REPORT_REST = 600.0  # seconds between two reports of a month whose figures keep changing


@dataclass
class Made:
    """What was made: how many expressions, and which reports."""

    expressions: int = 0
    waiting: int = 0
    reports: list[Path] = field(default_factory=list)


class _Worker:
    """What this worker remembers from one run to the next."""

    seen: object = None
    reports_after = 0.0  # of the monotonic clock


def make(*, at_most: int | None = None, reports: bool = True) -> Made:
    """Make all that is missing or stale."""
    from heard.measures import working  # load slowly; web processes need none of them
    from heard.public import outlines
    from heard.public.own_downloads import write_own
    from heard.public.report import make as make_reports

    made = Made()
    outlines.draw()
    made.expressions, made.waiting = working.write(at_most=at_most)
    write_own()
    if reports:
        made.reports = make_reports()
    return made


def regularly() -> None:
    """The scheduled job: nothing at all where neither figures nor words of the program changed."""
    found = latest()
    if found is None:
        return
    state = (found.as_of, changed_at())
    if state == _Worker.seen:
        return
    due = time.monotonic() >= _Worker.reports_after
    made = make(at_most=FEW, reports=due)
    if due:
        _Worker.reports_after = time.monotonic() + REPORT_REST
    if made.waiting == 0:
        _Worker.seen = state
