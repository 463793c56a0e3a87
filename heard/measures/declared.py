"""Formulas that are declared: on a card, or built by people in a page. Compiled to ``Series``.

A formula says which facts it counts, on which of their days a row falls (or between which two days
it lies), which rows it is of, which of these enter, and what is made of them. It never names
anything of the engine, so that it is checked without one.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from heard.facts.columns import COLUMNS
from heard.measures.conditions import (
    BadFormula,
    Condition,
    Type,
    checked,
    column_of,
    plain,
    types_of,
)

AGE = "age_days"  # of a row that lies between two days: how old it was at the end of the month
PARTS = ("fact", "day", "open", "where", "of", "take", "counts", "column", "between")

# What a formula makes of its rows, and the kinds of statistic that can be made of that.
WAYS: dict[str, tuple[str, ...]] = {
    "count": ("count",),
    "share": ("share",),
    "mean": ("mean",),
    "quantile": ("quantile",),
    "sum": ("sum",),
    "scale": ("index", "top2"),
    "recommend": ("nps",),
}


@dataclass(frozen=True, slots=True)
class Formula:
    """A formula, checked against the columns of its fact.

    ``day`` is the column that says which month a row is of; or ``open`` names the days from which
    and until which a row is open, and it is of every month in whose last moment it was. ``where``:
    which rows it is of at all. ``of``: which of these enter; the others are left out and their
    number is told. ``counts``: for a share, which rows count. ``column`` or ``between`` is what a
    mean, a median, a sum or a scale is made of.
    """

    fact: str
    take: str
    day: str = ""
    open: tuple[str, str] | None = None
    where: tuple[Condition, ...] = ()
    of: tuple[Condition, ...] = ()
    counts: tuple[Condition, ...] = ()
    column: str = ""
    between: tuple[str, str] | None = None

    @property
    def days(self) -> tuple[str, ...]:
        """The date columns that decide the period."""
        return self.open or (self.day,)

    @property
    def depends_on_moment(self) -> bool:
        """Whether the same rows may give another figure as time passes."""
        used = (*self.where, *self.of, *self.counts)
        return self.open is not None or any(one.back is not None for one in used)

    def plain(self) -> dict[str, Any]:
        """As it is kept in a file or a row: the same formula reads back from it."""
        kept: dict[str, Any] = {"fact": self.fact, "take": self.take}
        if self.open:
            kept["open"] = list(self.open)
        else:
            kept["day"] = self.day
        for name in ("where", "of", "counts"):
            if conditions := plain(getattr(self, name)):
                kept[name] = conditions
        if self.column:
            kept["column"] = self.column
        if self.between:
            kept["between"] = list(self.between)
        return kept

    def digest(self) -> str:
        """Tells it from every other formula."""
        said = json.dumps([self.plain(), WRITTEN], sort_keys=True)
        return hashlib.sha256(said.encode()).hexdigest()[:16]


WRITTEN = 1  # raised when the same formula is compiled into something else


def formula(given: Mapping[str, Any]) -> Formula:
    """The formula of a card's table or a page's form. Raises ``BadFormula``."""
    for part in given:
        if part not in PARTS:
            raise BadFormula("unknown", part=str(part)[:40])
    fact, take = given.get("fact"), given.get("take")
    if fact not in COLUMNS:
        raise BadFormula("no_fact", fact=str(fact)[:40], known=", ".join(COLUMNS))
    if take not in WAYS:
        raise BadFormula("no_way", take=str(take)[:40], known=", ".join(WAYS))
    types = columns(str(fact), is_open=bool(given.get("open")))
    made = Formula(
        fact=str(fact),
        take=str(take),
        **_days(given, types, str(fact)),
        where=checked(given.get("where", ()), types, str(fact)),
        of=checked(given.get("of", ()), types, str(fact)),
        counts=checked(given.get("counts", ()), types, str(fact)),
        column=str(given.get("column") or ""),
        between=_pair(given.get("between")),
    )
    _check_way(made, types)
    return made


def columns(fact: str, *, is_open: bool = False) -> dict[str, Type]:
    """The columns a formula over a fact may name, with their types."""
    types = types_of(fact)
    return {**types, AGE: "number"} if is_open else types


def for_kinds(made: Formula, kinds: tuple[str, ...]) -> None:
    """Check that the statistics of a card can be made of it. Raises ``BadFormula``."""
    for kind in kinds:
        if kind not in WAYS[made.take]:
            raise BadFormula("other_kind", take=made.take, kind=kind)


def _days(given: Mapping[str, Any], types: dict[str, Type], fact: str) -> dict[str, Any]:
    pair = _pair(given.get("open"))
    for name in pair or (given.get("day"),):
        if column_of(name, types, fact) != "day":
            raise BadFormula("no_day", column=name)
    return {"open": pair} if pair else {"day": given["day"]}


def _pair(given: Any) -> tuple[str, str] | None:
    if not given:
        return None
    if not isinstance(given, list | tuple) or len(given) != 2:
        raise BadFormula("two_moments")
    return str(given[0]), str(given[1])


def _check_way(made: Formula, types: dict[str, Type]) -> None:
    if made.take == "share":
        if not made.counts:
            raise BadFormula("no_counts")
        if set(made.counts) == set(made.of):
            raise BadFormula("same")
    elif made.take in ("mean", "sum", "quantile"):
        _check_amount(made, types)
    elif made.take in ("scale", "recommend"):
        _check_whole(made, types, "not_a_scale")


def _check_amount(made: Formula, types: dict[str, Type]) -> None:
    if not made.between:
        if made.take == "quantile":
            if column_of(made.column, types, made.fact) != "number":
                raise BadFormula("not_whole")
        else:
            _check_whole(made, types, "not_whole")
        return
    for name in made.between:
        if column_of(name, types, made.fact) != "moment":
            raise BadFormula("two_moments")


def _check_whole(made: Formula, types: dict[str, Type], code: str) -> None:
    column_of(made.column, types, made.fact)
    if made.column != AGE and COLUMNS[made.fact][made.column] not in ("int32", "int64"):
        raise BadFormula(code, column=made.column)
