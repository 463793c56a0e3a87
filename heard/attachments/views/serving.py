"""The bytes of an attachment, to whoever may see them and to nobody else."""

from typing import Any

from django.http import FileResponse, HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_safe

from heard.attachments.access import may_see, staff_may_see
from heard.attachments.models import PHOTO_TYPE, Attachment
from heard.people.roles import needs

COPIES = {"full", "small"}


@require_safe
def shown(request: HttpRequest, reference: str, secret: str, copy: str) -> HttpResponseBase:
    """For customers: the address carries the secret of what it is about."""
    found = _found(reference)
    if found is None or copy not in COPIES or not may_see(request, found, secret):
        return _nothing(request)
    return _served(request, found, copy)


@require_safe
@needs("read cases")
def at_desk(request: HttpRequest, reference: str, copy: str) -> HttpResponseBase:
    """For staff who may read cases."""
    found = _found(reference)
    if found is None or copy not in COPIES or not staff_may_see(found):
        return _nothing(request)
    return _served(request, found, copy)


def _found(reference: str) -> Attachment | None:
    return Attachment.objects.filter(reference=reference[:40].replace("\0", "")).first()


def _served(request: HttpRequest, found: Attachment, copy: str) -> HttpResponseBase:
    file: Any = found.small if copy == "small" and found.small else found.full
    try:
        opened = file.open("rb")
    except OSError:  # the folder was lost or not restored
        return _nothing(request)
    response = FileResponse(
        opened,
        as_attachment=not found.is_photo or found.media_type != PHOTO_TYPE,
        filename=found.name,
        content_type=found.media_type,
    )
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response.headers["Cache-Control"] = "private, no-store"
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


def _nothing(request: HttpRequest) -> HttpResponseBase:
    """The same for a wrong, an old and a guessed address."""
    return render(request, "attachments/nothing.html", status=404)
