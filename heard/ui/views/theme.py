"""The city's theme and seal as files of their own, kept by browsers until they change."""

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils.cache import get_conditional_response
from django.views.decorators.http import require_safe

from heard.core.city import city
from heard.ui import theme

YEAR = 31_536_000


@require_safe
def style_sheet(request: HttpRequest) -> HttpResponseBase:
    """``/theme.css``: the city's colours."""
    return _file(request, theme.style_sheet(city()), "text/css", theme.theme_url(city()))


@require_safe
def seal(request: HttpRequest) -> HttpResponseBase:
    """``/seal.svg``: the city's seal, cleaned, or the house's mark in its colours."""
    return _file(request, theme.seal(city()), "image/svg+xml", theme.seal_url(city()))


def _file(request: HttpRequest, text: str, kind: str, present: str) -> HttpResponseBase:
    etag = f'"{theme.fingerprint(text)}"'
    response = HttpResponse(text, content_type=f"{kind}; charset=utf-8")
    response["ETag"] = etag
    named = request.get_full_path() == present
    response["Cache-Control"] = f"public, max-age={YEAR}, immutable" if named else "no-cache"
    return get_conditional_response(request, etag=etag, response=response) or response
