"""Bringing a wave in from two files."""

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from heard.core.errors import Refused
from heard.microdata.codebook import Options
from heard.microdata.services import About, bring_in
from heard.people.roles import needs, staff_of
from heard.ui.forms import Form


class WaveForm(Form):
    """A data file, its codebook, and what the codebook does not say."""

    name = forms.CharField(
        label=gettext_lazy("Name of the survey"), max_length=200,
        help_text=gettext_lazy("The same for all its waves."),
    )  # fmt: skip
    wave = forms.CharField(label=gettext_lazy("Wave"), max_length=40)
    code = forms.SlugField(
        label=gettext_lazy("Short name"), max_length=40,
        help_text=gettext_lazy("Such as residents-2021. The same name again replaces the wave."),
    )  # fmt: skip
    answers = forms.FileField(
        label=gettext_lazy("Data (CSV)"), help_text=gettext_lazy("One row per respondent.")
    )
    book = forms.FileField(
        label=gettext_lazy("Codebook (CSV)"),
        help_text=gettext_lazy(
            "Columns: column, wording; where known kind, low, high, reversed, missing, "
            "values."
        ),
    )  # fmt: skip
    missing = forms.CharField(
        label=gettext_lazy("Codes that mean don’t know"), initial="9 99", required=False,
        max_length=80,
    )  # fmt: skip
    turned = forms.CharField(
        label=gettext_lazy("Columns whose lowest answer is the best"), required=False,
        max_length=400,
    )  # fmt: skip
    weight = forms.CharField(
        label=gettext_lazy("Column of the weights"), required=False, max_length=80
    )


@needs("write surveys")
def new(request: HttpRequest) -> HttpResponse:
    """The form."""
    form = WaveForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        options = Options(
            missing=tuple(given["missing"].replace(",", " ").split()),
            reversed_columns=tuple(given["turned"].replace(",", " ").split()),
            weight=given["weight"].strip(),
        )
        about = About(given["code"], given["name"], given["wave"], given["answers"].name)
        try:
            study = bring_in(
                about, data=given["answers"].read(), book=given["book"].read(), options=options,
                actor=staff_of(request).as_actor(),
            )  # fmt: skip
        except Refused as refused:
            form.add_error(refused.field if refused.field in form.fields else None, str(refused))
        else:
            messages.success(request, _("{n} respondents are in.").format(n=study.n))
            return redirect("microdata:study", study.code)
    status = 422 if form.errors else 200
    return render(request, "microdata/new.html", {"form": form}, status=status)
