"""Pages anybody may answer on: the square code at a counter, and always-open surveys."""

import secrets
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language

from heard.core.actors import Actor
from heard.core.errors import Refused
from heard.core.limits import address_of, within
from heard.voice.forms import SurveyForm
from heard.voice.instruments import asked_by, in_force
from heard.voice.models import Instrument, Spot, Version
from heard.voice.spots import Sent, take

ANONYMOUS = Actor("customer", name="anonymous")
AN_HOUR, OFTEN = 3600, 60  # a counter's own network may send many; a robot sends more


def language_of(request: HttpRequest) -> str:
    """The language the page is in, as we keep it."""
    return (get_language() or "en").split("-")[0]


def spot_of(code: str) -> tuple[Spot, Version]:
    """A place that takes answers, and what it asks; 404 otherwise."""
    spot = get_object_or_404(
        Spot.objects.select_related("instrument", "division__department"), code=code, is_active=True
    )
    version = in_force(spot.instrument) if spot.instrument.is_active else None
    if version is None:
        raise Http404
    return spot, version


def spot(request: HttpRequest, code: str) -> HttpResponse:
    """How it was here (``/rate/<place>``)."""
    place, version = spot_of(code)
    return _ask(request, version, place)


def open_page(request: HttpRequest, code: str) -> HttpResponse:
    """A survey that is always open."""
    asks = get_object_or_404(Instrument, code=code, is_active=True, open_page=True)
    version = in_force(asks)
    if version is None:
        raise Http404
    return _ask(request, version, None)


def _ask(request: HttpRequest, version: Version, place: Spot | None) -> HttpResponse:
    questions = asked_by(version)
    context: dict[str, Any] = {"version": version, "place": place}
    if request.method != "POST":
        context |= {"form": SurveyForm(questions), "key": secrets.token_hex(16)}
        return render(request, "voice/rate.html", context)
    form = SurveyForm(questions, request.POST)
    key = request.POST.get("key", "")
    if form.is_valid():
        sent = Sent(
            key=key, version=version, answers=form.answers(), spot=place,
            language=language_of(request), suspect=_suspect(request),
        )  # fmt: skip
        try:
            take(sent, actor=ANONYMOUS)
        except Refused as refused:
            form.add_error(refused.field if refused.field in form.fields else None, str(refused))
        else:
            name = "rate:thanks" if place else "rate:open_thanks"
            return redirect(name, place.code if place else version.instrument.code)
    context |= {"form": form, "key": key or secrets.token_hex(16)}
    return render(request, "voice/rate.html", context, status=422)


def _suspect(request: HttpRequest) -> str:
    """Why an answer looks like a robot's; "" where it does not. Never told to the sender."""
    if request.POST.get("website"):
        return "filled in a field people do not see"
    if not within("rate", address_of(request), times=OFTEN, seconds=AN_HOUR):
        return f"more than {OFTEN} answers in an hour from one address"
    return ""


def thanks(request: HttpRequest, code: str) -> HttpResponse:
    """Thanks, at a place."""
    place, version = spot_of(code)
    return render(request, "voice/rate_thanks.html", {"version": version, "place": place})


def open_thanks(request: HttpRequest, code: str) -> HttpResponse:
    """Thanks, after an open survey."""
    asks = get_object_or_404(Instrument, code=code, is_active=True, open_page=True)
    return render(request, "voice/rate_thanks.html", {"version": in_force(asks)})
