"""The city's days and working hours, and how a promise becomes a due time."""

from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo

from demo.reading import table
from demo.shapes import Promise, Window

OPEN, SHUT = time(7, 15), time(16, 45)  # when crews begin and finish their work
SATURDAY_SHUT = time(11, 45)
WAKE, SLEEP = time(7, 0), time(20, 30)  # when nobody minds a message
SATURDAY_DIVISIONS = frozenset({"streets", "waste", "parks", "water"})


@cache
def zone() -> ZoneInfo:
    """The city's time zone."""
    return ZoneInfo(table("city")["time_zone"])


def to_utc(local: datetime) -> datetime:
    """A naive local moment as UTC, whole seconds."""
    return local.replace(microsecond=0, tzinfo=zone()).astimezone(UTC)


def to_local(moment: datetime) -> datetime:
    """A UTC moment on the city's clock."""
    return moment.astimezone(zone())


def window(until: date, days: int) -> Window:
    """The days of the story: it ends when ``until`` begins, and holds ``days`` full days."""
    first = until - timedelta(days=days)
    midnight = time(0, 0)
    return Window(
        first, until, to_utc(datetime.combine(first, midnight)),
        to_utc(datetime.combine(until, midnight)),
    )  # fmt: skip


def due(promise: Promise, received: datetime) -> datetime:
    """When a promise falls due: hours as elapsed time, days on the city's wall clock."""
    if promise.unit == "hours":
        return received + timedelta(hours=promise.amount)
    local = to_local(received).replace(tzinfo=None)
    return to_utc(local + timedelta(days=promise.amount))


@cache
def is_holiday(day: date) -> bool:
    """The city's holidays: three fixed days, and three that fall on a weekday of a month."""
    if (day.month, day.day) in {(1, 1), (7, 4), (12, 25)}:
        return True
    week = (day.day - 1) // 7 + 1
    last_monday = day.weekday() == 0 and (day + timedelta(days=7)).month != day.month
    return (
        (day.month == 5 and last_monday)
        or (day.month == 9 and day.weekday() == 0 and week == 1)
        or (day.month == 11 and day.weekday() == 3 and week == 4)
    )


def _span(day: date, division: str) -> tuple[time, time] | None:
    if is_holiday(day) or day.weekday() == 6:
        return None
    if day.weekday() == 5:
        return (OPEN, SATURDAY_SHUT) if division in SATURDAY_DIVISIONS else None
    return (OPEN, SHUT)


def at_work(moment: datetime, division: str) -> bool:
    """Whether the division's crews work at this moment."""
    local = to_local(moment)
    span = _span(local.date(), division)
    return span is not None and span[0] <= local.time() <= span[1]


def by_day(moment: datetime) -> datetime:
    """The moment itself, or 8 in the morning and some minutes where it lies in the night."""
    local = to_local(moment)
    if WAKE <= local.time() <= SLEEP:
        return moment
    day = local.date() + timedelta(days=1 if local.time() > SLEEP else 0)
    return to_utc(datetime.combine(day, time(8, local.minute, local.second)))


def next_work(moment: datetime, division: str, minutes: int) -> datetime:
    """The moment itself when crews work, else some minutes into their next working day."""
    if at_work(moment, division):
        return moment
    local = to_local(moment)
    day = local.date()
    span = _span(day, division)
    if span is None or local.time() > span[0]:
        day += timedelta(days=1)
        while _span(day, division) is None:
            day += timedelta(days=1)
    return to_utc(datetime.combine(day, OPEN) + timedelta(minutes=minutes))


def last_work(moment: datetime, division: str, minutes: int) -> datetime:
    """The moment itself when crews work, else some minutes before the end of their last day."""
    if at_work(moment, division):
        return moment
    local = to_local(moment)
    day = local.date()
    span = _span(day, division)
    if span is None or local.time() < span[1]:
        day -= timedelta(days=1)
        while _span(day, division) is None:
            day -= timedelta(days=1)
    span = _span(day, division)
    assert span is not None
    return to_utc(datetime.combine(day, span[1]) - timedelta(minutes=minutes))
