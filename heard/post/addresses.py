"""Addresses and numbers: which way leads to a customer, whether it works, whether we may use it."""

import re

from django.conf import settings
from django.db.models import Q

from heard.core import clock
from heard.core.actors import Actor
from heard.core.references import clean_reference, link_is_right, link_secret
from heard.core.writes import record, write
from heard.people.keys import email_key, phone_number
from heard.people.models import Customer
from heard.post.models import AddressState, Dispatch
from heard.post.transports import sms

SIGNED = 16  # characters of the signature in a case's address: 64 bits
_THREAD = re.compile(r"\+([0-9a-z-]{4,24})\.([0-9a-f]{16})@", re.IGNORECASE)


def number_of(phone: str) -> str:
    """A number as carriers want it (``+13035550142``); "" for no number."""
    digits = phone_number(phone)
    return f"+{digits}" if len(digits) >= 10 else ""


def key_of(channel: str, address: str) -> str:
    """The form in which an address of this channel is kept and compared."""
    return number_of(address) if channel == "sms" else email_key(address)


def way_to(to: Customer | None, channel: str | None = None) -> tuple[str, str] | None:
    """The channel and address by which to write to a customer; None where there is none.

    Text messages go to whoever chose them, or where the caller names the channel because the
    customer just wrote that way. What was stopped is not used; what fails only as the last way.
    """
    if to is None or to.preferred_channel == Customer.Channel.NONE:
        return None
    ways = [("email", to.email)] if channel in (None, "email") and to.email else []
    number = number_of(to.phone)
    wants_texts = to.preferred_channel == Customer.Channel.SMS
    if number and (channel == "sms" or (channel is None and wants_texts)):
        # Without a carrier a text is only kept in the outbox, so an email is better.
        ways.insert(0 if sms.is_open() or not ways else 1, ("sms", number))
    if not ways:
        return None
    if len(ways) == 1 and ways[0][0] == "email":
        return ways[0]
    return _best(ways)


def _best(ways: list[tuple[str, str]]) -> tuple[str, str] | None:
    these = Q(pk__in=[])
    for channel, address in ways:
        these |= Q(channel=channel, key=key_of(channel, address))
    known = {(row.channel, row.key): row for row in AddressState.objects.filter(these)}
    open_ways = []
    for channel, address in ways:
        row = known.get((channel, key_of(channel, address)))
        if row is None or row.stopped_at is None:
            open_ways.append((row is not None and row.failing_since is not None, channel, address))
    if not open_ways:
        return None
    _fails, channel, address = min(open_ways, key=lambda way: way[0])
    return channel, address


def is_stopped(channel: str, address: str) -> bool:
    """Whether they asked us to stop writing there."""
    rows = AddressState.objects.filter(channel=channel, key=key_of(channel, address))
    return rows.filter(stopped_at__isnull=False).exists()


@write
def stop(channel: str, address: str, *, customer: Customer | None, actor: Actor) -> AddressState:
    """They asked us to stop: nothing is sent there until they ask again."""
    return _mark(channel, address, customer, actor, "stopped")


@write
def start(channel: str, address: str, *, customer: Customer | None, actor: Actor) -> AddressState:
    """They want to hear from us there again."""
    return _mark(channel, address, customer, actor, "started")


def _mark(
    channel: str, address: str, customer: Customer | None, actor: Actor, what: str
) -> AddressState:
    row, _made = AddressState.objects.select_for_update().get_or_create(
        channel=channel, key=key_of(channel, address)
    )
    wanted = what == "stopped"
    if (row.stopped_at is not None) == wanted:
        return row
    row.stopped_at = clock.now() if wanted else None
    row.save(update_fields=["stopped_at"])
    if wanted:
        waiting = Dispatch.objects.filter(channel=channel, address=address, state="queued")
        waiting.update(state=Dispatch.State.FAILED, fault="They asked us to stop.")
    changes = {"channel": [channel, what]}
    record(f"address.{what}", about=customer or row, actor=actor, changes=changes)
    return row


@write
def note_failing(
    row: Dispatch, fault: str, *, actor: Actor, key: str | None = None
) -> AddressState:
    """What we sent came back: the address is marked, and whoever is in charge hears of it."""
    state, _made = AddressState.objects.select_for_update().get_or_create(
        channel=row.channel, key=key_of(row.channel, row.address)
    )
    is_new = state.failing_since is None
    state.failing_since = state.failing_since or clock.now()
    state.fault = fault[:300]
    state.save(update_fields=["failing_since", "fault"])
    Dispatch.objects.filter(pk=row.pk).update(
        state=Dispatch.State.FAILED, fault=fault[:2000], delivered_at=None
    )
    if is_new:
        data = {"dispatch": row.pk, "about": row.about}
        record("address.failing", about=state, actor=actor, data=data, key=key)
    return state


def note_working(channel: str, address: str) -> None:
    """A message from there, or a receipt: the address works."""
    AddressState.objects.filter(
        channel=channel, key=key_of(channel, address), failing_since__isnull=False
    ).update(failing_since=None, fault="")


def thread_address(reference: str) -> str:
    """The signed address of a case (``case+k7m4-2qxp.0123456789abcdef@…``), or "".

    Only where mail is fetched: an address nobody reads would swallow answers.
    """
    if not settings.HEARD_MAIL_IN_URL:
        return ""
    name, _at, host = settings.HEARD_MAIL_ADDRESS.rpartition("@")
    signature = link_secret("mail", reference)[:SIGNED]
    return f"{name}+{reference.lower()}.{signature}@{host}"


def reference_in(address: str) -> tuple[str, bool]:
    """The case an address of ours names, and whether its signature is ours; or ("", False)."""
    found = _THREAD.search(address)
    if found is None:
        return "", False
    reference = clean_reference(found[1])
    return reference, link_is_right(found[2].lower(), "mail", reference, length=SIGNED)
