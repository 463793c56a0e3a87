"""Without a connection: the service worker, the page it shows, and a token for what it sends."""

import hashlib
import json

from django.contrib.staticfiles import finders
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.templatetags.static import static
from django.urls import reverse
from django.utils import translation
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from heard.ui.context import city

FILES = (
    "uswds/css/uswds.min.css", "ui/heard.css", "ui/heard.js", "web/web.css", "web/journey.css",
    "web/form.js", "web/offline.js", "web/outbox.js",
    "uswds/fonts/public-sans/PublicSans-Regular.woff2",
    "uswds/fonts/public-sans/PublicSans-Bold.woff2",
)  # fmt: skip


@require_safe
@never_cache
def worker(request: HttpRequest) -> HttpResponse:
    """The service worker, from the root so that it may answer for every page."""
    looks = city(request)
    pages = []
    for language in ("en", "es"):
        with translation.override(language):
            pages.append(reverse("web:offline"))
    files = [*(static(name) for name in FILES), str(looks["theme_url"]),
             str(looks["seal_url"]), *pages]  # fmt: skip
    found = finders.find("web/sw.js")
    assert isinstance(found, str)
    with open(found, encoding="utf-8") as file:
        script = file.read()
    version = hashlib.sha256((script + json.dumps(files)).encode()).hexdigest()[:12]
    setup = {"files": files, "version": version, "outbox": static("web/outbox.js")}
    answer = HttpResponse(f"self.SETUP = {json.dumps(setup)};\n{script}", "text/javascript")
    answer.headers["Service-Worker-Allowed"] = "/"
    return answer


@require_safe
def offline(request: HttpRequest) -> HttpResponse:
    """What a browser shows that cannot reach us."""
    return render(request, "web/offline.html")


@require_safe
@never_cache
def token(request: HttpRequest) -> HttpResponse:
    """A token for our own form, for a copy of it that was kept without one."""
    return JsonResponse({"token": get_token(request)})
