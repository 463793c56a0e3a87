"""Rules of one expression that speak of the same time, and the expression without the overlap."""

import re
from dataclasses import dataclass
from itertools import pairwise

from django.utils.translation import gettext as _
from opening_hours import OpeningHours

from heard.places.hours import MONTHS, WEEKDAYS, Hours, HoursRefused, Rule, minutes_of, read_hours

_RANGE = re.compile(r"([A-Z][a-z])(?:-([A-Z][a-z]))?")


@dataclass(frozen=True, slots=True)
class Overlap:
    """Two rules (or one with itself) for the same time."""

    first: str
    second: str

    def __str__(self) -> str:
        if self.first == self.second:
            return _("The times in “{rule}” overlap.").format(rule=self.first)
        return _("“{first}” and “{second}” overlap.").format(first=self.first, second=self.second)


def overlaps(hours: Hours) -> list[Overlap]:
    """Where opening rules speak of the same days without one being the exception to the other.

    A rule for a season, for holidays or for the n-th weekday of a month is meant as an exception
    to a general one, and so is a rule that closes; two general rules for one day are not.
    """
    found = [Overlap(r.text, r.text) for r in hours.rules if _cross(_times(r), [])]
    opening = [r for r in hours.rules if r.opens]
    for i, first in enumerate(opening):
        for second in opening[i + 1 :]:
            if _same_time(first, second):
                found.append(Overlap(first.text, second.text))
    return found


def checked_hours(text: str) -> Hours:
    """Understood hours without overlaps, or ``HoursRefused`` with the nearest that works."""
    hours = read_hours(text)
    faults = overlaps(hours)
    if faults:
        raise HoursRefused(str(faults[0]), nearest=_untangled(hours))
    return hours


def _untangled(hours: Hours) -> str:
    """The same open times in rules that do not overlap, as the library writes them."""
    if any(rule.for_holidays and len(rule.days) > 1 for rule in hours.rules):
        return ""
    plain = ""
    for rule in (r for r in hours.rules if not r.for_holidays):
        plain += ((", " if rule.adds else "; ") if plain else "") + rule.text
    normal = str(OpeningHours(plain or "off").normalize())
    for rule in hours.rules:
        normal += f"; {rule.text}" if rule.for_holidays else ""
    try:
        near = read_hours(normal)
    except HoursRefused:
        return ""
    return "" if overlaps(near) else near.text


def _same_time(first: Rule, second: Rule) -> bool:
    if bool(first.season) != bool(second.season):
        return False
    if first.season and first.season != second.season and not _months(first) & _months(second):
        return False
    if any("[" in day for day in (*first.days, *second.days)):
        return False
    if not _weekdays(first) & _weekdays(second):
        return False
    return not second.adds or _cross(_times(first), _times(second))


def _weekdays(rule: Rule) -> set[int]:
    """The weekdays a rule speaks of, Monday 0; -1 stands for public holidays."""
    days: set[int] = set()
    for part in rule.days or ("Mo-Su",):
        match = _RANGE.fullmatch(part)
        if part == "PH":
            days.add(-1)
        elif match is not None:
            low = WEEKDAYS.index(match[1])
            high = WEEKDAYS.index(match[2] or match[1])
            days.update((low + n) % 7 for n in range((high - low) % 7 + 1))
    return days


def _months(rule: Rule) -> set[str]:
    """The months of a season of whole months; none for one told otherwise."""
    found: set[str] = set()
    for part in rule.season.split(","):
        match = re.fullmatch(r"([A-Z][a-z]{2})(?:-([A-Z][a-z]{2}))?", part)
        if match is None or match[1] not in MONTHS:
            return set()
        low, high = MONTHS.index(match[1]), MONTHS.index(match[2] or match[1])
        found.update(MONTHS[(low + n) % 12] for n in range((high - low) % 12 + 1))
    return found


def _times(rule: Rule) -> list[tuple[int, int]]:
    """Times in minutes, past midnight over 1440; the whole day where none are given."""
    return minutes_of(rule.times) or [(0, 1440)]


def _cross(first: list[tuple[int, int]], second: list[tuple[int, int]]) -> bool:
    spans = sorted([*first, *second])
    return any(b[0] < a[1] for a, b in pairwise(spans))
