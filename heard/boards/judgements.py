"""Verdicts of periods that are over, and where one turned."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta

from heard.boards.series import MONTHS_BACK, Series, months_before
from heard.measures.definitions import UnknownName, measures
from heard.measures.models import Result
from heard.targets.computed import figure_of, in_force_by_month
from heard.targets.judging import Judged, judged, period_of
from heard.targets.models import Target
from heard.targets.program import today
from heard.targets.subjects import Subject, of_card
from heard.targets.versions import versions_of

RECENT = timedelta(days=100)  # a verdict older than that is no news any more
DEFINITE = ("met", "not met")
Place = tuple[str, str, str, str]  # measure, statistic, by, group


@dataclass(frozen=True)
class Turn:
    """A definite verdict that is the opposite of the last definite one before."""

    about: Subject
    by: str
    group: str
    before: Judged
    now: Judged


def subject_of(measure: str, statistic: str) -> Subject | None:
    """A computed measure in a way of counting; None where that is no more."""
    card = measures().get(measure)
    try:
        return of_card(card, card.statistic(statistic)) if card else None
    except UnknownName:
        return None


def judge_all(targets: Iterable[Target]) -> dict[Place, list[Judged]]:
    """Targets of computed measures, judged, by what they are about, oldest first; one query."""
    by_place: dict[Place, list[Target]] = defaultdict(list)
    for target in targets:
        place = (target.measure, target.statistic, target.by, target.group)
        by_place[place].append(target)
    rows = _rows(by_place)
    found: dict[Place, list[Judged]] = {}
    for place, mine in by_place.items():
        about = subject_of(place[0], place[1])
        if about is None:
            continue
        in_force = in_force_by_month(rows.get(place, []), versions_of(about))
        found[place] = [judge(target, about, in_force) for target in mine]
    return found


def judge(target: Target, about: Subject, in_force: dict[str, Result]) -> Judged:
    """One target by the months in force."""
    period = period_of(target)
    return judged(target, period, figure_of(about, period, in_force), about.unit)


def _rows(by_place: dict[Place, list[Target]]) -> dict[Place, list[Result]]:
    if not by_place:
        return {}
    first = min(target.first for mine in by_place.values() for target in mine)
    found = Result.objects.filter(
        measure__in={p[0] for p in by_place}, statistic__in={p[1] for p in by_place},
        by__in={p[2] for p in by_place}, group__in={p[3] for p in by_place},
        period__gte=f"{first:%Y-%m}",
    ).order_by("period", "definition")  # fmt: skip
    rows: dict[Place, list[Result]] = defaultdict(list)
    for row in found.iterator(chunk_size=5000):
        rows[(row.measure, row.statistic, row.by, row.group)].append(row)
    return rows


def turned(computed: Sequence[Series], own: Sequence[Series]) -> Iterator[Turn]:
    """Where the verdict of a period that lately ended is the opposite of the one before."""
    since = months_before(f"{today():%Y-%m}", MONTHS_BACK)
    recent = Target.objects.exclude(statistic="").filter(last__lt=today(), first__gte=f"{since}-01")
    for (measure, statistic, by, group), mine in judge_all(recent.order_by("first")).items():
        about = subject_of(measure, statistic)
        assert about is not None
        yield from _turns(about, by, group, mine)
    for series in own:
        over = [one for one in series.judged if one.period.last < today()]
        ordered = sorted(over, key=lambda one: one.period.first)
        yield from _turns(series.about, series.by, series.group, ordered)


def _turns(about: Subject, by: str, group: str, mine: Sequence[Judged]) -> Iterator[Turn]:
    for kind in ("month", "quarter", "year"):
        ordered = [one for one in mine if one.period.kind == kind]
        if not ordered or ordered[-1].verdict not in DEFINITE:
            continue
        now = ordered[-1]
        if now.period.last < today() - RECENT:
            continue
        before = next((one for one in reversed(ordered[:-1]) if one.verdict in DEFINITE), None)
        same = before is not None and before.figure.definition == now.figure.definition
        if before is not None and same and before.verdict != now.verdict:
            yield Turn(about, by, group, before, now)
