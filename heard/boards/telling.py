"""An alert in words."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from heard.boards.models import Signal
from heard.core.words import said
from heard.measures.definitions import ALL, measures
from heard.measures.periods import first_day, is_month
from heard.people.models import Department, Division
from heard.targets.models import OwnMeasure
from heard.targets.periods import Period
from heard.targets.telling import figure_told, limits_told
from heard.ui.telling import day_told


@dataclass(frozen=True)
class Told:
    """An alert as pages and mails show it."""

    row: Signal
    name: str
    group: str
    sentences: tuple[str, ...]
    is_city: bool

    @property
    def period(self) -> Period:
        """Its period, which says itself in words."""
        r = self.row
        return Period(r.first, r.last, r.kind, r.period)  # type: ignore[arg-type]

    @property
    def word(self) -> str:
        """The tag's word."""
        words = {"good": _("better"), "bad": _("worse"), "warn": _("missing")}
        return words.get(self.row.looks, _("different"))


class Names:
    """Names of measures and groups, read when first asked for: two or three queries in all."""

    def __init__(self) -> None:
        self._own: dict[str, str] | None = None
        self._groups: dict[str, dict[str, str]] = {}

    def measure(self, key: str) -> str:
        """A measure's name in the page's language; its key where it is no more."""
        card = measures().get(key)
        if card is not None:
            return said(card.name)
        if self._own is None:
            self._own = {k: said(n) for k, n in OwnMeasure.objects.values_list("key", "name")}
        return self._own.get(key) or key

    def group(self, by: str, code: str) -> str:
        """A group's name."""
        if by == ALL:
            return _("The whole city")
        models: dict[str, Any] = {"division": Division, "department": Department}
        if by not in models:
            return code
        if by not in self._groups:
            rows = models[by].objects.values_list("code", "name")
            self._groups[by] = {code: said(name) for code, name in rows}
        return self._groups[by].get(code) or code


def told(row: Signal, names: Names) -> Told:
    """An alert in words."""
    return Told(
        row, names.measure(row.measure), names.group(row.by, row.group),
        tuple(_sentence(row, rule) for rule in row.rules), row.by == ALL,
    )  # fmt: skip


def _sentence(row: Signal, rule: Mapping[str, Any]) -> str:
    tell = {"outside": _outside, "run": _run, "verdict": _verdict, "missing": _missing}
    return tell[rule["rule"]](row, rule)


def _outside(row: Signal, rule: Mapping[str, Any]) -> str:
    text = (
        _("{value}: higher than chance explains. It usually lies between {low} and {high}.")
        if rule["side"] == "above"
        else _("{value}: lower than chance explains. It usually lies between {low} and {high}.")
    )
    low, high = limits_told(rule["low"], rule["high"], row.unit, [row.value])
    return text.format(value=figure_told(row.value, row.unit), low=low, high=high)


def _run(row: Signal, rule: Mapping[str, Any]) -> str:
    text = (
        _("{value}: the eighth period in a row above the mean of {mean}.")
        if rule["side"] == "above"
        else _("{value}: the eighth period in a row below the mean of {mean}.")
    )
    return text.format(value=figure_told(row.value, row.unit), mean=figure_told(row.mean, row.unit))


def _verdict(row: Signal, rule: Mapping[str, Any]) -> str:
    goal = figure_told(rule["goal"], row.unit)
    goal = (_("at least {value}") if rule["direction"] == "up" else _("at most {value}")).format(
        value=goal
    )
    text = (
        _("{value}: the target of {goal} is met again; it was last missed in {since}.")
        if rule["now"] == "met"
        else _("{value}: the target of {goal} is not met; it was last met in {since}.")
    )
    return text.format(
        value=figure_told(row.value, row.unit), goal=goal, since=_when(rule["since"])
    )


def _when(code: str) -> str:
    """A period's code in words, where it is a month; others speak for themselves."""
    return day_told(first_day(code), "month") if is_month(code) else code


def _missing(row: Signal, rule: Mapping[str, Any]) -> str:
    if "behind" in rule:
        n = rule["behind"]
        return ngettext(
            "{n} finished period has no figure; the latest is of {since}.",
            "{n} finished periods have no figure; the latest is of {since}.", n,
        ).format(n=n, since=_when(rule["since"]))  # fmt: skip
    return _("There is no figure, though there was one up to {since}.").format(
        since=_when(rule["since"])
    )
