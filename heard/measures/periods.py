"""Months: their names, whether they are over, and which one a page shows when none is asked for."""

import re
from collections.abc import Iterable
from datetime import date

from heard.core import clock
from heard.core.city import city

MONTH = re.compile(r"\d{4}-(0[1-9]|1[0-2])")


def is_month(text: str) -> bool:
    """Whether the text names a month, as ``2011-08`` does."""
    return MONTH.fullmatch(text) is not None


def first_day(month: str) -> date:
    """The first day of a month."""
    return date(int(month[:4]), int(month[5:]), 1)


def this_month() -> str:
    """The month it is in the city."""
    return f"{clock.local_day(clock.now(), city().zone):%Y-%m}"


def headline(months: Iterable[str]) -> str | None:
    """The month to show first: the latest that is over, or the running one where none is."""
    running = this_month()
    known = sorted(month for month in months if month <= running)
    over = [month for month in known if month < running]
    return over[-1] if over else known[-1] if known else None


def span(months: Iterable[str], last: str, length: int = 24) -> list[str]:
    """Every month, with none left out, of the last ``length`` up to ``last`` that data go back."""
    known = [month for month in months if month <= last]
    if not known:
        return []
    year, number = int(last[:4]), int(last[5:])
    back = [divmod(year * 12 + number - 1 - step, 12) for step in range(length)]
    named = [f"{y:04}-{m + 1:02}" for y, m in reversed(back)]
    return [month for month in named if month >= min(known)]
