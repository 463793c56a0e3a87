"""What is close to breaking, and which open cases no clock runs for."""

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from heard.cases.forms import RiskFilters
from heard.cases.models import Case, Clock
from heard.cases.moving import without_clock
from heard.cases.why_without import why_without
from heard.core import clock
from heard.people.roles import needs
from heard.ui.lists import listing


@needs("read cases")
def at_risk(request: HttpRequest) -> HttpResponse:
    """Running clocks somebody was warned of, the nearest date first."""
    filters = RiskFilters(request.GET)
    found = (
        Clock.objects.filter(stopped_at=None, warn_at__lte=clock.now(), case__merged_into=None)
        .select_related("case__service", "case__division", "case__contact")
        .order_by("due_at", "pk")
    )
    if filters.is_valid():
        if filters.cleaned_data["division"]:
            found = found.filter(case__division=filters.cleaned_data["division"])
        if filters.cleaned_data["kind"]:
            found = found.filter(kind=filters.cleaned_data["kind"])
    context = {"listing": listing(request, found, filters=filters), "now": clock.now()}
    return render(request, "cases/at_risk.html", context)


@dataclass(frozen=True, slots=True)
class Without:
    """An open case without a date, and why it has none."""

    case: Case
    why: str


@needs("see promises")
def without(request: HttpRequest) -> HttpResponse:
    """Open cases without a date."""
    shown = listing(request, without_clock())
    reasons = why_without(list(shown.rows))
    rows = [Without(case, reasons[case.pk]) for case in shown.rows]
    return render(request, "cases/without_clock.html", {"listing": shown, "rows": rows})
