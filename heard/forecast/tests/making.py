"""Series and cases made for tests, with a known pattern."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import numpy as np

from heard.cases.models import Case
from heard.core import clock
from heard.forecast.counting import AHEAD, Series
from heard.forecast.seasonal import Flags, Numbers

MONDAY = date(2026, 1, 5)
WEEK = np.array([30.0, 24, 20, 22, 26, 6, 4])
HOURS = np.zeros(24)
HOURS[8:18] = 0.1


def never(days: int) -> Flags:
    """No day is unusual."""
    return np.zeros(days, dtype=bool)


def weekly(weeks: int, seed: int = 1) -> Numbers:
    """Counts by chance around a pattern that never changes."""
    found: Numbers = np.random.default_rng(seed).poisson(np.tile(WEEK, weeks)).astype(float)
    return found


def series(days: Numbers, kind: str = "service", code: str = "pothole") -> Series:
    """The days as a series from a Monday on, open Monday to Friday, its hours by chance."""
    chance = np.random.default_rng(7)
    counts = np.array([chance.multinomial(int(n), HOURS) for n in days], dtype=float)
    opens = np.arange(len(days) + AHEAD) % 7 < 5
    return Series(kind, code, counts.reshape(len(days), 24), opens, MONDAY)


def receive(service: Any, days: Numbers, first: date = MONDAY, channel: str = "phone") -> None:
    """Cases of a service: so many each day from ``first``, at noon UTC and the hours after."""
    begin = datetime(first.year, first.month, first.day, 12, tzinfo=UTC)
    Case.objects.bulk_create(
        Case(
            service=service, division=service.division, channel=channel, changed_at=clock.now(),
            received_at=begin + timedelta(days=day, hours=number % 8),
        )
        for day, count in enumerate(days)
        for number in range(int(count))
    )  # fmt: skip
