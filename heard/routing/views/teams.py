"""Teams: who shares cases."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from heard.core.errors import Refused
from heard.people.roles import needs, staff_of
from heard.routing import services
from heard.routing.forms import TeamForm
from heard.routing.models import Team


@needs("write rules")
def index(request: HttpRequest) -> HttpResponse:
    """All teams with their people. Three queries."""
    teams = Team.objects.select_related("division").prefetch_related("members")
    return render(request, "routing/teams.html", {"teams": teams, "here": "teams"})


@needs("write rules")
def new(request: HttpRequest) -> HttpResponse:
    """Make a team."""
    return _edit(request, None)


@needs("write rules")
def change(request: HttpRequest, team: int) -> HttpResponse:
    """Change who is of a team."""
    return _edit(request, get_object_or_404(Team, pk=team))


def _edit(request: HttpRequest, team: Team | None) -> HttpResponse:
    form = TeamForm(request.POST or None, team=team)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            services.save_team(
                team, name=given["name"], division=form.divisions[given["division"]],
                members=form.chosen(), actor=staff_of(request).as_actor(), key=given["key"],
            )  # fmt: skip
        except Refused as error:
            form.add_error(error.field if error.field in form.fields else None, str(error))
        else:
            messages.success(request, _("The team is kept."))
            return redirect("routing:teams")
    context = {
        "form": form,
        "heading": str(team) if team else _("New team"),
        "intro": _("Rules give cases to the people of a team by load or by turn."),
        "submit": _("Keep the team"),
        "here": "teams",
    }
    return render(request, "routing/team.html", context, status=422 if form.errors else 200)
