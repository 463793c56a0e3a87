"""Ours beside others', like with like: the same measure by the same definition in the same period.

Shares are compared by ``heard_stats.two_proportions`` (Newcombe's interval). Scores and times have
no counts in the file, so their two intervals are joined in the same manner: the ends of a
difference are its value minus and plus the root of the summed squares of the arms (Zou and Donner
2008, Statistics in Medicine 27, 1693-1702). With several others on one page each interval is
widened (Bonferroni), so that all of them together keep 95%.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import NormalDist
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from heard.boards.models import Outside, Peer
from heard.boards.outside import published
from heard.boards.strokes import Reach, reach, top_of
from heard.core.errors import Refused
from heard.core.words import said
from heard.measures.definitions import ALL, Definition, measures
from heard.measures.models import Result
from heard.targets.computed import Figure, figure_of, in_force_by_month
from heard.targets.periods import Period, parse
from heard.targets.program import fiscal_start, today
from heard.targets.signals import goes_below_zero
from heard.targets.subjects import of_card
from heard.targets.telling import change_told
from heard.targets.versions import versions_of
from heard_stats import two_proportions

TOTALS = ("count", "sum")
DIFFERENT = gettext_lazy("Defined differently: the two figures are not compared.")
A_TOTAL = gettext_lazy("A total depends on the size of a city: it is shown, and not compared.")
NO_PERIOD = gettext_lazy("There is no finished period of which both have a figure.")
NO_INTERVAL = gettext_lazy("It came without an interval, so nobody can say what chance would do.")


@dataclass(frozen=True)
class Theirs:
    """One figure of somebody else, with the words it was defined in."""

    who: str
    period: Period
    value: float
    low: float | None
    high: float | None
    n: int | None
    unit: str
    definition: str
    source: str
    link: str


@dataclass(frozen=True)
class Gap:
    """Ours minus theirs, with its interval; ``better`` says for whom, where a direction is set."""

    value: float
    low: float
    high: float
    unit: str
    better: bool | None
    confidence: float

    @property
    def is_real(self) -> bool:
        """Whether the interval leaves zero out."""
        return self.low > 0 or self.high < 0

    @property
    def word(self) -> str:
        """In a word or three."""
        if not self.is_real:
            return _("cannot be told apart")
        if self.better is None:
            return _("we are higher") if self.value > 0 else _("we are lower")
        return _("we do better") if self.better else _("they do better")

    @property
    def looks(self) -> str:
        """The tag's kind."""
        return "info" if self.is_real else "plain"

    @property
    def sentence(self) -> str:
        """The difference and how sure."""
        if not self.is_real:
            return _(
                "The difference lies between {low} and {high}: chance alone may have made it."
            ).format(low=_signed(self.low, self.unit), high=_signed(self.high, self.unit))
        return _("Ours minus theirs is {value}, likely between {low} and {high}.").format(
            value=_signed(self.value, self.unit), low=_signed(self.low, self.unit),
            high=_signed(self.high, self.unit),
        )  # fmt: skip


def _signed(value: float, unit: str) -> str:
    size = change_told(value, unit)
    size = _("{n} points").format(n=size) if unit in ("share", "score") else size
    return ("+" if value > 0 else "−" if value < 0 else "") + size


@dataclass(frozen=True)
class Beside:
    """Somebody else's figure beside ours: compared (``gap``), or why not."""

    theirs: Theirs
    ours: Figure | None
    gap: Gap | None
    why: str | Promise
    theirs_at: Reach | None
    ours_at: Reach | None

    @property
    def is_different(self) -> bool:
        """Whether the two are defined differently."""
        return self.why is DIFFERENT


class Ours:
    """The city's own figures of a measure in its usual statistic; one query."""

    def __init__(self, card: Definition) -> None:
        self.card = card
        self.about = of_card(card, card.statistic())
        rows = Result.objects.filter(
            measure=card.key, statistic=self.about.statistic, by=ALL, group=ALL
        ).order_by("period", "definition")
        self.rows = in_force_by_month(rows, versions_of(self.about))

    def figure(self, period: Period) -> Figure | None:
        """Our figure of a period that is over, by the definition in force; None without one."""
        if period.last >= today():
            return None
        found = figure_of(self.about, period, self.rows)
        same = found.definition == self.card.version
        return found if found.value is not None and same else None


def comparable() -> list[Definition]:
    """Measures of ours that somebody else has a figure of; two queries."""
    keys = {row.measure for row in published()}
    for peer in Peer.objects.filter(is_on=True):
        keys |= {one["key"] for one in peer.document.get("measures", [])}
    return [card for card in measures().values() if card.key in keys]


def beside(card: Definition) -> list[Beside]:
    """Everybody's figure of a measure beside ours; those compared first. Four queries."""
    ours, start = Ours(card), fiscal_start()
    found = [
        *(_peer(ours, peer, start) for peer in Peer.objects.filter(is_on=True)),
        *(_outside(ours, rows, start) for rows in _latest_first(card)),
    ]
    known = [one for one in found if one is not None]
    pairs = [(t, f) for t, f, why in known if not why and f is not None]
    confidence = 1 - 0.05 / max(len(pairs), 1)
    ends = [e for t, f, why in known if not why for e in (t.value, t.high, *_ends(f))]
    scale = (-100.0 if goes_below_zero(ours.about) else 0.0, top_of(ours.about.unit, ends))
    shown = [_shown(ours, t, f, why, confidence, scale) for t, f, why in known]
    return sorted(shown, key=lambda one: (one.gap is None, one.is_different, one.theirs.who))


