"""Conditions of a declared formula: which there are, checked against a fact, said in words.

A condition is a list: a column, an operator, and for most operators a value. Text that begins with
``@`` is another column of the same kind, or the moment of counting: ``@now``, ``@now-14`` (days).
Nothing is true of an empty cell but that it is empty.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from django.utils.translation import gettext_lazy as _

from heard.facts.columns import COLUMNS

Type = Literal["text", "yes", "number", "moment", "day"]

OPERATORS: dict[Type, tuple[str, ...]] = {
    "text": ("is", "is not", "in", "empty", "filled"),
    "yes": ("true", "false", "empty"),
    "number": ("=", "!=", "<", "<=", ">", ">=", "empty", "filled"),
    "moment": ("<", "<=", ">", ">=", "empty", "filled"),
    "day": ("<", "<=", ">", ">=", "empty", "filled"),
}
ALONE = {"true", "false", "empty", "filled"}  # operators without a value
NOW = re.compile(r"@now(?:-(\d{1,4}))?")
MOST_CONDITIONS = 12
MOST_VALUES = 30
LONGEST = 200  # letters of a value
MOST_GROUPS = 5_000  # of one grouping: more than any city has services or districts


class BadFormula(ValueError):
    """A formula that cannot be counted. The message says what to change; ``code`` what is wrong."""

    def __init__(self, code: str, **about: Any) -> None:
        super().__init__(str(SAYS[code]).format(**about))
        self.code, self.about = code, about

    def told(self, label: Callable[[str], str]) -> str:
        """The message for people: with their words for columns, in the language of the page."""
        words = {name: label(self.about[name]) for name in {"column", "other"} & self.about.keys()}
        types = {
            name: TYPE_WORDS[self.about[name]]
            for name in {"type", "other_type"} & self.about.keys()
        }
        return str(SAYS[self.code]).format(**{**self.about, **words, **types})


TYPE_WORDS: dict[str, Any] = {
    "text": _("word"),
    "yes": _("yes-or-no value"),
    "number": _("number"),
    "moment": _("moment"),
    "day": _("day"),
}
SAYS = {
    "no_fact": _("There are no facts called {fact}. There are {known}."),
    "no_column": _("The facts “{fact}” have no column {column}. They have {known}."),
    "no_operator": _("{column} is a {type}; “{operator}” does not fit it. Use {known}."),
    "no_value": _("Say what {column} is compared with."),
    "bad_value": _("{value} does not fit {column}, which is a {type}."),
    "other_type": _("{column} is a {type} and {other} is a {other_type}; they cannot be compared."),
    "not_a_condition": _("A condition is a column, an operator and a value."),
    "too_many": _("A formula has {most} conditions of a kind at most."),
    "no_day": _("{column} is not a day, so it cannot say which month a row is of."),
    "no_way": _("There is no way of counting called {take}. There are {known}."),
    "not_whole": _("A mean or a sum is made of whole numbers or of the time between two moments."),
    "not_a_scale": _("{column} is not a scale from 1 to 5."),
    "two_moments": _("The time between needs two moments."),
    "no_counts": _("A share needs what is counted: at least one condition."),
    "same": _("What is counted is the same as what it is a share of: that is always 100%."),
    "unknown": _("A formula has no part called {part}."),
    "circle": _("These measures are made of each other: {circle}."),
    "other_kind": _("The formula counts a {take}; the measure is shown as {kind}."),
}


@dataclass(frozen=True, slots=True)
class Condition:
    """One condition, checked: a column of ``type``, an operator, and what it is compared with."""

    column: str
    type: Type
    operator: str
    value: Any = None

    @property
    def other(self) -> str:
        """The column it is compared with; empty where that is a value or the moment."""
        is_other = isinstance(self.value, str) and self.value.startswith("@")
        return "" if not is_other or NOW.fullmatch(self.value) else self.value[1:]

    @property
    def back(self) -> int | None:
        """How many days before the moment of counting; None where that is not what it is about."""
        found = NOW.fullmatch(self.value) if isinstance(self.value, str) else None
        return int(found.group(1) or 0) if found else None


def types_of(fact: str) -> dict[str, Type]:
    """The columns of a fact by name."""
    found: dict[str, Type] = {}
    for name, kind in COLUMNS[fact].items():
        if kind == "int32" or kind == "int64" or kind == "float64":
            found[name] = "number"
        else:
            found[name] = kind
    return found


def checked(given: Any, types: dict[str, Type], fact: str) -> tuple[Condition, ...]:
    """The conditions as they are counted. Raises ``BadFormula``."""
    if not isinstance(given, list | tuple):
        raise BadFormula("not_a_condition")
    if len(given) > MOST_CONDITIONS:
        raise BadFormula("too_many", most=MOST_CONDITIONS)
    return tuple(_checked(one, types, fact) for one in given)


def column_of(name: Any, types: dict[str, Type], fact: str) -> Type:
    """The type of a column. Raises ``BadFormula`` where the fact lacks it."""
    if not isinstance(name, str) or name not in types:
        raise BadFormula("no_column", fact=fact, column=str(name)[:60], known=", ".join(types))
    return types[name]


def _checked(one: Any, types: dict[str, Type], fact: str) -> Condition:
    if not isinstance(one, list | tuple) or not 2 <= len(one) <= 3:
        raise BadFormula("not_a_condition")
    column, operator = one[0], one[1]
    kind = column_of(column, types, fact)
    if operator not in OPERATORS[kind]:
        known = ", ".join(OPERATORS[kind])
        raise BadFormula(
            "no_operator", column=column, type=kind, operator=str(operator)[:20], known=known
        )
    if operator in ALONE:
        return Condition(column, kind, operator)
    if len(one) < 3 or one[2] in ("", None, []):
        raise BadFormula("no_value", column=column)
    return Condition(column, kind, operator, _value(column, kind, operator, one[2], types, fact))


def _value(
    column: str, kind: Type, operator: str, value: Any, types: dict[str, Type], fact: str
) -> Any:
    bad = BadFormula("bad_value", column=column, type=kind, value=str(value)[:60])
    if operator == "in":
        return _several(value, bad)
    if isinstance(value, str) and value.startswith("@"):
        if NOW.fullmatch(value):
            if kind != "moment":
                raise bad
            return value
        other = column_of(value[1:], types, fact)
        if other != kind:
            raise BadFormula(
                "other_type", column=column, type=kind, other=value[1:], other_type=other
            )
        return value
    if kind == "number":
        return _number(value, bad)
    if kind in ("moment", "day"):
        return _day(value, bad)
    if not isinstance(value, str) or len(value) > LONGEST:
        raise bad
    return value


def _several(value: Any, bad: BadFormula) -> tuple[str, ...]:
    if not isinstance(value, list | tuple) or not 1 <= len(value) <= MOST_VALUES:
        raise bad
    if not all(isinstance(one, str) and 0 < len(one) <= LONGEST for one in value):
        raise bad
    return tuple(value)


def _number(value: Any, bad: BadFormula) -> float | int:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise bad
    if not -1e12 < value < 1e12:  # also what is no number at all
        raise bad
    return value


def _day(value: Any, bad: BadFormula) -> str:
    try:
        return date.fromisoformat(str(value)).isoformat()
    except ValueError:
        raise bad from None


def plain(conditions: Sequence[Condition]) -> list[list[Any]]:
    """The conditions as they are kept in a file or a row."""
    return [
        [one.column, one.operator, *([] if one.operator in ALONE else [_kept(one.value)])]
        for one in conditions
    ]


def _kept(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value
