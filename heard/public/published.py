"""Every measure of which something is published, computed or our own, as the city's course of it.

A stated few queries, however many measures there are (a ratio of two others asks for both).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby

from heard.measures.definitions import ALL, Definition, measures
from heard.measures.models import Result
from heard.targets.lines import Course, Point, course_of_entries, course_of_results
from heard.targets.models import Entry, OwnMeasure
from heard.targets.program import today
from heard.targets.reads import of_own_measure, public_measures
from heard.targets.subjects import Subject, of_card, of_own

MOST_PERIODS = 60


@dataclass(frozen=True, slots=True)
class Published:
    """One measure of the whole city in its usual statistic, with all that is published of it."""

    about: Subject
    course: Course
    suppressed: frozenset[tuple[str, int]] = frozenset()  # period and definition

    @property
    def key(self) -> str:
        """The measure's key."""
        return self.about.key

    @property
    def kind(self) -> str:
        """``computed``, or how a measure of our own comes about."""
        return self.about.own.kind if self.about.own else "computed"

    @property
    def area(self) -> str:
        """The key performance area; empty where it names none."""
        return str(getattr(self.about.card or self.about.own, "area", ""))

    @property
    def latest(self) -> Point | None:
        """The latest period that is over, whether its figure may be shown or not."""
        over = [point for point in self.course.points if point.period.last < today()]
        return over[-1] if over else None

    @property
    def points(self) -> tuple[Point, ...]:
        """The periods to hand out, oldest first."""
        return self.course.points[-MOST_PERIODS:]

    def hides(self, point: Point) -> bool:
        """Whether the figure of this period is hidden because it is of too few."""
        return (point.period.code, point.definition) in self.suppressed


def published_measures() -> list[Published]:
    """All measures with something published, the computed ones first."""
    return [*_computed(), *own_published()]


def _computed() -> Iterator[Published]:
    usual = {(card.key, card.default): card for card in measures().values()}
    found = Result.objects.filter(by=ALL, group=ALL).order_by(
        "measure", "statistic", "period", "definition"
    )
    made: dict[str, Published] = {}
    for key, rows in groupby(found, lambda row: (row.measure, row.statistic)):
        card = usual.get(key)
        if card is not None:
            made[card.key] = of_rows(card, list(rows))
    # In the order of the cards, which is that of the pages.
    yield from (made[key] for key in measures() if key in made)


def of_rows(card: Definition, rows: list[Result]) -> Published:
    """A computed measure from the city's rows of all its definitions."""
    about = of_card(card, card.statistic())
    hidden = frozenset((row.period, row.definition) for row in rows if row.suppressed)
    return Published(about, course_of_results(about, rows), hidden)


def own_published() -> list[Published]:
    """The measures of our own with something published."""
    own = public_measures()
    keys = [one.key for one in own]
    shown = Entry.objects.filter(measure__in=keys, state=Entry.State.PUBLISHED, group=ALL)
    entries: dict[str, list[Entry]] = {}
    for row in shown.order_by("first"):
        entries.setdefault(row.measure, []).append(row)
    return [
        Published(
            of_own(one),
            of_own_measure(one).course
            if one.kind == OwnMeasure.Kind.RATIO
            else course_of_entries(of_own(one), entries.get(one.key, [])),
        )
        for one in own
    ]
