"""One import from the first row to the last: in batches, each committed whole, to be resumed.

Each batch is one transaction: its rows, the counts and line of the ``ImportRun``, and one event and
audit row about the run. One audit row per imported case would double the writing and say nothing
that the run and the case's own ``source`` and ``external_id`` do not say; a step per case would
flood the queue, and letters about what happened in another system years ago must not be sent.
"""

from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction

from heard.core import clock
from heard.core.actors import importer
from heard.core.city import city, forget_city
from heard.core.errors import Refused
from heard.core.imports.bulk import tell_planner
from heard.core.imports.cells import Plan, Row
from heard.core.imports.progress import Progress
from heard.core.imports.records import Record, opened, records_of
from heard.core.imports.registry import Fate, Item, Loader, OnMissing, RowRejected, Terms
from heard.core.imports.rejects import Rejects
from heard.core.imports.report import Report
from heard.core.imports.survey import Source, Survey, columns_of, fingerprint, plan_of, survey
from heard.core.models import City, ImportRun
from heard.core.writes import record as record_write

BATCH_ROWS = 1000
BATCH_CHARACTERS = 4_000_000  # so that a file of very long rows needs no more memory
MANY = 10_000  # new rows after which the database should count its tables again
COUNTS = ("rows", "imported", "updated", "unchanged", "rejected")


@dataclass(frozen=True, slots=True)
class Options:
    """What the person who starts the import may choose."""

    source: str = ""
    on_missing: OnMissing = "create"
    dry_run: bool = False
    restart: bool = False
    rejects: Path | None = None
    limit: int = 0


@dataclass(slots=True)
class Batch:
    """Rows read but not yet written."""

    items: list[Item] = field(default_factory=list)
    rows: int = 0
    unchanged: int = 0
    rejected: int = 0
    characters: int = 0
    line: int = 0


