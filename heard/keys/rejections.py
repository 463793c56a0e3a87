"""Counting what the doors for machines turn away, so that somebody notices when it is much."""

from datetime import timedelta

from django.db import IntegrityError, transaction
from django.db.models import F, Sum

from heard.core import clock
from heard.core.city import city_zone
from heard.keys.models import Rejection

DAYS = 30


def turned_away(door: str, reason: str) -> None:
    """Count one more request a door did not take. One query; three for the first of a day."""
    day = clock.now().astimezone(city_zone()).date()
    mine = Rejection.objects.filter(door=door, reason=reason, day=day)
    if mine.update(times=F("times") + 1):
        return
    try:
        with transaction.atomic():
            Rejection.objects.create(door=door, reason=reason, day=day, times=1)
    except IntegrityError:  # another process was quicker
        mine.update(times=F("times") + 1)


def lately() -> list[tuple[str, str, int]]:
    """Door, reason and number of the last 30 days, the most frequent first. One query."""
    since = clock.now().date() - timedelta(days=DAYS)
    rows = (
        Rejection.objects.filter(day__gt=since)
        .order_by()
        .values_list("door", "reason")
        .annotate(all=Sum("times"))
    )
    return sorted(rows, key=lambda row: (-row[2], row[0], row[1]))
