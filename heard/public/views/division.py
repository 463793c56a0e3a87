"""One division: what it is asked for, how it keeps its promises, what customers say."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from heard.measures.definitions import measure
from heard.measures.models import Result
from heard.measures.periods import headline, is_month, span
from heard.measures.reads import group_results, months_received, results
from heard.people.models import Division
from heard.public.areas import areas_of, headline_of, not_yet
from heard.public.caching import results_page, snapshot_of
from heard.public.panels import Names, measure_url, panels
from heard.public.pictures import Bar, bars, top_of
from heard.public.sentences import month_told


@results_page
def show(request: HttpRequest, code: str) -> HttpResponse:
    """A division's figures in a month (``?period=``), with its services side by side."""
    division = get_object_or_404(Division.objects.select_related("department"), code=code)
    received = months_received()
    asked = request.GET.get("period", "")
    period = asked if is_month(asked) and asked in received else headline(received)
    context: dict[str, Any] = {"division": division, "snapshot": snapshot_of(request)}
    rows = list(group_results("division", division.code))
    if period is None or not rows:
        return render(request, "public/division.html", context)
    query = {"by": "division", "group": division.code}
    found = panels(rows, period=period, months=span(received, period), query=query)
    context |= {
        "period": period,
        "month": month_told(period),
        "months": [(month, month_told(month)) for month in reversed(received)],
        "panels": headline_of(found),
        "areas": areas_of(found, [], {}),
        "not_yet": not_yet(found),
        "all_open": request.GET.get("open") == "all",
        "services": _services(division, period),
    }
    return render(request, "public/division.html", context)


def _services(division: Division, period: str) -> list[Bar]:
    """The division's public services by what was asked of them in the month, most asked first."""
    card = measure("on_time")
    statistic = card.statistic()
    services = division.services.filter(is_public=True)
    rows: QuerySet[Result, Result] = results(card, statistic, by="service", period=period).filter(
        group__in=services.values("code")
    )
    found = sorted((row for row in rows if row.n), key=lambda row: (-row.n, row.group))
    names = Names()
    named = {
        row.group: (
            names.name("service", row.group),
            measure_url(card, {"period": period, "by": "service", "group": row.group}),
        )
        for row in found
    }
    return bars(statistic, found, named, top_of(statistic, found))
