"""The figures of a board: each measure of one group, by key performance area."""

from collections import defaultdict
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _

from heard.boards.judgements import judge
from heard.boards.models import Signal
from heard.boards.series import computed_one, month_period, months_before
from heard.boards.strokes import Spark, spark
from heard.core.words import said
from heard.measures.definitions import ALL, AREAS, measures
from heard.measures.models import Result
from heard.targets.computed import in_force_by_month
from heard.targets.judging import Judged, worst
from heard.targets.models import Target
from heard.targets.subjects import Subject, of_card
from heard.targets.telling import figure_told
from heard.targets.versions import versions_of

MONTHS_BACK = 24
SHOWN = 3  # measures of an area that are always shown


@dataclass(frozen=True)
class Line:
    """One measure of the group in the month."""

    about: Subject
    row: Result | None
    judged: Judged | None
    spark: Spark | None
    signal: Signal | None
    url: str

    @property
    def told(self) -> str:
        """The figure in its unit."""
        if self.row is None:
            return _("no figure")
        if self.row.suppressed:
            return _("too few to show")
        return figure_told(self.row.value, self.about.unit)

    @property
    def likely(self) -> str:
        """The interval; nothing for counts, which are what they are."""
        row = self.row
        if row is None or row.low is None or row.high is None or self.about.unit == "count":
            return ""
        low, high = (figure_told(end, self.about.unit) for end in (row.low, row.high))
        return _("likely {low} to {high}").format(low=low, high=high) if low != high else ""


@dataclass(frozen=True)
class Area:
    """One key performance area with its measures."""

    key: str
    name: str
    lines: tuple[Line, ...]

    @property
    def shown(self) -> list[Line]:
        """What stands open: every one with a target or a signal, and never fewer than three."""
        asked = [line for line in self.lines if line.judged or line.signal]
        others = [line for line in self.lines if line not in asked]
        more = others[: max(0, SHOWN - len(asked))]
        return [line for line in self.lines if line in asked or line in more]

    @property
    def folded(self) -> list[Line]:
        """The others, which a tired reader opens when wanted."""
        shown = self.shown
        return [line for line in self.lines if line not in shown]


def areas(
    by: str, group: str, month: str, signals: dict[str, Signal]
) -> tuple[list[Area], list[Line]]:
    """Every measure of a group by area, and those without a figure; two queries in all.

    ``signals``: the alert of this month by measure, where there is one.
    """
    # With "detail": a quarter's or year's score is pooled from the answers in it.
    found = Result.objects.filter(
        by=by, group=group, period__gte=months_before(month, MONTHS_BACK), period__lte=month
    )
    rows: dict[tuple[str, str], list[Result]] = defaultdict(list)
    for row in found.order_by("period", "definition"):
        rows[(row.measure, row.statistic)].append(row)
    goals = _targets(by, group, month)
    by_area: dict[str, list[Line]] = {key: [] for key in AREAS}
    without: list[Line] = []
    for card in measures().values():
        about = of_card(card, card.statistic())
        mine = rows.get((card.key, about.statistic), [])
        if not mine and by != ALL:
            continue  # a division is shown what it has, the city what it lacks too
        line = _line(about, by, group, month, mine, goals.get((card.key, about.statistic), []))
        line = replace(line, signal=signals.get(card.key))
        if line.row is None:
            without.append(line)
        else:
            by_area.setdefault(card.area, []).append(line)
    found_areas = [
        Area(key, said(AREAS.get(key, {})) or key, tuple(lines))
        for key, lines in by_area.items()
        if lines
    ]
    return found_areas, without


def _targets(by: str, group: str, month: str) -> dict[tuple[str, str], list[Target]]:
    period = month_period(month)
    found: dict[tuple[str, str], list[Target]] = defaultdict(list)
    for target in Target.objects.filter(
        by=by, group=group, first__lte=period.first, last__gte=period.last
    ):
        found[(target.measure, target.statistic)].append(target)
    return found


def _line(
    about: Subject, by: str, group: str, month: str, rows: list[Result], goals: list[Target]
) -> Line:
    in_force = in_force_by_month(rows, versions_of(about))
    series = computed_one(about, by, group, rows, month_period(month))
    row = in_force.get(month) or series.rows.get(month)
    judged = worst([judge(goal, about, in_force) for goal in goals])
    query = {"period": month} | ({} if by == ALL else {"by": by, "group": group})
    url = reverse("public:measure", args=[about.key]) + "?" + urlencode(query)
    drawn = spark(series.finished, about.unit)
    return Line(about, row, judged, drawn, None, url)
