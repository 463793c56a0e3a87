"""The measures of contacts as the desk shows them: the whole city, one month, every statistic."""

from dataclasses import dataclass

from django.urls import reverse

from heard.core.words import said
from heard.doors.desk.figures import KINDS
from heard.measures.definitions import ALL, Definition, Statistic, measure
from heard.measures.models import Result
from heard.measures.periods import first_day, headline
from heard.measures.reads import group_results
from heard.ui.telling import Kind, day_told

MEASURES = ("contacts_received", "first_contact_resolution", "avoidable_contact")


@dataclass(frozen=True, slots=True)
class Number:
    """One statistic of one month; ``left_out`` says how many did not enter, and why."""

    label: str
    row: Result
    kind: Kind
    period: str
    left_out: str


@dataclass(frozen=True, slots=True)
class Group:
    """One measure with its numbers, and where its definition stands."""

    card: Definition
    numbers: list[Number]
    url: str

    @property
    def definition(self) -> str:
        """What is counted, in the page's language."""
        return said(self.card.definition)


def contact_numbers() -> list[Group]:
    """The measures in their order, in one query; those without any result are left out.

    Each shows the latest month that is over and in which something could be judged.
    """
    rows: dict[str, dict[tuple[str, str], Result]] = {key: {} for key in MEASURES}
    for row in group_results(ALL, ALL):
        if row.measure in rows:
            rows[row.measure][(row.statistic, row.period)] = row
    groups = []
    for key, found in rows.items():
        card = measure(key)
        judged = {period for (_statistic, period), row in found.items() if row.n}
        month = headline(judged)
        if month is None:
            continue
        numbers = [_number(card, s, found.get((s.key, month))) for s in card.statistics]
        url = reverse("public:measure", args=[key])
        groups.append(Group(card, [one for one in numbers if one], url))
    return groups


def _number(card: Definition, statistic: Statistic, row: Result | None) -> Number | None:
    if row is None:
        return None
    return Number(
        label=str(card) if len(card.statistics) == 1 else str(statistic),
        row=row,
        kind=KINDS[statistic.unit],
        period=day_told(first_day(row.period), "month"),
        left_out=f"{row.left_out} {said(statistic.left_out)}" if row.left_out else "",
    )
