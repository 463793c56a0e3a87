"""Figures and changes in words."""

import math
from collections.abc import Sequence

from heard.ui.telling import NOTHING, number, share
from heard.ui.telling import told as ui_told


def figure_told(value: float | None, unit: str) -> str:
    """A value in the unit of a measure; one decimal where a whole number would hide something."""
    if value is None:
        return NOTHING
    if unit == "share":
        return share(value, _digits(value * 100))
    if unit == "dollars":
        return ui_told(value, "dollars")
    if unit == "days":
        return ui_told(value, "days")
    return number(value, _digits(value))


def bound_told(value: float | None, unit: str, of: Sequence[float | None]) -> str:
    """An end of the interval of figures; of whole counts it is whole."""
    if value is not None and _are_whole(unit, of):
        value = float(round(value))
    return figure_told(value, unit)


def limits_told(low: float, high: float, unit: str, of: Sequence[float | None]) -> tuple[str, str]:
    """The limits of chance of figures: of whole counts, the lowest and highest count within."""
    if _are_whole(unit, of) and math.ceil(low) <= math.floor(high):
        low, high = float(math.ceil(low)), float(math.floor(high))
    return figure_told(low, unit), figure_told(high, unit)


def _are_whole(unit: str, values: Sequence[float | None]) -> bool:
    return unit == "count" and not any(_digits(one) for one in values if one)


def _digits(value: float) -> int:
    if abs(value) >= 1000 or abs(value - round(value)) < 1e-9:
        return 0
    return 1 if abs(value) >= 1 else 2


def change_told(value: float, unit: str) -> str:
    """The size of a change, of a share in points."""
    size = abs(value)
    if unit == "share":
        return number(size * 100, 1)
    if unit in ("dollars", "days"):
        return figure_told(size, unit)
    return number(size, 1 if size < 100 else 0)
