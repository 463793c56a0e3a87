"""The course of the one score: its picture, its table, its downloads."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from heard.boards.judgements import subject_of
from heard.boards.models import Score
from heard.boards.series import month_period
from heard.boards.strokes import Stretch, stretches
from heard.boards.telling import Names
from heard.targets.periods import Period
from heard.targets.telling import figure_told

PART_COLUMNS = (
    "measure", "statistic", "definition", "weight", "better", "value", "low", "high", "n",
    "target", "score", "score_low", "score_high",
)  # fmt: skip


@dataclass(frozen=True)
class PartTold:
    """One part of a month in words."""

    name: str
    way: str
    key: str
    value: str
    goal: str
    score: float | None
    weight: float
    why: str


@dataclass(frozen=True)
class Month:
    """One month of the score. ``broken``: it begins anew here, and ``why`` says what changed."""

    row: Score
    period: Period
    broken: bool
    why: str

    @property
    def counted(self) -> int:
        """How many parts counted."""
        return len(self.row.counted)

    @property
    def parts(self) -> int:
        """How many parts it is made of."""
        return len(self.row.parts)


@dataclass(frozen=True)
class History:
    """Everything the page shows of the score."""

    months: tuple[Month, ...]
    drawn: tuple[Stretch, ...]
    breaks: tuple[float, ...]
    top: float
    one: float
    latest: Month | None
    parts: tuple[PartTold, ...]

    @property
    def backwards(self) -> list[Month]:
        """The latest month first, as the table shows them."""
        return list(reversed(self.months))


def history(names: Names) -> History:
    """The whole course; one query."""
    rows = list(Score.objects.select_related("recipe").order_by("month"))
    months = tuple(_months(rows, names))
    values = [end for row in rows for end in (row.value, row.high) if end is not None]
    top = max([1.25, *(value * 1.05 for value in values)])
    runs = _runs(months)
    half = 47 / max(len(months) - 1, 1)
    places = [i for i, month in enumerate(months) if month.broken]
    latest = next((m for m in reversed(months) if m.row.value is not None), None)
    return History(
        months, stretches(runs, len(months), top),
        tuple(round(3 + 94 * i / max(len(months) - 1, 1) - half, 2) for i in places),
        top, round(100 - 100 / top, 2), latest,
        tuple(_part(part, names) for part in latest.row.parts) if latest else (),
    )  # fmt: skip


def _months(rows: Sequence[Score], names: Names) -> Iterator[Month]:
    before: Score | None = None
    for row in rows:
        why = _what_changed(before, row, names) if before is not None else ""
        yield Month(row, month_period(row.month), bool(why), why)
        before = row


def _what_changed(before: Score, row: Score, names: Names) -> str:
    """Why two months may not be joined by a line; empty where they may."""
    if before.recipe_id != row.recipe_id:
        return _("Made of other parts or weights from here on: {why}").format(why=row.recipe.reason)
    old = {_key(p): p["definition"] for p in before.parts if p["definition"]}
    changed = [
        names.measure(part["measure"])
        for part in row.parts
        if part["definition"] and old.get(_key(part), part["definition"]) != part["definition"]
    ]
    if changed:
        return _("The definition of a part changed: {names}").format(names=", ".join(changed))
    return ""


def _key(part: Mapping[str, Any]) -> tuple[str, str]:
    return part["measure"], part["statistic"]


def _runs(months: Sequence[Month]) -> list[list[tuple[int, float, float, float]]]:
    runs: list[list[tuple[int, float, float, float]]] = [[]]
    for place, month in enumerate(months):
        row = month.row
        if row.value is None or month.broken:
            runs.append([])
        if row.value is not None:
            low = row.value if row.low is None else row.low
            high = row.value if row.high is None else row.high
            runs[-1].append((place, row.value, low, high))
    return runs


def _part(part: Mapping[str, Any], names: Names) -> PartTold:
    about = subject_of(*_key(part))
    unit = about.unit if about else "count"
    goal = figure_told(part["target"], unit)
    if part["target"] is not None:
        words = _("at most {value}") if part["better"] == "lower" else _("at least {value}")
        goal = words.format(value=goal)
    why = ""
    if part["score"] is None:
        why = _("no target") if part["target"] is None else _("no figure")
    way = str(about.counted) if about and about.counted else ""
    return PartTold(
        names.measure(part["measure"]), way, part["measure"], figure_told(part["value"], unit),
        goal, part["score"], part["weight"], why,
    )  # fmt: skip


def score_rows() -> Iterator[list[Any]]:
    """The score of each month, under a line of names."""
    yield ["month", "recipe", "value", "low", "high", "parts_counted", "parts"]
    for row in Score.objects.select_related("recipe").order_by("month"):
        counted = len(row.counted)
        yield [row.month, row.recipe.number, row.value, row.low, row.high, counted, len(row.parts)]


def parts_rows() -> Iterator[list[Any]]:
    """Every part of every month, under a line of names; empty cells where it is missing."""
    yield ["month", "recipe", *PART_COLUMNS]
    for row in Score.objects.select_related("recipe").order_by("month"):
        for part in row.parts:
            yield [row.month, row.recipe.number, *(part[name] for name in PART_COLUMNS)]
