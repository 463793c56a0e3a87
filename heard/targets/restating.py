"""Computed figures that were published with words and have changed since: listed by themselves."""

from django.db import transaction

from heard.core import clock
from heard.core.words import Words
from heard.measures.definitions import ALL
from heard.measures.models import Result
from heard.targets.models import Entry, Restatement
from heard.targets.program import touch
from heard.targets.subjects import subject

LATE_DATA: Words = {
    "en": "Counted again from the cases: rows came in, or were mended, after publication.",
    "es": "Se contó de nuevo a partir de los casos: llegaron o se corrigieron datos después de "
    "la publicación.",
}


def notice() -> int:
    """List every published figure that the computation no longer gives; returns how many.

    The published row then takes the new figure, so that each change is listed once.
    """
    shown = list(Entry.objects.filter(state=Entry.State.PUBLISHED, by=ALL).exclude(statistic=""))
    now = _current({e.measure for e in shown})
    changed = []
    for entry in shown:
        row = now.get((entry.measure, entry.statistic, entry.definition, entry.period))
        if row is not None and not row.suppressed and row.value != entry.value:
            changed.append((entry, row))
    with transaction.atomic():
        for entry, row in changed:
            _restate(entry, row)
        if changed:
            touch()
    return len(changed)


def _current(keys: set[str]) -> dict[tuple[str, str, int, str], Result]:
    found = Result.objects.filter(measure__in=keys, by=ALL, group=ALL)
    return {(r.measure, r.statistic, r.definition, r.period): r for r in found}


def _restate(entry: Entry, row: Result) -> None:
    Restatement.objects.create(
        what=Restatement.What.FIGURE, measure=entry.measure, statistic=entry.statistic, by=entry.by,
        group=entry.group, period=entry.period, unit=subject(entry.measure, entry.statistic).unit,
        old=entry.value, new=row.value, why=LATE_DATA, at=clock.now(),
    )  # fmt: skip
    entry.value, entry.low, entry.high, entry.n = row.value, row.low, row.high, row.n
    entry.version += 1
    entry.save()
