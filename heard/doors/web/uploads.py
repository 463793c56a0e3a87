"""Photos and files sent with a page of a form: kept with the draft at once, whatever else is wrong.

Where a photo was taken goes back to its sender's own browser, and is kept with us only if they say
it is the place.
"""

import hashlib
from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse

from heard.attachments.photos import Position
from heard.attachments.reads import attached
from heard.attachments.services import ANY, PHOTOS, forget, take, too_large
from heard.catalogue.models import Question
from heard.core.errors import Refused
from heard.doors.web.drafts import NOBODY
from heard.doors.web.models import Draft

OFFERED_FOR = 3600  # seconds
_SALT = "heard.web.position"


def keep(
    request: HttpRequest, draft: Draft, questions: Iterable[Question]
) -> tuple[list[tuple[str, str]], Position | None]:
    """Take what was sent for these questions.

    Returns what was refused, each file with the reason, and where the first photo with a position
    was taken.
    """
    page_key = request.POST.get("key", "")
    refused: list[tuple[str, str]] = []
    position: Position | None = None
    for question in questions:
        name = f"q_{question.code}"
        for file in request.FILES.getlist(name) if question.is_upload else ():
            try:
                found = _taken(draft, question, file, page_key)
                position = found if position is None else position
            except Refused as fault:
                refused.append((str(file.name), str(fault)))
    return refused, position


def _taken(draft: Draft, question: Question, file: Any, page_key: str) -> Position | None:
    if file.size > settings.HEARD_FILE_BYTES:
        raise Refused(too_large())
    data = file.read()
    # A page sent twice brings each file once; a page shown anew may bring it again.
    about = f"{draft.pk}:{question.pk}:{page_key[:64]}:".encode()
    digest = hashlib.sha256(about + data).hexdigest()[:40]
    taken = take(
        data,
        name=file.name or "",
        media_type=file.content_type or "",
        about=draft.about,
        part=f"answer:{question.code}",
        actor=NOBODY,
        kinds=PHOTOS if question.kind == Question.Kind.PHOTO else ANY,
        key=f"draft-{digest}",
    )
    return taken.position


def drop(draft: Draft, reference: str) -> None:
    """Take one file out of the draft again."""
    row = attached(draft.about).filter(reference=reference[:40]).first()
    if row is not None:
        forget(row, actor=NOBODY)


# --- the position, offered to its sender --------------------------------------------------------


def offer(response: HttpResponse, draft: Draft, position: Position) -> None:
    """Give the browser where its photo was taken, for an hour."""
    value = signing.dumps([draft.pk, position.lat, position.lon], salt=_SALT)
    response.set_cookie(
        "photo-place",
        value,
        max_age=OFFERED_FOR,
        httponly=True,
        samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
    )


def offered(request: HttpRequest, draft: Draft) -> Position | None:
    """The position a photo of this draft brought, where it was not answered yet."""
    try:
        pk, lat, lon = signing.loads(
            request.COOKIES.get("photo-place", ""), salt=_SALT, max_age=OFFERED_FOR
        )
    except (signing.BadSignature, ValueError, TypeError):
        return None
    return Position(lat, lon) if pk == draft.pk else None


def withdraw(response: HttpResponse) -> None:
    """It was answered."""
    response.delete_cookie("photo-place", samesite="Lax")
