"""Where the calls of the staffing page come from: today, cases by the channel they came through.

A room that counts calls and visits themselves can be put here: ``expected`` is all the page asks.
"""

from dataclasses import dataclass
from datetime import date

from django.db import models
from django.utils.translation import gettext_lazy as _

from heard.forecast.models import Forecast, Kind


class Source(models.TextChoices):
    """What the people answer."""

    PHONE = "phone", _("calls")
    COUNTER = "counter", _("visits to the counter")
    BOTH = "both", _("calls and visits, by the same people")


CHANNELS: dict[str, tuple[str, ...]] = {
    Source.PHONE: ("phone",),
    Source.COUNTER: ("counter",),
    Source.BOTH: ("phone", "counter"),
}


@dataclass(frozen=True)
class Hour:
    """Cases expected in an hour, and how many it may well be: nine hours in ten bring no more."""

    mean: float
    high: float


@dataclass(frozen=True)
class Expected:
    """The days ahead, each of 24 hours, and the forecasts they are from."""

    days: list[date]
    hours: list[list[Hour]]
    made_from: list[Forecast]


def expected(source: str) -> Expected | None:
    """What is expected of a source; None while nothing is. One query."""
    rows = Forecast.objects.filter(kind=Kind.CHANNEL, code__in=CHANNELS[source])
    found = [row for row in rows if row.days]
    if not found:
        return None
    ahead = min(len(row.days) for row in found)
    hours = []
    for day in range(ahead):
        means = [row.hours(day) for row in found]
        highs = [row.hours_high[day] for row in found]
        hours.append(
            [Hour(sum(m[hour] for m in means), sum(h[hour] for h in highs)) for hour in range(24)]
        )
    return Expected([found[0].day(day) for day in range(ahead)], hours, found)
