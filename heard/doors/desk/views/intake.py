"""Taking down a case while somebody is on the phone or at the counter."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from heard.answers.reads import published
from heard.cases.models import Case
from heard.core.errors import Refused
from heard.core.references import clean_reference
from heard.doors.desk.intake import WAYS_IN, IntakeForm
from heard.doors.desk.talking import answered_at_once, follow_instead, heard_so_far
from heard.people.models import Customer
from heard.people.roles import may, needs, staff_of
from heard.ui import panels

CARRIED = {"customer": 20, "phone": 60, "name": 120, "email": 200, "place": 300, "words": 2000}


@needs("work cases")
def new(request: HttpRequest) -> HttpResponse:
    """The page of the talk: shown again with what it brings to mind, until the case is taken."""
    viewer = staff_of(request)
    if request.method != "POST":
        return _page(request, IntakeForm(viewer=viewer, initial=_initial(request)))
    form = IntakeForm(request.POST, viewer=viewer)
    if "answered" in request.POST or "follow" in request.POST:
        return _without_case(request, form)
    if request.POST.get("do") == "look":
        return _looked(request, form)
    if form.has_unasked and set(form.errors) <= {f.name for f in form.asked}:
        return _looked(request, form, unasked=True)
    if form.is_valid():
        try:
            case = form.take_down()
        except Refused as error:
            form.add_error(error.field if error.field in form.fields else None, str(error))
        else:
            told = _("Taken down. Tell the customer their reference: {reference}")
            messages.success(request, told.format(reference=case.reference))
            return redirect(case)
    return _page(request, form, status=422)


def _initial(request: HttpRequest) -> dict[str, Any]:
    """What the page that led here knows already: who it is, or their number."""
    given: dict[str, Any] = {n: request.GET.get(n, "")[:most] for n, most in CARRIED.items()}
    if request.GET.get("channel") in [way.value for way in WAYS_IN]:
        given["channel"] = request.GET["channel"]
    if given["customer"].isdigit() and len(given["customer"]) < 19:
        known = Customer.objects.filter(pk=given["customer"]).only("language").first()
        if known is not None:
            given["language"] = known.language
    return {name: value for name, value in given.items() if value}


def _looked(request: HttpRequest, form: IntakeForm, *, unasked: bool = False) -> HttpResponse:
    """The page again with what was typed; the best suggestion stands in the field of the service.

    Nothing is a fault yet: they are still talking.
    """
    data = request.POST.copy()
    if not form.chosen and form.suggested:
        data["service"] = form.suggested[0].code
    again = IntakeForm(data, viewer=form.viewer)
    shown = again.chosen.code if again.chosen else ""
    data["script"] = shown
    still = IntakeForm(
        viewer=form.viewer, initial={k: v for k, v in data.items() if k in again.fields}
    )
    return _page(request, still, looked=True, unasked=unasked)


def _without_case(request: HttpRequest, form: IntakeForm) -> HttpResponse:
    """An answer was enough, or they follow a known problem: a contact, and no case."""
    answer = published(for_staff=True).filter(slug=request.POST.get("answered", "")[:80]).first()
    reference = clean_reference(request.POST.get("follow", "")[:20])
    case = Case.objects.select_related("service").filter(reference=reference).first()
    form.is_valid()
    for name in ["service", "understood", "place", *[bound.name for bound in form.asked]]:
        form.errors.pop(name, None)
    if form.errors or not (answer or case):
        return _page(request, form, status=422)
    try:
        if answer is not None:
            answered_at_once(form, answer)
            messages.success(request, _("Written down: settled at first contact."))
        elif case is not None:
            follow_instead(form, case)
            told = _("They follow case {reference} now and are told when it is done.")
            messages.success(request, told.format(reference=case.reference))
    except Refused as error:
        form.add_error(error.field if error.field in form.fields else None, str(error))
        return _page(request, form, status=422)
    if form.known is not None:
        return redirect("contacts:person", form.known.pk)
    return redirect("contacts:find")


def _page(
    request: HttpRequest,
    form: IntakeForm,
    *,
    looked: bool = False,
    unasked: bool = False,
    status: int = 200,
) -> HttpResponse:
    heard = heard_so_far(form)
    focus = _focus(form, looked=looked, unasked=unasked)
    if focus:
        form.fields[focus].widget.attrs["autofocus"] = True
    context = {
        "form": form,
        "heard": heard,
        "looked": looked or form.is_bound,
        "unasked": unasked,
        "panels": panels.shown("intake", request, heard) if looked or form.is_bound else [],
        "takes_contacts": may(request.user, "take contacts"),
    }
    return render(request, "desk/new.html", context, status=status)


def _focus(form: IntakeForm, *, looked: bool, unasked: bool) -> str:
    """The field the keyboard begins in: where the talk goes on."""
    if form.is_bound:
        return ""  # the list of what to mend is read first
    if unasked and form.asked:
        return form.asked[0].name
    return "service" if looked else "words"
