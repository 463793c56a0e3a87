"""What is due: figures that people enter and have not, and measures nobody answers for."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Max

from heard.measures.definitions import ALL
from heard.people.models import Division, Staff
from heard.targets.models import Entry, Owner, OwnMeasure, Program
from heard.targets.overview import periods_behind
from heard.targets.periods import Period, containing, previous
from heard.targets.program import program, today
from heard.targets.subjects import Subject, of_own


@dataclass(frozen=True)
class Due:
    """One own measure with a finished period that has no published figure.

    ``waits``: it was entered and waits for a second pair of eyes. ``behind``: finished periods
    without a figure; ``period`` the first of them, ``since`` the code of the latest figure.
    """

    about: Subject
    owner: Staff | None
    behind: int
    period: Period
    since: str
    waits: bool
    is_stale: bool

    @property
    def owner_is_stale(self) -> bool:
        """Whether who answers for it left, or nobody does."""
        return self.owner is None or not self.owner.is_active


def due(division: Division | None = None) -> list[Due]:
    """Own measures whose figure is due, the most overdue first; four queries.

    With a division: those its people answer for.
    """
    owners = Owner.objects.select_related("staff")
    rows = OwnMeasure.objects.exclude(kind=OwnMeasure.Kind.RATIO)
    if division is not None:
        owners = owners.filter(staff__division=division)
        rows = rows.filter(key__in=owners.values("measure"))
    people = {row.measure: row.staff for row in owners}
    found = _all(list(rows), people)
    return sorted(found, key=lambda one: (-one.behind, one.about.key))


def overdue() -> list[Due]:
    """Those late enough to be told of as an alert."""
    return [one for one in due() if one.is_stale]


def _all(measures: Sequence[OwnMeasure], people: dict[str, Staff]) -> list[Due]:
    settings = program()
    entries = Entry.objects.filter(group=ALL, statistic="", measure__in=[m.key for m in measures])
    latest: dict[str, dict[str, Entry]] = {"published": {}, "open": {}}
    newest = entries.exclude(state=Entry.State.REPLACED).order_by()
    rows = newest.values("measure", "state").annotate(first=Max("first"))
    for row in rows:
        kind = "published" if row["state"] == Entry.State.PUBLISHED else "open"
        known = latest[kind].get(row["measure"])
        if known is None or known.first < row["first"]:
            latest[kind][row["measure"]] = Entry(measure=row["measure"], first=row["first"])
    found = []
    for own in measures:
        shown = latest["published"].get(own.key)
        behind = periods_behind(own, shown, settings)
        if shown is not None and behind:
            found.append(_due(own, shown, latest["open"].get(own.key), behind, people, settings))
    return found


def _due(
    own: OwnMeasure,
    shown: Entry,
    entered: Entry | None,
    behind: int,
    people: dict[str, Staff],
    settings: Program,
) -> Due:
    period = _first_missing(own, shown, settings)
    since = containing(shown.first, own.period_kind, settings.fiscal_start)  # type: ignore[arg-type]
    waits = entered is not None and entered.first > shown.first
    return Due(
        of_own(own), people.get(own.key), behind, period, since.code, waits,
        is_stale=behind > settings.stale_after and not waits,
    )  # fmt: skip


def _first_missing(own: OwnMeasure, shown: Entry, settings: Program) -> Period:
    start = settings.fiscal_start
    period = previous(containing(today(), own.period_kind, start), start)  # type: ignore[arg-type]
    while (before := previous(period, start)).first > shown.first:
        period = before
    return period
