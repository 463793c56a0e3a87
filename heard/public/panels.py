"""What the pages show of one measure: the figure, its sentence, its picture, its way on."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _

from heard.core.words import said
from heard.measures.definitions import ALL, NO_GROUP, Definition, Statistic, measures
from heard.measures.models import Result
from heard.measures.periods import this_month
from heard.measures.reads import group_words
from heard.public.pictures import Line, line
from heard.public.sentences import answered, left_out, month_told, says, value_told
from heard.targets.judging import Judged
from heard.targets.lines import began
from heard.targets.subjects import of_card


@dataclass(frozen=True)
class Panel:
    """One measure of one group in one month."""

    card: Definition
    statistic: Statistic
    row: Result | None
    sentence: str
    month: str
    running: bool
    so_far: Result | None
    so_far_says: str
    notes: tuple[str, ...]
    line: Line | None
    url: str
    judged: Judged | None = None

    @property
    def unit(self) -> str:
        """The unit of its value."""
        return self.statistic.unit

    @property
    def of(self) -> str:
        """What ``n`` counts."""
        words = {
            "cases": _("requests"), "responses": _("answers"), "contacts": _("contacts"),
            "remedies": _("remedies"),
        }  # fmt: skip
        return words.get(self.card.source, _("counted"))

    @property
    def told(self) -> str:
        """Its value in its unit."""
        return value_told(self.row, self.unit)

    @property
    def shows_interval(self) -> bool:
        """A count is what it is; its interval is on the measure's own page."""
        return self.statistic.kind != "count"


def panel(
    card: Definition,
    statistic: Statistic,
    rows: Sequence[Result],
    *,
    period: str,
    months: Sequence[str],
    query: dict[str, str] | None = None,
    breaks: Collection[str] = (),
    judged: Judged | None = None,
) -> Panel:
    """The panel of a measure from all its rows of one group.

    ``breaks`` are the months from which on another definition counts; ``judged`` its target.
    """
    by_period = {row.period: row for row in rows}
    row = by_period.get(period)
    running = this_month()
    so_far = by_period.get(running) if period != running else None
    return Panel(
        card=card,
        statistic=statistic,
        row=row,
        sentence=says(card, statistic, row),
        month=month_told(period),
        running=period == running,
        so_far=so_far,
        so_far_says=says(card, statistic, so_far) if so_far else "",
        notes=tuple(note for note in (answered(row), left_out(statistic, row)) if note),
        line=line(statistic, rows, months, running, breaks),
        url=measure_url(card, {"period": period, **(query or {})}),
        judged=judged,
    )


def panels(
    rows: Iterable[Result],
    *,
    period: str,
    months: Sequence[str],
    query: dict[str, str] | None = None,
    judged: Mapping[str, Judged] | None = None,
) -> list[Panel]:
    """A panel per measure, each in its usual statistic, from all results of one group.

    A measure whose definition changed shows the months since: no line leads across the change.
    """
    found = list(rows)
    made = []
    for card in measures().values():
        statistic = card.statistic()
        since = counted_since(card, statistic)
        mine = [
            r
            for r in found
            if r.measure == card.key and r.statistic == statistic.key and r.period >= since
        ]
        goal = (judged or {}).get(card.key)
        made.append(
            panel(card, statistic, mine, period=period, months=months, query=query, judged=goal)
        )
    return made


def counted_since(card: Definition, statistic: Statistic) -> str:
    """The first month counted by the definition in force; empty where it always was."""
    day = began(of_card(card, statistic))
    return f"{day:%Y-%m}" if day else ""


def measure_url(card: Definition, query: dict[str, str]) -> str:
    """The page of a measure with its filters in the address."""
    text = urlencode({name: value for name, value in query.items() if value})
    return reverse("public:measure", args=[card.key]) + (f"?{text}" if text else "")


class Names:
    """Names of groups in the page's language, read once per grouping."""

    def __init__(self) -> None:
        self._known: dict[str, dict[str, str]] = {}

    def of(self, by: str) -> dict[str, str]:
        """All names of a grouping by code."""
        if by not in self._known:
            self._known[by] = {code: said(words) for code, words in group_words(by).items()}
        return self._known[by]

    def name(self, by: str, code: str) -> str:
        """One group's name; its code where it has none any more."""
        if by == ALL:
            return _("The whole city")
        if code == NO_GROUP:
            return _("Not stated")
        return self.of(by).get(code) or code
