"""Figures and changes in words."""

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
