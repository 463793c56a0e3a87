"""When a calendar, a closure or a special day changes: what would move is looked at."""

from heard.cases.clock_models import Recalculation
from heard.cases.recalculating import propose
from heard.core.actors import Actor
from heard.core.models import AuditRow, Event
from heard.places.models import BusinessCalendar

SHARES = {"warn_percent", "escalate_percent"}
Why = Recalculation.Why


def look_what_moves(event: Event) -> None:
    """Ask for a recalculation of the divisions that work by a calendar of the event."""
    divisions = divisions_of(event)
    if divisions is None or divisions:
        propose(
            Why.CALENDAR, divisions=divisions, event=event, changes=[f"{event.kind} {event.about}"],
            actor=_actor(event),
        )  # fmt: skip


def look_after_city(event: Event) -> None:
    """The city's zone moves dates; its shares of time move warnings alone."""
    rows = AuditRow.objects.filter(event=event).values_list("changes", flat=True)
    changed = {name for changes in rows for name in changes}
    change = [f"{event.kind} {event.about}"]
    if "zone" in changed:
        propose(Why.CALENDAR, event=event, changes=change, actor=_actor(event))
    elif changed & SHARES:
        propose(Why.SETTINGS, event=event, changes=change, actor=_actor(event))


def divisions_of(event: Event) -> list[int] | None:
    """The divisions whose clocks may move; None for all; empty where an office alone is meant."""
    data = event.data
    if data.get("all"):
        return None
    if "division" in data:  # its calendar was dropped
        return [data["division"]]
    rows = BusinessCalendar.objects.filter(pk__in=data.get("calendars", []))
    found = list(rows.values_list("division", flat=True))
    return None if None in found else [key for key in found if key is not None]


def _actor(event: Event) -> Actor:
    return Actor(event.actor_kind, event.actor_id, event.actor_name)  # type: ignore[arg-type]


CHANGED = [look_what_moves]
CITY_CHANGED = [look_after_city]
