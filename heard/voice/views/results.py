"""The results of surveys: all of them in a table, one with every question, and as a file."""

from dataclasses import dataclass
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from heard.catalogue.models import Service
from heard.core.words import said
from heard.people.models import Role
from heard.people.roles import may, needs, staff_of
from heard.voice.instruments import begin_all
from heard.voice.models import Instrument
from heard.voice.reports.funnel import funnel
from heard.voice.reports.slices import Slice
from heard.voice.result_forms import PeriodForm, ResultFilters
from heard.voice.results.counting import Counted, counted, versions_of
from heard.voice.results.files import as_csv
from heard.voice.results.hiding import is_given_away
from heard.voice.results.importance import Importance, importance
from heard.voice.results.overview import overview
from heard.voice.results.quadrants import quadrants
from heard.voice.results.questions import Result, results


@dataclass(frozen=True, slots=True)
class Found:
    """All that a page or a file of results is made of."""

    survey: Instrument
    filters: ResultFilters
    slice: Slice
    counted: Counted
    results: list[Result]
    importance: Importance | None
    is_hidden: bool


@needs("see divisions")
def index(request: HttpRequest) -> HttpResponse:
    """Every survey with its leading figure."""
    begin_all()
    filters = PeriodForm(request.GET)
    period = filters.period()
    rows = overview(period.since, period.until)
    context = {"rows": rows, "filters": filters, "slice": period, "here": "results"}
    return render(request, "voice/results_all.html", context)


@needs("see divisions")
def survey(request: HttpRequest, code: str) -> HttpResponse:
    """One survey, question by question; the filters stand in the address."""
    found = _found(request, code)
    context: dict[str, Any] = {
        "survey": found.survey, "filters": found.filters, "slice": found.slice, "here": "results",
        "total": found.counted.total, "cut": found.counted.cut, "hidden": found.is_hidden,
        "results": found.results, "important": found.importance,
        "quadrants": quadrants(found.importance), "funnel": funnel(found.slice),
        "group_name": found.filters.group_name, "step": found.counted.step,
        "may_read": may(request.user, "review comments"),
        "may_write": may(request.user, "write surveys"),
    }  # fmt: skip
    return render(request, "voice/results.html", context)


@needs("see divisions")
def download(request: HttpRequest, code: str) -> HttpResponse:
    """The same figures as CSV."""
    found = _found(request, code)
    body = as_csv(found.slice, found.results, found.importance)
    response = HttpResponse(body, content_type="text/csv; charset=utf-8")
    name = f"results-{code}-{found.slice.first}-{found.slice.last}.csv"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    response.headers["Cache-Control"] = "private, no-store"
    return response


def _found(request: HttpRequest, code: str) -> Found:
    """Read the answers once; nothing of them where they would give a small group away."""
    viewer, asks = staff_of(request), get_object_or_404(Instrument, code=code)
    own = viewer.division.code if viewer.division else None
    picked = request.GET.get("division", "")
    if viewer.role == Role.MANAGER and picked and picked != own:
        raise PermissionDenied
    filters = ResultFilters(request.GET, asks, viewer)
    of, by = filters.slice(), filters.cleaned_data.get("by") or ""
    read = counted(of, versions_of([code]), by, filters.step)
    hidden = is_given_away(of)
    shown = [] if hidden or not read.versions else results(read, _names(filters, by))
    return Found(asks, filters, of, read, shown, importance(read) if shown else None, hidden)


def _names(filters: ResultFilters, by: str) -> dict[str, str]:
    if by == "service":
        return {one.code: said(one.name) for one in Service.objects.only("code", "name")}
    return filters.names.get(by, {})
