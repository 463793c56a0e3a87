"""The page a resident came from, where the widget said so: an address, bounded and checked."""

from urllib.parse import urlsplit, urlunsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from heard.core.text import clean_line

LONGEST = 300


def checked_page(said: str) -> str:
    """The address without its query and fragment, which may hold private things; "" if it is none.

    Only ``http`` and ``https`` with a host; no user names, no control characters.
    """
    if not said or len(said) > 2000:
        return ""
    try:
        parts = urlsplit(clean_line(said))
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return ""
    if parts.scheme not in {"http", "https"} or not host or " " in host:
        return ""
    place = f"{host}:{port}" if port else host
    return urlunsplit((parts.scheme, place, parts.path, "", ""))[:LONGEST]


COOKIE = "came-from"
KEPT = 3600  # seconds: from the page of the widget to the sent form


def page_behind(request: HttpRequest) -> str:
    """The page a request says it came from: in its address, its form, or from a moment ago."""
    said = request.GET.get("from") or request.POST.get("from") or request.COOKIES.get(COOKIE, "")
    return checked_page(said)


def keep_page(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """Remember the page named in the address, while the resident chooses a service."""
    page = checked_page(request.GET.get("from", ""))
    if page and page.isascii():
        response.set_cookie(
            COOKIE, page, max_age=KEPT, httponly=True, samesite="Lax",
            secure=settings.SESSION_COOKIE_SECURE,
        )  # fmt: skip
    return response