Found = tuple[Theirs, Figure | None, "str | Promise"]


def _ends(figure: Figure | None) -> tuple[float | None, ...]:
    return (figure.value, figure.high) if figure else ()


def _peer(ours: Ours, peer: Peer, start: int) -> Found | None:
    one = next((m for m in peer.document.get("measures", []) if m["key"] == ours.card.key), None)
    if one is None:
        return None
    points = [p for p in one["series"] if p["value"] is not None]
    same = _same_definition(ours, one)
    best: Found | None = None
    for point in reversed(points):
        theirs = _point(peer, one, point)
        if theirs is None or theirs.period.last >= today():
            continue
        if not same or point["definition"] != ours.card.version:
            return best or (theirs, None, DIFFERENT)
        figure = ours.figure(theirs.period)
        if figure is not None:
            return theirs, figure, ""
        best = best or (theirs, None, NO_PERIOD)
    return best


def _same_definition(ours: Ours, one: dict[str, Any]) -> bool:
    """Same version and way of counting, in the same words: a key alone proves nothing."""
    theirs = (one["version"], one["statistic"], one["unit"], one["definition"].get("en"))
    about = ours.about
    mine = (ours.card.version, about.statistic, about.unit, ours.card.definition.get("en"))
    return theirs == mine


def _point(peer: Peer, one: dict[str, Any], point: dict[str, Any]) -> Theirs | None:
    # A quarter or year is of that city's own fiscal year, which we do not know.
    if point["period"][4:5] != "-" or "Q" in point["period"]:
        return None
    return Theirs(
        str(peer), parse(point["period"], 1), point["value"], point["low"], point["high"],
        point["n"], one["unit"], said(one["definition"]), peer.url, one["page"],
    )  # fmt: skip


def _latest_first(card: Definition) -> list[list[Outside]]:
    """Each series of others for a measure, its latest figure first."""
    series: dict[tuple[str, str], list[Outside]] = {}
    for row in published():
        if row.measure == card.key:
            series.setdefault((row.publisher, row.title), []).insert(0, row)
    return list(series.values())


def _outside(ours: Ours, rows: Sequence[Outside], start: int) -> Found | None:
    found: Found | None = None
    for row in rows:
        try:
            period = parse(row.period, start if row.period.startswith("FY") else 1)
        except Refused:
            continue
        theirs = Theirs(
            row.publisher, period, row.value, row.low, row.high, row.n, row.unit,
            f"{row.title}: {row.definition}", row.source, row.link,
        )  # fmt: skip
        if row.same_version != ours.card.version:
            return found or (theirs, None, DIFFERENT)
        figure = ours.figure(period)
        if figure is not None:
            return theirs, figure, ""
        found = found or (theirs, None, NO_PERIOD)
    return found


def _shown(
    ours: Ours,
    theirs: Theirs,
    figure: Figure | None,
    why: str | Promise,
    confidence: float,
    scale: tuple[float, float],
) -> Beside:
    if why or figure is None or figure.value is None:
        return Beside(theirs, figure, None, why, None, None)
    gap, why = difference(ours, theirs, figure, confidence)
    bottom, top = scale
    return Beside(
        theirs, figure, gap, why, reach(theirs.value, theirs.low, theirs.high, top, bottom),
        reach(figure.value, figure.low, figure.high, top, bottom),
    )  # fmt: skip


def difference(
    ours: Ours, theirs: Theirs, figure: Figure, confidence: float
) -> tuple[Gap | None, str | Promise]:
    """Ours minus theirs with its interval at a confidence, or why there is none."""
    assert ours.about.counted is not None
    assert figure.value is not None
    if ours.about.counted.kind in TOTALS:
        return None, A_TOTAL
    if ours.about.unit == "share" and theirs.n and figure.n:
        first = (round(theirs.value * theirs.n), theirs.n)
        found = two_proportions(*first, round(figure.value * figure.n), figure.n,
                                confidence=confidence)  # fmt: skip
        ends = (found.low, found.high)
    else:
        ends = joined(figure, theirs, confidence)
    if ends[0] is None or ends[1] is None:
        return None, NO_INTERVAL
    value = figure.value - theirs.value
    way = ours.about.direction
    better = None if way not in ("up", "down") else (value > 0) == (way == "up")
    return Gap(value, ends[0], ends[1], ours.about.unit, better, confidence), ""


def joined(ours: Figure, theirs: Theirs, confidence: float) -> tuple[float | None, float | None]:
    """The ends of ours minus theirs from two intervals of 95%; None where one has none."""
    ends = (ours.value, ours.low, ours.high, theirs.low, theirs.high)
    if any(end is None for end in ends):
        return None, None
    a, a_low, a_high, b_low, b_high = (float(end) for end in ends if end is not None)
    b, wider = theirs.value, NormalDist().inv_cdf(0.5 + confidence / 2) / 1.959964
    low = a - b - wider * math.hypot(a - a_low, b_high - b)
    high = a - b + wider * math.hypot(a_high - a, b - b_low)
    return low, high
