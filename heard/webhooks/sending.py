"""Sending what is due: claimed, committed, sent without a lock held, then settled.

A receiver that fails is left alone for a while: all that waits for it waits together, so a dead one
costs one try per delay. After days of failing it is switched off, and administrators are told.
"""

import logging
import threading
from datetime import datetime, timedelta

from django.db import close_old_connections, connection, transaction
from django.db.models import Q

from heard.core import clock
from heard.core.actors import SYSTEM
from heard.core.writes import record
from heard.webhooks.going_out import Answered, Unreachable, post
from heard.webhooks.models import Delivery, Subscription
from heard.webhooks.services import drop_waiting
from heard.webhooks.signing import HEADER, signed

log = logging.getLogger("heard.webhooks")

DELAYS = [timedelta(seconds=s) for s in (15, 60, 300, 1800, 7200, 21600, 43200, 86400)]
SWITCHED_OFF_AFTER = timedelta(days=3)
LEASE = timedelta(minutes=2)
KEPT = timedelta(days=30)
OPEN = [Delivery.State.QUEUED, Delivery.State.SENDING]

_sender: threading.Thread | None = None


def wake() -> None:
    """Start the sending thread where something is due and none is at it.

    A thread of its own, so that a slow receiver delays neither mail nor the regular jobs.
    """
    global _sender
    if _sender is not None and _sender.is_alive():
        return
    if not Delivery.objects.filter(state__in=OPEN, due_at__lte=clock.now()).exists():
        return
    _sender = threading.Thread(target=_send_apart, name="webhooks", daemon=True)
    _sender.start()


def _send_apart() -> None:
    close_old_connections()
    try:
        send_due()
    except Exception:
        log.exception("Webhooks could not be sent; they are tried again.")
    finally:
        connection.close()


def send_due(limit: int = 200) -> int:
    """Send what is due, the longest due first. Returns how many arrived."""
    arrived = 0
    for _turn in range(limit):
        claimed = _claim()
        if claimed is None:
            break
        try:
            answer = _send(claimed)
        except Unreachable as error:
            _failed(claimed, fault=str(error))
            continue
        if 200 <= answer.status < 300:
            _arrived(claimed, answer)
            arrived += 1
        else:
            _failed(claimed, fault=f"HTTP {answer.status}", answer=answer)
    return arrived


@transaction.atomic
def _claim() -> Delivery | None:
    now = clock.now()
    found = (
        Delivery.objects.select_for_update(of=("self",))
        .select_related("subscription")
        .filter(state__in=OPEN, due_at__lte=now)
        .order_by("due_at", "id")
        .first()
    )
    if found is not None:
        found.state, found.due_at, found.tried_at = Delivery.State.SENDING, now + LEASE, now
        found.save(update_fields=["state", "due_at", "tried_at"])
    return found


def _send(row: Delivery) -> Answered:
    body = row.body.encode()
    moment = int(clock.now().timestamp())
    headers = {
        "Content-Type": "application/json",
        "User-Agent": "Heard-Webhooks/1",
        "Heard-Event": row.kind,
        "Heard-Delivery": row.name,
        "Heard-Attempt": str(row.attempts + 1),
        HEADER: signed(row.subscription.secrets(), moment, body),
    }
    return post(row.subscription.url, body, headers)


@transaction.atomic
def _arrived(row: Delivery, answer: Answered) -> None:
    subscription = _locked(row)
    row.state, row.settled_at, row.fault = Delivery.State.DELIVERED, clock.now(), ""
    _note(row, answer)
    if subscription.failing_since is not None and subscription.is_active:
        subscription.failing_since = None
        subscription.save(update_fields=["failing_since"])


def _locked(row: Delivery) -> Subscription:
    """The subscription, locked before its deliveries are: everybody locks in this order."""
    return Subscription.objects.select_for_update(of=("self",)).get(pk=row.subscription_id)


@transaction.atomic
def _failed(row: Delivery, *, fault: str, answer: Answered | None = None) -> None:
    now, subscription = clock.now(), _locked(row)
    row.fault = fault[:500]
    last = row.attempts + 1 > len(DELAYS)
    row.state = Delivery.State.FAILED if last else Delivery.State.QUEUED
    row.settled_at = now if last else None
    row.due_at = now + (DELAYS[-1] if last else DELAYS[row.attempts])
    _note(row, answer)
    # Everything else for this receiver waits until then, too.
    waiting = Delivery.objects.filter(subscription=row.subscription_id, state="queued")
    waiting.filter(due_at__lt=row.due_at).update(due_at=row.due_at)
    _count_failure(subscription, now)


def _note(row: Delivery, answer: Answered | None) -> None:
    row.attempts += 1
    row.status = answer.status if answer else None
    row.took_ms = answer.took_ms if answer else None
    row.answer = answer.text[:500].replace("\x00", "") if answer else ""
    # Whatever a person did meanwhile (switched it off) stands.
    still = Delivery.objects.select_for_update(of=("self",)).filter(pk=row.pk, state="sending")
    if still.exists():
        row.save()


def _count_failure(row: Subscription, now: datetime) -> None:
    """Note since when it fails; switch it off when that is long."""
    if not row.is_active:  # somebody was quicker
        return
    if row.failing_since is None:
        row.failing_since = now
        row.save(update_fields=["failing_since"])
    elif now - row.failing_since >= SWITCHED_OFF_AFTER:
        row.is_active, row.switched_off_at = False, now
        row.save(update_fields=["is_active", "switched_off_at"])
        drop_waiting(row)
        record(
            "webhook.gave_up", about=row, actor=SYSTEM,
            changes={"is_active": [True, False]},
            data={"failing_since": row.failing_since.isoformat()},
        )  # fmt: skip


def forget_old() -> int:
    """Drop settled deliveries after 30 days. Returns how many."""
    old = clock.now() - KEPT
    done = Q(settled_at__lt=old) & ~Q(state__in=OPEN)
    return Delivery.objects.filter(done).delete()[0]
