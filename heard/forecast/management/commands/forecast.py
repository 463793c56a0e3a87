"""``heard forecast``: make the forecasts now, and show how well each way did before."""

import csv
import signal
import sys
import time
from argparse import ArgumentParser
from datetime import date
from types import FrameType
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from heard.forecast.models import Forecast, Method

COLUMNS = (
    "kind", "code", "method", "n", "since", "as_of", "four_weeks", "tested", "mae_model",
    "mae_naive", "coverage", "hour_mae", "hour_mae_naive", "hour_coverage",
)  # fmt: skip


class Command(BaseCommand):
    help = "Forecast the cases of the next four weeks; stopped, it goes on where it was."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--as-of", type=date.fromisoformat, metavar="DATE",
            help="the first day to forecast, as 2026-07-01 (today)",
        )  # fmt: skip
        parser.add_argument("--again", action="store_true", help="also what has not changed")
        parser.add_argument("--show", action="store_true", help="only show what was made last")
        parser.add_argument("--format", choices=("table", "csv"), default="table")

    def handle(
        self, *, as_of: date | None, again: bool, show: bool, format: str, **options: Any
    ) -> None:
        if as_of is not None and not date(1990, 1, 1) <= as_of <= date(2090, 1, 1):
            raise CommandError("--as-of must lie between 1990 and 2090.", returncode=2)
        if not show:
            self._make(as_of, again)
        rows = list(Forecast.objects.defer("days", "profile", "hours_low", "hours_high", "recent"))
        if not rows:
            self.stderr.write("There is no whole day of cases yet to forecast from.")
        elif format == "csv":
            self._csv(rows)
        else:
            self._table(rows)

    def _make(self, as_of: date | None, again: bool) -> None:
        from heard.forecast.refresh import refresh  # loads the statistics, which take a second

        stopped = signal.signal(signal.SIGTERM, _stop)
        shown = 0.0

        def say(place: int, total: int, row: Forecast, made: bool) -> None:
            nonlocal shown
            if place == total or time.monotonic() - shown > 0.5:
                shown = time.monotonic()
                sys.stderr.write(f"{place} of {total}: {row.code}, {row.method}\n")

        try:
            done = refresh(as_of=as_of, again=again, say=say)
        except KeyboardInterrupt:
            said = "Stopped. What was made is kept; the same command goes on from there."
            raise CommandError(said, returncode=130) from None
        finally:
            signal.signal(signal.SIGTERM, stopped)
        sys.stderr.write(f"{done.total} series, {done.made} made in {done.seconds:.1f} s\n")

    def _csv(self, rows: list[Forecast]) -> None:
        out = csv.writer(self.stdout, lineterminator="\n")
        out.writerow(COLUMNS)
        out.writerows([getattr(row, name) for name in COLUMNS] for row in rows)

    def _table(self, rows: list[Forecast]) -> None:
        tried = [row for row in rows if row.method != Method.POOLED]
        width = min(44, max((len(row.code) for row in tried), default=4))
        self.stdout.write(f"{'series':{width}} {'n':>7} {'tested':>6} {'model':>8} {'naive':>8}"
                          "  held  used")  # fmt: skip
        for row in tried:
            errors = [_told(row.mae_model, 8), _told(row.mae_naive, 8)]
            held = "  -  " if row.coverage is None else f"{row.coverage:5.0%}"
            code = row.code[:width]
            self.stdout.write(
                f"{code:{width}} {row.n:7} {row.tested:6} {' '.join(errors)} {held}  {row.method}"
            )
        pooled = len(rows) - len(tried)
        if pooled:
            self.stdout.write(f"and {pooled} services with few cases, forecast together")


def _told(value: float | None, width: int) -> str:
    return f"{'-':>{width}}" if value is None else f"{value:{width}.2f}"


def _stop(number: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt
