"""``heard measures``: list the measures, show their figures, bring everything up to date."""

import csv
import json
import re
import sys
from argparse import ArgumentParser
from collections.abc import Sequence
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from heard.measures import ahead
from heard.measures.definitions import (
    ALL,
    BY,
    Definition,
    Statistic,
    UnknownName,
    check_by,
    measure,
    measures,
)
from heard.measures.reads import plain, results

COLUMNS = ("measure", "definition", "period", "group", "n", "value", "low", "high", "suppressed")
PERIOD = re.compile(r"\d{4}-(0[1-9]|1[0-2])")


class Command(BaseCommand):
    help = "Show what is measured, and bring it up to date."

    def add_arguments(self, parser: ArgumentParser) -> None:
        verbs = parser.add_subparsers(dest="verb", required=True)
        verbs.add_parser("list", help="the measures and how each can be counted")
        show = verbs.add_parser("show", help="the figures of one measure")
        show.add_argument("measure")
        show.add_argument("--by", default=ALL, help=f"one of {', '.join(BY)}")
        show.add_argument("--period", help="a month such as 2011-08; all where left out")
        show.add_argument("--format", choices=("table", "csv", "json"), default="table")
        way = show.add_mutually_exclusive_group()
        way.add_argument("--cohort", help="on_time: closed (the default) or due")
        way.add_argument("--statistic", help="median, p90; or index, top2")
        refresh = verbs.add_parser("refresh", help="bring facts and figures up to date")
        refresh.add_argument("--rebuild", action="store_true", help="read everything again")
        refresh.add_argument("--charts", action="store_true", help="and draw the charts now")
        report = verbs.add_parser("report", help="make the PDF report of a month")
        report.add_argument("period", nargs="?", help="a month such as 2011-08; else the latest")

    def handle(self, *, verb: str, **options: Any) -> None:
        if verb == "refresh":
            self._refresh(rebuild=options["rebuild"], charts=options["charts"])
        elif verb == "list":
            self._list()
        elif verb == "report":
            self._report(options["period"])
        else:
            self._show(**options)

    def _list(self) -> None:
        for card in measures().values():
            ways = ", ".join(s.key for s in card.statistics)
            self.stdout.write(f"{card.key:16} v{card.version}  {ways:16}  {card.definition['en']}")

    def _show(self, **options: Any) -> None:
        try:
            card = measure(options["measure"])
            statistic = card.statistic(options["cohort"] or options["statistic"])
            by = check_by(options["by"])
        except UnknownName as error:
            raise CommandError(str(error), returncode=2) from None
        period = options["period"]
        if period is not None and not PERIOD.fullmatch(period):
            raise CommandError(_bad_period(period, card, statistic), returncode=2)
        rows = [_row(row) for row in results(card, statistic, by=by, period=period)]
        {"json": self._json, "csv": self._csv, "table": self._table}[options["format"]](rows)

    def _json(self, rows: Sequence[dict[str, Any]]) -> None:
        self.stdout.write(json.dumps(rows, indent=1, ensure_ascii=False))

    def _csv(self, rows: Sequence[dict[str, Any]]) -> None:
        out = csv.DictWriter(self.stdout, COLUMNS, lineterminator="\n")
        out.writeheader()
        for row in rows:
            out.writerow(row | {"suppressed": str(row["suppressed"]).lower()})

    def _table(self, rows: Sequence[dict[str, Any]]) -> None:
        lines = [COLUMNS, *([_cell(row[name]) for name in COLUMNS] for row in rows)]
        widths = [max(len(line[place]) for line in lines) for place in range(len(COLUMNS))]
        for line in lines:
            cells = (cell.ljust(width) for cell, width in zip(line, widths, strict=True))
            self.stdout.write("  ".join(cells).rstrip())
        if not rows:
            self.stderr.write("There are no figures yet; `heard measures refresh` computes them.")

    def _say(self, line: str) -> None:
        sys.stderr.write(line + "\n")

    def _refresh(self, *, rebuild: bool, charts: bool) -> None:
        from heard.measures.refresh import refresh  # the engine is loaded only where it is needed

        done = refresh(rebuild=rebuild, wait=True, say=self._say)
        for fact in done.facts:
            self.stdout.write(
                f"{fact.fact}: {fact.how}, {fact.read} rows read, {len(fact.months)} months written"
            )
        self.stdout.write(f"figures changed: {done.changed}")
        if charts:
            from heard.measures.charts import draw

            drawn, _waiting = draw()
            self.stdout.write(f"charts drawn: {drawn}")
            made = ahead.ask("make")
            if made is not None:
                self.stdout.write(
                    f"expressions written: {made.expressions}, reports: {len(made.reports)}"
                )

    def _report(self, period: str | None) -> None:
        if period is not None and not PERIOD.fullmatch(period):
            raise CommandError(f"{period} is not a month such as 2011-08.", returncode=2)
        try:
            made = ahead.ask("report", period, again=True)
        except ValueError as error:  # no figures of that month
            raise CommandError(str(error), returncode=2) from None
        for path in made or []:
            self.stdout.write(f"{path}")
        if not made:
            self.stderr.write("There are no figures yet; `heard measures refresh` computes them.")


def _row(row: Any) -> dict[str, Any]:
    published = plain(row)
    return {name: published[name] for name in COLUMNS}


def _bad_period(period: str, card: Definition, statistic: Statistic) -> str:
    known = results(card, statistic).values_list("period", flat=True)
    span = f"there is {known[0]} to {known.reverse()[0]}" if known else "there are no figures yet"
    return f"{period} is not a month such as 2011-08; {span}."


def _cell(value: Any) -> str:
    if value is None:
        return "-"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:.4f}" if isinstance(value, float) else str(value)