class Import:
    """Brings one file in. ``run()`` gives the report; ``stop()`` ends it after this batch."""

    def __init__(self, source: Source, options: Options, progress: Progress) -> None:
        self.source = source
        self.options = options
        self.progress = progress
        self.name = options.source or source.mapping.source
        self.report = Report(source.path.name, dry_run=options.dry_run)
        self.batch = Batch()
        self.seen: dict[str, tuple[str, int]] = {}
        self.stopping = False
        self.survey: Survey
        self.run_row: ImportRun
        self.rejects: Rejects
        self.loader: Loader[Any]
        self.plan: Plan

    def stop(self) -> None:
        """Finish the batch at hand, then end."""
        self.stopping = True

    def run(self) -> Report:
        """Take every row. Raises ``Refused`` where the file cannot be imported as it is."""
        terms = (self.name, self.options.on_missing)
        mark = fingerprint(self.source, terms)
        self.progress.start("Looking through", 0)
        with closing(self.progress):
            self.survey = survey(self.source, self.progress.at)
            self._begin(mark)
            with closing(self.rejects):
                self._read_all()
        if not self.options.dry_run and self.run_row.imported >= MANY:
            tell_planner()
        self._finish_report()
        return self.report

    def _begin(self, mark: str) -> None:
        options, mapping = self.options, self.source.mapping
        unfinished = None if options.restart or options.dry_run else _unfinished(mark)
        self.run_row = unfinished or ImportRun(
            kind=self.source.kind.name,
            mapping=mapping.name,
            file_name=self.source.path.name[-255:],
            fingerprint=mark,
            started_at=clock.now(),
        )
        self.report.resumed_at = self.run_row.line
        self.rejects = Rejects(
            self._rejects_path(), self.survey.header, size=self.run_row.rejects_size
        )
        self.rejects.check(self.source.path)
        if not options.dry_run:
            self._save_run()
            self.report.notes += settle_city(mapping.zone)
        self.loader = self.source.kind.loader(
            mapping, Terms(self.name, options.on_missing, options.dry_run)
        )

    def _rejects_path(self) -> Path | None:
        """Where rejects go. A dry run writes them only where a place was said."""
        if self.options.rejects or self.options.dry_run:
            return self.options.rejects
        if self.run_row.rejects_file:
            return Path(self.run_row.rejects_file)
        stamp = self.run_row.started_at.strftime("%Y%m%d-%H%M%S-%f")
        folder = Path(settings.HEARD_DATA) / "imports"
        return folder / f"{self.source.path.name}.{stamp}.rejects.csv"

    def _save_run(self) -> None:
        said = self.rejects.path
        if said is not None and str(said.absolute()) != self.run_row.rejects_file:
            self.run_row.rejects_file = str(said.absolute())
            self.run_row.rejects_size = self.rejects.size = 0
        self.run_row.save()

    def _read_all(self) -> None:
        source, taken = self.source, 0
        with opened(source.path, source.encoding) as stream:
            records = records_of(
                stream, source.path.name, source.mapping.delimiter, columns_of(source.mapping)
            )
            self.plan = plan_of(source, records)
            self.progress.start("Importing", self.survey.rows, self.run_row.rows)
            for record in records.rows():
                if record.end <= self.run_row.line:
                    self._remember(record)
                    continue
                self._take(record)
                taken += 1
                enough = taken == self.options.limit
                full = self.batch.rows >= BATCH_ROWS or self.batch.characters >= BATCH_CHARACTERS
                if full or enough:
                    self._write_batch()
                if (full and self.stopping) or enough:
                    return
            self._write_batch(last=True)

    def _remember(self, record: Record) -> None:
        """Know the ids that a resumed run took before, where they come again."""
        if record.fault or not self.survey.repeated:
            return
        row = Row(self.plan, record.cells, record.line)
        if self.survey.repeats(row):
            try:
                self._is_first(row, self.loader.read(row))
            except RowRejected:
                return

    def _take(self, record: Record) -> None:
        batch = self.batch
        batch.rows += 1
        batch.line = record.end
        batch.characters += sum(map(len, record.cells))
        try:
            if record.fault:
                raise RowRejected(record.fault)
            row = Row(self.plan, record.cells, record.line)
            item = self.loader.read(row)
            if self._is_first(row, item):
                batch.items.append(item)
            else:
                batch.unchanged += 1
        except RowRejected as error:
            batch.rejected += 1
            self.rejects.add(record.line, str(error), record.cells)
            self.report.note_reason(str(error), record.line)

    def _is_first(self, row: Row, item: Item) -> bool:
        """Whether the id comes for the first time; a second time it must say the same."""
        if not self.survey.repeats(row):
            return True
        before = self.seen.setdefault(item.external_id, (item.row_hash, row.line))
        if before[1] == row.line:
            return True
        if before[0] != item.row_hash:
            raise RowRejected(
                f"The id {item.external_id} stands on line {before[1]:,} of this file too, with "
                "other content. The first one was taken; keep only the row that is right."
            )
        return False

    def _write_batch(self, *, last: bool = False) -> None:
        batch, self.batch = self.batch, Batch()
        if self.options.dry_run:
            self._count(batch, self.loader.write(batch.items))
        else:
            with transaction.atomic():
                _take_turn(self.run_row)
                fates = self.loader.write(batch.items)
                self._count(batch, fates)
                self._record(batch, fates.count("imported"), fates.count("updated"))
                if last:
                    self.run_row.finished_at = clock.now()
                # On the disk before the commit: a kill in between leaves too many lines there,
                # which a resume cuts off again, never too few.
                self.run_row.rejects_size = self.rejects.flush()
                self.run_row.save()
        self.report.finished = last
        self.progress.at(self.run_row.rows)

    def _count(self, batch: Batch, fates: Sequence[Fate]) -> None:
        row = self.run_row
        row.rows += batch.rows
        row.imported += fates.count("imported")
        row.updated += fates.count("updated")
        row.unchanged += fates.count("unchanged") + batch.unchanged
        row.rejected += batch.rejected
        row.line = max(row.line, batch.line)

    def _record(self, batch: Batch, imported: int, updated: int) -> None:
        if imported or updated:
            record_write(
                f"{self.source.kind.name}.imported",
                about=self.run_row,
                actor=importer(self.name),
                data={"imported": imported, "updated": updated, "to_line": batch.line},
            )

    def _finish_report(self) -> None:
        for name in COUNTS:
            setattr(self.report, name, getattr(self.run_row, name))
        self.report.last_line = self.run_row.line
        self.report.notes += self.loader.notes()
        wrote = self.rejects.path is not None and self.rejects.path.exists()
        self.report.rejects = self.rejects.path if wrote else None
        self.report.check()


def _unfinished(mark: str) -> ImportRun | None:
    """The run to go on with: the latest of this very import, where it did not reach the end."""
    latest = ImportRun.objects.filter(fingerprint=mark).order_by("-id").first()
    return latest if latest is not None and latest.finished_at is None else None


def _take_turn(row: ImportRun) -> None:
    """Lock the run; refuse to go on where somebody else went on with it meanwhile."""
    committed = ImportRun.objects.select_for_update().values_list("line", flat=True).get(pk=row.pk)
    if committed != row.line:
        raise Refused(
            "Another process is importing this file at the same time. Let it finish; running this "
            "again afterwards changes nothing."
        )


def settle_city(zone: str) -> list[str]:
    """Give a house without a city one in the zone of the data, so that its months are local."""
    if City.objects.exists():
        return []
    with transaction.atomic():
        made = City.objects.create(name="Our city", zone=zone)
        record_write("city.made", about=made, actor=importer("setup"))
    forget_city()
    return [
        f"The house had no city yet: made one called “{city().name}” in the zone {zone}. Its name "
        "and looks are set on the administration pages."
    ]
