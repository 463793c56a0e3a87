"""Error pages: each says what happened in plain words and how to reach a person."""

import logging

from django.http import HttpRequest, HttpResponse, HttpResponseNotFound
from django.shortcuts import render
from django.template import loader
from django.utils.translation import activate, get_language_from_path

from heard.core.city import city

log = logging.getLogger("heard.ui")


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """400: the request could not be understood."""
    return _page(request, "400.html", 400)


def server_error(request: HttpRequest) -> HttpResponse:
    """500: a fault of ours. The full page where that works, else one that needs nothing."""
    return _page(request, "500.html", 500)


def not_here(request: HttpRequest, **parts: str) -> HttpResponse:
    """404 for routes that a library needs by name and that Heard does not offer."""
    return HttpResponseNotFound(loader.render_to_string("404.html", request=request))


def _page(request: HttpRequest, template: str, status: int) -> HttpResponse:
    activate(get_language_from_path(request.path_info) or "en")
    try:
        return render(request, template, status=status)
    except Exception:
        log.exception("The error page itself failed.")
    try:
        known = {"city": city()}
    except Exception:
        known = {}
    return HttpResponse(loader.render_to_string("ui/plain_error.html", known), status=status)
