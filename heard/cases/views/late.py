"""Telling a customer that we will be late, and sending or setting aside a drafted note."""

import uuid

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from heard.cases.forms import LateForm, NoteForm
from heard.cases.late import drafted, move_promise, send_note, set_aside, suggested_date
from heard.cases.models import Case, DateNote
from heard.core.city import city_zone
from heard.core.errors import ChangedMeanwhile, NotAllowed, Refused
from heard.people.roles import may, needs, staff_of


def _case(reference: str) -> Case:
    return get_object_or_404(
        Case.objects.select_related("service", "division", "customer"), reference=reference
    )


@needs("work cases")
def late(request: HttpRequest, reference: str) -> HttpResponse:
    """A later date and the words for it: drafted, edited, then sent (POST)."""
    case = _case(reference)
    if request.method != "POST":
        why = str(DateNote.Why.WORKLOAD)
        day = suggested_date(case).astimezone(city_zone()).date()
        start = {
            "version": case.version, "key": uuid.uuid4().hex, "why": why, "new_day": day,
            "words": drafted(case, why),
        }  # fmt: skip
        return _late_page(request, case, LateForm(initial=start, case=case))
    if request.POST.get("do") == "draft":
        data = request.POST.copy()
        why = data.get("why", "")
        data["words"] = drafted(case, why if why in DateNote.Why.values else DateNote.Why.OTHER)
        return _late_page(request, case, LateForm(initial=data.dict(), case=case))
    form = LateForm(request.POST, case=case)
    if not form.is_valid():
        return _late_page(request, case, form, status=422)
    return _send(request, case, form)


def _send(request: HttpRequest, case: Case, form: LateForm) -> HttpResponse:
    given, person = form.cleaned_data, staff_of(request)
    try:
        move_promise(
            case, new_due=form.new_due(), why=given["why"], words=given["words"],
            actor=person.as_actor(), seen_version=given["version"],
            key=f"late:{person.pk}:{case.pk}:{given['key']}",
        )  # fmt: skip
    except NotAllowed as error:
        raise PermissionDenied(str(error)) from error
    except ChangedMeanwhile as error:
        case.refresh_from_db()
        data = request.POST.copy()
        data["version"] = str(case.version)
        fresh = LateForm(data, case=case)
        fresh.is_valid()
        fresh.add_error(None, str(error))
        return _late_page(request, case, fresh, status=409)
    except Refused as error:
        form.add_error(error.field if error.field in form.fields else None, str(error))
        return _late_page(request, case, form, status=422)
    if case.customer is not None and case.customer.email:
        messages.success(request, _("The new date is on its way to the customer."))
    else:
        messages.warning(request, _("The date is moved. There is no email: tell them yourself."))
    return redirect(case)


def _late_page(request: HttpRequest, case: Case, form: LateForm, status: int = 200) -> HttpResponse:
    sees_people = may(request.user, "see people")
    context = {"case": case, "form": form, "sees_people": sees_people}
    return render(request, "cases/late.html", context, status=status)


@needs("work cases")
def note(request: HttpRequest, pk: int) -> HttpResponse:
    """A drafted note that moves no date: edited and sent, or set aside (POST)."""
    found = get_object_or_404(
        DateNote.objects.select_related("case__service", "case__customer"), pk=pk
    )
    if found.settled_at is not None:
        messages.info(request, _("This note was sent or set aside already."))
        return redirect(found.case)
    if request.method != "POST":
        form = NoteForm(initial={"words": found.words, "key": uuid.uuid4().hex})
        return _note_page(request, found, form)
    actor = staff_of(request).as_actor()
    if request.POST.get("do") == "aside":
        set_aside(found, actor=actor)
        messages.success(request, _("The note is set aside."))
        return redirect(found.case)
    form = NoteForm(request.POST)
    if not form.is_valid():
        return _note_page(request, found, form, status=422)
    given = form.cleaned_data
    try:
        send_note(found, words=given["words"], actor=actor, key=f"note:{actor.id}:{given['key']}")
    except Refused as error:
        raise Http404(str(error)) from error
    messages.success(request, _("Your words are on their way to the customer."))
    return redirect(found.case)


def _note_page(
    request: HttpRequest, found: DateNote, form: NoteForm, status: int = 200
) -> HttpResponse:
    context = {"note": found, "case": found.case, "form": form}
    return render(request, "cases/note.html", context, status=status)
