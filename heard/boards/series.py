"""Every series that is looked at: each measure in its usual statistic, city and divisions; ours."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from django.db.models import Count

from heard.measures.definitions import ALL, measures
from heard.measures.models import Result
from heard.measures.periods import first_day
from heard.targets.computed import in_force_by_month
from heard.targets.judging import Judged
from heard.targets.lines import Point
from heard.targets.models import Entry, OwnMeasure, Target
from heard.targets.periods import Period, containing, previous
from heard.targets.program import today
from heard.targets.reads import of_own_measure
from heard.targets.subjects import Subject, of_card, of_own
from heard.targets.versions import versions_of

LOOKED_AT = (ALL, "division")  # groups whose series are looked at
MONTHS_BACK = 30


@dataclass(frozen=True)
class Series:
    """One measure, statistic and group over time. ``finished``: periods that are over, of the
    definition in force at their end, oldest first; ``rows`` the stored months behind a computed
    one, ``judged`` the targets of one of our own."""

    about: Subject
    by: str
    group: str
    finished: tuple[Point, ...]
    month_asked: Period | None = None
    rows: dict[str, Result] = field(default_factory=dict)
    judged: tuple[Judged, ...] = ()

    @property
    def is_current(self) -> bool:
        """Whether it reaches the month that is looked at."""
        if not self.finished:
            return False
        return self.month_asked is None or self.finished[-1].period == self.month_asked


def month_period(month: str) -> Period:
    """The period of a month's code."""
    return containing(first_day(month), "month", 1)


def months_before(month: str, count: int) -> str:
    """The code of the month so many months earlier."""
    period = month_period(month)
    for _step in range(count):
        period = previous(period, 1)
    return period.code


def computed_series(month: str) -> Iterator[Series]:
    """The series of computed measures up to a month; one query."""
    cards = {(card.key, card.default): card for card in measures().values()}
    rows = Result.objects.filter(
        by__in=LOOKED_AT, period__gte=months_before(month, MONTHS_BACK), period__lte=month,
        measure__in={key for key, _way in cards}, statistic__in={way for _key, way in cards},
    ).defer("detail").order_by("period", "definition")  # fmt: skip
    found: dict[tuple[str, str, str, str], list[Result]] = defaultdict(list)
    for row in rows.iterator(chunk_size=5000):
        if (row.measure, row.statistic) in cards:
            found[(row.measure, row.statistic, row.by, row.group)].append(row)
    asked = month_period(month)
    for (key, way, by, group), mine in sorted(found.items()):
        card = cards[(key, way)]
        about = of_card(card, card.statistic(way))
        yield computed_one(about, by, group, mine, asked)


def computed_one(
    about: Subject, by: str, group: str, rows: Sequence[Result], asked: Period
) -> Series:
    """One computed series from its rows of all definitions, oldest first."""
    in_force = in_force_by_month(rows, versions_of(about))
    assert about.counted is not None
    if about.counted.kind == "count" and in_force:
        _fill_noughts(in_force, asked.code)
    latest = max((row.definition for row in in_force.values()), default=1)
    points = [
        Point(month_period(code), row.value, row.low, row.high, row.n, row.definition)
        for code, row in sorted(in_force.items())
        if row.definition == latest
    ]
    over = tuple(point for point in points if point.period.last < today())
    return Series(about, by, group, over, asked, in_force)


def _fill_noughts(rows: dict[str, Result], last: str) -> None:
    """Nothing received is a nought, not a gap; before the first row there was no counting."""
    first, period = min(rows), month_period(last)
    definition = rows[max(rows)].definition
    while period.code > first:
        if period.code not in rows:
            rows[period.code] = Result(period=period.code, n=0, value=0.0, definition=definition)
        period = previous(period, 1)


def own_series() -> Iterator[Series]:
    """The series of measures of our own that can say something: long enough, or with a target."""
    counts = dict(
        Entry.objects.filter(state=Entry.State.PUBLISHED, group=ALL, statistic="")
        .order_by().values_list("measure").annotate(n=Count("pk"))
    )  # fmt: skip
    aimed = set(Target.objects.filter(statistic="", by=ALL).values_list("measure", flat=True))
    keys = {key for key, n in counts.items() if n >= 12} | (aimed & set(counts))
    ratios = OwnMeasure.objects.filter(kind=OwnMeasure.Kind.RATIO, key__in=aimed)
    for own in OwnMeasure.objects.filter(key__in=keys) | ratios:
        aspects = of_own_measure(own)
        yield Series(of_own(own), ALL, ALL, aspects.reading.points, judged=tuple(aspects.judged))
