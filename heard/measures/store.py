"""Storing figures: only what changed is written, in one transaction with the snapshot's row."""

import json
import pickle
import tempfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from operator import attrgetter
from typing import Any, Literal, NamedTuple

from django.db import connection, transaction
from django.db.models import QuerySet

from heard.measures.compute import Made
from heard.measures.definitions import measure
from heard.measures.figures import Figure
from heard.measures.models import Computation, ComputedFile, Result, Snapshot, definition_id
from heard.measures.slices import LAST, Slice

BATCH = 1000
NAMED = ("measure", "statistic", "definition", "period", "by", "group")
WRITTEN = ("n", "value", "low", "high", "suppressed", "left_out", "detail")
_written = attrgetter(*WRITTEN)
File = dict[str, Any]  # fact, month, bytes, made
How = Literal["all", "changed"]
Named = tuple[str, str, int, str, str, str]


class Row(NamedTuple):
    """A row as it is stored: a tenth of what a ``Result`` costs, where there are many."""

    measure: str
    statistic: str
    definition: int
    period: str
    by: str
    group: str
    n: int
    value: float | None
    low: float | None
    high: float | None
    suppressed: bool
    left_out: int
    detail: dict[str, Any]

    @property
    def named(self) -> Named:
        """What tells it from every other row."""
        return self.measure, self.statistic, self.definition, self.period, self.by, self.group

    @property
    def definition_id(self) -> str:
        """As of a ``Result``."""
        return definition_id(self.measure, self.statistic, self.definition)


assert Row._fields == (*NAMED, *WRITTEN)


