"""What stands around the API: limits of size, headers, the page that explains it."""

import functools
from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.views.decorators.csrf import csrf_exempt

from heard.doors.api.problems import problem

LARGEST = 256 * 1024  # bytes of a body


def bounded(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Refuse what is too large before it is read; tell the limits; every fault in one form."""

    @csrf_exempt  # nothing here goes by a cookie
    @functools.wraps(view)
    def inner(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if _length(request) > LARGEST:
            return problem(413, f"A body has {LARGEST} bytes at most.", reason="too large")
        response = view(request, *args, **kwargs)
        if response.status_code == 405:
            allowed = response["Allow"]
            response = problem(405, f"Only {allowed} here.")
            response["Allow"] = allowed
        standing = getattr(request, "standing", None)
        if standing is not None:
            for name, value in standing.headers.items():
                response.headers.setdefault(name, value)
        response.headers.setdefault("Cache-Control", "no-store")
        return response

    return inner


def _length(request: HttpRequest) -> int:
    try:
        return int(request.META.get("CONTENT_LENGTH") or 0)
    except ValueError:
        return 0


def page(request: HttpRequest) -> HttpResponse:
    """What the API offers, from its own document: no scripts, nothing from elsewhere."""
    from heard.doors.api.urls import api  # the routes are made there, after the views

    document = api.get_openapi_schema(path_prefix="/api/v1/")
    groups: dict[str, list[dict[str, Any]]] = {}
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            told = {"path": path, "method": method.upper(), **operation}
            told["scope"] = operation["x-scope"]  # a template cannot name it
            groups.setdefault(operation["tags"][0], []).append(told)
    return render(request, "api/page.html", {"groups": groups})


@csrf_exempt
def nothing(request: HttpRequest) -> HttpResponse:
    """An address the API does not have."""
    return problem(404, "There is no such address. /api/v1/ lists all there are.")
