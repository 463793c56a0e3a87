"""From what is typed or read from a file to a figure with its interval."""

import math
import re
from dataclasses import dataclass
from typing import Any, Protocol

from django.utils.translation import gettext as _

from heard.core.errors import Refused
from heard.targets.models import OwnMeasure
from heard_stats import share

LARGEST = 1e12


class HasUnit(Protocol):
    """Anything that says what its values are in."""

    @property
    def unit(self) -> str:
        """``count``, ``share``, ``score``, ``days`` or ``dollars``."""


@dataclass(frozen=True, slots=True)
class Given:
    """What somebody says of one period, in numbers; a share's ``value`` is 0 to 1."""

    numerator: float | None = None
    denominator: float | None = None
    value: float | None = None


@dataclass(frozen=True, slots=True)
class Made:
    """The figure: its value and interval in the unit of the measure, and the n behind it."""

    value: float
    low: float | None = None
    high: float | None = None
    n: int | None = None


def make(measure: OwnMeasure, given: Given) -> Made:
    """The figure of what was given. Raises ``Refused`` with what to do, and the field."""
    if given.numerator is None and given.denominator is None:
        if given.value is None:
            raise Refused(_("Give the figure, or its numerator and denominator."), field="value")
        return Made(_within(measure, given.value))
    if given.numerator is None or given.denominator is None:
        missing = "numerator" if given.numerator is None else "denominator"
        raise Refused(_("Give both the numerator and the denominator."), field=missing)
    made = _divided(measure, given.numerator, given.denominator)
    if given.value is not None and not _same(made.value, given.value):
        raise Refused(
            _("The figure given is not the numerator divided by the denominator."), field="value"
        )
    return made


def _divided(measure: OwnMeasure, numerator: float, denominator: float) -> Made:
    if denominator == 0:
        raise Refused(
            _(
                "The denominator is zero, so there is no figure for this period. "
                "Leave the period out."
            ),
            field="denominator",
        )
    if denominator < 0:
        raise Refused(_("The denominator is below zero."), field="denominator")
    if measure.unit != OwnMeasure.Unit.SHARE:
        return Made(_within(measure, numerator / denominator), n=_whole(denominator))
    if not 0 <= numerator <= denominator:
        raise Refused(
            _(
                "A part cannot be larger than the whole it is part of. "
                "Were both counted over the same cases?"
            ),
            field="numerator",
        )
    x, n = _whole(numerator), _whole(denominator)
    if x is None or n is None:
        return Made(numerator / denominator)
    found = share(x, n)
    assert found.value is not None
    return Made(found.value, found.low, found.high, n)


def _within(measure: HasUnit, value: float) -> float:
    return check_within(measure.unit, value)


def check_within(unit: str, value: float) -> float:
    """The value, if one of this unit can be so. Raises ``Refused``."""
    if not math.isfinite(value) or abs(value) > LARGEST:
        raise Refused(_("This is not a number one could publish."), field="value")
    top = {"share": 1.0, "score": 100.0}.get(unit)
    if top is not None and not 0 <= value <= top:
        raise Refused(
            _("A percentage lies between 0 and 100. Were both counts made over the same cases?")
            if unit == "share"
            else _("A score lies between 0 and 100."),
            field="value",
        )
    return value


def _whole(number: float) -> int | None:
    return int(number) if number == int(number) else None


def _same(one: float, other: float) -> bool:
    # A printed figure is rounded; half a unit of a percentage's first decimal.
    return math.isclose(one, other, rel_tol=5e-4, abs_tol=5e-4)


_NUMBER = re.compile(r"[-+]?(\d{1,15}|\d{1,3}(,\d{3})+)?(\.\d+)?([eE][-+]?\d{1,3})?")


def number(text: Any, *, unit: str = "count", field: str = "value") -> float | None:
    """A number as people and spreadsheets write it: ``1,250``, ``$3.50``, ``93.5%``.

    A share is written in percent and given as 0 to 1. None for an empty cell. Raises ``Refused``.
    """
    typed = str(text or "").strip().replace("\u00a0", "")
    if not typed or typed.upper() in {"NA", "N/A", "-", "–"}:
        return None
    plain = typed.replace("$", "").removesuffix("%").strip()
    if not any(c.isdigit() for c in plain) or not _NUMBER.fullmatch(plain):
        raise Refused(
            _("“{text}” is not a number. Write it like 1250 or 93.5.").format(text=typed[:40]),
            field=field,
        )
    found = float(plain.replace(",", ""))
    return found / 100 if unit == "share" and field == "value" else found
