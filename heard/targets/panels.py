"""What other pages show of this room."""

from typing import Any

from django.http import HttpRequest
from django.template.loader import render_to_string

from heard.people.roles import may, staff_of
from heard.targets.overview import waiting_for


def waiting(request: HttpRequest, about: Any) -> str:
    """On the desk's first page: figures that wait for this person's eyes."""
    if not may(request.user, "publish measures"):
        return ""
    n = waiting_for(staff_of(request))
    return render_to_string("targets/parts/waiting.html", {"n": n}, request) if n else ""
