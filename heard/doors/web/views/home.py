"""The way in: say what you need, or look through what there is."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language

from heard.catalogue.reads import by_group, find
from heard.core.came_from import keep_page
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
    groups = by_group(get_language() or "en")
    asked = request.GET.get("group", "")
    chosen = asked if asked and any(name == asked for name, _found in groups) else ""
    shown: list[tuple[str, Any]] = [
        (name, cards(found) if chosen else found) for name, found in groups if chosen in ("", name)
    ]
    page = render(
        request,
        "web/services.html",
        {
            "words": words,
            "matches": cards(match.service for match in find(words)) if words else [],
            "groups": shown,
            "chosen": chosen,
            "anything": anything(),
            "longest_search": LONGEST_SEARCH,
        },
    )
    return keep_page(request, page)
