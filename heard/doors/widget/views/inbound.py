"""The widget's script, and what it asks and sends from pages of other sites.

Other sites may ask these addresses (CORS), since they give nothing private and take nothing by
cookie; that is also why no token against forgery is asked.
"""

import json
from collections.abc import Callable

from django.conf import settings
from django.contrib.staticfiles import finders
from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from heard.answers.models import Answer
from heard.answers.reads import published, ranked
from heard.catalogue.reads import find
from heard.core.city import city
from heard.core.errors import Refused
from heard.core.limits import address_of, within
from heard.core.text import clean
from heard.core.words import said
from heard.doors.widget.services import Said, rate_page
from heard.doors.widget.words import asked_now, words_for

LONGEST_SEARCH = 200
ASKED_A_MINUTE, RATED_AN_HOUR = 30, 20

View = Callable[[HttpRequest], HttpResponse]


def open_to_all(response: HttpResponse) -> HttpResponse:
    """Let pages of other sites read the answer."""
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response


@require_safe
@cache_control(public=True, max_age=3600)
def script(request: HttpRequest) -> HttpResponse:
    """The one script a page loads."""
    row, version = city(), asked_now()
    setup = {
        "base": _own(request),
        "color": row.primary_dark,
        "version": version.number if version is not None else 0,
        "words": {code: words_for(code, version) for code, _name in settings.LANGUAGES},
    }
    found = finders.find("widget/widget.js")
    assert isinstance(found, str)
    with open(found, encoding="utf-8") as file:
        body = file.read().replace("__SETUP__", json.dumps(setup, ensure_ascii=False))
    return open_to_all(HttpResponse(body, "text/javascript; charset=utf-8"))


def _own(request: HttpRequest) -> str:
    return f"{request.scheme}://{request.get_host()}"


@require_safe
def ask(request: HttpRequest) -> HttpResponse:
    """Answers and services that fit the words, best first: title and address of each."""
    words = clean(request.GET.get("q", ""), limit=LONGEST_SEARCH)
    language = "es" if request.GET.get("lang") == "es" else "en"
    with translation.override(language):
        if not within("widget-ask", address_of(request), times=ASKED_A_MINUTE, seconds=60):
            told = _("That was very often. Please wait a minute, then ask again.")
            return open_to_all(JsonResponse({"found": [], "message": told}, status=429))
        return open_to_all(JsonResponse({"found": _found(words, language) if words else []}))


def _found(words: str, language: str) -> list[dict[str, str]]:
    best = [key for key, _score in ranked(words, language)][:3]
    answers: dict[int, Answer] = published().in_bulk(best)
    found = [
        {
            "title": said(answers[key].question, language),
            "address": reverse("answers:answer", args=[answers[key].slug]),
        }
        for key in best
        if key in answers
    ]
    for match in find(words, 4):
        address = reverse("web:service", args=[match.service.code])
        found.append({"title": said(match.service.name, language), "address": address})
    return found


@csrf_exempt
@require_http_methods(["POST"])
def rate(request: HttpRequest) -> HttpResponse:
    """Take in how well a page helped."""
    try:
        given = request.POST
    except RequestDataTooBig:
        return open_to_all(JsonResponse({"message": "too large"}, status=413))
    with translation.override("es" if given.get("lang") == "es" else "en"):
        return open_to_all(_rated(request))


def _rated(request: HttpRequest) -> HttpResponse:
    given = request.POST
    if not within("widget-rate", address_of(request), times=RATED_AN_HOUR, seconds=3600):
        told = _("That was very often. Please try again in an hour.")
        return JsonResponse({"message": told}, status=429)
    heard = Said(
        given.get("page", ""),
        given.get("rating", ""),
        given.get("words", ""),
        given.get("lang", ""),
        given.get("version", ""),
        # A machine is told it went well; what it sent is kept, marked, and counts nowhere.
        suspect="filled in a field people do not see" if given.get("website") else "",
    )
    try:
        rate_page(heard, origin=request.headers.get("Origin", ""), key=given.get("key", ""))
    except Refused as refused:
        return JsonResponse({"message": str(refused), "field": refused.field}, status=422)
    return JsonResponse({"kept": True})
