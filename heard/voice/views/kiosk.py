"""The kiosk: full screen, one question at a time, and answers kept on the device while offline."""

import json
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_POST, require_safe

from heard.core.actors import Actor
from heard.core.errors import Refused
from heard.core.references import link_is_right
from heard.voice.instruments import asked_by
from heard.voice.models import Pool, Spot, Version
from heard.voice.services import CORE, Answers
from heard.voice.spots import Sent, take
from heard.voice.views.rate import spot_of
from heard.voice.wording import clickable

MOST_AT_ONCE = 200
COMMENT = 500  # characters typed standing at a kiosk
SCRIPT = Path(__file__).resolve().parent.parent / "static" / "voice" / "kiosk_worker.js"


@sensitive_variables("secret")
def _behind(code: str, secret: str) -> tuple[Spot, Version]:
    place, version = spot_of(code)
    if not link_is_right(secret, "kiosk", place.pk, place.link_version):
        raise Http404
    return place, version


def kiosk(request: HttpRequest, code: str, secret: str) -> HttpResponse:
    """The faces. Without scripts each answer is a plain form and a page of thanks."""
    place, version = _behind(code, secret)
    questions = asked_by(version)
    first = questions[0]
    context: dict[str, Any] = {
        "place": place, "version": version, "question": first,
        "choices": clickable(first)[::-1],
        "comment": next((one for one in questions if one.kind == "comment"), None),
        "secret": secret,
        "language": (get_language() or "en").split("-")[0],
    }  # fmt: skip
    if request.method != "POST":
        return render(request, "voice/kiosk.html", context)
    return _without_script(request, place, version, context)


def _without_script(
    request: HttpRequest, place: Spot, version: Version, context: dict[str, Any]
) -> HttpResponse:
    given = {"answers": {context["question"].key: request.POST.get("value", "")}}
    try:
        _keep(place, version, given | {"key": request.POST.get("key", "")}, context["language"])
    except Refused as refused:
        context["fault"] = str(refused)
        return render(request, "voice/kiosk.html", context, status=422)
    return redirect("rate:kiosk_thanks", place.code, context["secret"])


@require_safe
def kiosk_thanks(request: HttpRequest, code: str, secret: str) -> HttpResponse:
    """Thanks, with the way back to the faces for the next person."""
    place, version = _behind(code, secret)
    context = {"place": place, "version": version, "secret": secret}
    return render(request, "voice/kiosk_thanks.html", context)


@csrf_exempt  # the secret of the device is in the address; a kiosk has no session to forge
@require_POST
def kiosk_answers(request: HttpRequest, code: str, secret: str) -> HttpResponse:
    """Answers a kiosk kept, some perhaps from hours without a network: each counts once.

    Body: ``{"answers": [{"key": uuid, "at": ISO time, "language": "en", "answers": {...}}]}``.
    Tells which keys are settled; ``refused`` ones with the reason: the device drops them too.
    """
    place, version = _behind(code, secret)
    try:
        body = json.loads(request.body)
        rows = body["answers"]
        assert isinstance(rows, list)
    except (ValueError, KeyError, TypeError, AssertionError):
        return JsonResponse({"fault": 'Send {"answers": [...]} as JSON.'}, status=400)
    kept, refused = [], {}
    for row in rows[:MOST_AT_ONCE]:
        key = str(row.get("key", "")) if isinstance(row, dict) else ""
        try:
            _keep(place, version, row, str(row.get("language", "en")) if key else "en")
        except Refused as fault:
            refused[key] = str(fault)
        except (TypeError, ValueError, AttributeError):
            refused[key] = "not an answer"
        else:
            kept.append(key)
    return JsonResponse({"kept": kept, "refused": refused})


def _keep(place: Spot, version: Version, row: dict[str, Any], language: str) -> None:
    given = dict(row["answers"]) if "answers" in row else {}
    core = {key: given.pop(key) for key in CORE if key in given}
    if "satisfaction" in core:
        core["satisfaction"] = _whole(core["satisfaction"])
    core["comment"] = str(core.get("comment", ""))[:COMMENT]
    moment = datetime.fromisoformat(row["at"]) if row.get("at") else None
    if moment is not None and moment.tzinfo is None:
        raise Refused("Give the time with its zone.")
    known = {code for code, _name in settings.LANGUAGES}
    take(
        Sent(
            key=str(row.get("key", "")), version=version, answers=Answers(**core, more=given),
            pool=Pool.KIOSK, language=language if language in known else "en", spot=place,
            at=moment,
        ),
        actor=Actor("system", name=f"kiosk {place.code}"),
    )  # fmt: skip


def _whole(value: Any) -> Any:
    return int(value) if isinstance(value, str) and value.isdigit() else value


@require_safe
def worker(request: HttpRequest) -> HttpResponse:
    """The script that opens the kiosk's page without a network; it must lie above its pages."""
    response = HttpResponse(SCRIPT.read_text(encoding="utf-8"), content_type="text/javascript")
    response.headers["Service-Worker-Allowed"] = "/"
    response.headers["Cache-Control"] = "no-cache"
    return response
