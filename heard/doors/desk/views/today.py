"""What other rooms want seen when a shift begins: on-call, calls owed, answers to review."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

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
        **_panels(request),
    }
    return render(request, "desk/today.html", context)


def _panels(request: HttpRequest) -> dict[str, Any]:
    """The panels of other rooms: each asked for after the page, or all with ``?whole``."""
    if "whole" in request.GET:
        return {"panels": panels.shown("desk-home", request)}
    numbers = range(len(panels.of("desk-home")))
    return {"later": [reverse("desk:today-beside", args=[number]) for number in numbers]}


@needs("read cases")
def beside(request: HttpRequest, number: int) -> HttpResponse:
    """One panel of the page, as a fragment."""
    chosen = panels.of("desk-home")[number : number + 1]
    if not chosen:
        raise Http404
    return HttpResponse(chosen[0].render(request, None))
