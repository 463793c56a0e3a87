"""What this door shows on the case page of the desk: the page of the city's site it began on."""

from typing import Any

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from heard.doors.web.models import CameFrom
from heard.people.roles import may


def came_from_panel(request: HttpRequest, about: Any) -> SafeString | str:
    """Where the customer pressed "report", where the widget said so."""
    if about is None or not may(request.user, "read cases"):
        return ""
    found = CameFrom.objects.filter(case_id=about.pk).first()
    if found is None:
        return ""
    return render_to_string("web/desk/came_from.html", {"page": found.page}, request)
