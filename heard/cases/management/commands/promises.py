"""``heard promises``: which cases have no date, what would move, and moving it."""

from argparse import ArgumentParser
from itertools import islice
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from heard.cases.clocks import adopt
from heard.cases.models import Case, Clock, Recalculation
from heard.cases.moving import Preview, Scope, preview, without_clock
from heard.cases.recalculating import (
    one_piece,
    propose,
    running_clocks,
    share_done,
    start,
    work,
)
from heard.cases.states import OPEN
from heard.cases.why_without import why_without
from heard.core import clock
from heard.core.actors import SYSTEM
from heard.core.imports.bulk import update_many
from heard.core.imports.progress import Progress
from heard.people.models import Division

LISTED = 50
DATES = ("first_response_due", "due_at", "promise_version", "changed_at")


class Command(BaseCommand):
    help = "Promises: which open cases have no date, and dates counted anew."

    def add_arguments(self, parser: ArgumentParser) -> None:
        verbs = parser.add_subparsers(dest="verb", required=True)
        verbs.add_parser("check", help="open cases without a date, and why")
        verbs.add_parser("status", help="clocks and recalculations")
        verbs.add_parser("adopt", help="give open cases without clocks the ones they should have")
        for name, what in (
            ("preview", "what would move if dates were counted anew now"),
            ("recalculate", "count the dates of open cases anew; stopped, it can be gone on with"),
        ):
            verb = verbs.add_parser(name, help=what)
            verb.add_argument("--division", metavar="CODE", help="only this division's promises")

    def handle(self, *, verb: str, **options: Any) -> None:
        if verb == "check":
            self._check()
        elif verb == "status":
            self._status()
        elif verb == "adopt":
            self._adopt()
        elif verb == "preview":
            self._preview(preview(Scope(self._divisions(options["division"]))))
        else:
            self._recalculate(self._divisions(options["division"]))

    def _divisions(self, code: str | None) -> list[int] | None:
        if code is None:
            return None
        found = Division.objects.filter(code=code).first()
        if found is None:
            known = ", ".join(Division.objects.values_list("code", flat=True)[:20])
            raise CommandError(f"There is no division {code}; there is {known or 'none'}.")
        return [found.pk]

    def _check(self) -> None:
        found = without_clock()
        total = found.count()
        shown = list(found[:LISTED])
        reasons = why_without(shown)
        for case in shown:
            self.stdout.write(f"{case.reference}  {case.service.code:30}  {reasons[case.pk]}")
        more = f" (the first {LISTED} are shown)" if total > LISTED else ""
        self.stdout.write(f"Open cases without a date: {total:,}{more}")

    def _status(self) -> None:
        self.stdout.write(f"Clocks running: {running_clocks():,}")
        for row in Recalculation.objects.all()[:10]:
            self.stdout.write(
                f"{row.pk}  {row.created_at:%Y-%m-%d %H:%M}  {row.why}  {row.state}  "
                f"{share_done(row):.0%}  moved {row.moved:,}"
            )

    def _preview(self, found: Preview) -> None:
        self.stdout.write(
            f"{found.seen:,} clocks seen in {found.seconds:.1f} s; {found.moved:,} dates would "
            f"move: {found.later:,} later, {found.earlier:,} earlier ({found.late_now:,} late at "
            f"once); {found.stuck:,} cannot be counted."
        )

    def _recalculate(self, divisions: list[int] | None) -> None:
        row = propose(Recalculation.Why.BY_HAND, divisions=divisions, actor=SYSTEM)
        work(row.pk, seconds=0)
        row.refresh_from_db()
        if row.state == Recalculation.State.ASKING:
            start(row, actor=SYSTEM)
            progress = Progress(self.stderr.write)
            progress.start("counting", row.total)
            while one_piece(row.pk):
                row.refresh_from_db()
                progress.at(row.seen)
            progress.close()
            row.refresh_from_db()
        self.stdout.write(f"{row.total:,} clocks counted, {row.moved:,} dates moved.")

    def _adopt(self) -> None:
        with_clock = Clock.objects.values("case")
        found = Case.objects.filter(state__in=OPEN, merged_into=None).exclude(pk__in=with_clock)
        cases = found.select_related("service").order_by("pk").iterator(chunk_size=500)
        adopted = 0
        while batch := list(islice(cases, 500)):
            with transaction.atomic():
                rows = adopt(batch)
                Clock.objects.bulk_create(rows)
                touched = {row.case_id for row in rows}
                adopted += len(touched)
                now = clock.now()
                for case in batch:
                    case.changed_at = now
                update_many(
                    Case,
                    DATES,
                    [(c.pk, [getattr(c, name) for name in DATES])
                     for c in batch if c.pk in touched],
                )  # fmt: skip
        self.stdout.write(f"Cases that got their clocks: {adopted:,}")
