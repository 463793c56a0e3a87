"""Recalculations: what a change would move, whether it should, and how far it is."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from heard.cases import recalculating
from heard.cases.models import Recalculation
from heard.cases.pictures import moves_figure
from heard.core.errors import NotAllowed, Refused
from heard.people.roles import needs, staff_of
from heard.ui.figures import Figure
from heard.ui.lists import listing

ACTIONS: dict[str, tuple[Callable[..., Any], str | Promise]] = {
    "start": (recalculating.start, _("The dates are being moved.")),
    "stop": (recalculating.stop, _("Stopped. What was moved stays moved.")),
    "drop": (recalculating.drop, _("The dates stay as they are.")),
    "look": (recalculating.look_again, _("It is being looked at again.")),
}


@needs("see promises")
def index(request: HttpRequest) -> HttpResponse:
    """All recalculations, newest first."""
    rows = Recalculation.objects.select_related("asked_by", "promise__service")
    return render(request, "cases/recalculations.html", {"listing": listing(request, rows)})


@needs("see promises")
def show(request: HttpRequest, pk: int) -> HttpResponse:
    """One: its preview, its progress, and the dates it moved."""
    row = get_object_or_404(
        Recalculation.objects.select_related("asked_by", "promise__service"), pk=pk
    )
    moved = recalculating.moved_rows(row)
    context = {
        "row": row,
        "preview": row.preview,
        "figures": _figures(row.preview),
        "sample": [
            (reference, datetime.fromisoformat(old), datetime.fromisoformat(new))
            for reference, old, new in row.preview.get("sample", [])
        ],
        "share": recalculating.share_done(row),
        "percent": round(100 * recalculating.share_done(row)),
        "may_decide": recalculating.may_decide(row, staff_of(request).as_actor()),
        "listing": listing(request, moved, per_page=25) if row.moved else None,
    }
    return render(request, "cases/recalculation.html", context)


def _figures(told: dict[str, Any]) -> list[Figure]:
    """By division and by service, where there is more than one."""
    found = [moves_figure(_now("By division"), _now("Division"), told.get("divisions", []))]
    if len(told.get("services", [])) > 1:
        found.append(moves_figure(_now("By service"), _now("Service"), told["services"]))
    return found


@needs("keep promises")
def act(request: HttpRequest, pk: int, action: str) -> HttpResponse:
    """Start, stop, drop, or look again (POST)."""
    row = get_object_or_404(Recalculation, pk=pk)
    if request.method != "POST":
        return redirect("promises:recalculation", row.pk)
    if action not in ACTIONS:
        raise Http404
    verb, done = ACTIONS[action]
    try:
        verb(row, actor=staff_of(request).as_actor())
    except NotAllowed as error:
        raise PermissionDenied(str(error)) from error
    except Refused as error:
        messages.error(request, str(error))
    else:
        messages.success(request, str(done))
    return redirect("promises:recalculation", row.pk)
