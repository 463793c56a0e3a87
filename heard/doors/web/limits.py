"""Bodies that are too large to take; how often something may be asked is in ``core.limits``."""

import functools
from collections.abc import Callable
from typing import Any

from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.csrf import csrf_exempt, csrf_protect

from heard.core.limits import address_of, within

__all__ = ["address_of", "bounded", "within"]

View = Callable[..., HttpResponse]
DRAINED = 16 * 1024 * 1024


def bounded(view: View) -> View:
    """Answer a body over the limit with a page that helps; the check against forgery stays.

    The body is first read by that check, before any view runs, so it is moved in here.
    """
    protected = csrf_protect(view)

    @csrf_exempt
    @functools.wraps(view)
    def inner(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            request.POST  # noqa: B018 - reading it raises
        except (RequestDataTooBig, TooManyFieldsSent):
            _drain(request)
            return render(request, "web/too_long.html", status=413)
        return protected(request, *args, **kwargs)

    return inner


def _drain(request: HttpRequest) -> None:
    """Read what is still coming: a browser shows no answer to a body nobody took."""
    left = DRAINED
    try:
        while left > 0 and (piece := request._stream.read(65536)):
            left -= len(piece)
    except (OSError, AttributeError):
        return
