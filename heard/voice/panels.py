"""What this room shows on the front page of the desk."""

from typing import Any

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from heard.core import clock
from heard.people.roles import may, staff_of
from heard.voice.alerts import open_alerts
from heard.voice.views.working import own_division

SHOWN = 5


def open_alerts_panel(request: HttpRequest, about: Any = None) -> SafeString | str:
    """Answers of the own division that call for somebody, the first due first; one query."""
    if not may(request.user, "read comments"):
        return ""
    rows = list(open_alerts(own_division(staff_of(request)))[:SHOWN])
    if not rows:
        return ""
    context = {"alerts": rows, "now": clock.now()}
    return render_to_string("voice/parts/desk_home.html", context, request=request)
