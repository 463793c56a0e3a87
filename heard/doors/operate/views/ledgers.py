"""The ledgers: what left the building, and who did what."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from heard.doors.operate.filters import AuditFilters, OutboxFilters
from heard.people.roles import needs
from heard.post.models import Dispatch
from heard.ui.lists import listing


@needs("operate")
def outbox(request: HttpRequest) -> HttpResponse:
    """Everything written to customers, with what became of it."""
    filters = OutboxFilters(request.GET)
    context = {
        "listing": listing(request, filters.found(), filters=filters),
        "is_sent": bool(settings.EMAIL_URL),
    }
    return render(request, "operate/outbox.html", context)


@needs("operate")
def dispatch(request: HttpRequest, dispatch: int) -> HttpResponse:
    """One message exactly as it was, or would have been, sent."""
    found = get_object_or_404(Dispatch, pk=dispatch)
    context = {"dispatch": found, "sender": settings.HEARD_EMAIL_FROM}
    return render(request, "operate/dispatch.html", context)


@needs("operate")
def audit(request: HttpRequest) -> HttpResponse:
    """Who did what to which thing."""
    filters = AuditFilters(request.GET)
    context = {"listing": listing(request, filters.found(), filters=filters)}
    return render(request, "operate/audit.html", context)
