"""What other rooms want seen when a shift begins: on-call, calls owed, answers to review."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from heard.core import clock
from heard.doors.desk.known import viewer_of
from heard.doors.desk.queues import shown_queues, views_of
from heard.people.roles import needs
from heard.ui import panels


@needs("read cases")
def today(request: HttpRequest) -> HttpResponse:
    """The queues with their counts, and the panels of the rooms."""
    viewer = viewer_of(request)
    queues, views = shown_queues(viewer, views_of(viewer), request.GET, clock.now())
    context = {
        "queues": queues,
        "views": views,
        "panels": panels.shown("desk-home", request),
    }
    return render(request, "desk/today.html", context)
