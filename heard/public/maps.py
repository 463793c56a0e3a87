"""A measure by district on a map: classes of figures, each a shade, hatched where none is shown."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from django.utils.translation import gettext as _

from heard.measures.definitions import Statistic
from heard.measures.models import Result
from heard.public.sentences import clock_of, span_told, told

CLASSES = 5  # more shades cannot be told apart


@dataclass(frozen=True, slots=True)
class Place:
    """One district: its outline, its class from 1 up (0 for no figure), its name and figure."""

    path: str
    shade: int
    name: str
    told: str
    url: str
    row: Result | None

    @property
    def title(self) -> str:
        """What is said of it when pointed at."""
        return f"{self.name}: {self.told}"


@dataclass(frozen=True, slots=True)
class Shade:
    """One class in the legend: its shade, and from which figure to which it goes."""

    number: int
    told: str


@dataclass(frozen=True, slots=True)
class Map:
    """The picture: its size, its districts from the highest figure down, and its legend."""

    width: int
    height: int
    places: tuple[Place, ...]
    shades: tuple[Shade, ...]
    has_hidden: bool


def map_of(
    outlines: Mapping[str, Any],
    statistic: Statistic,
    rows: Sequence[Result],
    names: Mapping[str, str],
    urls: Mapping[str, str],
) -> Map | None:
    """The map of one month; None where no district with an outline has a figure."""
    paths = outlines.get("paths", {})
    by_code = {row.group: row for row in rows if row.group in paths}
    values = sorted(row.value for row in by_code.values() if row.value is not None)
    if not values:
        return None
    ends = _classes(values, statistic.unit)
    places = [
        _place(code, path, by_code.get(code), ends, statistic, names, urls)
        for code, path in paths.items()
    ]
    places.sort(key=lambda p: (p.row is None or p.row.value is None, _fall(p), p.name))
    return Map(
        width=outlines["width"],
        height=outlines["height"],
        places=tuple(places),
        shades=tuple(
            Shade(number, _span(low, high, statistic.unit))
            for number, (low, high) in enumerate(ends, start=1)
        ),
        has_hidden=any(place.shade == 0 for place in places),
    )


def _fall(place: Place) -> float:
    return -(place.row.value or 0.0) if place.row else 0.0


def _classes(values: list[float], unit: str) -> list[tuple[float, float]]:
    """Lowest and highest value of each class; as many figures in each as can be.

    Values that read the same are never divided between classes.
    """
    alike: dict[str, list[float]] = {}
    for value in values:
        alike.setdefault(told(value, unit), []).append(value)
    figures = list(alike.values())
    count = min(CLASSES, len(figures))
    cuts = [round(len(figures) * step / count) for step in range(count + 1)]
    return [(figures[start][0], figures[end - 1][-1]) for start, end in pairwise(cuts)]


def _place(
    code: str,
    path: str,
    row: Result | None,
    ends: Sequence[tuple[float, float]],
    statistic: Statistic,
    names: Mapping[str, str],
    urls: Mapping[str, str],
) -> Place:
    value = row.value if row else None
    shade = 0
    if value is not None:
        shade = next(n for n, end in enumerate(ends, start=1) if value <= end[1])
    if value is not None:
        words = told(value, statistic.unit)
    elif row is not None and row.suppressed:
        words = _("not shown") if row.is_companion else _("too few")
    else:
        words = _("no figure")
    return Place(path, shade, names.get(code) or code, words, urls.get(code, ""), row)


def _span(low: float, high: float, unit: str) -> str:
    first, last = told(low, unit), told(high, unit)
    if unit == "days":  # one unit for both
        first, last = span_told(low, high, clock_of(high, low))
    return first if first == last else _("{low} to {high}").format(low=first, high=last)
