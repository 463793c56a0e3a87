"""How it went: one page, half a minute, once."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from heard.core import clock
from heard.core.actors import Actor
from heard.core.errors import Refused
from heard.core.references import link_secret
from heard.doors.web.forms import ReopenForm
from heard.doors.web.limits import bounded
from heard.doors.web.reads import case_about
from heard.doors.web.secret_pages import invitation_behind, private, wrong_link
from heard.doors.web.survey_form import SurveyForm
from heard.ui.telling import time_told
from heard.voice.models import Invitation, Response
from heard.voice.services import answer


@private
@bounded
def survey(request: HttpRequest, reference: str, secret: str) -> HttpResponse:
    """The questions. Opening the page keeps nothing: scanners of mail open links too."""
    invitation = invitation_behind(reference, secret)
    if invitation is None:
        return wrong_link(request)
    context = _context(invitation)
    if hasattr(invitation, "response"):
        return render(request, "web/survey_answered.html", context)
    if clock.now() > invitation.expires_at:
        return render(request, "web/survey_ended.html", context, status=410)
    if request.method != "POST":
        first = request.GET.get("s", "")
        form = SurveyForm(initial={"satisfaction": first} if first in list("12345") else {})
        return render(request, "web/survey.html", context | {"form": form})
    form = SurveyForm(request.POST)
    if form.is_valid():
        try:
            answer(invitation, form.answers(), actor=_actor(invitation))
        except Refused as refused:
            if Response.objects.filter(invitation=invitation).exists():
                return render(request, "web/survey_answered.html", context)
            form.add_error(refused.field if refused.field in form.fields else None, str(refused))
        else:
            return redirect("web:thanks", invitation.reference, secret)
    return render(request, "web/survey.html", context | {"form": form}, status=422)


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
