"""Pages that say who we are, and how to reach a person."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from heard.core.text import clean
from heard.doors.web.reads import anything, doors
from heard.doors.web.views.home import LONGEST_SEARCH


@require_safe
def person(request: HttpRequest) -> HttpResponse:
    """Every way to a person: phone, email, counter; and a letter through the site."""
    words = clean(request.GET.get("q", ""), limit=LONGEST_SEARCH)
    context = {"doors": doors(), "anything": anything(), "words": words}
    return render(request, "web/person.html", context)


@require_safe
def about(request: HttpRequest) -> HttpResponse:
    """What this site is and what we promise."""
    return render(request, "web/about.html")


@require_safe
def accessibility(request: HttpRequest) -> HttpResponse:
    """How this site is made usable for everybody, and whom to tell where it is not."""
    return render(request, "web/accessibility.html")


@require_safe
def privacy(request: HttpRequest) -> HttpResponse:
    """What we keep, who reads it and for how long."""
    return render(request, "web/privacy.html")
