"""Bringing in people to be asked after a visit, a class, an inspection or a permit."""

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _

from heard.core.errors import Refused
from heard.people.roles import needs, staff_of
from heard.ui.forms import Form
from heard.voice.instruments import begin_all
from heard.voice.models import Instrument
from heard.voice.occasions_file import take_file


class PeopleForm(Form):
    """A file, what its rows are, and what the people in it are asked."""

    mark = ""
    kind = forms.ChoiceField(
        label=_("What the rows are"),
        choices=[
            ("visit", _("visits")), ("class", _("classes")),
            ("inspection", _("inspections or notices")), ("permit", _("permits")),
        ],
    )  # fmt: skip
    instrument = forms.ModelChoiceField(
        label=_("What is asked"), queryset=Instrument.objects.filter(is_active=True),
        empty_label=None,
    )  # fmt: skip
    file = forms.FileField(
        label=_("CSV file"),
        help_text=_(
            "First line: id, email, phone, name, language, service, division, district. Sending it "
            "twice asks nobody twice."
        ),
    )


@needs("write surveys")
def people(request: HttpRequest) -> HttpResponse:
    """The form, and what came of a file."""
    begin_all()
    form = PeopleForm(request.POST or None, request.FILES or None)
    report = None
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            report = take_file(
                given["file"].read(), kind=given["kind"], instrument=given["instrument"],
                actor=staff_of(request).as_actor(),
            )  # fmt: skip
        except Refused as refused:
            form.add_error(refused.field if refused.field in form.fields else None, str(refused))
    context = {"form": form, "report": report, "here": "people"}
    return render(request, "voice/people.html", context, status=422 if form.errors else 200)
