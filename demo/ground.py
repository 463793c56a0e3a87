"""Where things are: a grid of streets, landmarks and districts, and how a place is named.

Streets are laid out in hundred-blocks of 125 metres from the corner of Alder Street and Juniper
Avenue; a house number therefore says where the house is, and so does its district.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from random import Random

from demo.reading import districts, table
from demo.shapes import District, Text

BLOCK_METRES = 125.0
METRES_PER_DEGREE = 111_000.0
EDGE = 46.0  # hundred-blocks from the centre to where the city ends


@dataclass(frozen=True, slots=True, order=True)
class Street:
    """A street; ``runs`` north-south at a fixed east-west position, or the other way round."""

    name: str
    runs: str
    at: float


@dataclass(frozen=True, slots=True)
class Landmark:
    """A place that everybody knows."""

    name: Text
    kind: str
    x: float
    y: float


@dataclass(frozen=True, slots=True)
class Spot:
    """A place with its name in both languages, its street, the landmark nearby and its district."""

    name: Text
    street: str
    landmark: Text
    lat: float
    lon: float
    district: str
    x: float
    y: float


@cache
def streets() -> tuple[Street, ...]:
    """All streets of the city."""
    rows = table("city")["streets"]
    return tuple(
        Street(row["name"], runs, row["at"])
        for runs in ("north_south", "east_west")
        for row in rows[runs]
    )


@cache
def landmarks() -> tuple[Landmark, ...]:
    """All landmarks of the city."""
    return tuple(
        Landmark(Text(row["en"], row["es"]), row["kind"], row["at"][0], row["at"][1])
        for row in table("city")["landmark"]
    )


@cache
def _districts() -> tuple[District, ...]:
    return districts()


def lat_lon(x: float, y: float) -> tuple[float, float]:
    """Degrees of a point of the grid, to a metre or so."""
    lat, lon = table("city")["center"]
    east = x * BLOCK_METRES / (METRES_PER_DEGREE * math.cos(math.radians(lat)))
    return round(lat + y * BLOCK_METRES / METRES_PER_DEGREE, 5), round(lon + east, 5)


def inside(ring: Sequence[tuple[float, float]], lat: float, lon: float) -> bool:
    """Whether a point lies in a closed ring of (longitude, latitude): the even-odd rule."""
    found = False
    for (lon1, lat1), (lon2, lat2) in pairwise(ring):
        if (lat1 > lat) != (lat2 > lat) and lon < (lon2 - lon1) * (lat - lat1) / (
            lat2 - lat1
        ) + lon1:
            found = not found
    return found


def grid(lat: float, lon: float) -> tuple[float, float]:
    """The grid point of degrees: the way back from ``lat_lon``."""
    lat0, lon0 = table("city")["center"]
    east = (lon - lon0) * METRES_PER_DEGREE * math.cos(math.radians(lat0))
    return east / BLOCK_METRES, (lat - lat0) * METRES_PER_DEGREE / BLOCK_METRES


def district_of(lat: float, lon: float) -> str:
    """The code of the district that holds a point; a point outside all is an error in our data."""
    for district in _districts():
        if inside(district.ring, lat, lon):
            return district.code
    raise ValueError(f"no district holds {lat}, {lon}")


def spread(rng: Random, centre: float, width: float) -> float:
    """A coordinate near a centre: the sum of three is nearly a bell. Beyond the edge it folds."""
    found = centre + (rng.random() + rng.random() + rng.random() - 1.5) * 2 * width
    if abs(found) > EDGE:
        found = 2 * EDGE - found if found > 0 else -2 * EDGE - found
    return min(max(found, -EDGE), EDGE)


def address_spot(rng: Random, x: float, y: float) -> Spot:
    """A house close to a point: on one of the nearest streets, with a number that fits."""
    street = rng.choice(_nearest(x, y))
    north_south = street.runs == "north_south"
    along = y if north_south else x
    number = max(1, int(abs(along) * 100)) // 2 * 2 + rng.randrange(2)
    letter = ("N" if along >= 0 else "S") if north_south else ("E" if along >= 0 else "W")
    x, y = (street.at, along) if north_south else (along, street.at)
    name = f"{max(number, 1)} {letter} {street.name}"
    return _spot(Text(name, name), street.name, x, y)


def corner_spot(x: float, y: float) -> Spot:
    """The crossing nearest to a point."""
    first, second = sorted(_nearest(x, y), key=lambda street: street.runs == "east_west")
    name = Text(f"{first.name} and {second.name}", f"{first.name} y {second.name}")
    return _spot(name, first.name, first.at, second.at)


def park_spot(rng: Random) -> Spot:
    """A park, with a point somewhere in it."""
    park = rng.choice([mark for mark in landmarks() if mark.kind == "park"])
    x, y = park.x + rng.uniform(-0.8, 0.8), park.y + rng.uniform(-0.8, 0.8)
    return _spot(park.name, _nearest(x, y)[0].name, x, y)


@cache
def home_spot(address: str, lat: float, lon: float) -> Spot:
    """The place of an address made by ``address_spot``."""
    x, y = grid(lat, lon)
    street = address.split(" ", 2)[2]
    return Spot(
        Text(address, address), street, _landmark_near(x, y).name, lat, lon,
        district_of(lat, lon), x, y,
    )  # fmt: skip


def _nearest(x: float, y: float) -> list[Street]:
    """The nearest street of each direction, the nearer one first."""
    found = []
    for runs, here in (("north_south", x), ("east_west", y)):
        found.append(min((abs(street.at - here), street.name, street) for street in _running(runs)))
    return [street for _distance, _name, street in sorted(found)]


@cache
def _running(runs: str) -> tuple[Street, ...]:
    return tuple(street for street in streets() if street.runs == runs)


def _spot(name: Text, street: str, x: float, y: float) -> Spot:
    lat, lon = lat_lon(x, y)
    near = _landmark_near(x, y, but=name.en)
    return Spot(name, street, near.name, lat, lon, district_of(lat, lon), x, y)


def _landmark_near(x: float, y: float, but: str = "") -> Landmark:
    others = [mark for mark in landmarks() if mark.name.en != but]
    return min(others, key=lambda mark: (mark.x - x) ** 2 + (mark.y - y) ** 2)
