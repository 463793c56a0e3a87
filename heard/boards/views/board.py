"""The boards: one's own division, any division, or the city."""

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from heard.boards.board import board, division_of, may_see
from heard.boards.forms import SinceForm
from heard.people.models import Division
from heard.people.roles import may, needs, staff_of


@needs("see boards")
def home(request: HttpRequest) -> HttpResponse:
    """The board this person sees first: their division's, or the city's."""
    viewer = staff_of(request)
    division = division_of(viewer)
    if division is None and not may(viewer, "see every board"):
        return render(request, "boards/nowhere.html", {"here": "home"})
    return _show(request, division)


@needs("see boards")
def show(request: HttpRequest, code: str) -> HttpResponse:
    """The board of a division."""
    division = get_object_or_404(Division.objects.select_related("department"), code=code)
    if not may_see(staff_of(request), division):
        raise PermissionDenied
    return _show(request, division)


def _show(request: HttpRequest, division: Division | None) -> HttpResponse:
    viewer = staff_of(request)
    since = request.GET.get("since", "month")
    context = {
        "board": board(division, viewer, since=since),
        "division": division,
        "is_mine": division is not None and viewer.division_id == division.pk,
        "since_form": SinceForm(request.GET or None),
        "reads_comments": may(viewer, "read comments"),
        "sees_all": may(viewer, "see every board"),
        "enters": may(viewer, "enter measures"),
        "here": "home",
    }
    return render(request, "boards/board.html", context)
