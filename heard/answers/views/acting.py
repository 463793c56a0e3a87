"""Small acts on an answer: it is still right, put it on show, take it from show."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from heard.answers.forms import ReviewForm
from heard.answers.services import publish, retire, review
from heard.answers.views.desk import answer_page, found_answer
from heard.core.errors import NotAllowed, Refused
from heard.people.roles import needs, staff_of


@needs("write answers")
@require_POST
def reviewed(request: HttpRequest, answer_id: int) -> HttpResponse:
    """It is still right; look again on a day."""
    form = ReviewForm(request.POST)
    if not form.is_valid():
        return answer_page(request, found_answer(answer_id), form=form, status=422)
    extra = {"next_on": form.cleaned_data["next_on"]}
    return _act(request, answer_id, form, review, _("Noted: it is still right."), extra)


@needs("publish answers")
@require_POST
def published(request: HttpRequest, answer_id: int) -> HttpResponse:
    """Put it on show."""
    return _act(request, answer_id, ReviewForm(request.POST), publish, _("It is on show now."))


@needs("publish answers")
@require_POST
def retired(request: HttpRequest, answer_id: int) -> HttpResponse:
    """Take it from show."""
    told = _("It is no longer on show.")
    return _act(request, answer_id, ReviewForm(request.POST), retire, told)


def _act(
    request: HttpRequest,
    answer_id: int,
    form: ReviewForm,
    verb: Callable[..., Any],
    told: str,
    extra: dict[str, Any] | None = None,
) -> HttpResponse:
    row = found_answer(answer_id)
    form.is_valid()
    key, version = form.cleaned_data.get("key"), form.cleaned_data.get("version")
    try:
        verb(
            row,
            actor=staff_of(request).as_actor(),
            seen_version=version,
            key=f"answer-{verb.__name__}-{key}" if key else None,
            **(extra or {}),
        )
    except NotAllowed as error:
        raise PermissionDenied(str(error)) from error
    except Refused as error:
        messages.error(request, str(error))
    else:
        messages.success(request, told)
    return redirect("answers_desk:answer", answer_id=row.pk)
