"""Writing and sending what leaves the building."""

import logging
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db import transaction
from django.db.models import Q
from django.template.loader import render_to_string
from django.utils import translation

from heard.core import clock
from heard.core.city import city
from heard.people.models import Customer
from heard.post.models import Dispatch

log = logging.getLogger("heard.post")

DELAYS = [timedelta(minutes=m) for m in (1, 5, 30, 120, 720)]
SENDING_LEASE = timedelta(minutes=2)


def dispatch(
    *,
    key: str,
    template: str,
    to: Customer | None,
    about: str,
    context: dict[str, Any],
    language: str | None = None,
) -> Dispatch | None:
    """Write one message in the customer's language, to be sent by the worker. Once per key.

    Returns None where there is nobody to write to or the customer asked not to be contacted.
    ``template`` names ``post/<template>.txt``: its first line is the subject, and
    ``post/<template>.html`` where there is one.
    """
    if to is None or not to.email or to.preferred_channel == Customer.Channel.NONE:
        return None
    written_in = language or to.language
    now = clock.now()
    made, _created = Dispatch.objects.get_or_create(
        key=key,
        defaults={
            "customer": to,
            "address": to.email,
            "language": written_in,
            "template": template,
            "about": about,
            "due_at": now,
            "created_at": now,
            **_written(template, to, written_in, context),
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
        if not settings.EMAIL_URL:
            _settle(claimed, Dispatch.State.KEPT)
            continue
        try:
            _send(claimed)
        except OSError as error:  # smtplib's errors are OSErrors
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


def _send(row: Dispatch) -> None:
    host = settings.HEARD_EMAIL_FROM.rpartition("@")[2].rstrip(">") or "localhost"
    mail = EmailMultiAlternatives(
        subject=row.subject,
        body=row.text,
        from_email=settings.HEARD_EMAIL_FROM,
        to=[row.address],
        headers={
            "Message-ID": f"<{row.key.replace(':', '.')}@{host}>",
            "Auto-Submitted": "auto-generated",
            "Content-Language": row.language,
        },
    )
    if row.html:
        mail.attach_alternative(row.html, "text/html")
    mail.send()


def _settle(row: Dispatch, state: Dispatch.State) -> None:
    row.state, row.sent_at, row.fault = state, clock.now(), ""
    row.attempts += 1
    row.save(update_fields=["state", "sent_at", "fault", "attempts"])


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
