"""Scores of one question: counts per answer, index, best two, the course of months, groups."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db.models import Count
from django.db.models.functions import TruncMonth
from django.utils.translation import gettext as _

from heard.core.city import city_zone
from heard.voice.instruments import asked_by
from heard.voice.models import Response, Version
from heard.voice.reports.periods import period_name, without_gaps
from heard.voice.reports.slices import Slice, answers
from heard_stats import (
    Change,
    Difference,
    Estimate,
    Point,
    change,
    csat_index,
    is_small,
    score_point,
    small_numbers,
    top_box,
)

STEPS = (1, 2, 3, 4, 5)
KEY = "satisfaction"
NO_GROUP = "—"


@dataclass(frozen=True, slots=True)
class Score:
    """Five counts, worst first, with what follows from them; ``index`` 0-100, ``top`` a share."""

    counts: tuple[int, ...]
    index: Estimate
    top: Estimate

    @property
    def n(self) -> int:
        """How many rated it."""
        return sum(self.counts)

    @property
    def is_small(self) -> bool:
        """Whether so few answered that the number would speak of persons."""
        return is_small(self.n)

    @property
    def shares(self) -> list[tuple[int, int, float]]:
        """Step, count and share of each answer, best first."""
        return [
            (step, count, count / self.n if self.n else 0.0)
            for step, count in zip(STEPS, self.counts, strict=True)
        ][::-1]


@dataclass(frozen=True, slots=True)
class Group:
    """One group of a table; ``score`` is None where its number is hidden."""

    code: str
    name: str
    score: Score | None
    n: int | None


@dataclass(frozen=True, slots=True)
class Month:
    """One month of a series: ``breaks`` where the question's words changed before it."""

    point: Point
    breaks: bool
    change: Change | None
    is_small: bool

    @property
    def name(self) -> str:
        """The month in words."""
        return period_name(self.point.label)


@dataclass(frozen=True, slots=True)
class Course:
    """The months, and the sentence-worthy change: the last two full stretches compared."""

    months: tuple[Month, ...] = ()
    significant: tuple[Month, ...] = ()
    broken: bool = False

    @property
    def hidden(self) -> bool:
        """Whether a month is not shown."""
        return any(month.is_small for month in self.months)


def score(counts: Mapping[int | None, int] | Sequence[int]) -> Score:
    """The score of counts per step; what is no step (skipped) is left out."""
    table = counts if isinstance(counts, Mapping) else dict(zip(STEPS, counts, strict=True))
    five = tuple(table.get(step, 0) for step in STEPS)
    return Score(five, csat_index(five), top_box(five))


def overall(of: Slice) -> Score:
    """All answers of the slice together, in one query."""
    counted = answers(of).values_list(KEY).annotate(n=Count("id")).order_by()
    return score(dict(counted))


def by_group(of: Slice, by: str, names: Mapping[str, str]) -> list[Group]:
    """The score of each division, service, place, channel or district, most answers first.

    A group of fewer than ten answers is hidden, and with it as many others as it takes so that
    nobody can subtract it out of the total. One query.
    """
    counted = answers(of).values_list(f"invitation__{by}", KEY).annotate(n=Count("id")).order_by()
    table: dict[str, dict[int | None, int]] = defaultdict(dict)
    for code, step, n in counted:
        if step is not None:
            table[code or NO_GROUP][step] = n
    totals = {code: sum(counts.values()) for code, counts in table.items()}
    if not totals:
        return []
    shown = small_numbers(totals)
    found = []
    for code, counts in table.items():
        hidden = shown.hides(code)
        found.append(
            Group(
                "" if code == NO_GROUP else code,
                _("not known") if code == NO_GROUP else names.get(code, code),
                None if hidden else score(counts), None if hidden else totals[code],
            )
        )  # fmt: skip
    return sorted(found, key=lambda group: (-(group.n or 0), group.name))


def course(of: Slice) -> Course:
    """Month by month, each against the one before with Holm's correction over all of them.

    Where the words of the question changed, the series breaks: the months on both sides are never
    compared, and within the month of the change only the newer wording is shown. A month of fewer
    than ten answers is hidden, and another with it where it could be subtracted out.
    """
    zone = city_zone()
    counted = (
        answers(of)
        .values_list(TruncMonth("answered_at", tzinfo=zone), "invitation__version", KEY)
        .annotate(n=Count("id"))
        .order_by()
    )
    series = _series_of_versions()
    table: dict[str, dict[str, list[int]]] = defaultdict(lambda: defaultdict(lambda: [0] * 5))
    for month, version, step, n in counted:
        if step is not None:
            table[f"{month:%Y-%m}"][series.get(version, f"{KEY}@1")][step - 1] += n
    points: list[Point] = []
    for label in without_gaps(table):
        if label not in table:  # nobody answered: a hole in the line, not a shorter way
            points.append(Point(label, None, None, 0, points[-1].wording))
            continue
        wording = max(table[label], key=lambda name: int(name.rpartition("@")[2]))
        points.append(score_point(label, table[label][wording], wording))
    return _course(points)


def _course(points: list[Point]) -> Course:
    hidden = small_numbers({point.label: point.n for point in points}) if points else None
    shown = [_hidden(p) if hidden is not None and hidden.hides(p.label) else p for p in points]
    changes = (None, *change(shown)) if shown else ()
    months = tuple(
        Month(point, bool(step and step.broken), step, bool(point.n) and point.value is None)
        for point, step in zip(shown, changes, strict=True)
    )
    return Course(
        months=months,
        significant=tuple(m for m in months if m.change is not None and m.change.significant),
        broken=any(month.breaks for month in months),
    )


def _hidden(point: Point) -> Point:
    return Point(point.label, None, None, point.n, point.wording)


def _series_of_versions() -> dict[int | None, str]:
    """The series that the question of satisfaction belongs to in each version."""
    found: dict[int | None, str] = {None: f"{KEY}@1"}
    for version in Version.objects.filter(published_at__isnull=False).only("id", "questions"):
        for one in asked_by(version):
            if one.key == KEY:
                found[version.pk] = one.series
    return found


def against_before(of: Slice) -> tuple[Score, Difference | None]:
    """The stretch before, and the difference of the index to it; None across a break."""
    earlier = of.before()
    then = overall(earlier)
    now = overall(of)
    if then.is_small or now.is_small or not then.n or not now.n:
        return then, None
    wordings = [
        set(answers(part).values_list("invitation__version", flat=True).distinct().order_by())
        for part in (earlier, of)
    ]
    series = _series_of_versions()
    named = [{series.get(version, f"{KEY}@1") for version in versions} for versions in wordings]
    if len(named[0] | named[1]) > 1:
        return then, None
    pair = [score_point("before", then.counts), score_point("now", now.counts)]
    return then, change(pair)[0].difference


def rated(responses: Sequence[Response]) -> Score:
    """The score of responses in hand."""
    table: dict[int | None, int] = defaultdict(int)
    for response in responses:
        table[response.satisfaction] += 1
    return score(table)
