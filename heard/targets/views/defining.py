"""A new measure of our own, and a new definition of one."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from heard.core.errors import Refused
from heard.people.roles import needs, staff_of
from heard.targets import services
from heard.targets.forms import MeasureForm, RedefineForm
from heard.targets.models import OwnMeasure
from heard.targets.overview import subjects_listed
from heard.targets.views.targets import about_of, form_page

MOST_PARTS = 300


def _known() -> list[tuple[str, str]]:
    return [(one.key, str(one)) for one in subjects_listed()[:MOST_PARTS]]


@needs("keep targets")
def new(request: HttpRequest) -> HttpResponse:
    """Make a measure that is entered, imported, or one measure by another."""
    form = MeasureForm(request.POST or None, known=_known)
    if request.method == "POST" and form.is_valid():
        measure = OwnMeasure(**form.cleaned_data)
        try:
            services.declare(measure, actor=staff_of(request).as_actor())
        except Refused as refused:
            form.add_error(refused.field if refused.field in form.fields else None, str(refused))
        else:
            messages.success(request, _("Kept. Name who answers for it, and enter its figures."))
            return redirect("targets:measure", measure.key)
    intro = _("For what no rows of this system tell: figures that somebody counts elsewhere.")
    return form_page(request, form, _("A new measure"), intro, reverse("targets:overview"))


@needs("keep targets")
def redefine(request: HttpRequest, measure: str) -> HttpResponse:
    """Put a new definition in force."""
    about = about_of(measure)
    if about.own is None:
        raise Http404
    form = RedefineForm(request.POST or None, initial={"definition": about.own.definition})
    if request.method == "POST" and form.is_valid():
        try:
            services.redefine(about.own, **form.cleaned_data, actor=staff_of(request).as_actor())
        except Refused as refused:
            form.add_error(refused.field if refused.field in form.fields else None, str(refused))
        else:
            messages.success(request, _("The new definition is kept; pages show the break."))
            return redirect("targets:measure", about.key)
    intro = _("Figures of both definitions are never joined by a line, and the page says why.")
    back = reverse("targets:measure", args=[about.key])
    heading = _("New definition: {name}").format(name=about)
    return form_page(request, form, heading, intro, back)
