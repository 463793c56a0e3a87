"""The latest measures of a division, ready for the page."""

from dataclasses import dataclass

from django.urls import reverse

from heard.measures.definitions import Definition, Statistic, measures
from heard.measures.models import Result
from heard.measures.periods import first_day, headline
from heard.measures.reads import group_results
from heard.people.models import Division
from heard.ui.telling import Kind, day_told

KINDS: dict[str, Kind] = {
    "count": "number", "share": "share", "days": "days", "score": "index", "dollars": "dollars",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class DivisionFigure:
    """One result of one month: never a value without its n, interval and month."""

    label: str
    value: float | None
    kind: Kind
    n: int
    low: float | None
    high: float | None
    suppressed: bool
    period: str
    url: str


def division_figures(division: Division) -> list[DivisionFigure]:
    """Each measure by its usual statistic, of the latest month that is over. One query."""
    rows = {
        (row.measure, row.statistic, row.period): row
        for row in group_results("division", division.code)
    }
    month = headline({period for _measure, _statistic, period in rows})
    if month is None:
        return []
    found = []
    for card in measures().values():
        row = rows.get((card.key, card.statistic().key, month))
        if row is not None:
            found.append(_figure(card, card.statistic(), row))
    return found


def _figure(card: Definition, statistic: Statistic, row: Result) -> DivisionFigure:
    label = str(card) if len(card.statistics) == 1 else f"{card} ({statistic})"
    return DivisionFigure(
        label=label,
        value=row.value,
        kind=KINDS[statistic.unit],
        n=row.n,
        low=row.low,
        high=row.high,
        suppressed=row.suppressed,
        period=day_told(first_day(row.period), "month"),
        url=reverse("public:measure", args=[card.key]),
    )
