"""Drafts: kept on our side, opened by a cookie, forgotten after a few days."""

import hashlib
import secrets
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core import signing
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.utils.datastructures import MultiValueDict
from django.utils.translation import get_language

from heard.attachments.models import Attachment
from heard.attachments.reads import attached
from heard.attachments.services import forget
from heard.catalogue.models import Service
from heard.core import clock
from heard.core.actors import SYSTEM, Actor
from heard.core.errors import Refused
from heard.core.references import link_is_right, link_secret
from heard.doors.web.models import Draft

KEPT = timedelta(days=3)
SENT_KEPT = timedelta(minutes=15)  # a second press of the button leads to the case
MOST_TEXT = 60_000  # characters of one draft
NOBODY = Actor("customer", name="anonymous")
_SIGNER = signing.TimestampSigner(salt="heard.web.draft")


def cookie_name(service: Service) -> str:
    """One draft for each service and browser."""
    return f"draft-{service.pk}"


def draft_of(request: HttpRequest, service: Service, *, sent: bool = False) -> Draft | None:
    """The browser's draft for a service; with ``sent``, also the one that was just sent."""
    try:
        signed = request.COOKIES.get(cookie_name(service), "")
        value = _SIGNER.unsign(signed, max_age=KEPT)
    except signing.BadSignature:
        return None
    found = Draft.objects.filter(secret=_digest(value), service=service).select_related("case")
    draft = found.first()
    if draft is None or draft.state == Draft.State.OPEN:
        return draft
    young = clock.now() - draft.changed_at < SENT_KEPT
    return draft if sent and young and draft.state != Draft.State.DROPPED else None


def begin(service: Service, *, came_from: str = "") -> tuple[Draft, str]:
    """A new draft, and the value of its cookie."""
    value, now = secrets.token_urlsafe(24), clock.now()
    draft = Draft.objects.create(
        secret=_digest(value),
        service=service,
        came_from=came_from,
        language=(get_language() or "en").split("-")[0],
        created_at=now,
        changed_at=now,
    )
    return draft, _SIGNER.sign(value)


def remember(response: HttpResponse, draft: Draft, signed: str) -> None:
    """Give the browser its cookie."""
    response.set_cookie(
        cookie_name(draft.service),
        signed,
        max_age=int(KEPT.total_seconds()),
        httponly=True,
        samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
    )


def save(draft: Draft, typed: MultiValueDict[str, str], names: set[str]) -> None:
    """Keep what was typed in these fields; one that was left out was emptied.

    Raises ``Refused`` where the draft would become longer than any form is.
    """
    given = {name: parts for name, parts in draft.given.items() if name not in names}
    given |= {name: typed.getlist(name)[:60] for name in names if name in typed}
    if sum(len(part) for parts in given.values() for part in parts) > MOST_TEXT:
        raise Refused("too long")
    if given != draft.given or not draft.pk:
        draft.given, draft.changed_at = given, clock.now()
        draft.save(update_fields=["given", "changed_at"])


def typed_in(draft: Draft) -> MultiValueDict[str, str]:
    """What was typed so far, as a form takes it."""
    return MultiValueDict({name: list(parts) for name, parts in draft.given.items()})


def uploaded(draft: Draft | None) -> dict[str, list[Attachment]]:
    """What was sent so far, by the code of its question."""
    found: dict[str, list[Attachment]] = {}
    for row in attached(draft.about) if draft else ():
        found.setdefault(row.part.removeprefix("answer:"), []).append(row)
    return found


def references(rows: dict[str, list[Attachment]]) -> dict[str, list[str]]:
    """The same as the form keeps them among the answers."""
    return {code: [row.reference for row in found] for code, found in rows.items()}


def discard(draft: Draft) -> None:
    """Forget a draft with its photos, at its owner's wish or because it is old."""
    for row in attached(draft.about, internal=True):
        forget(row, actor=SYSTEM)
    draft.delete()


def forget_old() -> int:
    """Discard drafts nobody touched for days; sent ones as soon as they are of no more use."""
    now = clock.now()
    done = [Draft.State.SENT, Draft.State.DROPPED]
    old = Q(state=Draft.State.OPEN, changed_at__lt=now - KEPT)
    old |= Q(state__in=done, changed_at__lt=now - SENT_KEPT)
    found = list(Draft.objects.filter(old)[:500])
    for draft in found:
        discard(draft)
    return len(found)


def secret_of(draft: Draft) -> str:
    """The secret in the addresses of its photos."""
    return link_secret("draft", draft.pk)


def draft_reader(_request: HttpRequest, identity: str, secret: str) -> bool:
    """Whoever fills the form in sees the photos they sent so far."""
    return identity.isdecimal() and link_is_right(secret, "draft", int(identity))


def _digest(value: Any) -> str:
    return hashlib.sha256(str(value).encode()).hexdigest()
