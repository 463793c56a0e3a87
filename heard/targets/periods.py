"""Months, quarters and fiscal years, of a city whose year may begin in any month.

Codes: ``2026-05``; ``2026-Q2`` and ``2026`` where the year begins in January; ``FY2026-Q2`` and
``FY2026`` where it begins later. A fiscal year bears the number of the year in which it ends.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from django.utils.translation import gettext as _

from heard.core.errors import Refused
from heard.measures.periods import first_day
from heard.ui.telling import day_told

Kind = Literal["month", "quarter", "year"]
MONTHS: dict[Kind, int] = {"month": 1, "quarter": 3, "year": 12}
_MONTH = re.compile(r"(\d{4})-(\d{2})")
_YEAR = re.compile(r"(?:FY)?(\d{4})(?:-Q([1-4]))?", re.IGNORECASE)
EARLIEST, LATEST = 1900, 2199


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """A stretch of whole months; ``first`` and ``last`` are its first and last day."""

    first: date
    last: date
    kind: Kind
    code: str

    def __str__(self) -> str:
        return told(self)

    @property
    def months(self) -> list[str]:
        """The months in it, as ``2026-05``."""
        return [f"{day:%Y-%m}" for day in _firsts(self.first, MONTHS[self.kind])]


def parse(text: str, start: int, *, kind: str | None = None) -> Period:
    """The period of a code. Raises ``Refused`` on anything else, and on another ``kind``."""
    written = text.strip()
    period = _parse(written, start)
    if period is None or (kind and period.kind != kind):
        raise Refused(
            _("“{text}” is not a period. Write {example}.").format(
                text=written[:40], example=examples(start, kind)
            ),
            field="period",
        )
    return period


def _parse(written: str, start: int) -> Period | None:
    if found := _MONTH.fullmatch(written):
        year, month = int(found[1]), int(found[2])
        if 1 <= month <= 12 and EARLIEST <= year <= LATEST:
            return _made(date(year, month, 1), "month", start)
    elif found := _YEAR.fullmatch(written):
        year = int(found[1])
        if EARLIEST <= year <= LATEST:
            begin = date(year if start == 1 else year - 1, start, 1)
            if found[2]:
                return _made(_later(begin, 3 * (int(found[2]) - 1)), "quarter", start)
            return _made(begin, "year", start)
    return None


def examples(start: int, kind: str | None = None) -> str:
    """How codes look, for a message."""
    fiscal = "" if start == 1 else "FY"
    known = {"month": "2026-05", "quarter": f"{fiscal}2026-Q2", "year": f"{fiscal}2026"}
    return known[kind] if kind in known else ", ".join(known.values())


def containing(day: date, kind: Kind, start: int) -> Period:
    """The period of a kind that a day lies in."""
    into = (day.month - start) % 12
    back = {"month": 0, "quarter": into % 3, "year": into}[kind]
    return _made(_later(day.replace(day=1), -back), kind, start)


def of_month(month: str, start: int) -> list[Period]:
    """The month itself, and the quarter and the year it lies in."""
    return [containing(first_day(month), kind, start) for kind in MONTHS]


def previous(period: Period, start: int) -> Period:
    """The period of the same kind before it."""
    return containing(period.first - timedelta(days=1), period.kind, start)


def told(period: Period) -> str:
    """In words: ``May 2026``, ``2nd quarter of fiscal year 2026 (October to December 2025)``."""
    if period.kind == "month":
        return day_told(period.first, "month")
    fiscal = period.code.startswith("FY")
    year = period.code.removeprefix("FY")[:4]
    if period.kind == "year":
        if not fiscal:
            return year
        return _("fiscal year {year}").format(year=year)
    words = _("quarter {n} of fiscal year {year}") if fiscal else _("quarter {n} of {year}")
    return words.format(n=period.code[-1], year=year)


def _made(first: date, kind: Kind, start: int) -> Period:
    end = _later(first, MONTHS[kind]) - timedelta(days=1)
    if kind == "month":
        return Period(first, end, kind, f"{first:%Y-%m}")
    into = (first.month - start) % 12
    begin = _later(first, -into)
    number = begin.year if start == 1 else begin.year + 1
    code = f"{number}" if start == 1 else f"FY{number}"
    if kind == "quarter":
        code += f"-Q{into // 3 + 1}"
    return Period(first, end, kind, code)


def _later(first: date, months: int) -> date:
    year, month = divmod(first.year * 12 + first.month - 1 + months, 12)
    return date(year, month + 1, 1)


def _firsts(first: date, months: int) -> Iterator[date]:
    for step in range(months):
        yield _later(first, step)
