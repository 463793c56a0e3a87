"""What a formula gives, as a page shows it: figures by month, a picture, what is wrong."""

from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from heard.core.words import said
from heard.measures.built_models import Trial
from heard.measures.declared import formula
from heard.measures.figures import OUTSIDE
from heard.measures.spelling import sentence
from heard.measures.trials import FAILED, TOO_MANY, ask, waited
from heard.ui.telling import number

WAIT = 1.5  # seconds that a page waits for the worker


@dataclass(frozen=True)
class Bar:
    """One month in the picture: places in a field of 100 by 100."""

    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True)
class Way:
    """One statistic of the formula with its months."""

    name: str
    unit: str
    rows: list[dict[str, Any]]
    bars: list[Bar]


@dataclass(frozen=True)
class Preview:
    """``ways`` is empty while the worker still counts (``is_counting``) or where it cannot."""

    sentence: str
    is_counting: bool = False
    problems: list[str] = field(default_factory=list)
    ways: list[Way] = field(default_factory=list)

    @property
    def has_figures(self) -> bool:
        """Whether any month has a row."""
        return any(way.rows for way in self.ways)


def preview(given: dict[str, Any], *, wait: float = 0.0) -> Preview:
    """The preview of a formula that was checked; the worker is asked where it is not known."""
    row = waited(ask(given), wait)
    said_plainly = sentence(formula(given))
    if row.result is None:
        return Preview(said_plainly, is_counting=True)
    return Preview(said_plainly, problems=_problems(row), ways=_ways(row.result["statistics"]))


def _problems(row: Trial) -> list[str]:
    result, found = row.result or {}, []
    for fault in result["faults"]:
        if fault == TOO_MANY:
            text = _("It has {n} groups: too many to be counted and shown. Narrow it.")
            found.append(text.format(n=number(result["groups"])))
        elif fault == FAILED:
            found.append(_("It could not be counted; the log of the worker says why."))
        elif fault == OUTSIDE:
            found.append(_outside(result["statistics"]))
    return found


def _outside(statistics: list[dict[str, Any]]) -> str:
    worst = max(row["outside"] for one in statistics for row in one["rows"])
    return _(
        "In one month {n} rows count that are not among those it is a share of, so it could pass "
        "100%. Such months show no figure. Put the conditions of “enter” also under “count”."
    ).format(n=number(worst))


def _ways(statistics: list[dict[str, Any]]) -> list[Way]:
    return [
        Way(said(one["name"]), one["unit"], list(reversed(one["rows"])), _bars(one["rows"]))
        for one in statistics
    ]


def _bars(rows: list[dict[str, Any]]) -> list[Bar]:
    values = [row["value"] for row in rows]
    known = [value for value in values if value is not None]
    if not known:
        return []
    low, high = min(0.0, *known), max(0.0, *known)
    scale, wide = 100 / ((high - low) or 1.0), 100 / len(rows)
    return [
        Bar(
            round(place * wide + wide * 0.12, 2), round((high - max(value, 0.0)) * scale, 2),
            round(wide * 0.76, 2), round(max(abs(value) * scale, 0.8), 2),
        )
        for place, value in enumerate(values)
        if value is not None
    ]  # fmt: skip
