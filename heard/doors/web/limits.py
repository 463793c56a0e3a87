"""How often something may be asked from one place, and bodies that are too large to take."""

import functools
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.crypto import salted_hmac
from django.views.decorators.csrf import csrf_exempt, csrf_protect

View = Callable[..., HttpResponse]
DRAINED = 16 * 1024 * 1024


def address_of(request: HttpRequest) -> str:
    """The network address a request came from; the proxy's word counts only where it is trusted."""
    if settings.HEARD_TRUST_PROXY:
        forwarded = request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")
        if forwarded[-1].strip():
            return str(forwarded[-1].strip())
    return str(request.META.get("REMOTE_ADDR", ""))


def within(name: str, who: str, *, times: int, seconds: int) -> bool:
    """Count one more try and say whether it is still within the limit.

    Keeps a digest, not the address or reference itself.
    """
    key = "limit-" + salted_hmac(f"heard.limit.{name}", who, algorithm="sha256").hexdigest()[:40]
    if cache.add(key, 1, seconds):
        return True
    try:
        return int(cache.incr(key)) <= times
    except ValueError:  # ran out between the two lines
        cache.add(key, 1, seconds)
        return True


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
