"""The frame of every write: one transaction, an audit row, an event, once per key."""

import functools
from collections.abc import Callable
from typing import Any, ParamSpec, TypeVar

from django.db import IntegrityError, models, transaction

from heard.core import clock, events
from heard.core.actors import Actor
from heard.core.models import AuditRow, Event

P = ParamSpec("P")
R = TypeVar("R")


def write(verb: Callable[P, R]) -> Callable[P, R]:
    """Run the verb in one transaction.

    Two requests with one idempotency key may race past each other's check; the second then breaks
    the key's unique constraint, and running it again finds what the first one did.
    """

    @functools.wraps(verb)
    def inner(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            with transaction.atomic():
                return verb(*args, **kwargs)
        except IntegrityError:
            key = kwargs.get("key")
            if not isinstance(key, str) or events.earlier(key) is None:
                raise
        with transaction.atomic():
            return verb(*args, **kwargs)

    return inner


def kind_of(thing: models.Model) -> str:
    """The name a thing goes by in events and the audit: ``case``, ``response``..."""
    return str(thing._meta.model_name)


def record(
    verb: str,
    *,
    about: models.Model,
    actor: Actor,
    changes: dict[str, Any] | None = None,
    data: dict[str, Any] | None = None,
    key: str | None = None,
) -> Event:
    """Write the event (with its steps) and the audit row of a change just made.

    ``changes`` is for the audit alone: ``{"state": ["received", "understood"]}``. ``data`` travels
    with the event. Must be called inside the transaction of the change.
    """
    event = events.emit(verb, about=about, actor=actor, data=data or {}, key=key)
    AuditRow.objects.create(
        at=clock.now(),
        actor_kind=actor.kind,
        actor_id=actor.id,
        actor_name=actor.name,
        actor_role=actor.role,
        verb=verb,
        about_kind=kind_of(about),
        about_id=about.pk,
        changes=changes or {},
        event=event,
    )
    return event


def about_of_earlier(model: type[models.Model], key: str | None) -> Any | None:
    """The row that an earlier write with this key was about, or None when there was none."""
    event = events.earlier(key)
    return None if event is None else model._default_manager.get(pk=event.about_id)
