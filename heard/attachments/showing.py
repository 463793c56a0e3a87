"""How attachments look on a page: small pictures that open the large one, and files to save."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.safestring import SafeString

from heard.attachments.models import Attachment
from heard.attachments.reads import attached
from heard.core.writes import kind_of
from heard.people.roles import may


@dataclass(frozen=True, slots=True)
class Shown:
    """An attachment with the addresses of its copies."""

    attachment: Attachment
    full: str
    small: str


def for_customer(rows: Iterable[Attachment], secret: str) -> list[Shown]:
    """With addresses that carry the secret of what they belong to."""
    return [
        Shown(row, *(reverse("files:shown", args=[row.reference, secret, c]) for c in _COPIES))
        for row in rows
        if not row.is_internal
    ]


def for_staff(rows: Iterable[Attachment]) -> list[Shown]:
    """With addresses at the desk."""
    return [
        Shown(row, *(reverse("files_desk:shown", args=[row.reference, c]) for c in _COPIES))
        for row in rows
    ]


_COPIES = ("full", "small")


def case_panel(request: HttpRequest, about: Any) -> SafeString | str:
    """The photos and files of a case, for its page at the desk."""
    if about is None or not may(request.user, "read cases"):
        return ""
    rows = for_staff(attached(f"{kind_of(about)}:{about.pk}", internal=True))
    if not rows:
        return ""
    return render_to_string("attachments/panel.html", {"shown": rows}, request)
