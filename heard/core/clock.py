"""The clock of the house: every room asks here what time it is, so that a test can set it."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

_set_to: ContextVar[datetime | None] = ContextVar("heard_clock", default=None)


def now() -> datetime:
    """The present moment, aware, in UTC."""
    return _set_to.get() or datetime.now(UTC)


@contextmanager
def at(moment: datetime) -> Iterator[None]:
    """Make ``now()`` answer ``moment`` (aware) inside the block."""
    if moment.tzinfo is None:
        raise ValueError("Set the clock to a moment with a time zone.")
    token = _set_to.set(moment.astimezone(UTC))
    try:
        yield
    finally:
        _set_to.reset(token)


def local_day(moment: datetime, zone: str) -> date:
    """The calendar day of an aware moment in a zone such as ``America/Denver``."""
    return moment.astimezone(ZoneInfo(zone)).date()
