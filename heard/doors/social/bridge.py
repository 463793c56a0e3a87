"""Bridges: other networks told to us by signed calls.

A call is JSON, signed with the source's secret::

    Heard-Timestamp: 1767225600
    Heard-Signature: v1=<hex of HMAC-SHA256(secret, timestamp + "." + body)>

and is refused when its timestamp is more than five minutes off. The same call again does nothing.
"""

import hashlib
import hmac
import json
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils.crypto import constant_time_compare
from django.utils.dateparse import parse_datetime

from heard.core import clock
from heard.core.actors import SYSTEM
from heard.core.errors import Refused
from heard.core.references import link_secret
from heard.doors.social.models import BridgeCall, Source
from heard.mentions.models import Mention
from heard.mentions.services import Found, forget, keep
from heard.post import turned

WINDOW = 300  # seconds a timestamp may be off, either way
MOST_BYTES = 64 * 1024
FIELDS = ("id", "text", "author", "handle", "url", "at", "language", "network")


class Denied(Exception):
    """The call is not proven to come from the bridge; ``str()`` says why, for its operator."""


class Wrong(Exception):
    """The call is signed, but says nothing we can take; ``str()`` says what to mend."""


def sign(secret: str, timestamp: str, body: bytes) -> str:
    """The signature of a call, as its header carries it."""
    mac = hmac.new(secret.encode(), timestamp.encode() + b"." + body, hashlib.sha256)
    return f"v1={mac.hexdigest()}"


def take_call(source: Source, *, timestamp: str, signature: str, body: bytes) -> str:
    """Check a call and do what it says: "kept", "known", "deleted" or "replayed"."""
    _check(source, timestamp, signature, body)
    told = _read(body)
    try:
        with transaction.atomic():
            BridgeCall.objects.create(source=source, signature=signature[3:], at=clock.now())
            return _do(source, told)
    except IntegrityError:
        turned.count("social", "replay")
        return "replayed"


def _check(source: Source, timestamp: str, signature: str, body: bytes) -> None:
    if not timestamp.isdecimal() or len(timestamp) > 12:
        raise _denied("Heard-Timestamp must be seconds since 1970.", "timestamp")
    if not any(
        constant_time_compare(signature, sign(secret, timestamp, body))
        for secret in _secrets(source)
    ):
        raise _denied("The signature is not right.", "signature")
    if abs(clock.now().timestamp() - int(timestamp)) > WINDOW:
        raise _denied("Heard-Timestamp is more than five minutes off.", "timestamp")


def _secrets(source: Source) -> list[str]:
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    return [link_secret("bridge", source.pk, source.secret_version, house_key=key) for key in keys]


def _denied(words: str, reason: str) -> Denied:
    turned.count("social", reason)
    return Denied(words)


def _read(body: bytes) -> dict[str, Any]:
    try:
        told = json.loads(body)
    except (ValueError, RecursionError) as error:
        turned.count("social", "not JSON")
        raise Wrong("The body is not JSON.") from error
    if not isinstance(told, dict) or told.get("type") not in ("mention", "delete"):
        raise Wrong('Say {"type": "mention"} or {"type": "delete"}.')
    if not isinstance(told.get("id"), str) or not told["id"].strip():
        raise Wrong("Say the post’s id, as text.")
    wrong = [name for name in FIELDS if not isinstance(told.get(name, ""), str)]
    if wrong:
        raise Wrong(f"These must be text: {', '.join(wrong)}.")
    return told


def _do(source: Source, told: dict[str, Any]) -> str:
    if told["type"] == "delete":
        found = Mention.objects.filter(source=source.code, external_id=told["id"].strip()).first()
        if found is not None:
            forget(found, actor=SYSTEM)
        return "deleted"
    moment = parse_datetime(told["at"]) if told.get("at") else None
    if moment is None or moment.tzinfo is None:
        raise Wrong("Say “at” as a time with its zone, such as 2026-03-04T10:00:00Z.")
    try:
        _row, made = keep(
            Found(
                source.code, told["id"], told.get("network") or source.name, told.get("text", ""),
                moment, url=told.get("url", ""), author=told.get("author", ""),
                handle=told.get("handle", ""), language=told.get("language", ""),
            ),
            actor=SYSTEM,
        )  # fmt: skip
    except Refused as error:
        raise Wrong(str(error)) from error
    return "kept" if made else "known"


def forget_calls() -> int:
    """Drop what can no longer be replayed; returns how many."""
    gone, _each = BridgeCall.objects.filter(at__lt=clock.now() - timedelta(days=1)).delete()
    return gone
