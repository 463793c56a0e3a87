"""Figures of computed measures: one month, or a quarter or year pooled from its months."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from heard.measures.definitions import ALL, Statistic
from heard.measures.figures import ESTIMATES, OUTSIDE
from heard.measures.models import Result
from heard.measures.periods import first_day
from heard.targets.models import Entry
from heard.targets.periods import Period, containing
from heard.targets.program import today
from heard.targets.subjects import Subject
from heard.targets.versions import Version, in_force, versions_of

Z = 1.959964  # of the interval of a total, as figures.py makes it


@dataclass(frozen=True, slots=True)
class Figure:
    """The figure of a period, in the unit of its measure. Without a value ``why`` says why."""

    value: float | None
    low: float | None = None
    high: float | None = None
    n: int | None = None
    definition: int = 1
    so_far: bool = False
    why: str | Promise = ""


def city_results(about: Subject) -> list[Result]:
    """Monthly figures of the city by every definition there ever was; one query."""
    found = Result.objects.filter(measure=about.key, statistic=about.statistic, by=ALL, group=ALL)
    return list(found.order_by("period", "definition"))


def in_force_by_month(rows: Iterable[Result], versions: list[Version]) -> dict[str, Result]:
    """Each month's figure by the definition in force at its end."""
    found: dict[str, Result] = {}
    for row in rows:
        last = containing(first_day(row.period), "month", 1).last
        if row.definition == in_force(versions, last):
            found[row.period] = row
    return found


def computed_figure(about: Subject, entry: Entry) -> Figure | None:
    """The city's figure of the month an entry is about, if it was computed."""
    rows = in_force_by_month(city_results(about), versions_of(about))
    row = rows.get(entry.period)
    return None if row is None else _of_row(row)


def _of_row(row: Result, *, so_far: bool = False) -> Figure:
    why = "" if row.value is not None else _("There are too few to show.")
    return Figure(row.value, row.low, row.high, row.n, row.definition, so_far, why)


def figure_of(about: Subject, period: Period, rows: Mapping[str, Result]) -> Figure:
    """The figure of a period from the months in force: pooled, never the mean of rates.

    A quarter or year in which the definition changed has no figure, and says so; neither have
    medians and other quantiles, which months cannot be joined to.
    """
    so_far = period.last >= today()
    mine = [rows[month] for month in period.months if month in rows]
    if not mine:
        return Figure(None, so_far=so_far, why=_("There is nothing to count yet."))
    if period.kind == "month":
        return _of_row(mine[0], so_far=so_far)
    assert about.counted is not None
    if _is_state(about):
        # What lay open at the end of each month is never added up: a quarter ends as its last does.
        last = mine[-1] if so_far else rows.get(period.months[-1])
        return _of_row(last, so_far=so_far) if last else Figure(None, why=_("Nothing lay open."))
    if about.counted.kind == "quantile":
        why = _("The median of a longer time cannot be worked out from those of its months.")
        return Figure(None, so_far=so_far, why=why)
    if len({row.definition for row in mine}) > 1:
        why = _("The definition changed within this time, so its months cannot be added up.")
        return Figure(None, so_far=so_far, why=why)
    if any(OUTSIDE in row.detail for row in mine):
        why = _("In some of its months it counts rows that it is not a share of.")
        return Figure(None, so_far=so_far, why=why)
    if any(row.suppressed for row in mine):
        why = _("Some of its months are too few to show.")
        return Figure(None, so_far=so_far, why=why)
    made = ESTIMATES[about.counted.kind](about.counted, _sums(about.counted, mine))
    return Figure(
        made.value, made.low, made.high, made.n, mine[0].definition, so_far,
        "" if made.value is not None else _("There is nothing to count yet."),
    )  # fmt: skip


ADDED_UP = {"mean": ("total", "squares"), "nps": ("promoters", "detractors")}


def _is_state(about: Subject) -> bool:
    """Whether it counts what is so at the end of a month, and not what happens in it."""
    return about.card is not None and "open" in (about.card.formula or {})


def _sums(counted: Statistic, rows: list[Result]) -> dict[str, Any]:
    n = sum(row.n for row in rows)
    if counted.kind == "share":
        # An empty month has no value; a stored share is x / n, so x comes back exactly.
        return {"n": n, "x": sum(round((row.value or 0.0) * row.n) for row in rows)}
    if counted.kind in ("index", "top2"):
        gave = [row.detail.get("gave", [0] * 5) for row in rows]
        return {f"gave_{step + 1}": sum(one[step] for one in gave) for step in range(5)}
    if counted.kind in ADDED_UP:
        names = ADDED_UP[counted.kind]
        return {"n": n} | {name: sum(row.detail.get(name, 0) for row in rows) for name in names}
    if counted.kind == "sum":
        total = sum(row.value or 0.0 for row in rows)
        ends = [((row.high or 0.0) - (row.value or 0.0)) / Z for row in rows]
        return {"n": n, "total": total, "squares": sum(end * end for end in ends)}
    return {"n": n}
