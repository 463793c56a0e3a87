"""Months and quarters: their keys, in which order they sort, and their names."""

from collections.abc import Iterable
from datetime import date
from typing import Literal

from django.utils.translation import pgettext

from heard.ui.telling import day_told, month_short

Step = Literal["month", "quarter"]


def period_of(day: date, step: Step = "month") -> str:
    """The key of the month (``2026-03``) or quarter (``2026-Q1``) of a day."""
    if step == "quarter":
        return f"{day.year}-Q{(day.month + 2) // 3}"
    return f"{day:%Y-%m}"


def period_name(key: str, *, short: bool = False) -> str:
    """``March 2026``, short ``Mar 2026``; a quarter is ``Q1 2026`` either way."""
    year, _dash, part = key.partition("-")
    if part.startswith("Q"):
        words = pgettext("a quarter of a year", "Q{number} {year}")
        return words.format(number=part[1:], year=year)
    day = date(int(year), int(part), 1)
    return month_short(day) if short else day_told(day, "month")


def without_gaps(keys: Iterable[str]) -> list[str]:
    """The periods from the first to the last, all months or all quarters, in their order."""
    known = sorted(keys)
    if not known:
        return []
    found = [known[0]]
    while found[-1] != known[-1]:
        found.append(_next(found[-1]))
    return found


def _next(key: str) -> str:
    year, _dash, part = key.partition("-")
    last, width, sign = (4, 1, "Q") if part.startswith("Q") else (12, 2, "")
    number = int(part.lstrip("Q"))
    if number == last:
        return f"{int(year) + 1}-{sign}{1:0{width}}"
    return f"{year}-{sign}{number + 1:0{width}}"
