"""Queries: judged targets, what is public of the program, and what is overdue."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from heard.measures.definitions import ALL, measures
from heard.measures.models import Result
from heard.measures.periods import first_day
from heard.people.models import Staff
from heard.targets import silent
from heard.targets.computed import Figure, city_results, figure_of, in_force_by_month
from heard.targets.judging import Judged, judged, period_of, worst
from heard.targets.lines import Break, Course, course_of_entries, course_of_results, published
from heard.targets.models import Entry, Owner, OwnMeasure, Program, Restatement, Target
from heard.targets.periods import Period, containing
from heard.targets.program import fiscal_start, today
from heard.targets.ratios import find_circle, parts
from heard.targets.signals import Reading, reading
from heard.targets.subjects import Subject, of_card, of_own, subject
from heard.targets.versions import versions_of

NOT_YET = _("The figure is not published yet.")
SPAN = 24  # periods that a trend and limits are told of


@dataclass(frozen=True)
class Aspects:
    """What a measure's page says beside its figures."""

    judged: list[Judged]
    course: Course
    reading: Reading
    narrative: Entry | None
    owner: Staff | None
    warnings: list[str]
    in_force: list[Result] = field(default_factory=list)

    @property
    def breaks(self) -> tuple[Break, ...]:
        """Where the definition changed."""
        return self.course.breaks


def of_group(about: Subject, month: str, *, by: str = ALL, group: str = ALL) -> Aspects:
    """Everything told of a computed measure in a month; a stated handful of queries."""
    rows = list(
        Result.objects.filter(
            measure=about.key, statistic=about.statistic, by=by, group=group
        ).order_by("period", "definition")
    )
    course = course_of_results(about, rows)
    in_force = in_force_by_month(rows, versions_of(about))
    targets = _targets_in(month).filter(
        measure=about.key, statistic=about.statistic, by=by, group=group
    )
    over = [p for p in course.since_break if p.period.last < today() and p.period.code <= month]
    words = Entry.objects.filter(
        measure=about.key, statistic=about.statistic, period=month, group=ALL,
        state=Entry.State.PUBLISHED,
    )  # fmt: skip
    return Aspects(
        judged=[_judge(target, about, in_force) for target in targets],
        course=course,
        reading=reading(over[-SPAN:], about),
        narrative=words.first() if group == ALL else None,
        owner=owner_of(about.key),
        warnings=[],
        in_force=list(in_force.values()),
    )


def _targets_in(month: str) -> QuerySet[Target, Target]:
    """Targets of periods that a month lies in, the shortest first."""
    last = containing(first_day(month), "month", 1).last
    found = Target.objects.filter(first__lte=first_day(month), last__gte=last)
    return found.order_by("-first", "last")


def _judge(target: Target, about: Subject, rows: Mapping[str, Result]) -> Judged:
    period = period_of(target)
    return judged(target, period, figure_of(about, period, rows), about.unit)


def city_judgements(rows: Iterable[Result], month: str) -> dict[str, Judged]:
    """For each computed measure in its usual statistic, the city's judged target; one query."""
    by_measure: dict[str, list[Result]] = {}
    for row in rows:
        by_measure.setdefault(f"{row.measure}/{row.statistic}", []).append(row)
    found: dict[str, list[Judged]] = {}
    for target in _targets_in(month).filter(by=ALL):
        card = measures().get(target.measure)
        if card is None or target.statistic != card.default:
            continue
        about = of_card(card, card.statistic())
        mine = by_measure.get(f"{target.measure}/{target.statistic}", [])
        in_force = in_force_by_month(mine, versions_of(about))
        found.setdefault(target.measure, []).append(_judge(target, about, in_force))
    return {key: best for key, ones in found.items() if (best := worst(ones))}


def of_own_measure(own: OwnMeasure) -> Aspects:
    """Everything told of a measure of our own, from what is published."""
    about = of_own(own)
    entries = _entries_of(own)
    course = course_of_entries(about, entries)
    figures = {entry.period: entry for entry in entries}
    targets = Target.objects.filter(measure=own.key, by=ALL).order_by("-first")
    since = max((change["until"] for change in own.silent_changes), default="")
    over = [
        point
        for point in course.since_break
        if point.period.last < today() and point.period.first.isoformat() >= since
    ]
    announced = [version.effective_from for version in versions_of(about)]
    return Aspects(
        judged=[_judge_entry(target, figures.get(target.period), about) for target in targets],
        course=course,
        reading=reading(over[-SPAN:], about),
        narrative=next((e for e in reversed(entries) if e.narrative), None),
        owner=owner_of(own.key),
        warnings=silent.unannounced(own, announced),
    )


