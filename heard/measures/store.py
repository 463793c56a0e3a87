"""Storing figures: only what changed is written, in one transaction with the snapshot's row."""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction

from heard.measures.compute import Block
from heard.measures.definitions import measure
from heard.measures.figures import Figure
from heard.measures.models import Result, Snapshot

BATCH = 1000
WRITTEN = ("n", "value", "low", "high", "suppressed", "left_out", "detail")


@dataclass
class Changes:
    """Rows to write, and the blocks they belong to."""

    new: list[Result] = field(default_factory=list)
    altered: list[Result] = field(default_factory=list)
    gone: list[int] = field(default_factory=list)
    blocks: set[Block] = field(default_factory=set)

    @property
    def count(self) -> int:
        """How many rows differ from what is stored."""
        return len(self.new) + len(self.altered) + len(self.gone)


def snapshot() -> Snapshot | None:
    """The row about the latest computation; None before the first."""
    return Snapshot.objects.order_by("id").first()


def keep(
    blocks: Iterable[tuple[Block, list[Figure]]], *, as_of: datetime, files: list[dict[str, Any]]
) -> Changes:
    """Replace what changed. Readers see the old figures or the new ones, never some of each."""
    row = snapshot() or Snapshot(pk=1, as_of=as_of, changed_at=as_of)
    changes, digests = Changes(), {}
    for block, figures in blocks:
        key = "/".join(block)
        digests[key] = _digest(block, figures)
        if digests[key] != row.digests.get(key):
            _compare(block, figures, changes)
    row.as_of, row.files, row.digests = as_of, files, digests
    if changes.count:
        row.changed_at = as_of
    with transaction.atomic():
        for start in range(0, len(changes.gone), BATCH):
            Result.objects.filter(pk__in=changes.gone[start : start + BATCH]).delete()
        Result.objects.bulk_create(changes.new, batch_size=BATCH)
        Result.objects.bulk_update(changes.altered, WRITTEN, batch_size=BATCH // 10)
        row.save()
    return changes


def _digest(block: Block, figures: list[Figure]) -> str:
    plain = [measure(block[0]).version, *(asdict(one) for one in figures)]
    return hashlib.sha256(json.dumps(plain, sort_keys=True).encode()).hexdigest()[:32]


def _compare(block: Block, figures: list[Figure], changes: Changes) -> None:
    """Add the differences between the figures and what is stored of this definition's version."""
    key, statistic, by = block
    version = measure(key).version
    stored = {
        (row.period, row.group): row
        for row in Result.objects.filter(
            measure=key, statistic=statistic, definition=version, by=by
        )
    }
    for one in figures:
        values = {name: getattr(one, name) for name in WRITTEN}
        old = stored.pop((one.period, one.group), None)
        if old is None:
            changes.new.append(
                Result(
                    measure=key, statistic=statistic, definition=version,
                    period=one.period, by=by, group=one.group, **values,
                )
            )  # fmt: skip
        elif any(getattr(old, name) != value for name, value in values.items()):
            for name, value in values.items():
                setattr(old, name, value)
            changes.altered.append(old)
        else:
            continue
        changes.blocks.add(block)
    if stored:
        changes.gone += [row.pk for row in stored.values()]
        changes.blocks.add(block)
