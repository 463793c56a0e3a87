"""When cases arrive: months, weekdays, hours, weather and rush days, service by service."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from itertools import accumulate
from random import Random

from demo.hours import to_utc
from demo.reading import Table, rushes, table
from demo.shapes import Channel, RushDay, Window

SNOW = ((0, 7.0), (1, 4.0), (2, 1.5))  # how much more is reported so many days after snow fell
STORM = ((0, 7.0), (1, 2.5))
DRY_SNOW, DRY_STORM = 0.12, 0.55  # and how much of the usual on days without


@dataclass(frozen=True, slots=True)
class Arrival:
    """A case about to be written: when, which service, by which way, and in which rush."""

    at: datetime
    service: str
    channel: Channel
    rush: RushDay | None = None


def arrivals(window: Window, seed: str, share: float) -> list[Arrival]:
    """All arrivals of the window in order of time; ``share`` scales their number."""
    found: list[Arrival] = []
    for service in rhythm():
        rng = Random(f"{seed}:arrivals:{service}")
        found += _ordinary(window, service, rng, seed, share)
    for rush in rushes():
        rng = Random(f"{seed}:rush:{rush.code}")
        found += _rush(window, rush, rng, share)
    found.sort(key=lambda arrival: (arrival.at, arrival.service))
    return found


@cache
def rhythm() -> Table:
    """The rhythm of each service, by code."""
    services: Table = table("rhythm")["service"]
    return services


def _ordinary(
    window: Window, service: str, rng: Random, seed: str, share: float
) -> Iterator[Arrival]:
    row = rhythm()[service]
    days = [window.first + timedelta(days=n) for n in range((window.until - window.first).days)]
    weights = [_weight(row, day, seed) for day in days]
    total = sum(weights)
    if not total:
        return
    volumes = sum(other["volume"] for other in rhythm().values())
    a_year = table("rhythm")["ordinary"] * row["volume"] / volumes
    # A short window in the wrong season must not squeeze a year's snow into June.
    expected = a_year * min(total / _a_years_weight(service, window.until, seed), 1.0)
    for day, weight in zip(days, weights, strict=True):
        for _case in range(poisson(rng, share * expected * weight / total)):
            yield _arrival(rng, day, service)


@cache
def _a_years_weight(service: str, until: date, seed: str) -> float:
    row = rhythm()[service]
    return sum(_weight(row, until - timedelta(days=n), seed) for n in range(1, 366))


def _weight(row: Table, day: date, seed: str) -> float:
    content = table("rhythm")
    month: float = content["months"][row["months"]][day.month - 1]
    weight: float = month * content["weekdays"][row["weekdays"]][day.weekday()]
    if row.get("weather") == "snow":
        weight *= _weather(day, SNOW, DRY_SNOW, seed)
    elif row.get("weather") == "storm":
        weight *= _weather(day, STORM, DRY_STORM, seed)
    return weight


def _weather(day: date, effect: Sequence[tuple[int, float]], dry: float, seed: str) -> float:
    for after, factor in effect:
        fell = day - timedelta(days=after)
        if fell.day in _weather_days(fell.year, fell.month, seed):
            return factor
    return dry


@cache
def _weather_days(year: int, month: int, seed: str) -> frozenset[int]:
    """The days of a month on which snow or a storm came: four or five in rough months."""
    rng = Random(f"{seed}:weather:{year}-{month}")
    rough = month in {1, 2, 3, 5, 6, 7, 8, 12}
    return frozenset(rng.sample(range(1, 29), 4 + rng.randrange(2) if rough else 2))


def poisson(rng: Random, mean: float) -> int:
    """A Poisson number (Knuth: multiply uniforms until they fall below e to the minus mean)."""
    floor, product, count = math.exp(-mean), rng.random(), 0
    while product > floor:
        product *= rng.random()
        count += 1
    return count


def _arrival(rng: Random, day: date, service: str, rush: RushDay | None = None) -> Arrival:
    row = rhythm()[service]
    hour = _drawn(rng, _sums("hours", row["hours"]))
    local = datetime(day.year, day.month, day.day, hour, rng.randrange(60), rng.randrange(60))  # noqa: DTZ001
    channel = _channel(rng, row.get("channels", "usual"), local)
    return Arrival(to_utc(local), service, channel, rush)


@cache
def _sums(kind: str, name: str) -> list[float]:
    return list(accumulate(table("rhythm")[kind][name]))


def _drawn(rng: Random, sums: Sequence[float]) -> int:
    point = rng.random() * sums[-1]
    return next(index for index, total in enumerate(sums) if point < total)


def _channel(rng: Random, mix: str, local: datetime) -> Channel:
    shares: dict[Channel, int] = table("rhythm")["channels"][mix]
    (found,) = rng.choices(list(shares), weights=list(shares.values()))
    at_counter = local.weekday() < 5 and 8 <= local.hour < 17
    return "phone" if found == "counter" and not at_counter else found


def rush_begins(window: Window, rush: RushDay) -> date | None:
    """The day in the window on which the rush begins, if it does."""
    for year in (window.first.year, window.until.year):
        day = date(year, rush.month, rush.day)
        if window.first <= day < window.until:
            return day
    return None


def _rush(window: Window, rush: RushDay, rng: Random, share: float) -> Iterator[Arrival]:
    first = rush_begins(window, rush)
    if first is None:
        return
    for service, count in rush.cases.items():
        for _case in range(round(count * share)):
            # Most come at once; the rest trail off over the days of the rush.
            day = first + timedelta(days=int(rng.random() ** 2 * rush.days))
            if day < window.until:
                yield _arrival(rng, day, service, rush)
