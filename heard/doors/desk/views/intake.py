"""Taking down a case for somebody on the phone or at the counter."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from heard.core.errors import Refused
from heard.doors.desk.intake import IntakeForm
from heard.people.roles import needs, staff_of


@needs("work cases")
def new(request: HttpRequest) -> HttpResponse:
    """The short form, and the new case."""
    form = IntakeForm(request.POST or None, viewer=staff_of(request))
    if request.method == "POST" and form.is_valid():
        try:
            case = form.take_down()
        except Refused as error:
            form.add_error(error.field if error.field in form.fields else None, str(error))
        else:
            told = _("Taken down. Tell the customer their reference: {reference}")
            messages.success(request, told.format(reference=case.reference))
            return redirect(case)
    context = {
        "form": form,
        "heading": _("New case"),
        "intro": _("For somebody on the phone, at the counter, or on the street."),
        "submit": _("Take it down"),
        "cancel_url": reverse("desk:list"),
        "layout": "ui/base_desk.html",
    }
    status = 422 if form.errors else 200
    return render(request, "desk/new.html", context, status=status)
