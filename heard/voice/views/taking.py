"""Answers taken down by staff: read out by phone, and entered from paper."""

import secrets
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import translation
from django.utils.translation import gettext as _

from heard.core.errors import Refused
from heard.people.models import Division
from heard.people.roles import needs, staff_of
from heard.voice.forms import SurveyForm
from heard.voice.instruments import asked_by, begin_all, in_force, version_of
from heard.voice.models import Instrument, Invitation, Pool, Response
from heard.voice.services import Answers, Subject, answer
from heard.voice.spots import Sent, take


@needs("take answers")
def index(request: HttpRequest) -> HttpResponse:
    """Which survey to read out or enter; and an invitation found by its reference."""
    begin_all()
    wanted = request.GET.get("reference", "").strip().upper()
    if wanted:
        found = Invitation.objects.filter(reference=wanted, pool=Pool.INVITED).first()
        if found is not None:
            return redirect("voice:phone", found.reference)
        messages.error(
            request, _("No invitation has this reference. It stands in the mail we sent.")
        )
    surveys = Instrument.objects.filter(is_active=True).order_by("id")
    context = {"surveys": surveys, "here": "taking", "wanted": wanted}
    return render(request, "voice/taking.html", context, status=404 if wanted else 200)


@needs("take answers")
def phone(request: HttpRequest, reference: str) -> HttpResponse:
    """Read the survey of an invitation out, and keep what the customer says."""
    row = get_object_or_404(
        Invitation.objects.select_related("customer", "version__instrument"), reference=reference
    )
    version = version_of(row)
    if hasattr(row, "response") and not row.response.is_provisional:
        return render(request, "voice/taken_before.html", {"row": row, "here": "taking"})
    with translation.override(row.language):  # it is read out in the customer's language
        form = SurveyForm(asked_by(version), request.POST if request.method == "POST" else None)
        context: dict[str, Any] = {
            "form": form, "fields": str(form) if request.method != "POST" else "",
            "row": row, "version": version, "here": "taking", "mode": "phone",
            "language": row.language,
        }  # fmt: skip
        if request.method == "POST" and form.is_valid():
            try:
                answer(
                    row, form.answers(), actor=staff_of(request).as_actor(),
                    mode=Response.Mode.PHONE, pool=Pool.PHONE,
                )  # fmt: skip
            except Refused as refused:
                form.add_error(
                    refused.field if refused.field in form.fields else None, str(refused)
                )
        context["fields"] = str(form)
    if request.method == "POST" and not form.errors:
        messages.success(
            request, _("The answer is kept, in the pool of answers read out by phone.")
        )
        return redirect("voice:taking")
    return render(request, "voice/take.html", context, status=422 if form.errors else 200)


@needs("take answers")
def paper(request: HttpRequest, code: str) -> HttpResponse:
    """Enter one paper form after the other."""
    asks = get_object_or_404(Instrument, code=code, is_active=True)
    version = in_force(asks)
    assert version is not None
    form = SurveyForm(asked_by(version), request.POST if request.method == "POST" else None)
    key = request.POST.get("key") or secrets.token_hex(16)
    if request.method == "POST" and form.is_valid() and _entered(request, form, version, key):
        messages.success(request, _("Kept. The next form, please."))
        return redirect(f"{request.path}?division={request.POST.get('division', '')}")
    chosen = request.POST.get("division") or request.GET.get("division", "")
    context = {
        "form": form, "fields": str(form), "version": version, "here": "taking", "mode": "paper",
        "key": key, "divisions": Division.objects.all(), "chosen": chosen,
    }  # fmt: skip
    return render(request, "voice/take.html", context, status=422 if form.errors else 200)


def _entered(request: HttpRequest, form: SurveyForm, version: Any, key: str) -> bool:
    division = (
        Division.objects.select_related("department")
        .filter(code=request.POST.get("division", ""))
        .first()
    )
    about = Subject(
        "paper",
        division=division.code if division else "",
        department=division.department.code if division else "",
        channel="letter",
    )
    given: Answers = form.answers()
    sent = Sent(
        key=key, version=version, answers=given, pool=Pool.PAPER, about=about,
        language="es" if request.POST.get("language") == "es" else "en",
    )  # fmt: skip
    try:
        take(sent, actor=staff_of(request).as_actor())
    except Refused as refused:
        form.add_error(refused.field if refused.field in form.fields else None, str(refused))
        return False
    return True
