"""Figures from a file: upload, the report of each line, and passing the batch on."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from heard.core.errors import Refused
from heard.people.roles import may, needs, staff_of
from heard.targets import entering, importing
from heard.targets.forms import FileForm
from heard.targets.models import Batch, Entry
from heard.targets.subjects import subject
from heard.targets.views.targets import about_of, form_page
from heard.ui.lists import listing


@needs("enter measures")
def bring_in(request: HttpRequest, measure: str) -> HttpResponse:
    """Upload a file of figures for one measure."""
    about = about_of(measure)
    if about.own is None:
        raise Http404
    form = FileForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            made = importing.take(
                about.own, file.read(importing.LARGEST_FILE + 1), name=file.name,
                actor=staff_of(request).as_actor(), key=form.cleaned_data["key"],
            )  # fmt: skip
        except Refused as refused:
            form.add_error(refused.field if refused.field in form.fields else None, str(refused))
        else:
            return redirect("targets:batch", made.pk)
    intro = _(
        "One line for each period. Lines that cannot be taken are listed with their reason; the "
        "others become drafts that a colleague reviews."
    )
    back = reverse("targets:measure", args=[about.key])
    return form_page(request, form, _("Import: {name}").format(name=about), intro, back)


@needs("enter measures")
def batch(request: HttpRequest, batch: int) -> HttpResponse:
    """What became of a file."""
    return _show(
        request, get_object_or_404(Batch.objects.select_related("measure", "made_by"), pk=batch)
    )


def _show(request: HttpRequest, row: Batch, fault: str = "") -> HttpResponse:
    found = listing(request, row.entries.order_by("measure", "first", "group"), per_page=50)
    viewer = staff_of(request)
    open_rows = row.entries.values_list("state", flat=True)
    states = set(open_rows.order_by().distinct())
    eyes = may(viewer, "publish measures") and row.made_by_id != viewer.pk
    context = {
        "batch": row,
        "about": subject(row.measure.key) if row.measure else None,
        "found": found,
        "mine": row.made_by_id == viewer.pk,
        "reviews": eyes and Entry.State.DRAFT in states,
        "publishes": eyes and Entry.State.REVIEWED in states,
        "fault": fault,
        "here": "overview",
    }
    return render(request, "targets/batch.html", context, status=422 if fault else 200)


@needs("publish measures")
def pass_on(request: HttpRequest, batch: int) -> HttpResponse:
    """Review or publish all of a file (POST)."""
    row = get_object_or_404(Batch.objects.select_related("measure", "made_by"), pk=batch)
    if request.method != "POST":
        return redirect("targets:batch", row.pk)
    publish = request.POST.get("do") == "publish"
    try:
        n = entering.pass_batch(row, publish=publish, actor=staff_of(request).as_actor())
    except Refused as refused:
        return _show(request, row, str(refused))
    said = (
        ngettext("{n} figure is published.", "{n} figures are published.", n)
        if publish
        else ngettext("{n} figure is reviewed.", "{n} figures are reviewed.", n)
    )
    messages.success(request, said.format(n=n))
    return redirect("targets:batch", row.pk)
