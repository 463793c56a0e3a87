"""Requests that may arrive twice: the same name and content is one act, with one answer."""

import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db import IntegrityError, transaction

from heard.core import clock
from heard.keys.models import Answer, ApiKey

KEPT = timedelta(hours=48)
NAME = re.compile(r"[\x21-\x7e]{1,200}")


class OtherContent(Exception):
    """The name was used before, for something else."""


class BadName(Exception):
    """The name is empty, too long, or not plain ASCII without blanks."""


@dataclass(frozen=True, slots=True)
class Given:
    """An answer: HTTP status and JSON body; whether it is a repetition."""

    status: int
    body: Any
    again: bool = False


def digest(method: str, path: str, body: bytes) -> str:
    """What makes two requests the same."""
    return hashlib.sha256(b"\n".join([method.encode(), path.encode(), body])).hexdigest()


def once(key: ApiKey, name: str | None, content: str, act: Callable[[], tuple[int, Any]]) -> Given:
    """Act, or give the answer that an earlier request of this name got.

    The answer is kept in the transaction of the act. Where the act raises, nothing is kept, so the
    client may mend the request and send it again under the same name. Raises ``OtherContent`` where
    the name stood for another content, ``BadName`` where it cannot be a name.
    """
    if name is None:
        return Given(*act())
    if not NAME.fullmatch(name):
        raise BadName(name[:80])
    if (before := _earlier(key, name, content)) is not None:
        return before
    try:
        with transaction.atomic():
            row = Answer.objects.create(key=key, name=name, digest=content, at=clock.now())
            status, body = act()
            row.status, row.body = status, body
            row.save(update_fields=["status", "body"])
            return Given(status, body)
    except IntegrityError:  # the same request came at the same time, or the act itself failed
        if (before := _earlier(key, name, content)) is not None:
            return before
        raise


def _earlier(key: ApiKey, name: str, content: str) -> Given | None:
    row = Answer.objects.filter(key=key, name=name).first()
    if row is None:
        return None
    if row.digest != content:
        raise OtherContent(name)
    return Given(row.status, row.body, again=True)


def forget_old_answers() -> int:
    """Drop answers after two days: they hold what customers wrote. Returns how many."""
    return Answer.objects.filter(at__lt=clock.now() - KEPT).delete()[0]
