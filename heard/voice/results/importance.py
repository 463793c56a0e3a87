"""What to mend first: how much each thing matters beside how satisfied people are with it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from heard.core.words import said
from heard.ui.telling import number, share
from heard.voice.instruments import asked_by
from heard.voice.questions import Question
from heard.voice.results.counting import Counted
from heard_stats import (
    SMALL_NUMBER,
    Aspect,
    Driver,
    Priority,
    importance_satisfaction,
    shapley_drivers,
    top_box,
)

FEWEST = 5 * SMALL_NUMBER  # complete answers; below, nothing is said of importance
MANY = 200  # below, a caution stands beside it
BOOTSTRAP, MOST_RESAMPLED = 200, 8  # each thing more doubles the work of every resample
QUADRANTS: dict[str, Promise] = {
    "improve first": gettext_lazy("Improve first"),
    "keep it up": gettext_lazy("Keep it up"),
    "watch": gettext_lazy("Watch"),
    "no worry": gettext_lazy("No worry"),
}


@dataclass(frozen=True, slots=True)
class Point:
    """One thing: its importance (share of R²), with range, and the share satisfied with it."""

    number: int
    name: str
    importance: float
    low: float | None
    high: float | None
    satisfied: float
    quadrant: str
    stated: Priority | None

    @property
    def quadrant_word(self) -> str:
        """Where it stands, in words."""
        return str(QUADRANTS[self.quadrant])

    @property
    def range_told(self) -> str:
        """The likely range of its importance."""
        if self.low is None or self.high is None:
            return ""
        return _("{low} to {high}").format(low=share(self.low), high=share(self.high))

    @property
    def stated_told(self) -> str:
        """How many named it, of those who could, and the rating of urgency made of it."""
        if self.stated is None or self.stated.rating is None:
            return ""
        return _("named by {share}, urgency {rating}").format(
            share=share(self.stated.importance), rating=number(self.stated.rating, 2)
        )


@dataclass(frozen=True, slots=True)
class Importance:
    """The things in order of urgency; ``why`` where nothing can be told, ``caution`` where little.

    ``middle``: mean importance and mean share satisfied, where the quadrants meet.
    """

    points: tuple[Point, ...] = ()
    middle: tuple[float, float] = (0.0, 0.0)
    n: int = 0
    r2: float | None = None
    why: str = ""
    caution: str = ""
    has_stated: bool = False


def importance(found: Counted) -> Importance | None:
    """Derived importance of the rows of a matrix for overall satisfaction, and stated if asked.

    Only of answers to the newest wordings of both. None where the survey has no such pair. Stated
    importance comes from a "choose several" whose answers go by the names of the rows.
    """
    newest = asked_by(found.versions[-1]) if found.versions else ()
    overall = next((one for one in newest if one.kind == "csat"), None)
    matrix = next((one for one in newest if one.kind == "matrix"), None)
    if overall is None or matrix is None:
        return None
    keys = [option.key for option in matrix.options]
    rows = _complete(found, overall, matrix)
    if len(rows) < FEWEST:
        why = _("{n} complete answers are too few to tell; it takes {fewest}.")
        return Importance(n=len(rows), why=why.format(n=number(len(rows)), fewest=FEWEST))
    resamples = BOOTSTRAP if len(keys) <= MOST_RESAMPLED else 0
    drivers = shapley_drivers(
        [row[1:] for row in rows], [row[0] for row in rows], keys, bootstrap=resamples
    )
    if not drivers.drivers:
        return Importance(n=len(rows), why=_("Everybody gave the same overall rating."))
    satisfied = _satisfied(found, matrix)
    points, middle = _placed(drivers.drivers, satisfied, matrix, _stated(found, newest, matrix))
    return Importance(
        points, middle, drivers.n, drivers.r2,
        caution=_caution(drivers.n) if drivers.n < MANY else "",
        has_stated=any(point.stated for point in points),
    )  # fmt: skip


def _caution(n: int) -> str:
    return _(
        "Only {n} complete answers: the order may be chance. Where two ranges overlap, do not say "
        "that one thing matters more."
    ).format(n=number(n))


def _complete(found: Counted, overall: Question, matrix: Question) -> list[tuple[float, ...]]:
    """Overall rating and all rows, of the answers that gave them all to these wordings."""
    asking = {
        version.pk
        for version in found.versions
        if {overall.series, matrix.series} <= {one.series for one in asked_by(version)}
    }
    rows = []
    for version, satisfaction, more in found.joint:
        if version in asking:
            rating = satisfaction if overall.key == "satisfaction" else more.get(overall.key)
            given = more.get(matrix.key) or {}
            line = (rating, *(given.get(option.key) for option in matrix.options))
            if None not in line:
                rows.append(tuple(float(value) for value in line))  # type: ignore[arg-type]
    return rows


def _satisfied(found: Counted, matrix: Question) -> dict[str, list[int]]:
    """Counts of the five steps, per row."""
    parts = found.all[matrix.series].parts
    return {
        option.key: [parts[option.key][step] for step in range(1, 6)] for option in matrix.options
    }


def _stated(found: Counted, newest: Sequence[Question], matrix: Question) -> dict[str, Priority]:
    keys = {option.key for option in matrix.options}
    named = next(
        (q for q in newest if q.kind == "many" and keys <= {o.key for o in q.options}), None
    )
    tally = found.all.get(named.series) if named else None
    if tally is None or tally.answered < SMALL_NUMBER:
        return {}
    counts = _satisfied(found, matrix)
    aspects = [
        Aspect(key, tally.counts[key], tally.answered, sum(counts[key][-2:]), sum(counts[key]))
        for key in keys
    ]
    return {found.name: found for found in importance_satisfaction(aspects)}


def _placed(
    drivers: Sequence[Driver], satisfied: Mapping[str, list[int]], matrix: Question,
    stated: Mapping[str, Priority],
) -> tuple[tuple[Point, ...], tuple[float, float]]:  # fmt: skip
    """Points numbered by urgency: the most important first within the quadrants' order."""
    shares = {key: top_box(counts).value or 0.0 for key, counts in satisfied.items()}
    middle = (
        sum(driver.share for driver in drivers) / len(drivers),
        sum(shares.values()) / len(shares),
    )
    names = {option.key: said(option.label) for option in matrix.options}
    order = list(QUADRANTS)

    def quadrant(driver: Driver) -> str:
        matters, content = driver.share >= middle[0], shares[driver.name] >= middle[1]
        if matters:
            return "keep it up" if content else "improve first"
        return "no worry" if content else "watch"

    ranked = sorted(drivers, key=lambda one: (order.index(quadrant(one)), -one.share, one.name))
    points = tuple(
        Point(
            place, names[one.name], one.share, one.low, one.high, shares[one.name],
            quadrant(one), stated.get(one.name),
        )
        for place, one in enumerate(ranked, start=1)
    )  # fmt: skip
    return points, middle
