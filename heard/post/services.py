"""Writing and sending what leaves the building."""

import logging
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.template.loader import render_to_string
from django.utils import translation

from heard.core import clock
from heard.core.city import city
from heard.people.models import Customer
from heard.post.addresses import number_of, thread_address, way_to
from heard.post.models import Dispatch
from heard.post.transports import Transport, Undeliverable, email, sms, social

log = logging.getLogger("heard.post")

DELAYS = [timedelta(minutes=m) for m in (1, 5, 30, 120, 720)]
SENDING_LEASE = timedelta(minutes=2)
LONGEST_TEXT = 1500  # characters of one text message; carriers take 1600
TRANSPORTS: dict[str, Transport] = {"email": email, "sms": sms, "social": social}


def dispatch(
    *,
    key: str,
    template: str,
    to: Customer | None,
    about: str,
    context: dict[str, Any],
    language: str | None = None,
    channel: str | None = None,
    thread: str = "",
) -> Dispatch | None:
    """Write one message in the customer's language, to be sent by the worker. Once per key.

    None where nobody is to be written to. ``template`` names ``post/<template>.txt`` (its first
    line is the subject) and ``.html``; a text message is ``.sms.txt``, or else subject and link.
    ``channel`` is "email" or "sms"; by default the customer's preferred one that can be used.
    ``thread`` is the reference of a case: an answer by email then comes to an address of its own.
    """
    way = way_to(to, channel)
    if to is None or way is None:
        return None
    by, address = way
    written_in, now = language or to.language, clock.now()
    write = _text_message if by == "sms" else _written
    made, _created = Dispatch.objects.get_or_create(
        key=key,
        defaults={
            "channel": by,
            "customer": to,
            "address": address,
            "language": written_in,
            "template": template,
            "about": about,
            "due_at": now,
            "created_at": now,
            "reply_to": thread_address(thread) if thread and by == "email" else "",
            **write(template, to, written_in, context),
        },
    )
    return made


def answer_post(
    *, key: str, words: str, to: str, handle: str, about: str, language: str
) -> Dispatch:
    """Write a public answer to a social post (its id at the network), to be sent by the worker."""
    now = clock.now()
    made, _created = Dispatch.objects.get_or_create(
        key=key,
        defaults={
            "channel": "social",
            "address": handle[:254],
            "language": language,
            "template": "social_answer",
            "subject": "",
            "text": words,
            "about": about,
            "in_reply_to": to[:200],
            "due_at": now,
            "created_at": now,
        },
    )
    return made


def _written(template: str, to: Customer, language: str, context: dict[str, Any]) -> dict[str, str]:
    """Subject, text and html of a message in a language."""
    with translation.override(language):
        full = {"city": city(), "customer": to, "language": language, **context}
        written = render_to_string(f"post/{template}.txt", full).strip()
        subject, _newline, text = written.partition("\n")
        subject = subject.strip()
        html = render_to_string(f"post/{template}.html", full | {"subject": subject})
    return {"subject": subject[:200], "text": text.strip(), "html": html}


def _text_message(
    template: str, to: Customer, language: str, context: dict[str, Any]
) -> dict[str, str]:
    """The same as a text message: short, with the link for the rest, and how to stop them."""
    number = number_of(to.phone)
    subject, text = _text_parts(template, to, language, context, number)
    return {"subject": subject, "text": text, "html": ""}


def text_of(template: str, to: Customer, language: str, context: dict[str, Any]) -> str:
    """A text message as it would be sent, for whoever wants to see its length first."""
    return _text_parts(template, to, language, context, number_of(to.phone))[1]


def _text_parts(
    template: str, to: Customer, language: str, context: dict[str, Any], number: str
) -> tuple[str, str]:
    """Its subject, for lists, and the text."""
    first = not Dispatch.objects.filter(channel="sms", address=number).exists()
    with translation.override(language):
        full = {"city": city(), "customer": to, "language": language, **context}
        letter = render_to_string(f"post/{template}.txt", full).strip()
        full |= {"subject": letter.partition("\n")[0].strip(), "first": first}
        names = [f"post/{template}.sms.txt", "post/any.sms.txt"]
        text = render_to_string(names, full).strip()
    return str(full["subject"])[:200], _short(text)


def _short(text: str) -> str:
    """Within what one text message may hold, the link at its end kept."""
    if len(text) <= LONGEST_TEXT:
        return text
    body, _blank, last = text.rpartition("\n")
    return f"{body[: LONGEST_TEXT - len(last) - 2]}…\n{last}"


def send_due(limit: int = 100) -> int:
    """Send what is due; without a mail server, keep it in the outbox. Returns how many left.

    The claim is committed before the mail server is spoken to, so no lock is held meanwhile. A
    sender killed in between is found by its lease and tries again with the same Message-ID, which
    lets the receiving side recognise the twin.
    """
    sent = 0
    for _turn in range(limit):
        claimed = _claim()
        if claimed is None:
            break
        transport = TRANSPORTS[claimed.channel]
        if not transport.is_open():
            _settle(claimed, Dispatch.State.KEPT)
            continue
        try:
            claimed.remote_id = transport.send(claimed)
        except Undeliverable as error:
            _give_up(claimed, str(error))
        except OSError as error:  # smtplib's errors and those of requests are OSErrors
            _put_off(claimed, str(error))
        else:
            _settle(claimed, Dispatch.State.SENT)
            sent += 1
    return sent


@transaction.atomic
def _claim() -> Dispatch | None:
    now = clock.now()
    open_states = Q(state__in=[Dispatch.State.QUEUED, Dispatch.State.SENDING])
    found = (
        Dispatch.objects.select_for_update()
        .filter(open_states, due_at__lte=now)
        .order_by("due_at", "id")
    ).first()
    if found is not None:
        found.state, found.due_at = Dispatch.State.SENDING, now + SENDING_LEASE
        found.save(update_fields=["state", "due_at"])
    return found


def _settle(row: Dispatch, state: Dispatch.State) -> None:
    row.state, row.sent_at, row.fault = state, clock.now(), ""
    row.attempts += 1
    row.save(update_fields=["state", "sent_at", "fault", "attempts", "remote_id"])


def _give_up(row: Dispatch, fault: str) -> None:
    row.state, row.fault, row.attempts = Dispatch.State.FAILED, fault[:2000], row.attempts + 1
    row.save(update_fields=["state", "fault", "attempts"])
    log.error("Dispatch %s cannot be delivered: %s", row.pk, fault)


def _put_off(row: Dispatch, fault: str) -> None:
    row.attempts += 1
    row.fault = fault[:2000]
    if row.attempts > len(DELAYS):
        row.state = Dispatch.State.FAILED
        log.error("Dispatch %s failed for good: %s", row.pk, fault)
    else:
        row.state = Dispatch.State.QUEUED
        row.due_at = clock.now() + DELAYS[row.attempts - 1]
    row.save(update_fields=["attempts", "fault", "state", "due_at"])
