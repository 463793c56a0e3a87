"""Cases counted per local day and hour, out of the facts. Worker and console only."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from heard.catalogue.models import Service
from heard.core import clock
from heard.core.city import city_zone
from heard.facts import engine
from heard.forecast.models import Kind
from heard.forecast.seasonal import Flags, Numbers
from heard.places.calendars import Calendar
from heard.places.hours import DAY, wall_of_day
from heard.places.reads import Calendars

HISTORY = 400  # days: older ones would weigh less than a hundredth
AHEAD = 28
QUIET = 7  # days without any case after which the data, not the city, must have stopped
FEWEST = 50  # cases in the days counted for the pattern, for a forecast of its own
RECENT = 84


@dataclass
class Series:
    """Counts of one series: days by 24 hours from ``since`` on, and on which days it was open.

    ``opens`` reaches four weeks further than the counts.
    """

    kind: str
    code: str
    counts: Numbers
    opens: Flags
    since: date

    @property
    def unusual(self) -> Flags:
        """Days without open hours though most of their weekday have some: holidays, closures."""
        usually = np.array([self.opens[place::7].mean() > 0.5 for place in range(7)])
        found: Flags = ~self.opens & usually[np.arange(len(self.opens)) % 7]
        return found

    @property
    def days(self) -> Numbers:
        """Cases per day."""
        total: Numbers = self.counts.sum(axis=1)
        return total

    @property
    def is_small(self) -> bool:
        """Whether it has too few cases for a pattern of its own."""
        return float(self.counts[-RECENT:].sum()) < FEWEST


@dataclass
class Counted:
    """All there is to forecast from. ``small`` are services counted together as ``few``."""

    since: date
    as_of: date
    city: Series
    services: list[Series] = field(default_factory=list)
    channels: list[Series] = field(default_factory=list)
    few: Series | None = None
    small: dict[str, int] = field(default_factory=dict)

    @property
    def all(self) -> Iterator[Series]:
        """Every series, those that concern most people first."""
        yield self.city
        yield from self.channels
        yield from self.services
        if self.few is not None:
            yield self.few


def count(as_of: date | None = None) -> Counted | None:
    """Count the cases of the facts; None while there is not one whole day of them.

    ``as_of`` is the first day to forecast. Left out, it is today where the city is; or the last day
    with a case, where none came for a week (an old file was imported).
    """
    table = _table()
    if table is None or table.empty:
        return None
    first, last = table["day"].min(), table["day"].max()
    if as_of is None:
        today = clock.now().astimezone(city_zone()).date()
        as_of = today if last >= today - timedelta(days=QUIET) else last
    # The first day counted may have begun before the first case: it is not whole.
    since = max(first + timedelta(days=1), as_of - timedelta(days=HISTORY))
    if (as_of - since).days < 1:
        return None
    table = table[(table["day"] >= since) & (table["day"] < as_of)]
    return _counted(table, since, as_of)


def _table() -> pd.DataFrame | None:
    """Rows of service, channel, local day and hour, and how many cases."""
    rows: Any = engine.table(engine.connect(), "cases")
    if rows is None:
        return None
    hour = rows.received_at.cast("timestamp('UTC')").truncate("h")
    keys = [rows.service, rows.channel, rows.zone, hour.name("hour")]
    table: pd.DataFrame = rows.group_by(keys).aggregate(n=rows.count()).to_pandas()
    if table.empty:
        return table
    moments = pd.to_datetime(table["hour"], utc=True)
    parts = [
        moments[places].dt.tz_convert(str(zone)).dt.tz_localize(None)
        for zone, places in table.groupby("zone").groups.items()
    ]
    local = pd.concat(parts).sort_index()
    return table.assign(day=local.dt.date, hour=local.dt.hour)


def _counted(table: pd.DataFrame, since: date, as_of: date) -> Counted:
    days = (as_of - since).days
    calendars = Calendars()
    opens = open_days(calendars.of(None).calendar, since, days + AHEAD)
    whole = _grid(table, since, days)
    found = Counted(since, as_of, Series(Kind.CITY, "all", whole, opens, since))
    for code, rows in table.groupby("channel"):
        found.channels.append(
            Series(Kind.CHANNEL, str(code), _grid(rows, since, days), opens, since)
        )
    divisions = dict(Service.objects.values_list("code", "division_id"))
    kept: dict[Any, Flags] = {}
    together = np.zeros_like(whole)
    for code, rows in table.groupby("service"):
        calendar = calendars.of(divisions.get(str(code))).calendar
        if calendar.definition not in kept:
            kept[calendar.definition] = open_days(calendar, since, days + AHEAD)
        one = Series(
            Kind.SERVICE, str(code), _grid(rows, since, days), kept[calendar.definition], since
        )
        if one.is_small:
            found.small[one.code] = int(one.counts.sum())
            together += one.counts
        else:
            found.services.append(_from_its_beginning(one))
    if found.small:
        found.few = Series(Kind.FEW, "few", together, opens, since)
    found.services.sort(key=lambda series: (-series.counts.sum(), series.code))
    return found


def _grid(rows: pd.DataFrame, since: date, days: int) -> Numbers:
    grid: NDArray[np.float64] = np.zeros((days, 24))
    places = np.array([(day - since).days for day in rows["day"]], dtype=int)
    np.add.at(grid, (places, rows["hour"].to_numpy(dtype=int)), rows["n"].to_numpy(dtype=float))
    return grid


def _from_its_beginning(one: Series) -> Series:
    """Without the days before a service that was added later than the rest had its first case."""
    first = int(np.argmax(one.days > 0))
    if first < AHEAD:
        return one
    return Series(
        one.kind, one.code, one.counts[first:], one.opens[first:],
        one.since + timedelta(days=first),
    )  # fmt: skip


def open_days(calendar: Calendar, since: date, days: int) -> Flags:
    """Which of the days from ``since`` on have open hours."""
    found = np.zeros(days, dtype=bool)
    start = wall_of_day(since)
    for low, high in calendar.wall_spans(since, since + timedelta(days=days)):
        found[(low - start) // DAY : (high - 1 - start) // DAY + 1] = True
    return found
