"""Reading results. Everything here is one query, or a stated few, whatever the number of rows."""

from collections.abc import Iterable, Iterator
from typing import Any, Protocol

from django.db.models import Q, QuerySet

from heard.cases.models import Channel
from heard.catalogue.models import Service
from heard.core.words import Words
from heard.measures.definitions import ALL, Definition, Statistic, measure, measures
from heard.measures.models import Chart, Result, Snapshot
from heard.people.models import Department, Division
from heard.places.models import District

EXPORTED = (
    "measure", "definition", "statistic", "dimension", "period", "group", "n", "value",
    "low", "high", "suppressed", "left_out",
)  # fmt: skip
GAVE = ("gave_1", "gave_2", "gave_3", "gave_4", "gave_5")
# What a figure of each kind is made of: enough to make it and its interval again without a row.
PARTS: dict[str, tuple[str, ...]] = {
    "share": ("x",), "index": GAVE, "top2": GAVE, "nps": ("promoters", "detractors"),
    "sum": ("total", "squares"), "mean": ("total", "squares"),
}  # fmt: skip
COUNTS = ("asked", "answered", "x", *GAVE, "promoters", "detractors")


def columns(card: Definition) -> tuple[str, ...]:
    """The columns a measure is published with."""
    kinds = {one.kind for one in card.statistics}
    asked = ("asked", "answered") if card.source == "responses" else ()
    parts = dict.fromkeys(name for kind in PARTS if kind in kinds for name in PARTS[kind])
    return (*EXPORTED, *asked, *parts)


def current() -> Q:
    """Results made by the definitions in force."""
    wanted = Q(pk=None)
    for card in measures().values():
        wanted |= Q(measure=card.key, definition=card.version)
    return wanted


def results(
    card: Definition,
    statistic: Statistic,
    *,
    by: str = ALL,
    period: str | None = None,
    group: str | None = None,
) -> QuerySet[Result, Result]:
    """Rows of one measure and statistic, oldest period first."""
    found = Result.objects.filter(
        measure=card.key, statistic=statistic.key, definition=card.version, by=by
    )
    if period is not None:
        found = found.filter(period=period)
    if group is not None:
        found = found.filter(group=group)
    return found.order_by("period", "group")


class Published(Protocol):
    """What a row says in a file; a ``Result`` does, and a row that waits to be stored."""

    @property
    def statistic(self) -> str: ...
    @property
    def by(self) -> str: ...
    @property
    def value(self) -> float | None: ...
    @property
    def detail(self) -> dict[str, Any]: ...
    @property
    def definition_id(self) -> str: ...


def exported(key: str) -> Iterator[dict[str, Any]]:
    """Every row of a measure as it is published, by every definition it ever had; streamed."""
    wanted = columns(measure(key))[len(EXPORTED) :]
    found = Result.objects.filter(measure=key)
    ordered = found.order_by("statistic", "definition", "by", "period", "group")
    for row in ordered.iterator(chunk_size=2000):
        yield with_parts(row, wanted)


def with_parts(row: Published, wanted: Iterable[str]) -> dict[str, Any]:
    """A row as it is published in a file, with the sums it is made of."""
    return plain(row) | {name: _part(row, name) for name in wanted}


def _part(row: Published, name: str) -> Any:
    """A sum behind a figure; none where the figure is hidden, or of another kind."""
    if name in GAVE:
        gave = row.detail.get("gave")
        return gave[GAVE.index(name)] if gave else None
    return row.detail.get(name, 0 if name in ("asked", "answered") else None)


def plain(row: Published) -> dict[str, Any]:
    """A result as it is published; a count's value is a whole number."""
    # "by" is a word of SQL; whoever queries the files should not have to quote it.
    values = {name: getattr(row, name) for name in EXPORTED if name != "dimension"}
    values["dimension"] = row.by
    if row.statistic == "count" and row.value is not None:
        values["value"] = int(row.value)
    values["definition"] = row.definition_id
    return {name: values[name] for name in EXPORTED}


def latest() -> Snapshot | None:
    """When results were last computed; None before the first time."""
    return Snapshot.objects.order_by("id").first()


def months_received() -> list[str]:
    """The months in which the city received anything: what it was at work in."""
    card = measure("cases_received")
    return list(results(card, card.statistic()).values_list("period", flat=True))


def group_words(by: str) -> dict[str, Words]:
    """The names of all groups of a grouping by code."""
    if by == "channel":
        labels = {}
        for code, label in Channel.choices:
            labels[str(code)] = {"": str(label)}
        return labels
    models: dict[str, Any] = {
        "department": Department, "division": Division, "service": Service, "district": District,
    }  # fmt: skip
    if by not in models:
        return {}
    return dict(models[by].objects.values_list("code", "name"))


def city_results(period: str, by: str) -> QuerySet[Result, Result]:
    """All current results of one period and grouping, of every measure."""
    return Result.objects.filter(current(), period=period, by=by).order_by("group")


def group_results(by: str, group: str) -> QuerySet[Result, Result]:
    """All current results of one group, of every measure and period."""
    return Result.objects.filter(current(), by=by, group=group).order_by("period")


def charts(by: str, group: str, language: str) -> dict[tuple[str, str, str], str]:
    """The pictures made ahead for a group: (measure, statistic, size) to file name."""
    found = Chart.objects.filter(by=by, group=group, language=language)
    return {(c.measure, c.statistic, c.size): f"{c.digest}.svg" for c in found}
