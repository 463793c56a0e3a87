"""The way in: say what you need, or look through what there is."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language

from heard.catalogue.reads import by_group, find
from heard.core.text import clean
from heard.doors.web.reads import anything, cards, doors

LONGEST_SEARCH = 2000  # what the field takes, and what the search looks at


def home(request: HttpRequest) -> HttpResponse:
    """The city's welcome."""
    return render(
        request,
        "web/home.html",
        {
            "groups": [(name, len(found)) for name, found in by_group(get_language() or "en")],
            "doors": doors(),
            "longest_search": LONGEST_SEARCH,
        },
    )


def services(request: HttpRequest) -> HttpResponse:
    """The services that fit the resident's words; and all of them, by group."""
    words = clean(request.GET.get("q", ""), limit=LONGEST_SEARCH)
    chosen = request.GET.get("group", "")
    groups = by_group(get_language() or "en")
    known = [name for name, _found in groups]
    if chosen in known:
        groups = [(name, found) for name, found in groups if name == chosen]
    return render(
        request,
        "web/services.html",
        {
            "words": words,
            "matches": cards(match.service for match in find(words)) if words else [],
            "groups": [(name, cards(found)) for name, found in groups]
            if chosen in known
            else groups,
            "chosen": chosen if chosen in known else "",
            "anything": anything(),
            "longest_search": LONGEST_SEARCH,
        },
    )
