"""What every call has in common: format, language, jurisdiction, limits, CORS, faults."""

import functools
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import (
    BadRequest,
    RequestDataTooBig,
    SuspiciousOperation,
    TooManyFieldsSent,
    TooManyFilesSent,
)
from django.http import HttpRequest, HttpResponse
from django.http.multipartparser import MultiPartParserError
from django.http.response import HttpResponseBase
from django.utils import translation
from django.views.decorators.csrf import csrf_exempt

from heard.core.limits import address_of, within
from heard.doors.open311.faults import Fault, told, unknown

View = Callable[..., HttpResponseBase]
READS_A_MINUTE = 300  # from one address
WRONG_KEYS_A_MINUTE = 30


def jurisdiction() -> str:
    """The one jurisdiction this house serves."""
    return settings.HEARD_JURISDICTION or urlsplit(settings.HEARD_URL).hostname or "localhost"


def call(**methods: View) -> View:
    """A view of one address: ``call(get=…, post=…)``; the functions take the format by name."""

    @csrf_exempt  # nothing here goes by a cookie
    @functools.wraps(next(iter(methods.values())))
    def view(
        request: HttpRequest, *args: Any, form: str | None = None, **rest: Any
    ) -> HttpResponseBase:
        chosen = form or _wanted(request)
        with translation.override(_language(request)):
            try:
                response: HttpResponseBase = _dispatch(request, methods, *args, form=chosen, **rest)
            except Fault as fault:
                response = told(chosen, fault)
            except (RequestDataTooBig, TooManyFieldsSent):
                response = told(chosen, Fault(413, ("The request is too large.",), "too large"))
            except (SuspiciousOperation, BadRequest, MultiPartParserError, TooManyFilesSent):
                text = "The body of the request cannot be read."
                response = told(chosen, Fault(400, (text,), "unreadable"))
        if request.method in {"GET", "HEAD", "OPTIONS"}:
            response["Access-Control-Allow-Origin"] = "*"
            response["Cross-Origin-Resource-Policy"] = "cross-origin"
        return response

    return view


def _dispatch(
    request: HttpRequest, methods: dict[str, View], *args: Any, form: str, **rest: Any
) -> HttpResponseBase:
    name = (request.method or "").lower().replace("head", "get")
    allowed = ", ".join(sorted({*(m.upper() for m in methods), "OPTIONS"}))
    if name == "options":
        headers = {
            "Allow": allowed, "Access-Control-Allow-Methods": "GET", "Access-Control-Max-Age": "600"
        }  # fmt: skip
        return HttpResponse(status=204, headers=headers)
    if name not in methods:
        headers_405 = (("Allow", allowed),)
        raise Fault(405, (f"Only {allowed} here.",), "method", headers_405)
    if name == "get":
        here = address_of(request)
        if not within("open311", here, times=READS_A_MINUTE, seconds=60):
            text = "That is too often. Please wait a minute."
            raise Fault(429, (text,), "too often", (("Retry-After", "60"),))
        check_jurisdiction(request.GET.get("jurisdiction_id"))
    return methods[name](request, *args, form=form, **rest)


def check_jurisdiction(given: str | None) -> None:
    """It may be left out; another one than ours is not served."""
    if given is not None and given != "" and given.lower() != jurisdiction().lower():
        raise unknown("jurisdiction_id is not one that is served here.")


def _wanted(request: HttpRequest) -> str:
    """Without an extension: XML where the client asks for it and not for JSON."""
    accepts = request.headers.get("Accept", "")
    return "xml" if "xml" in accepts and "json" not in accepts else "json"


def _language(request: HttpRequest) -> str:
    """The language of names and descriptions (our extension ``lang``); the city's first else."""
    known = {code for code, _name in settings.LANGUAGES}
    given = request.GET.get("lang", "")
    return given if given in known else settings.LANGUAGE_CODE
