"""The page of a division: promises at risk, what customers say, and its measures."""

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from heard.cases.models import Case
from heard.cases.reads import at_risk
from heard.core import clock
from heard.doors.desk.figures import division_figures
from heard.people.models import Division, Role
from heard.people.roles import may, needs, staff_of
from heard.voice.models import Response

ANSWERS = 20


@dataclass(frozen=True, slots=True)
class Answer:
    """A survey answer, with its case where it is about one."""

    response: Response
    case: Case | None


@needs("see divisions")
def index(request: HttpRequest) -> HttpResponse:
    """A manager's own division; the list of them all for others, and with ``?all``."""
    viewer = staff_of(request)
    if viewer.role == Role.MANAGER and viewer.division_id and "all" not in request.GET:
        assert viewer.division is not None
        return redirect("desk:division", viewer.division.code)
    divisions = Division.objects.select_related("department")
    ordered = sorted(divisions, key=lambda d: (str(d.department), str(d)))
    return render(request, "desk/divisions.html", {"divisions": ordered, "viewer": viewer})


@needs("see divisions")
def show(request: HttpRequest, code: str) -> HttpResponse:
    """One division."""
    viewer = staff_of(request)
    division = get_object_or_404(Division.objects.select_related("department"), code=code)
    context = {
        "division": division,
        "is_mine": viewer.division_id == division.pk,
        "risk": at_risk(division, clock.now()),
        "figures": division_figures(division),
        "answers": latest_answers(division) if may(viewer, "read comments") else [],
        "reads_comments": may(viewer, "read comments"),
    }
    return render(request, "desk/division.html", context)


def latest_answers(division: Division) -> list[Answer]:
    """The latest survey answers about a division, with their cases, in two queries."""
    responses = list(
        Response.objects.filter(invitation__division=division.code, is_spam=False, is_test=False)
        .select_related("invitation")
        .order_by("-answered_at", "-id")[:ANSWERS]
    )
    about = {r.invitation.about: r for r in responses}
    ids = [int(name.partition(":")[2]) for name in about if name.startswith("case:")]
    cases = Case.objects.select_related("service").defer("words", "answers").in_bulk(ids)
    by_name = {f"case:{pk}": case for pk, case in cases.items()}
    return [Answer(response, by_name.get(response.invitation.about)) for response in responses]
