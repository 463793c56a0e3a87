"""Saved views: keep the list as it is filtered, rename, order, share, forget."""

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from heard.core.errors import NotAllowed, Refused
from heard.doors.desk import saved_views
from heard.doors.desk.known import viewer_of
from heard.doors.desk.models import NAME_LIMIT, QUERY_LIMIT, FirstView, SavedView
from heard.people.models import Staff
from heard.people.roles import needs
from heard.ui.forms import Form


class SaveViewForm(Form):
    """Name the filters, and say who may use them."""

    mark = ""
    query = forms.CharField(widget=forms.HiddenInput, required=False, max_length=QUERY_LIMIT)
    name = forms.CharField(label=gettext_lazy("Name of this view"), max_length=NAME_LIMIT)
    shared = forms.BooleanField(label=gettext_lazy("Share it with my division"), required=False)

    def __init__(self, data: Any = None, *, viewer: Staff, **rest: Any) -> None:
        rest.setdefault("auto_id", "view-%s")
        super().__init__(data, **rest)
        if viewer.division_id is None:
            del self.fields["shared"]


@needs("read cases")
def index(request: HttpRequest) -> HttpResponse:
    """All views of a person, with what can be done to them; keeps a new one (POST)."""
    viewer = viewer_of(request)
    form = SaveViewForm(request.POST or None, viewer=viewer)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            view = saved_views.save_view(
                viewer, name=given["name"], query=given["query"],
                shared=bool(given.get("shared")),
            )  # fmt: skip
        except Refused as error:
            form.add_error(error.field if error.field in form.fields else None, str(error))
        else:
            messages.success(request, _("Kept as “{name}”.").format(name=view.name))
            return redirect(view.url)
    return _page(request, viewer, form if request.method == "POST" else None)


def _page(
    request: HttpRequest, viewer: Staff, form: SaveViewForm | None, editing: int = 0
) -> HttpResponse:
    shared = Q(division=viewer.division_id) if viewer.division_id else Q(pk=None)
    views = list(SavedView.objects.filter(Q(owner=viewer) | shared).select_related("owner"))
    first = FirstView.objects.filter(person=viewer).values_list("view_id", flat=True).first()
    rows = []
    for view in views:
        initial = {"name": view.name, "shared": view.division_id is not None}
        own = view.owner_id == viewer.pk
        edit = SaveViewForm(viewer=viewer, initial=initial, auto_id=f"view{view.pk}-%s")
        rows.append({
            "view": view, "own": own, "first": view.pk == first,
            "form": form if form and editing == view.pk else edit, "open": editing == view.pk,
        })  # fmt: skip
    context = {"rows": rows, "form": form if form and not editing else None, "first": first}
    return render(request, "desk/views.html", context, status=422 if form else 200)


@needs("read cases")
@require_POST
def change(request: HttpRequest, pk: int, what: str) -> HttpResponse:
    """Rename, move up or down, open with, or forget one view."""
    viewer = viewer_of(request)
    view = get_object_or_404(SavedView, pk=pk)
    try:
        if what == "rename":
            return _renamed(request, viewer, view)
        _done(view, what, viewer)
    except NotAllowed as error:
        raise PermissionDenied(str(error)) from error
    told = {
        "delete": _("The view is gone; the cases stay."),
        "first": _("The list opens with this view now."),
        "usual": _("The list opens as usual again."),
    }
    if what in told:
        messages.success(request, told[what])
    return redirect("desk:views")


def _done(view: SavedView, what: str, viewer: Staff) -> None:
    if what in ("up", "down"):
        saved_views.move_view(view, up=what == "up", actor=viewer)
    elif what == "delete":
        saved_views.delete_view(view, actor=viewer)
    elif what in ("first", "usual"):
        saved_views.open_with(view if what == "first" else None, actor=viewer)


def _renamed(request: HttpRequest, viewer: Staff, view: SavedView) -> HttpResponse:
    form = SaveViewForm(request.POST, viewer=viewer, auto_id=f"view{view.pk}-%s")
    if form.is_valid():
        try:
            saved_views.change_view(
                view, name=form.cleaned_data["name"], actor=viewer,
                shared=bool(form.cleaned_data.get("shared")),
            )  # fmt: skip
        except NotAllowed:
            raise
        except Refused as error:
            form.add_error(error.field if error.field in form.fields else None, str(error))
        else:
            messages.success(request, _("Changed."))
            return redirect("desk:views")
    return _page(request, viewer, form, editing=view.pk)
