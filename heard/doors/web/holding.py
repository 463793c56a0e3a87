"""Requests that may come from a machine, held for a person to look at: nothing is thrown away."""

from typing import Any

from django.core.paginator import Page, Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _

from heard.cases.models import Case
from heard.catalogue.models import Service
from heard.core import clock
from heard.core.actors import Actor
from heard.core.errors import Refused
from heard.core.limits import address_of, within
from heard.core.writes import record, write
from heard.doors.web import drafts
from heard.doors.web.forms import ReportForm
from heard.doors.web.models import Draft
from heard.doors.web.sending import send_draft
from heard.people.roles import require

MOST_WAITING = 500  # a flood beyond this is told to call us instead
FROM_ONE_ADDRESS = 20  # a day
UNKEPT = {"csrfmiddlewaretoken", "solution", "hold", "sure", "opened"}


def hold(
    request: HttpRequest, service: Service, typed: MultiValueDict[str, str], draft: Draft | None
) -> HttpResponse:
    """Keep a doubtful request for a person, and say so."""
    few = within("held-from", address_of(request), times=FROM_ONE_ADDRESS, seconds=86400)
    if not few or Draft.objects.filter(state=Draft.State.HELD).count() >= MOST_WAITING:
        return render(request, "web/held.html", {"service": service, "full": True}, status=429)
    if draft is None:
        draft, _signed = drafts.begin(service)
    try:
        drafts.save(draft, typed, {name for name in typed if name not in UNKEPT})
    except Refused:
        return render(request, "web/too_long.html", status=413)
    draft.state, draft.changed_at = Draft.State.HELD, clock.now()
    draft.save(update_fields=["state", "changed_at"])
    return render(request, "web/held.html", {"service": service})


def form_of(draft: Draft) -> ReportForm:
    """The form of a draft as it was filled in."""
    rows = drafts.uploaded(draft)
    return ReportForm(
        drafts.typed_in(draft),
        service=draft.service,
        questions=list(draft.service.questions.all()),
        sent=drafts.references(rows),
    )


def waiting(page: Any) -> Page[Draft]:
    """What is held, longest waiting first."""
    held = Draft.objects.filter(state=Draft.State.HELD).select_related("service")
    return Paginator(held.order_by("changed_at", "id"), 20).get_page(page)


@write
def let_in(draft: Draft, *, actor: Actor) -> Case:
    """It is a person's: it becomes a case as if it had come in just now."""
    require(actor, "work cases")
    locked = Draft.objects.select_for_update(of=("self",)).select_related("case").get(pk=draft.pk)
    if locked.case is None and locked.state != Draft.State.HELD:
        raise Refused(_("Somebody has decided about this one already."))
    form = form_of(locked)
    if not form.is_valid() and locked.case is None:
        raise Refused(_("It is not complete, so it cannot become a case. Please write it down by "
                        "hand, or drop it."))  # fmt: skip
    case = send_draft(locked, form)
    record("held.let_in", about=locked, actor=actor, data={"case": case.pk})
    return case


@write
def turn_away(draft: Draft, *, actor: Actor) -> None:
    """It is a machine's: it is dropped, and its content goes within the hour."""
    require(actor, "work cases")
    locked = Draft.objects.select_for_update().get(pk=draft.pk)
    if locked.state != Draft.State.HELD:
        raise Refused(_("Somebody has decided about this one already."))
    locked.state, locked.given, locked.changed_at = Draft.State.DROPPED, {}, clock.now()
    locked.save(update_fields=["state", "given", "changed_at"])
    record("held.dropped", about=locked, actor=actor)
