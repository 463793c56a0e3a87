"""A publisher's indicators taken in as measures of our own, with their figures and targets."""

import hashlib
from collections.abc import Iterable
from pathlib import Path

from heard.core import clock
from heard.core.actors import Actor, importer
from heard.core.writes import record, write
from heard.measures.definitions import ALL
from heard.targets import checking
from heard.targets.importing import store
from heard.targets.mappings import Mapping
from heard.targets.models import Batch, Entry, OwnMeasure, Target
from heard.targets.periods import parse
from heard.targets.program import touch

Rows = list[checking.Indicator]


@write
def take_indicators(
    path: Path, mapping: Mapping, *, actor: Actor | None = None
) -> tuple[Batch, int, int]:
    """Take a file in: gives the batch, how many measures are new, and how many targets.

    Figures come as drafts; two people publish them. The same file again changes nothing. Raises
    ``Refused`` where the file is not what the mapping says.
    """
    rows = list(checking.indicators(path, mapping))
    actor = actor or importer(path.name)
    made = _measures(rows, mapping)
    entries, unchanged = _entries(rows, mapping, path.name)
    batch = Batch.objects.create(
        name=path.name[:200], digest=hashlib.sha256(path.read_bytes()).hexdigest(),
        taken=len(entries), unchanged=unchanged, made_by_id=actor.id, made_at=clock.now(),
    )  # fmt: skip
    store(entries, batch, actor)
    targets = _targets(rows, mapping)
    touch()
    changes = {"measures": made, "taken": batch.taken, "targets": targets}
    record("figures.imported", about=batch, actor=actor, changes=changes)
    return batch, made, targets


def _key(one: checking.Indicator, mapping: Mapping) -> str:
    return f"{mapping.prefix}{one.id}"[:40]


def _measures(rows: Rows, mapping: Mapping) -> int:
    known = set(OwnMeasure.objects.values_list("key", flat=True))
    new = [
        OwnMeasure(
            key=_key(one, mapping), kind=OwnMeasure.Kind.IMPORTED, name={"en": one.name[:300]},
            definition={"en": f"{one.name[:300]}, as published: {mapping.name}."},
            source=mapping.name, unit=OwnMeasure.Unit.COUNT, direction=one.direction or "none",
            period_kind="year", created_at=clock.now(),
        )
        for one in rows
        if _key(one, mapping) not in known
    ]  # fmt: skip
    OwnMeasure.objects.bulk_create(new, batch_size=500)
    return len(new)


def _entries(rows: Rows, mapping: Mapping, source: str) -> tuple[list[Entry], int]:
    mine = Entry.objects.filter(measure__startswith=mapping.prefix, by=ALL)
    known = set(mine.values_list("measure", "period"))
    years = [mapping.year, *mapping.earlier]
    periods = {year: parse(f"FY{year}", mapping.fiscal_start) for year in years}
    entries, unchanged = [], 0
    for one in rows:
        key = _key(one, mapping)
        for year, value in zip(years, (one.value, *one.earlier), strict=True):
            if value is None:
                continue
            period = periods[year]
            if (key, period.code) in known:
                unchanged += 1
                continue
            entries.append(
                Entry(
                    measure=key,
                    kind=period.kind,
                    period=period.code,
                    first=period.first,
                    last=period.last,
                    value=value,
                    evidence=f"{source}, line {one.line}",
                )
            )
    return entries, unchanged


def _targets(rows: Iterable[checking.Indicator], mapping: Mapping) -> int:
    """The publisher's targets of the judged year; they were set before it, by the publisher."""
    period = parse(f"FY{mapping.year}", mapping.fiscal_start)
    mine = Target.objects.filter(measure__startswith=mapping.prefix, period=period.code)
    known = set(mine.values_list("measure", flat=True))
    new = [
        Target(
            measure=_key(one, mapping), kind=period.kind, period=period.code, first=period.first,
            last=period.last, direction=one.direction, value=one.target, set_at=clock.now(),
        )
        for one in rows
        if one.target is not None and one.direction and _key(one, mapping) not in known
    ]  # fmt: skip
    Target.objects.bulk_create(new, batch_size=500)
    return len(new)
