"""How it went: one page, half a minute, once. Opening it keeps nothing (ADR 55)."""

import contextlib
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from heard.core import clock
from heard.core.actors import Actor
from heard.core.errors import Refused
from heard.core.references import link_secret
from heard.doors.web.forms import ReopenForm
from heard.doors.web.limits import bounded
from heard.doors.web.reads import case_about
from heard.doors.web.secret_pages import invitation_behind, private, wrong_link
from heard.ui.telling import time_told
from heard.voice.forms import SurveyForm
from heard.voice.instruments import asked_by, version_of
from heard.voice.models import Invitation, Response
from heard.voice.opting_out import stop_asking
from heard.voice.questions import Question
from heard.voice.services import TIME_TO_COMPLETE, answer, note_started


@private
@bounded
def survey(request: HttpRequest, reference: str, secret: str) -> HttpResponse:
    """The questions. Opening the page keeps nothing: scanners of mail open links too."""
    invitation = invitation_behind(reference, secret)
    if invitation is None:
        return wrong_link(request)
    context = _context(invitation)
    if _is_settled(invitation):
        return render(request, "web/survey_answered.html", context)
    ended = clock.now() > invitation.expires_at or invitation.withdrawn_at is not None
    if ended and not hasattr(invitation, "response"):
        return render(request, "web/survey_ended.html", context, status=410)
    version = version_of(invitation)
    questions = asked_by(version)
    context |= {"version": version, "first": questions[0].key}
    if request.method != "POST":
        form = SurveyForm(questions, initial=_chosen(request, invitation, questions[0]))
        return render(request, "web/survey.html", context | {"form": form})
    form = SurveyForm(questions, request.POST)
    if form.is_valid():
        try:
            answer(invitation, form.answers(), actor=_actor(invitation))
        except Refused as refused:
            if refused.field is None and Response.objects.filter(invitation=invitation).exists():
                return render(request, "web/survey_answered.html", context)
            form.add_error(refused.field if refused.field in form.fields else None, str(refused))
        else:
            return redirect("web:thanks", invitation.reference, secret)
    return render(request, "web/survey.html", context | {"form": form}, status=422)


def _is_settled(invitation: Invitation) -> bool:
    """Whether there is an answer that nothing may be added to any more."""
    given: Response | None = getattr(invitation, "response", None)
    if given is None:
        return False
    return not given.is_provisional or clock.now() > given.answered_at + TIME_TO_COMPLETE


def _chosen(request: HttpRequest, invitation: Invitation, first: Question) -> dict[str, Any]:
    """The first answer as the click in the mail, or an earlier one, chose it."""
    given: Response | None = getattr(invitation, "response", None)
    said = request.GET.get("s", "")
    if given is not None and not said:
        return {first.key: given.value(first.key)}
    low, high = first.scale or (0, -1)
    return {first.key: said} if said in map(str, range(low, high + 1)) else {}


@private
@bounded
@require_POST
def first(request: HttpRequest, reference: str, secret: str) -> HttpResponse:
    """A person is on the page: keep that they began, and the first answer if they came with one.

    The page calls this after the first trusted pointer or key event, which no mail scanner makes.
    """
    invitation = invitation_behind(reference, secret)
    if invitation is None:
        return wrong_link(request)
    if _is_settled(invitation):
        return HttpResponse(status=204)
    note_started(invitation)
    questions = asked_by(version_of(invitation))
    form = SurveyForm(questions[:1], request.POST)
    if form.is_valid() and form.cleaned_data.get(questions[0].key) is not None:
        with contextlib.suppress(Refused):  # too late, or answered meanwhile: the page will say so
            answer(invitation, form.answers(), actor=_actor(invitation), first_only=True)
    return HttpResponse(status=204)


@private
@bounded
def stop(request: HttpRequest, reference: str, secret: str) -> HttpResponse:
    """No more surveys for this customer; a link alone changes nothing, so it asks first."""
    invitation = invitation_behind(reference, secret)
    if invitation is None:
        return wrong_link(request)
    if request.method == "POST":
        stop_asking(invitation, actor=_actor(invitation))
    context = _context(invitation) | {"asking": request.method != "POST"}
    return render(request, "web/survey_stopped.html", context)


@private
@require_safe
def thanks(request: HttpRequest, reference: str, secret: str) -> HttpResponse:
    """Thanks; and where it is not solved, the way to have it looked at again."""
    invitation = invitation_behind(reference, secret)
    if invitation is None:
        return wrong_link(request)
    if not hasattr(invitation, "response"):
        return redirect("web:survey", invitation.reference, secret)
    context = _context(invitation)
    case, given = context["case"], invitation.response
    unsolved = given.solved in (Response.Solved.NO, Response.Solved.PARTLY)
    offer = unsolved and case is not None and not case.is_open and "reopen_url" in context
    pending = offer and case.reopen_requests.filter(decision="").exists()
    context |= {
        "response": given,
        "offer": offer and not pending,
        "pending": pending,
        "form": ReopenForm(initial={"reason": given.comment}),
    }
    return render(request, "web/survey_thanks.html", context)


def _context(invitation: Invitation) -> dict[str, Any]:
    """What every page about one invitation shows: the case behind it and the way there."""
    case = case_about(invitation)
    context: dict[str, Any] = {
        "invitation": invitation,
        "secret": link_secret("invitation", invitation.pk),
        "case": case,
        "staff": invitation.staff,
        "ended_on": time_told(invitation.expires_at, "day"),
    }
    # Once a case got a new link, the old mail, with this survey in it, must not lead there.
    if case is not None and case.link_version == 1:
        secret = link_secret("case", case.pk, case.link_version)
        context["case_url"] = reverse("web:case", args=[case.reference, secret])
        context["reopen_url"] = reverse("web:act", args=[case.reference, secret, "reopen"])
    return context


def _actor(invitation: Invitation) -> Actor:
    if invitation.customer is not None:
        return invitation.customer.as_actor()
    return Actor("customer", name="anonymous")