class Waiting:
    """Rows to be written, in a file until all are known: a large city has more than memory."""

    def __init__(self) -> None:
        self._file = tempfile.TemporaryFile()  # noqa: SIM115 - closed with its owner
        self._some: list[tuple[Any, ...]] = []
        self.count = 0

    def add(self, row: tuple[Any, ...]) -> None:
        """One more: the values of ``NAMED`` and ``WRITTEN``."""
        self._some.append(row)
        self.count += 1
        if len(self._some) == BATCH:
            pickle.dump(self._some, self._file, protocol=pickle.HIGHEST_PROTOCOL)
            self._some = []

    def batches(self) -> Iterator[list[tuple[Any, ...]]]:
        """All of them, a thousand at a time; may be asked for again."""
        self._file.seek(0)
        for _number in range(self.count // BATCH):
            yield pickle.load(self._file)  # noqa: S301 - our own, in a file without a name
        if self._some:
            yield self._some

    def rows(self) -> Iterator["Row"]:
        """All of them, each with its names."""
        for batch in self.batches():
            for row in batch:
                yield Row(*row)


@dataclass
class Changes:
    """What differs from what is stored: rows to write, and rows to take away."""

    written: Waiting = field(default_factory=Waiting)
    gone: dict[int, Named] = field(default_factory=dict)
    measures: dict[str, int] = field(default_factory=dict)  # how many rows of each differ

    @property
    def count(self) -> int:
        """How many rows differ from what is stored."""
        return self.written.count + len(self.gone)

    def noted(self, key: str) -> None:
        """One more row of a measure differs."""
        self.measures[key] = self.measures.get(key, 0) + 1


def snapshot() -> Snapshot | None:
    """The row about the latest computation; None before the first."""
    return Snapshot.objects.order_by("id").first()


def keep(
    made: Iterable[Made],
    *,
    as_of: datetime,
    files: list[File],
    digests: dict[str, str],
    how: How,
    announce: Callable[[Iterable[str]], None] = lambda measures: None,
) -> Changes:
    """Replace what changed. Readers see the old figures or the new ones, never some of each.

    ``announce`` is told, before anything is stored, of which measures figures will differ.
    """
    changes = Changes()
    for one in made:
        _compare(one, changes)
    if changes.count:
        announce(changes.measures)
    row = snapshot() or Snapshot(pk=1, as_of=as_of, changed_at=as_of)
    others = _other_files(row.files, files)
    row.as_of, row.files, row.digests = as_of, files, digests
    if changes.count:
        row.changed_at = as_of
    with transaction.atomic():
        computation = None
        if changes.count or others:
            computation = Computation.objects.create(as_of=as_of, how=how, changed=changes.count)
            ComputedFile.objects.bulk_create(
                (ComputedFile(computation=computation, **file) for file in others), batch_size=BATCH
            )
        _write(changes, computation)
        row.save()
    return changes


def forget_computations() -> int:
    """Take away computations that no figure in force was made by, with what only they need to know.

    Of each file, the note of what it was is kept while a computation that read it so is kept.
    """
    made = set(Result.objects.values_list("computation", flat=True).distinct()) - {None}
    last = Computation.objects.values_list("pk", flat=True).last()
    kept = sorted({*made, *([last] if last else [])})
    gone: list[int] = []
    notes = ComputedFile.objects.order_by("fact", "month", "-computation")
    later: tuple[str, str, int] | None = None
    for pk, fact, month, number in notes.values_list("pk", "fact", "month", "computation"):
        until = later[2] if later and later[:2] == (fact, month) else None
        if not any(number <= one and (until is None or one < until) for one in kept):
            gone.append(pk)
        later = (fact, month, number)
    with transaction.atomic():
        for start in range(0, len(gone), BATCH):
            ComputedFile.objects.filter(pk__in=gone[start : start + BATCH]).delete()
        needed = ComputedFile.objects.values("computation")
        unused = Computation.objects.exclude(pk__in=kept).exclude(pk__in=needed)
        return unused.delete()[0]


def _write(changes: Changes, computation: Computation | None) -> None:
    gone = list(changes.gone)
    for start in range(0, len(gone), BATCH):
        Result.objects.filter(pk__in=gone[start : start + BATCH]).delete()
    number = computation.pk if computation else None
    with connection.cursor() as cursor:
        for batch in changes.written.batches():
            rows = [(*row[:-1], json.dumps(row[-1]), number) for row in batch]
            cursor.executemany(_upsert(), rows)


def _upsert() -> str:
    """A row put in, or in the place of the one it is a newer figure of.

    As both databases say it; the model's own way takes ten times longer for a hundred thousand.
    """
    assert WRITTEN[-1] == "detail"
    quoted = connection.ops.quote_name
    named = [quoted(name) for name in NAMED]
    written = [quoted(name) for name in (*WRITTEN, "computation_id")]
    columns = ", ".join([*named, *written])
    news = ", ".join(f"{column} = EXCLUDED.{column}" for column in written)
    places = ", ".join(["%s"] * (len(named) + len(written)))
    return (
        f"INSERT INTO {quoted(Result._meta.db_table)} ({columns}) VALUES ({places}) "  # noqa: S608
        f"ON CONFLICT ({', '.join(named)}) DO UPDATE SET {news}"
    )


def _other_files(before: list[File], now: list[File]) -> list[File]:
    """The files that are not what they were; those that have gone, without a size."""
    old = {(file["fact"], file["month"]): file for file in before}
    new = {(file["fact"], file["month"]): file for file in now}
    gone = [{**file, "bytes": None} for key, file in old.items() if key not in new]
    return [file for key, file in new.items() if old.get(key) != file] + gone


def _compare(made: Made, changes: Changes) -> None:
    """Add the differences between the figures and what is stored of this definition's version."""
    version = measure(made.measure).version
    stored = {
        tuple(row[:3]): row[3:]
        for row in _stored(made, version).values_list("period", "by", "group", "pk", *WRITTEN)
    }
    for some in made.figures.values():
        for one in some:
            values = _written(one)
            old = stored.pop((one.period, one.by, one.group), None)
            if old is None or tuple(old[1:]) != values:
                changes.written.add((*_named(made, version, one), *values))
                changes.noted(made.measure)
    for (period, by, group), row in stored.items():
        changes.gone[row[0]] = (made.measure, made.statistic, version, period, by, group)
        changes.noted(made.measure)


def _stored(made: Made, version: int) -> QuerySet[Result, Result]:
    found = Result.objects.filter(
        measure=made.measure, statistic=made.statistic, definition=version
    ).order_by()
    months = made.months
    if months.months is not None:
        return found.filter(period__in=months.months)
    if (months.first, months.last) == (Slice.first, LAST):
        return found
    return found.filter(period__gte=months.first, period__lte=months.last)


def _named(made: Made, version: int, one: Figure) -> Named:
    return made.measure, made.statistic, version, one.period, one.by, one.group
