"""The quadrants of importance and satisfaction as a drawing, in its units."""

from dataclasses import dataclass

from heard.voice.results.importance import Importance

WIDTH, HEIGHT = 340, 300
LEFT, RIGHT, TOP, BOTTOM = 20, 8, 8, 24
ROOM = 0.15  # of the spread, kept free at each border
NEAR = 13.0  # of two dots closer than this one steps aside, so that both numbers can be read
ASIDE = ((0, 0), (1, 0), (-1, 0), (0, 1), (0, -1), (1, 1), (-1, -1), (1, -1), (-1, 1))


@dataclass(frozen=True, slots=True)
class Spot:
    """A numbered dot."""

    x: float
    y: float
    number: int
    is_urgent: bool


@dataclass(frozen=True, slots=True)
class Quadrants:
    """Dots, the cross where the means meet, and the frame."""

    spots: list[Spot]
    x: float
    y: float
    width: int = WIDTH
    height: int = HEIGHT
    left: int = LEFT
    right: int = WIDTH - RIGHT
    top: int = TOP
    bottom: int = HEIGHT - BOTTOM

    @property
    def wide(self) -> float:
        """Width of the urgent quadrant, right of the cross."""
        return self.right - self.x

    @property
    def high(self) -> float:
        """Height of the urgent quadrant, below the cross."""
        return self.bottom - self.y


def quadrants(found: Importance | None) -> Quadrants | None:
    """The drawing; None where there is nothing to draw."""
    if found is None or not found.points:
        return None
    across = _Axis([point.importance for point in found.points], LEFT, WIDTH - RIGHT)
    up = _Axis([point.satisfied for point in found.points], HEIGHT - BOTTOM, TOP)
    spots: list[Spot] = []
    for point in found.points:
        x, y = _free(across.at(point.importance), up.at(point.satisfied), spots)
        spots.append(Spot(x, y, point.number, point.quadrant == "improve first"))
    return Quadrants(spots, across.at(found.middle[0]), up.at(found.middle[1]))


def _free(x: float, y: float, spots: list[Spot]) -> tuple[float, float]:
    """The place itself, or the nearest beside it where no dot lies."""
    for right, down in ASIDE:
        here = (x + right * NEAR, y + down * NEAR)
        if all(abs(here[0] - s.x) >= NEAR or abs(here[1] - s.y) >= NEAR for s in spots):
            return here
    return x, y


class _Axis:
    """Values between the smallest and the largest, with room, put between two borders."""

    def __init__(self, values: list[float], begin: float, end: float) -> None:
        spread = (max(values) - min(values)) or 1.0
        self.low = min(values) - ROOM * spread
        self.span = spread * (1 + 2 * ROOM)
        self.begin, self.end = begin, end

    def at(self, value: float) -> float:
        """Where a value stands."""
        return self.begin + (value - self.low) / self.span * (self.end - self.begin)
