"""A measure over time, in stretches of one definition each. No line joins two of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from django.utils.translation import gettext as _

from heard.core.words import said
from heard.measures.definitions import ALL
from heard.measures.models import Result
from heard.measures.periods import first_day
from heard.targets.models import Entry
from heard.targets.periods import Period, containing
from heard.targets.subjects import Subject
from heard.targets.telling import change_told, figure_told
from heard.targets.versions import Version, in_force, versions_of
from heard.ui.telling import day_told


@dataclass(frozen=True, slots=True)
class Point:
    """The figure of one period by one definition."""

    period: Period
    value: float | None
    low: float | None
    high: float | None
    n: int | None
    definition: int


@dataclass(frozen=True, slots=True)
class Break:
    """Where a new definition begins. ``first`` is the first period counted by it."""

    version: Version
    first: Period
    both_ways: tuple[tuple[Point, Point], ...]
    unit: str

    @property
    def sentence(self) -> str:
        """The change named in the text."""
        day = day_told(self.version.effective_from, "day") if self.version.effective_from else ""
        text = _(
            "The definition changed on {day}. Figures from {period} on are counted in a new way "
            "and cannot be compared with earlier ones."
        ).format(day=day, period=self.first)
        return text

    @property
    def what(self) -> str:
        """What changed and why, in the words of who decided."""
        return " ".join(part for part in (said(self.version.what), said(self.version.why)) if part)

    @property
    def overlap(self) -> str:
        """What the change alone does to the figure, where both ways were computed."""
        if not self.both_ways:
            return _("No period could be counted in both ways.")
        old, new = self.both_ways[-1]
        gaps = [(b.value or 0.0) - (a.value or 0.0) for a, b in self.both_ways]
        gap = sum(gaps) / len(gaps)
        text = _(
            "{period} counted in both ways: {old} by the old definition, {new} by the new one. "
            "Over {n} such periods the definition alone moved the figure by {gap}."
        )
        sign = "+" if gap > 0 else "−" if gap < 0 else ""
        return text.format(
            period=old.period, old=figure_told(old.value, self.unit),
            new=figure_told(new.value, self.unit), n=len(self.both_ways),
            gap=sign + _with_unit(change_told(gap, self.unit), self.unit),
        )  # fmt: skip


def _with_unit(size: str, unit: str) -> str:
    return _("{n} points").format(n=size) if unit in ("share", "score") else size


@dataclass(frozen=True, slots=True)
class Course:
    """All periods in order, each by the definition in force, and the breaks between them."""

    points: tuple[Point, ...]
    breaks: tuple[Break, ...]

    @property
    def since_break(self) -> tuple[Point, ...]:
        """The points of the latest definition: what a trend may be told of."""
        if not self.points:
            return ()
        return tuple(p for p in self.points if p.definition == self.points[-1].definition)


def course_of_results(about: Subject, rows: Sequence[Result]) -> Course:
    """The course of a computed measure from its monthly rows of all definitions (one group)."""
    versions = versions_of(about)
    points = [
        Point(
            containing(first_day(r.period), "month", 1), r.value, r.low, r.high, r.n, r.definition
        )
        for r in rows
    ]
    return _course(points, versions, about.unit)


def course_of_entries(about: Subject, entries: Sequence[Entry]) -> Course:
    """The course of a measure of our own from its published figures of one group."""
    points = [
        Point(
            Period(e.first, e.last, e.kind, e.period),  # type: ignore[arg-type]
            e.value, e.low, e.high, e.n, e.definition,
        )
        for e in entries
    ]  # fmt: skip
    return _course(points, versions_of(about), about.unit)


def _course(points: list[Point], versions: list[Version], unit: str) -> Course:
    ordered = sorted(points, key=lambda p: (p.period.first, p.definition))
    main = [p for p in ordered if p.definition == in_force(versions, p.period.last)]
    by_way = {(p.period.code, p.definition): p for p in ordered if p.value is not None}
    breaks = []
    for before, version in pairwise(versions):
        first = next((p.period for p in main if p.definition == version.number), None)
        if first is None or version.effective_from is None or main[0].definition == version.number:
            continue
        both = [
            (old, new)
            for (code, number), old in by_way.items()
            if number == before.number and (new := by_way.get((code, version.number)))
        ]
        breaks.append(Break(version, first, tuple(both), unit))
    return Course(tuple(main), tuple(breaks))


def published(measure: str, *, group: str = ALL) -> list[Entry]:
    """The published figures of a measure and group, oldest first; one query."""
    found = Entry.objects.filter(measure=measure, group=group, state=Entry.State.PUBLISHED)
    return list(found.order_by("first"))


def began(about: Subject) -> date | None:
    """The day the definition in force began; None for the first one of a computed measure."""
    return versions_of(about)[-1].effective_from
