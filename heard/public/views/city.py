"""The city on one page."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from heard.core.words import said
from heard.measures.definitions import ALL, measure
from heard.measures.models import Result
from heard.measures.periods import headline, is_month, span
from heard.measures.reads import city_results, group_results, months_received
from heard.people.models import Division
from heard.public.areas import areas_of, headline_of, not_yet, own_rows
from heard.public.caching import results_page, snapshot_of
from heard.public.panels import Names, measure_url, panels
from heard.public.pictures import Bar, bars, best_first, top_of
from heard.public.published import own_published
from heard.public.sentences import month_told, told
from heard.targets.reads import city_judgements


@results_page
def show(request: HttpRequest) -> HttpResponse:
    """Key figures of a month (``?period=``), departments and divisions side by side."""
    received = months_received()
    asked = request.GET.get("period", "")
    period = asked if is_month(asked) and asked in received else headline(received)
    if period is None:
        return render(request, "public/city.html", {"snapshot": snapshot_of(request)})
    rows = list(group_results(ALL, ALL))
    names, months = Names(), span(received, period)
    found = panels(rows, period=period, months=months, judged=city_judgements(rows, period))
    own, divisions = own_published(), divisions_of(period)
    context = {
        "snapshot": snapshot_of(request),
        "period": period,
        "month": month_told(period),
        "months": [(month, month_told(month)) for month in reversed(received)],
        "panels": headline_of(found),
        "areas": areas_of(found, own_rows(own), {one.key: one.area for one in own}),
        "not_yet": not_yet(found),
        "all_open": request.GET.get("open") == "all",
        "has_program": bool(own),
        "departments": _departments(period, names),
        "departments_url": measure_url(measure("on_time"), {"period": period, "by": "department"}),
        "divisions": divisions,
        "divisions_told": _divisions_told(divisions),
    }
    return render(request, "public/city.html", context)


def _departments(period: str, names: Names) -> list[Bar]:
    card = measure("on_time")
    statistic = card.statistic()
    rows = [
        row
        for row in city_results(period, "department")
        if row.measure == card.key and row.statistic == statistic.key and row.n
    ]
    named = {
        row.group: (
            names.name("department", row.group),
            measure_url(card, {"period": period, "by": "department", "group": row.group}),
        )
        for row in rows
    }
    ordered = best_first(statistic, card.direction, rows)
    return bars(statistic, ordered, named, top_of(statistic, rows))


def divisions_of(period: str) -> list[dict[str, Any]]:
    """Every division with what it received, its on-time share and its satisfaction."""
    usual = {card: measure(card).statistic().key for card in _COLUMNS}
    found: dict[str, dict[str, Result]] = {}
    for row in city_results(period, "division"):
        if usual.get(row.measure) == row.statistic:
            found.setdefault(row.group, {})[row.measure] = row
    divisions = Division.objects.filter(code__in=found).select_related("department")
    shown = [
        {
            "name": str(division),
            "department": str(division.department),
            "url": reverse("public:division", args=[division.code]),
            **found[division.code],
        }
        for division in divisions
    ]
    return sorted(shown, key=lambda one: (str(one["department"]), str(one["name"]).casefold()))


def _divisions_told(divisions: list[dict[str, Any]]) -> str:
    """How many there are, and from where to where their figures reach."""
    n = len(divisions)
    parts = [ngettext("{n} division", "{n} divisions", n).format(n=n)]
    for key in ("on_time", "satisfaction"):
        values = [one[key].value for one in divisions if key in one]
        shown = [value for value in values if value is not None]
        if shown:
            card = measure(key)
            low, high = (told(end, card.statistic().unit) for end in (min(shown), max(shown)))
            words = _("{name} {low} to {high}") if low != high else _("{name} {low}")
            parts.append(words.format(name=said(card.name).lower(), low=low, high=high))
    return " · ".join(parts)


_COLUMNS = ("cases_received", "on_time", "days_to_close", "satisfaction")
