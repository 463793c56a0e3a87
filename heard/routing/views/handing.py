"""Hand-over notes: writing one, reading them."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from heard.cases.listing import due_soon, overdue
from heard.cases.models import Case
from heard.core import clock
from heard.core.errors import NotAllowed, Refused
from heard.people.models import Division, Role, Staff
from heard.people.roles import may, needs, staff_of
from heard.routing import handing_over, reads
from heard.routing.models import HandOver
from heard.routing.roster_forms import HandOverForm
from heard.ui.lists import listing

WATCH = 10


@needs("read cases")
def index(request: HttpRequest) -> HttpResponse:
    """Notes, latest first: of my division, or of all."""
    viewer = staff_of(request)
    own = viewer.division if "all" not in request.GET else None
    found = listing(request, reads.hand_overs(own), per_page=20)
    rows = [_told(note, viewer) for note in found.rows]
    context = {
        "listing": found,
        "rows": rows,
        "own": own,
        "viewer": viewer,
        "writes": may(viewer, "work cases") and viewer.division_id is not None,
        "here": "hand_overs",
    }
    return render(request, "routing/hand_overs.html", context)


def _told(note: HandOver, viewer: Staff) -> dict[str, Any]:
    readers = [reader.staff for reader in note.readers.all()]
    return {
        "note": note,
        "figures": handing_over.labelled(note.figures),
        "readers": readers,
        "unread": note.author_id != viewer.pk and viewer.pk not in {r.pk for r in readers},
    }


@needs("read cases")
def show(request: HttpRequest, note: int) -> HttpResponse:
    """One note; reading is marked with a button, so that a glance is not a promise."""
    viewer = staff_of(request)
    found = get_object_or_404(reads.hand_overs(), pk=note)
    if request.method == "POST":
        handing_over.mark_read(found, actor=viewer.as_actor())
        messages.success(request, _("Thank you. They can see that you read it."))
        return redirect("routing:hand_over", note)
    context = _told(found, viewer) | {"here": "hand_overs"}
    return render(request, "routing/hand_over.html", context)


@needs("work cases")
def new(request: HttpRequest) -> HttpResponse:
    """Write the note of my division's shift, with what happened counted beside it."""
    viewer = staff_of(request)
    division = _division(request, viewer)
    if division is None:
        messages.info(request, _("You belong to no division, so there is no shift to hand over."))
        return redirect("routing:hand_overs")
    now = clock.now()
    since = handing_over.shift_begin(division, now)
    form = HandOverForm(request.POST or None, initial={"since": since})
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            handing_over.hand_over(
                division, since=given["since"], words=given["words"],
                actor=viewer.as_actor(), key=given["key"],
            )  # fmt: skip
        except NotAllowed as error:
            raise PermissionDenied(str(error)) from error
        except Refused as error:
            form.add_error(error.field if error.field in form.fields else None, str(error))
        else:
            messages.success(request, _("Handed over. The next shift finds it on the desk."))
            return redirect("routing:hand_overs")
    watched = Case.objects.filter(overdue(now) | due_soon(now), division=division)
    context = {
        "form": form,
        "division": division,
        "since": since,
        "figures": handing_over.labelled(handing_over.figures(division, since, now)),
        "watch": watched.select_related("service").order_by("due_at", "pk")[:WATCH],
        "cancel_url": reverse("routing:hand_overs"),
        "here": "hand_overs",
    }
    status = 422 if form.errors else 200
    return render(request, "routing/hand_over_new.html", context, status=status)


def _division(request: HttpRequest, viewer: Staff) -> Division | None:
    code = request.GET.get("division", "")
    if code and viewer.role == Role.ADMINISTRATOR:
        return Division.objects.filter(code=code).first()
    return viewer.division
