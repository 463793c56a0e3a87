"""Comparisons at the desk: other cities, and files of figures others published."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from heard.boards import outside, peers
from heard.boards.forms import FileForm, PeerForm
from heard.boards.models import OutsideFile, Peer
from heard.boards.outside import COLUMNS
from heard.core.errors import Refused
from heard.people.roles import needs, staff_of

SHOWN = 20


@needs("keep comparisons")
def overview(request: HttpRequest) -> HttpResponse:
    """The other cities with their state, the files, and the form for one more city."""
    form = PeerForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            row = peers.add(**form.cleaned_data, actor=staff_of(request).as_actor())
        except Refused as refused:
            form.add_error(refused.field if refused.field in form.fields else None, str(refused))
        else:
            messages.success(
                request, _("Added. Its figures are read within the hour: {url}").format(url=row.url)
            )
            return redirect("boards:compare")
    context = {
        "form": form, "peers": Peer.objects.all(), "here": "compare",
        "files": OutsideFile.objects.select_related("made_by", "decided_by")[:SHOWN],
    }  # fmt: skip
    return render(request, "boards/managing.html", context, status=422 if form.errors else 200)


@needs("keep comparisons")
def peer(request: HttpRequest, peer: int) -> HttpResponse:
    """Compare with a city, or not any more (POST)."""
    row = get_object_or_404(Peer, pk=peer)
    if request.method == "POST":
        on = request.POST.get("do") == "on"
        peers.switch(row, on=on, actor=staff_of(request).as_actor())
        messages.success(request, _("Kept."))
    return redirect("boards:compare")


@needs("keep comparisons")
def bring_in(request: HttpRequest) -> HttpResponse:
    """A CSV file of figures others published."""
    form = FileForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data["file"]
        actor = staff_of(request).as_actor()
        try:
            row = outside.take(
                given.read(), name=given.name, actor=actor, key=form.cleaned_data["key"]
            )
        except Refused as refused:
            form.add_error(refused.field if refused.field in form.fields else None, str(refused))
        else:
            return redirect("boards:file", row.pk)
    context = {
        "form": form, "here": "compare", "columns": COLUMNS,
        "cancel_url": reverse("boards:compare"),
    }  # fmt: skip
    return render(request, "boards/bring_in.html", context, status=422 if form.errors else 200)


@needs("keep comparisons")
def file(request: HttpRequest, file: int) -> HttpResponse:
    """What was taken of a file and what was not; published by somebody else (POST)."""
    people = OutsideFile.objects.select_related("made_by", "decided_by")
    row = get_object_or_404(people, pk=file)
    viewer, fault = staff_of(request), ""
    if request.method == "POST":
        try:
            outside.decide(
                row, publish=request.POST.get("do") == "publish", actor=viewer.as_actor()
            )
        except Refused as refused:
            fault = str(refused)
        else:
            messages.success(request, _("Kept."))
            return redirect("boards:file", row.pk)
    context = {
        "file": row, "figures": row.figures.all()[:200], "fault": fault, "here": "compare",
        "decides": row.state == OutsideFile.State.DRAFT and row.made_by_id != viewer.pk,
    }  # fmt: skip
    return render(request, "boards/file.html", context, status=422 if fault else 200)
