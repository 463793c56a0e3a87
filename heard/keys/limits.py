"""How often a key may ask: counted by the minute, in the database, so that all processes agree."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.db.models import F

from heard.core import clock
from heard.keys.models import ApiKey, Minute

WINDOW = 60  # seconds


@dataclass(frozen=True, slots=True)
class Standing:
    """How a key stands in the present minute."""

    limit: int
    times: int
    seconds_left: int

    @property
    def is_over(self) -> bool:
        """Whether this request is one too many."""
        return self.times > self.limit

    @property
    def headers(self) -> dict[str, str]:
        """The headers that tell the client."""
        told = {
            "RateLimit-Limit": str(self.limit),
            "RateLimit-Remaining": str(max(0, self.limit - self.times)),
            "RateLimit-Reset": str(self.seconds_left),
            "RateLimit-Policy": f"{self.limit};w={WINDOW}",
        }
        return told | ({"Retry-After": str(self.seconds_left)} if self.is_over else {})


def count(key: ApiKey) -> Standing:
    """Count one request of a key. Two queries; four in the first of a minute."""
    now = clock.now()
    starts = now.replace(second=0, microsecond=0)
    mine = Minute.objects.filter(key=key, starts_at=starts)
    if not mine.update(times=F("times") + 1):
        _first(key, starts, now)
    times = mine.values_list("times", flat=True).first() or 1
    return Standing(key.per_minute, times, max(1, WINDOW - now.second))


def _first(key: ApiKey, starts: datetime, now: datetime) -> None:
    try:
        with transaction.atomic():
            Minute.objects.create(key=key, starts_at=starts, times=1)
    except IntegrityError:  # another process was quicker
        Minute.objects.filter(key=key, starts_at=starts).update(times=F("times") + 1)
    else:
        ApiKey.objects.filter(pk=key.pk).update(last_used_at=now)


def forget_old_minutes() -> int:
    """Drop counts that limit nothing any more. Returns how many."""
    old = clock.now() - timedelta(minutes=10)
    return Minute.objects.filter(starts_at__lt=old).delete()[0]
