"""Measures that are one measure divided by another, such as the cost of a contact."""

from django.utils.translation import gettext as _

from heard.core.errors import Refused
from heard.measures.definitions import measures
from heard.targets.models import OwnMeasure

Parts = dict[str, tuple[str, str]]


def parts() -> Parts:
    """Numerator and denominator of every ratio, by key."""
    rows = OwnMeasure.objects.filter(kind=OwnMeasure.Kind.RATIO)
    return {row.key: (row.numerator, row.denominator) for row in rows}


def check_parts(key: str, numerator: str, denominator: str) -> None:
    """Refuse a ratio of measures that are not there, or that comes back to itself."""
    known = set(measures()) | set(OwnMeasure.objects.values_list("key", flat=True))
    for field, part in (("numerator", numerator), ("denominator", denominator)):
        if part == key:
            raise Refused(_circle([key, key]), field=field)
        if part not in known:
            raise Refused(_("Choose the measure to divide."), field=field)
    asked: Parts = parts() | {key: (numerator, denominator)}
    circle = find_circle(key, asked)
    if circle:
        raise Refused(_circle(circle), field="denominator")


def find_circle(key: str, asked: Parts) -> list[str]:
    """The way from a measure back to itself, ends included; empty where there is none."""
    open_ways = [[key]]
    seen: set[str] = set()
    while open_ways:
        way = open_ways.pop()
        for part in asked.get(way[-1], ()):
            if part == key:
                return [*way, part]
            if part not in seen:
                seen.add(part)
                open_ways.append([*way, part])
    return []


def _circle(way: list[str]) -> str:
    return _("These measures refer to each other in a circle: {way}.").format(way=" → ".join(way))
