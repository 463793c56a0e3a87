"""The calls we owe: the queue, and one call with what became of it."""

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from heard.contacts import calls
from heard.contacts.forms import TryForm
from heard.contacts.models import CallBack
from heard.contacts.reads import call_of, calls_owed
from heard.core import clock
from heard.core.errors import Refused
from heard.people.roles import may, needs, staff_of
from heard.ui.lists import listing

SHOWN = ("owed", "mine", "ended")


@needs("take contacts")
def queue(request: HttpRequest) -> HttpResponse:
    """Whom to call, the most urgent first."""
    wanted = request.GET.get("show", "owed")
    wanted = wanted if wanted in SHOWN else "owed"
    mine = staff_of(request).pk if wanted == "mine" else None
    context = {
        "listing": listing(request, calls_owed(wanted, staff_id=mine)),
        "shows": wanted,
        "now": clock.now(),
        "viewer": staff_of(request),
    }
    return render(request, "contacts/calls.html", context)


@needs("take contacts")
def call(request: HttpRequest, reference: str) -> HttpResponse:
    """One call: take it, ring, say what came of it."""
    found = call_of(reference)
    if found is None:
        raise Http404
    if request.method != "POST":
        return _page(request, found, TryForm())
    form = TryForm(request.POST)
    if not form.is_valid():
        return _page(request, found, form, status=422)
    try:
        return _do(request, found, request.POST.get("do", ""), form)
    except Refused as error:
        form.add_error(None, str(error))
        return _page(request, call_of(reference) or found, form, status=409)


def _do(request: HttpRequest, found: CallBack, do: str, form: TryForm) -> HttpResponse:
    viewer, given = staff_of(request), form.cleaned_data
    actor = viewer.as_actor()
    key = f"call:{found.pk}:{given['key']}"
    if do == "claim":
        calls.claim_call(found, actor=actor)
        return redirect(found)
    if do == "give_back":
        calls.give_back_call(found, actor=actor)
        return redirect("contacts:calls")
    if do == "withdraw":
        calls.withdraw_call(found, actor=actor, key=key)
        return redirect("contacts:calls")
    if do == "reached":
        calls.note_try(found, reached=True, note=given["note"], actor=actor, key=key)
        messages.success(request, _("Well done. Now write down what it was about."))
        query = urlencode({"call": found.reference, "channel": "phone"})
        return redirect(f"{reverse('contacts:new')}?{query}")
    if do == "not_reached":
        again = calls.note_try(found, reached=False, note=given["note"], actor=actor, key=key)
        messages.info(request, _what_now(again))
        return redirect("contacts:calls")
    raise Http404


def _what_now(call: CallBack) -> str:
    if call.is_open:
        return _("Noted. The call is back in the queue for another try.")
    return _("Noted. That was the third try; the call has left the queue.")


def _page(
    request: HttpRequest, found: CallBack, form: TryForm, *, status: int = 200
) -> HttpResponse:
    viewer = staff_of(request)
    context: dict[str, Any] = {
        "call": found,
        "form": form,
        "tries": list(found.tries.select_related("staff")),
        "is_mine": calls.mine(found, viewer),
        "sees_people": may(viewer, "see people"),
        "now": clock.now(),
        "most_tries": calls.MOST_TRIES,
    }
    return render(request, "contacts/call.html", context, status=status)
