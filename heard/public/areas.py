"""The city by key performance area: a few headline figures, then a calm line for each measure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from heard.core.words import said
from heard.measures.definitions import AREAS
from heard.public.glance import SHOWN, Usual, counted, telling_first, usual
from heard.public.panels import Panel
from heard.public.pictures import Line, line_of
from heard.public.published import Published
from heard.public.sentences import ends_told, likely
from heard.targets.computed import Figure
from heard.targets.judging import Judged, judged, period_of
from heard.targets.models import Target
from heard.targets.program import today
from heard.targets.silent import breaks as silent_breaks
from heard.targets.subjects import of_card
from heard.targets.telling import bound_told, figure_told

HEADLINE = ("cases_received", "on_time", "days_to_close", "satisfaction")


@dataclass(frozen=True, slots=True)
class Row:
    """One measure in one line. ``told`` is empty without a figure.

    ``why`` then says why in a word or two, ``because`` in a sentence where that is not enough.
    """

    key: str
    name: str
    url: str
    what: str
    told: str
    sure: str
    ends: str
    n: int | None
    of: str
    why: str
    line: Line | None
    judged: Judged | None
    usual: Usual | None = None
    because: str = ""


@dataclass(frozen=True, slots=True)
class Area:
    """A key performance area with its measures that ever had a figure."""

    key: str
    name: str
    rows: tuple[Row, ...]

    @property
    def with_figure(self) -> list[Row]:
        """The measures with a figure in the month shown."""
        return [row for row in self.rows if row.told]

    @property
    def without(self) -> list[Row]:
        """The measures that have none in it, each with ``why``."""
        return [row for row in self.rows if not row.told]

    @property
    def first(self) -> list[Row]:
        """The few figures that tell most of the area."""
        ranked = sorted(self.with_figure, key=lambda row: telling_first(row, HEADLINE))
        return ranked[:SHOWN]

    @property
    def stands(self) -> list[dict[str, Any]]:
        """How many measures, and how they stand, in words with a tag's look."""
        return counted(self.rows)


def headline_of(found: Sequence[Panel]) -> list[Panel]:
    """The few figures the page begins with, in their order."""
    by_key = {panel.card.key: panel for panel in found}
    return [by_key[key] for key in HEADLINE if key in by_key]


def areas_of(
    found: Sequence[Panel], own: Sequence[Row], own_areas: Mapping[str, str]
) -> list[Area]:
    """All measures that ever had a figure, by area; those that name none stand last."""
    rows: dict[str, list[Row]] = {}
    for panel in found:
        if panel.line is not None or panel.row is not None:
            rows.setdefault(panel.card.area, []).append(_row(panel))
    for row in own:
        rows.setdefault(own_areas.get(row.key, ""), []).append(row)
    known = {key: said(words) for key, words in AREAS.items()}
    ordered = [*known, *(key for key in rows if key not in known)]
    return [
        Area(key or "more", known.get(key) or _("More measures of the city"), tuple(rows[key]))
        for key in ordered
        if key in rows
    ]


def not_yet(found: Sequence[Panel]) -> list[Panel]:
    """The measures that never had a figure here, as panels with name and address."""
    return [panel for panel in found if panel.line is None and panel.row is None]


def _row(panel: Panel) -> Row:
    row = panel.row
    shows = row is not None and row.value is not None
    return Row(
        key=panel.card.key,
        name=said(panel.card.name),
        url=panel.url,
        what=said(panel.statistic.name) if panel.statistic.kind != "count" else "",
        told=panel.told if shows else "",
        sure=likely(row, panel.unit) if panel.shows_interval else "",
        ends=" – ".join(ends_told(row, panel.unit) or ()) if panel.shows_interval else "",
        n=row.n if row and panel.shows_interval else None,
        of=panel.of,
        why=_why(row),
        because=panel.sentence if row is not None and row.is_companion else "",
        line=panel.line,
        judged=panel.judged,
        usual=_usual(panel) if shows and not panel.running else None,
    )


def _usual(panel: Panel) -> Usual | None:
    """The figure of the month against all up to it, in one definition."""
    if panel.line is None or panel.row is None:
        return None
    known = {dot.row.period: dot.row.value for dot in panel.line.dots}
    months = [month for month in panel.line.codes if month <= panel.row.period]
    return usual([known.get(month) for month in months], of_card(panel.card, panel.statistic))


def _why(row: Any) -> str:
    if row is None or not row.suppressed:
        return _("no figure")
    return _("not shown") if row.is_companion else _("too few")


def own_rows(found: Sequence[Published]) -> list[Row]:
    """The lines of measures of our own, each with the target of its latest period; one query."""
    goals = {
        (goal.measure, goal.period): goal
        for goal in Target.objects.filter(measure__in=[one.key for one in found], by="all")
    }
    return [_own_row(one, goals) for one in found]


def _own_row(one: Published, goals: Mapping[tuple[str, str], Target]) -> Row:
    about, latest = one.about, one.latest
    assert about.own is not None
    value = latest.value if latest else None
    goal = goals.get((one.key, latest.period.code)) if latest else None
    verdict = None
    if goal is not None and latest is not None and value is not None:
        figure = Figure(value, latest.low, latest.high, latest.n, latest.definition)
        verdict = judged(goal, period_of(goal), figure, about.unit)
    return Row(
        key=about.key,
        name=str(about),
        url=reverse("public:measure", args=[about.key]),
        what=str(latest.period) if latest else "",
        told=figure_told(value, about.unit) if value is not None else "",
        sure=likely(latest, about.unit),
        ends=_own_ends(latest, about.unit),
        n=latest.n if latest else None,
        of="",
        why=_("no figure"),
        line=line_of(one.course.points, about.unit, silent_breaks(about.own)),
        judged=verdict,
        usual=_own_usual(one),
    )


def _own_ends(row: Any, unit: str) -> str:
    """Both ends of the interval, for a table."""
    if row is None or row.low is None or row.high is None:
        return ""
    return " – ".join(bound_told(end, unit, [row.value]) for end in (row.low, row.high))


def _own_usual(one: Published) -> Usual | None:
    """Of a period that is over, and of one formula alone."""
    latest, own = one.latest, one.about.own
    if latest is None or latest.period.last >= today() or own is None or own.silent_changes:
        return None
    return usual([point.value for point in one.course.since_break], one.about)
