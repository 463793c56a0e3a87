"""From a promise to a due time. Calendar hours and days; business time is to come with places."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from heard.catalogue.models import Promise


def due_at(promise: Promise, start: datetime, zone: ZoneInfo) -> datetime:
    """When the promise, starting at an aware moment, falls due.

    Hours are counted as elapsed time. Days keep the wall clock of the city, so a promise made at
    3 pm falls due at 3 pm also across the change to summer time.
    """
    if promise.unit == Promise.Unit.HOURS:
        return start + timedelta(hours=promise.amount)
    local = start.astimezone(zone)
    return (local.replace(tzinfo=None) + timedelta(days=promise.amount)).replace(
        tzinfo=zone
    ).astimezone(start.tzinfo)


def current_promises(service_id: int, moment: datetime) -> dict[str, Promise]:
    """The promises in force at a moment, by kind."""
    found: dict[str, Promise] = {}
    in_force = Promise.objects.filter(service_id=service_id, effective_from__lte=moment)
    for promise in in_force.order_by("version"):
        found[promise.kind] = promise
    return found
