"""What this room shows on pages of the desk."""

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from heard.cases.models import Case
from heard.core import clock
from heard.joining.models import Errand, Follower
from heard.joining.reads import together
from heard.people.models import Customer
from heard.people.roles import may

Shown = SafeString | str


def case_panel(request: HttpRequest, case: Case) -> Shown:
    """Merges, listeners, parts and outside handlers of a case; four queries."""
    if not may(request.user, "read cases"):
        return ""
    found = together(case)
    abilities = {
        "joins": may(request.user, "join cases"),
        "works": may(request.user, "work cases"),
        "asks": may(request.user, "ask outside"),
    }
    if not found.is_tied and not any(abilities.values()):
        return ""
    context = {
        **abilities,
        "case": case,
        "together": found,
        "now": clock.now(),
        "sees_people": may(request.user, "see people"),
    }
    return render_to_string("joining/parts/case.html", context, request=request)


def intake_panel(request: HttpRequest, about: object) -> Shown:
    """Is it known already? Then they follow it; asks nothing of the database."""
    if not may(request.user, "work cases"):
        return ""
    return render_to_string("joining/parts/intake.html", {}, request=request)


def person_panel(request: HttpRequest, about: object) -> Shown:
    """What a customer follows; one query."""
    if not isinstance(about, Customer) or not may(request.user, "see people"):
        return ""
    rows = Follower.objects.filter(customer=about, ended_at=None).exclude(confirmed_at=None)
    found = list(rows.select_related("case__service").order_by("-at", "-id")[:10])
    if not found:
        return ""
    return render_to_string("joining/parts/person.html", {"follows": found}, request=request)


def home_panel(request: HttpRequest, about: object) -> Shown:
    """How many answers of outside handlers nobody has read yet; one query."""
    if not may(request.user, "read cases"):
        return ""
    unread = Errand.objects.filter(unread_since__isnull=False).count()
    if not unread:
        return ""
    return render_to_string("joining/parts/home.html", {"unread": unread}, request=request)
