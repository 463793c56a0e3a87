"""Subscriptions are made, changed and switched; tellings are queued and sent again."""

import json
from dataclasses import dataclass, replace
from typing import Any

from django.db.models import Max
from django.utils.translation import gettext as _

from heard.core import clock
from heard.core.actors import Actor
from heard.core.errors import Refused
from heard.core.models import Event
from heard.core.text import clean_line
from heard.core.writes import about_of_earlier, record, write
from heard.people.models import Division
from heard.people.roles import require
from heard.webhooks.going_out import Unreachable, check_url, resolve
from heard.webhooks.kinds import KINDS
from heard.webhooks.models import Delivery, Subscription

MOST = 50  # subscriptions
MOST_REPLAYS = 100  # of one event to one subscription


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a subscription shall be."""

    name: str
    url: str
    events: tuple[str, ...]
    division: Division | None = None


def subscribe(wanted: Wanted, *, actor: Actor, key: str | None = None) -> Subscription:
    """Tell another system from now on."""
    require(actor, "administer")
    return _subscribe(_checked(wanted), actor=actor, key=key)


@write
def _subscribe(wanted: Wanted, *, actor: Actor, key: str | None) -> Subscription:
    if (earlier := about_of_earlier(Subscription, key)) is not None:
        return earlier  # type: ignore[no-any-return]
    if Subscription.objects.count() >= MOST:
        raise Refused(
            _("There are {most} webhooks already. Change one that is no longer used.").format(
                most=MOST
            )
        )
    made = Subscription.objects.create(
        name=wanted.name,
        url=wanted.url,
        events=sorted(wanted.events),
        division=wanted.division,
        made_by=actor.name,
        created_at=clock.now(),
    )
    changes: dict[str, list[Any]] = {
        "url": ["", made.url], "events": [[], made.events], "division": [None, made.division_id]
    }  # fmt: skip
    record("webhook.made", about=made, actor=actor, changes=changes, key=key)
    return made


def change(
    row: Subscription, wanted: Wanted, *, actor: Actor, key: str | None = None
) -> Subscription:
    """Change where it goes and what it tells."""
    require(actor, "administer")
    return _change(row, _checked(wanted), actor=actor, key=key)


@write
def _change(row: Subscription, wanted: Wanted, *, actor: Actor, key: str | None) -> Subscription:
    if (earlier := about_of_earlier(Subscription, key)) is not None:
        return earlier  # type: ignore[no-any-return]
    fresh = Subscription.objects.select_for_update(of=("self",)).get(pk=row.pk)
    values = {
        "name": wanted.name, "url": wanted.url, "events": sorted(wanted.events),
        "division_id": wanted.division.pk if wanted.division else None,
    }  # fmt: skip
    changes = {n: [getattr(fresh, n), v] for n, v in values.items() if getattr(fresh, n) != v}
    for field, value in values.items():
        setattr(fresh, field, value)
    if changes:
        fresh.save()
        record("webhook.changed", about=fresh, actor=actor, changes=changes, key=key)
    return fresh


def _checked(wanted: Wanted) -> Wanted:
    """The same, cleaned. Outside a transaction: a name server may take its time."""
    name, url = clean_line(wanted.name, limit=80), wanted.url.strip()
    if not name:
        raise Refused(_("Give it a name: which system is told?"), field="name")
    if not wanted.events or not set(wanted.events) <= set(KINDS):
        raise Refused(_("Choose at least one event."), field="events")
    try:
        parts = check_url(url)
        resolve(parts.hostname or "", parts.port or 443)
    except Unreachable as error:
        raise Refused(
            _("We cannot send there: {reason}").format(reason=error), field="url"
        ) from error
    return replace(wanted, name=name, url=url)


@write
def switch(row: Subscription, *, on: bool, actor: Actor) -> Subscription:
    """Switch it off, or on again; what waited meanwhile is not sent later."""
    require(actor, "administer")
    fresh = Subscription.objects.select_for_update(of=("self",)).get(pk=row.pk)
    if fresh.is_active == on:
        return fresh
    fresh.is_active, fresh.failing_since = on, None
    fresh.switched_off_at = None if on else clock.now()
    fresh.save(update_fields=["is_active", "failing_since", "switched_off_at"])
    if not on:
        drop_waiting(fresh)
    verb = "webhook.switched_on" if on else "webhook.switched_off"
    record(verb, about=fresh, actor=actor, changes={"is_active": [not on, on]})
    return fresh


def drop_waiting(row: Subscription) -> None:
    """What waits for a subscription that is off is dropped; the log keeps it, to be replayed."""
    waiting = Delivery.objects.filter(subscription=row, state__in=["queued", "sending"])
    waiting.update(state=Delivery.State.DROPPED, settled_at=clock.now())


@write
def new_secret(row: Subscription, *, actor: Actor) -> Subscription:
    """Make a new secret; the old one signs nothing from now on."""
    require(actor, "administer")
    fresh = Subscription.objects.select_for_update(of=("self",)).get(pk=row.pk)
    fresh.secret_version += 1
    fresh.save(update_fields=["secret_version"])
    record("webhook.secret_made", about=fresh, actor=actor)
    return fresh


def queue(event: Event, kind: str, payload: dict[str, Any], *, division: int | None) -> int:
    """Queue one telling for each subscription that wants this kind of event. Once per event.

    ``division`` is whose thing it is about. Returns how many were queued.
    """
    wants = [
        row
        for row in Subscription.objects.filter(is_active=True)
        if kind in row.events and row.division_id in (None, division)
    ]
    if not wants:
        return 0
    now, body = clock.now(), written(event, kind, payload)
    rows = [
        Delivery(subscription=row, event=event, kind=kind, body=body, due_at=now, created_at=now)
        for row in wants
    ]
    Delivery.objects.bulk_create(rows, ignore_conflicts=True)
    return len(rows)


def written(event: Event, kind: str, payload: dict[str, Any]) -> str:
    """The body that is sent: what happened, when, and to what."""
    told = {"id": event.pk, "event": kind, "at": event.at.isoformat(), **payload}
    return json.dumps(told, ensure_ascii=False, separators=(",", ":"))


@write
def replay(row: Delivery, *, actor: Actor) -> Delivery:
    """Send once more what was told (or not) before, as a delivery of its own."""
    require(actor, "administer")
    if not row.subscription.is_active:
        raise Refused(_("The webhook is switched off. Switch it on first."))
    # The subscription's row is locked, so that two clicks do not make one turn.
    Subscription.objects.select_for_update(of=("self",)).get(pk=row.subscription_id)
    same = Delivery.objects.filter(subscription=row.subscription_id, event=row.event_id)
    turn = int(same.aggregate(last=Max("turn"))["last"] or 0) + 1
    if turn > MOST_REPLAYS:
        raise Refused(_("This was sent again very often. Look at the receiver."))
    now = clock.now()
    made = Delivery.objects.create(
        subscription_id=row.subscription_id, event_id=row.event_id, turn=turn, kind=row.kind,
        body=row.body, due_at=now, created_at=now,
    )  # fmt: skip
    record("webhook.replayed", about=made, actor=actor, data={"of": row.pk})
    return made
