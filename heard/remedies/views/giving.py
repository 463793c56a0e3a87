"""Giving a remedy in a case, asking for one, and answering who asked."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from heard.cases.models import Case
from heard.cases.reads import case_at_desk
from heard.core.errors import NotAllowed, Refused
from heard.people.models import Staff
from heard.people.roles import needs, staff_of
from heard.remedies import reads, services
from heard.remedies.forms import AnswerForm, RemedyForm
from heard.remedies.models import Wish


@needs("work cases")
def give(request: HttpRequest, reference: str) -> HttpResponse:
    """Give a remedy, or ask for one (POST); the form on a page of its own (GET)."""
    case = case_at_desk(reference)
    if case is None:
        raise Http404
    viewer = staff_of(request)
    given = reads.remedies_of(case)
    offers = reads.offers(case, viewer, given)
    form = RemedyForm(request.POST or None, offers=offers)
    if request.method == "POST" and form.is_valid():
        try:
            return _done(request, case, form, viewer)
        except NotAllowed as error:
            raise PermissionDenied(str(error)) from error
        except Refused as error:
            form.add_error(error.field if error.field in form.fields else None, str(error))
    context = {"case": case, "form": form, "offers": offers, "given": given}
    return render(request, "remedies/give.html", context, status=422 if form.errors else 200)


def _done(request: HttpRequest, case: Case, form: RemedyForm, viewer: Staff) -> HttpResponse:
    values: dict[str, Any] = form.values()
    if request.POST.get("do") == "ask":
        services.ask_for_remedy(case, actor=viewer.as_actor(), **values)
        messages.success(request, _("Asked. A manager finds it on the desk and in the case."))
    else:
        services.give_remedy(case, actor=viewer.as_actor(), **values)
        messages.success(request, _("Given, and on the record. Tell the customer in your reply."))
    return redirect(case)


@needs("allow remedies")
def wishes(request: HttpRequest) -> HttpResponse:
    """What colleagues ask for, the oldest first."""
    return render(
        request, "remedies/wishes.html", {"wishes": reads.open_wishes(), "here": "wishes"}
    )


@needs("allow remedies")
def decide(request: HttpRequest, wish: int) -> HttpResponse:
    """Allow or decline one wish."""
    found = get_object_or_404(
        Wish.objects.select_related("case__service", "kind", "asked_by", "decided_by"), pk=wish
    )
    form = AnswerForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        allow = request.POST.get("do") == "allow"
        given = form.cleaned_data
        try:
            services.decide_wish(
                found, allow=allow, answer=given["answer"], key=given["key"],
                actor=staff_of(request).as_actor(),
            )  # fmt: skip
        except NotAllowed as error:
            form.add_error(None, str(error))
        except Refused as error:
            form.add_error(error.field if error.field in form.fields else None, str(error))
        else:
            told = _("Allowed, and on the record.") if allow else _("Declined, with your answer.")
            messages.success(request, told)
            return redirect("remedies:wishes")
    context = {"wish": found, "form": form, "here": "wishes"}
    return render(request, "remedies/wish.html", context, status=422 if form.errors else 200)
