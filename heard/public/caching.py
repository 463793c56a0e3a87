"""Results pages change when results do: browsers ask whether they still hold the latest."""

import hashlib
from collections.abc import Callable
from functools import lru_cache, wraps
from importlib import metadata
from typing import Any, TypeVar

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.cache import patch_cache_control, patch_vary_headers
from django.utils.translation import get_language
from django.views.decorators.http import condition

from heard.core.city import city
from heard.measures.models import Snapshot
from heard.measures.periods import this_month
from heard.measures.reads import latest
from heard.targets.reads import changed_at

View = Callable[..., HttpResponse]
Response = TypeVar("Response", bound=HttpResponseBase)


@lru_cache(maxsize=1)
def _version() -> str:
    try:
        return metadata.version("heard")
    except metadata.PackageNotFoundError:
        return "0"


def snapshot_of(request: HttpRequest) -> Snapshot | None:
    """When the figures of this page were computed, read once; None before the first time."""
    if not hasattr(request, "heard_snapshot"):
        request.heard_snapshot = latest()  # type: ignore[attr-defined]
    found: Snapshot | None = request.heard_snapshot  # type: ignore[attr-defined]
    return found


def _etag(request: HttpRequest, **arguments: Any) -> str | None:
    if settings.DEBUG:
        return None
    found, here = snapshot_of(request), city()
    parts = [
        _version(), get_language(), request.get_full_path(), this_month(),
        _program_changed(request),
        found.as_of.isoformat() if found else "", here.name, here.primary, here.primary_dark,
        here.accent, hashlib.sha256(here.seal.encode()).hexdigest(), here.phone, here.email,
    ]  # fmt: skip
    digest = hashlib.sha256("\n".join(map(str, parts)).encode()).hexdigest()[:32]
    return f'W/"{digest}"'


def _program_changed(request: HttpRequest) -> Any:
    """When a target, a figure or a word of the program last changed, read once."""
    if not hasattr(request, "heard_program"):
        request.heard_program = changed_at()  # type: ignore[attr-defined]
    return request.heard_program  # type: ignore[attr-defined]


def _modified(request: HttpRequest, **arguments: Any) -> Any:
    found = snapshot_of(request)
    if settings.DEBUG or found is None:
        return None
    changed = _program_changed(request)
    return max(found.as_of, changed) if changed else found.as_of


def results_page(view: View) -> View:
    """A public page made of stored results: checked anew at each visit, sent again when changed."""
    checked = condition(etag_func=_etag, last_modified_func=_modified)(view)

    @wraps(view)
    def inner(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response: HttpResponse = checked(request, *args, **kwargs)
        patch_cache_control(response, public=True, no_cache=True)
        patch_vary_headers(response, ("Accept-Language", "Cookie"))
        return response

    return inner


def shared(response: Response) -> Response:
    """Open data: any program of any site may read it."""
    response["Access-Control-Allow-Origin"] = "*"
    response["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response
