"""Where cases lie, in forms that are searched: plain words of an address, squares of a map.

People are found by the address they wrote about, and a new report by what lies near it. Kept in a
table of this room, as the text of an address is written in too many ways to be an index.
"""

import math
from collections.abc import Iterable

from heard.cases.models import Case
from heard.contacts.models import CasePlace, PlacesKept
from heard.core.writes import write
from heard.people.keys import name_words, unaccented

LAT_SIDE, LON_SIDE = 0.0015, 0.003  # degrees: no side of a square is under 150 m up to 62° north
ROW = 1_000_000
EARTH = 6_371_000  # metres, mean radius
AT_ONCE = 5000
OVERLAP = 2000  # a case may be committed after others with a larger key
SHORT = {
    "street": "st", "avenue": "ave", "av": "ave", "road": "rd", "boulevard": "blvd",
    "drive": "dr", "lane": "ln", "court": "ct", "place": "pl", "highway": "hwy",
    "parkway": "pkwy", "circle": "cir", "terrace": "ter", "square": "sq",
    "north": "n", "south": "s", "east": "e", "west": "w",
    "avenida": "ave", "calle": "st",
}  # fmt: skip


def place_key(place: str) -> str:
    """The words of a place, small, plain and shortened as on street signs: ``12 elm st``."""
    plain = unaccented(place)[:300].replace(".", " ").replace("'", "")
    words = [SHORT.get(word, word) for word in _in_order(plain)]
    return " ".join(words)[:200]


def _in_order(plain: str) -> list[str]:
    return [word for part in plain.split() for word in name_words(part)]


def square_of(lat: float | None, lon: float | None) -> int | None:
    """The number of the square a point lies in; None for no point."""
    if lat is None or lon is None:
        return None
    return math.floor(lat / LAT_SIDE) * ROW + math.floor(lon / LON_SIDE)


def squares_around(lat: float, lon: float) -> list[int]:
    """The square of a point and its eight neighbours."""
    middle = square_of(lat, lon)
    assert middle is not None
    return [middle + row * ROW + column for row in (-1, 0, 1) for column in (-1, 0, 1)]


def metres(a: tuple[float, float], b: tuple[float, float]) -> float:
    """The distance of two points (latitude, longitude) on a sphere, by the haversine formula."""
    lat_a, lat_b = math.radians(a[0]), math.radians(b[0])
    half_lat = (lat_b - lat_a) / 2
    half_lon = math.radians(b[1] - a[1]) / 2
    chord = math.sin(half_lat) ** 2 + math.cos(lat_a) * math.cos(lat_b) * math.sin(half_lon) ** 2
    return 2 * EARTH * math.asin(math.sqrt(chord))


@write
def keep_places(cases: Iterable[Case]) -> int:
    """Write (again) where these cases lie; returns how many have a place."""
    rows = [
        CasePlace(case=case, key=place_key(case.place), square=square_of(case.lat, case.lon))
        for case in cases
        if case.place or case.lat is not None
    ]
    CasePlace.objects.bulk_create(
        rows,
        update_conflicts=True,
        update_fields=["key", "square"],
        unique_fields=["case"],
        batch_size=1000,
    )
    return len(rows)


def catch_up(at_once: int = AT_ONCE) -> int:
    """Places of cases that came without an event, as imported ones do. Returns how many were seen.

    Goes on where it stopped, and a little before.
    """
    row, _made = PlacesKept.objects.get_or_create(pk=1)
    seen = list(
        Case.objects.filter(pk__gt=row.up_to, place_key=None)
        .only("pk", "place", "lat", "lon")
        .order_by("pk")[:at_once]
    )
    late = Case.objects.filter(pk__gt=row.up_to - OVERLAP, pk__lte=row.up_to, place_key=None)
    missed = late.exclude(place="", lat=None).only("pk", "place", "lat", "lon")
    keep_places([*missed, *seen])
    if seen:
        PlacesKept.objects.filter(pk=1).update(up_to=seen[-1].pk)
    return len(seen)


def catch_up_fully() -> None:
    """The same until nothing is left; for the console, the demo and after an import."""
    while catch_up():
        pass
