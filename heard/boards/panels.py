"""What other pages show of this room."""

from typing import Any

from django.http import HttpRequest
from django.template.loader import render_to_string

from heard.boards.board import SIGNALS, signals_of
from heard.boards.models import Signal
from heard.boards.telling import Names, told
from heard.measures.definitions import ALL
from heard.people.models import Staff
from heard.people.roles import may

SHOWN = 3


def waiting(request: HttpRequest, about: Any) -> str:
    """On the desk's first page: alerts nobody has answered, of what this person answers for."""
    viewer = request.user
    if not isinstance(viewer, Staff) or not may(viewer, "answer alerts"):
        return ""
    if may(viewer, "see every board"):
        rows = Signal.objects.filter(by=ALL)
    elif viewer.division is not None:
        rows = signals_of(viewer.division)
    else:
        return ""
    waits = list(rows.filter(muted=False, answered_at=None)[:SIGNALS])
    if not waits:
        return ""
    names = Names()
    context = {"n": len(waits), "shown": [told(row, names) for row in waits[:SHOWN]]}
    return render_to_string("boards/parts/waiting.html", context, request)