def _judge_entry(target: Target, entry: Entry | None, about: Subject) -> Judged:
    period = period_of(target)
    so_far = period.last >= today()
    if entry is None:
        figure = Figure(None, so_far=so_far, why=NOT_YET)
    else:
        figure = Figure(
            entry.value, entry.low, entry.high, entry.n, entry.definition, so_far=so_far
        )
    return judged(target, period, figure, about.unit)


def _entries_of(own: OwnMeasure) -> list[Entry]:
    if own.kind != OwnMeasure.Kind.RATIO:
        return published(own.key)
    return _ratio_entries(own)


def _ratio_entries(own: OwnMeasure) -> list[Entry]:
    """A ratio's figures, worked out where both its parts have one; none where it goes round."""
    if find_circle(own.key, parts()):
        return []
    upper, lower = (_values(key, own.period_kind) for key in (own.numerator, own.denominator))
    made = []
    for code, (period, value) in sorted(upper.items(), key=lambda item: item[1][0].first):
        below = lower.get(code)
        if below is None or not below[1]:
            continue  # nothing to divide by: there is no figure, and none is made up
        made.append(
            Entry(
                measure=own.key,
                kind=period.kind,
                period=code,
                first=period.first,
                last=period.last,
                value=value / below[1],
                numerator=value,
                denominator=below[1],
                state=Entry.State.PUBLISHED,
            )
        )
    return made


def _values(key: str, kind: str) -> dict[str, tuple[Period, float]]:
    about = subject(key)
    if about.own is not None:
        entries = _entries_of(about.own)
        return {
            e.period: (Period(e.first, e.last, e.kind, e.period), e.value)  # type: ignore[arg-type]
            for e in entries
            if e.value is not None and e.kind == kind
        }
    rows = in_force_by_month(city_results(about), versions_of(about))
    if kind != "month":
        return _pooled_values(about, kind, rows)
    return {
        month: (containing(first_day(month), "month", 1), row.value)
        for month, row in rows.items()
        if row.value is not None
    }


def _pooled_values(
    about: Subject, kind: str, rows: Mapping[str, Result]
) -> dict[str, tuple[Period, float]]:
    start, found = fiscal_start(), {}
    periods = {containing(first_day(month), kind, start) for month in rows}  # type: ignore[arg-type]
    for period in periods:
        figure = figure_of(about, period, rows)
        if figure.value is not None and not figure.so_far:
            found[period.code] = (period, figure.value)
    return found


def owner_of(measure: str) -> Staff | None:
    """Who answers for a measure."""
    row = Owner.objects.filter(measure=measure).select_related("staff").first()
    return row.staff if row else None


def public_measures() -> list[OwnMeasure]:
    """Measures of our own of which something is published, and ratios."""
    shown = Entry.objects.filter(state=Entry.State.PUBLISHED).values("measure")
    ratios = OwnMeasure.objects.filter(kind=OwnMeasure.Kind.RATIO)
    found = (OwnMeasure.objects.filter(key__in=shown) | ratios).distinct().order_by("key")
    return list(found.prefetch_related("versions"))


def has_public_measures() -> bool:
    """Whether anything of a measure of our own is published."""
    shown = Entry.objects.filter(state=Entry.State.PUBLISHED, statistic="")
    return shown.exists() or OwnMeasure.objects.filter(kind=OwnMeasure.Kind.RATIO).exists()


def own_measure(key: str) -> OwnMeasure | None:
    """A measure of our own of which something is published; None otherwise."""
    row = OwnMeasure.objects.filter(key=key).first()
    if row is None or row.kind == OwnMeasure.Kind.RATIO:
        return row
    shown = Entry.objects.filter(measure=key, state=Entry.State.PUBLISHED).exists()
    return row if shown else None


def restatements() -> QuerySet[Restatement, Restatement]:
    """Everything published that was changed afterwards, the latest first."""
    return Restatement.objects.all()


def changed_at() -> Any:
    """When anything of the program last changed; None before the first time."""
    return Program.objects.values_list("changed_at", flat=True).order_by("id").first()


def last_figures(keys: list[str]) -> dict[str, Entry]:
    """The latest published figure of the city for some measures of our own; one query."""
    shown = Entry.objects.filter(measure__in=keys, state=Entry.State.PUBLISHED, group=ALL)
    return {row.measure: row for row in shown.order_by("first")}
