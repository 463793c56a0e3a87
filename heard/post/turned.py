"""Counting what was turned away at a door: wrong signatures, replays, loops, broken messages."""

from django.db import transaction
from django.db.models import F

from heard.core import clock
from heard.core.city import city
from heard.post.models import Turned


def count(door: str, reason: str) -> None:
    """One more of this reason today, by the city's day."""
    today = clock.local_day(clock.now(), city().zone)
    with transaction.atomic():
        row, _made = Turned.objects.get_or_create(door=door, reason=reason[:40], day=today)
        Turned.objects.filter(pk=row.pk).update(times=F("times") + 1)


def recent(door: str, limit: int = 20) -> list[Turned]:
    """What was turned away at a door lately, latest day first."""
    return list(Turned.objects.filter(door=door)[:limit])
