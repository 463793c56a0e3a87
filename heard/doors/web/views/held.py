"""At the desk: requests held because they may come from a machine, and what a person decides."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from heard.core.errors import Refused
from heard.doors.web.holding import let_in, turn_away, waiting
from heard.doors.web.models import Draft
from heard.people.roles import needs, staff_of

SHOWN = ("words", "place", "name", "email", "phone")


@needs("work cases")
def held(request: HttpRequest) -> HttpResponse:
    """What waits, with what was written."""
    page = waiting(request.GET.get("page"))
    rows = [
        (draft, [part for name in SHOWN for part in draft.given.get(name, []) if part])
        for draft in page
    ]
    return render(request, "web/desk/held.html", {"page": page, "rows": rows})


@needs("work cases")
@require_http_methods(["GET", "POST"])
def decide(request: HttpRequest, pk: int) -> HttpResponse:
    """Let one in, or drop it."""
    draft = get_object_or_404(Draft, pk=pk)
    if request.method != "POST":
        return redirect("held:list")
    actor = staff_of(request).as_actor()
    try:
        if request.POST.get("do") == "let_in":
            return redirect(let_in(draft, actor=actor).get_absolute_url())
        turn_away(draft, actor=actor)
        messages.success(request, _("Dropped. What it said is gone."))
    except Refused as refused:
        messages.error(request, str(refused))
    return redirect("held:list")
