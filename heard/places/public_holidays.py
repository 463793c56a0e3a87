"""Public holidays by jurisdiction: a country as ``US``, or a part of one as ``US-CO``."""

import difflib
import functools
from collections.abc import Mapping
from datetime import date

import holidays
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from heard.core.errors import Refused

FIRST_YEAR, LAST_YEAR = 1970, 2100
# The library names the holidays of the United States in English alone.
FEDERAL = (
    gettext_noop("New Year's Day"),
    gettext_noop("Martin Luther King Jr. Day"),
    gettext_noop("Washington's Birthday"),
    gettext_noop("Washington-Lincoln Day"),
    gettext_noop("Presidents' Day"),
    gettext_noop("Memorial Day"),
    gettext_noop("Juneteenth National Independence Day"),
    gettext_noop("Independence Day"),
    gettext_noop("Labor Day"),
    gettext_noop("Columbus Day"),
    gettext_noop("Indigenous Peoples' Day"),
    gettext_noop("Veterans Day"),
    gettext_noop("Thanksgiving Day"),
    gettext_noop("Day After Thanksgiving"),
    gettext_noop("Christmas Eve"),
    gettext_noop("Christmas Day"),
    gettext_noop("Cesar Chavez Day"),
    gettext_noop("Frances Xavier Cabrini Day"),
)
KEPT_INSTEAD = " (observed)"


@functools.lru_cache(maxsize=1)
def jurisdictions() -> Mapping[str, tuple[str, ...]]:
    """Known countries with their parts, as ISO 3166 codes."""
    return {c: tuple(parts) for c, parts in sorted(holidays.list_supported_countries().items())}


def check_jurisdiction(code: str) -> str:
    """The code in its right form, "" for none; refused with the nearest where it is unknown."""
    wanted = code.strip().upper()
    country, _dash, part = wanted.partition("-")
    known = jurisdictions()
    if not wanted or (country in known and (not part or part in known[country])):
        return wanted
    pool = [f"{country}-{p}" for p in known[country]] if country in known else list(known)
    near = ", ".join(difflib.get_close_matches(wanted, pool, n=3, cutoff=0.3)) or "US, US-CO"
    raise Refused(
        _("No holidays are known for “{code}”. Near to it: {near}").format(code=code, near=near),
        field="jurisdiction",
    )


@functools.lru_cache(maxsize=1000)
def holidays_in(code: str, year: int) -> Mapping[date, str]:
    """The public holidays of a year with their names; none where the code is empty.

    Days on which a holiday is kept instead (a Monday for a Sunday) are among them.
    """
    if not code or not FIRST_YEAR <= year <= LAST_YEAR:
        return {}
    country, _dash, part = code.partition("-")
    found = holidays.country_holidays(country, subdiv=part or None, years=year)
    return {day: str(name) for day, name in sorted(found.items()) if day.year == year}


def holidays_between(code: str, first: date, last: date) -> dict[date, str]:
    """The public holidays from the day ``first`` to the day ``last``, both included."""
    found: dict[date, str] = {}
    for year in range(first.year, last.year + 1):
        found.update((d, n) for d, n in holidays_in(code, year).items() if first <= d <= last)
    return found


def holiday_words(name: str) -> str:
    """The name of a holiday in the language of the page, where it is known there."""
    plain = name.removesuffix(KEPT_INSTEAD)
    return _("{holiday} (observed)").format(holiday=_(plain)) if plain != name else _(plain)
