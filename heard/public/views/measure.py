"""One measure: its figure, its course, its groups side by side, and how it is made."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language

from heard.measures.definitions import ALL, BY, UnknownName, measure
from heard.measures.models import Result
from heard.measures.periods import headline, is_month, span, this_month
from heard.measures.reads import charts, months_received, results
from heard.public.asked import Asked, asked_statistic
from heard.public.caching import results_page, snapshot_of
from heard.public.comments import comments_beside
from heard.public.forms import BY_NAMES, MeasureFilters
from heard.public.maps import Map, map_of
from heard.public.outlines import drawn
from heard.public.panels import Names, Panel, panel
from heard.public.pictures import bars, best_first, top_of
from heard.public.sentences import month_told
from heard.public.views.embed import snippets
from heard.public.views.program import own
from heard.targets.lines import Break
from heard.targets.reads import of_group
from heard.targets.subjects import of_card
from heard.ui.lists import listing

GROUPS_PER_PAGE = 25


@results_page
def show(request: HttpRequest, key: str) -> HttpResponse:
    """A measure for the city, or one group (``?by=&group=``), in a month (``?period=``)."""
    try:
        card = measure(key)
    except UnknownName:
        return own(request, key)
    statistic = asked_statistic(request, card)
    received = months_received()
    city_rows = list(results(card, statistic))
    periods = sorted({row.period for row in city_rows} | set(received))
    at_work = headline(received)
    wanted = request.GET.get("period", "")
    period = wanted if is_month(wanted) and wanted in periods else at_work
    context: dict[str, Any] = {"card": card, "statistic": statistic}
    context |= {"snapshot": snapshot_of(request)}
    if period is None or at_work is None:
        return render(request, "public/measure.html", context)
    asked = Asked(card, statistic, _by(request), request.GET.get("group", "")[:200], period)
    context |= _figures(request, asked, city_rows, periods, at_work)
    return render(request, "public/measure.html", context)


def _by(request: HttpRequest) -> str:
    wanted = request.GET.get("by", "")
    return wanted if wanted in BY else "department"


def _figures(
    request: HttpRequest,
    asked: Asked,
    city_rows: list[Result],
    periods: list[str],
    at_work: str,
) -> dict[str, Any]:
    card, statistic, names = asked.card, asked.statistic, Names()
    rows = list(results(card, statistic, by=asked.by, group=asked.group)) if asked.group else []
    if not rows:  # the grouping was changed, or the group is no more
        asked, rows = replace(asked, group=""), city_rows
    scope = asked.by if asked.group else ALL
    months = span(periods, max(asked.period, at_work))
    aspects = of_group(of_card(card, statistic), asked.period, by=scope, group=asked.group or ALL)
    breaks = {one.first.code: one for one in aspects.breaks}
    rows = aspects.in_force if breaks else rows
    shown = panel(card, statistic, rows, period=asked.period, months=months, breaks=breaks)
    groups = list(results(card, statistic, by=asked.by, period=asked.period))
    named = {g.group: (names.name(asked.by, g.group), asked.url(group=g.group)) for g in groups}
    page = listing(request, best_first(statistic, card.direction, groups), per_page=GROUPS_PER_PAGE)
    return {
        "asked": asked,
        "unit": statistic.unit,
        "month": month_told(asked.period),
        "panel": shown,
        "group_name": names.name(scope, asked.group),
        "is_city": not asked.group,
        "city_url": asked.url(group=""),
        "by_name": BY_NAMES[asked.by],
        "filters": MeasureFilters(card, periods, _chosen(request, asked), _usual(asked)),
        "groups": page,
        "bars": bars(statistic, page.rows, named, top_of(statistic, groups)),
        "map": _map(asked, names, groups),
        "course": _course(shown, rows, months, breaks),
        "aspects": aspects,
        # A picture made ahead is of one definition; where it changed, the page draws its own.
        "charts": {} if breaks else _pictures(asked, scope),
        **_beside(request, asked, scope),
    }


def _beside(request: HttpRequest, asked: Asked, scope: str) -> dict[str, Any]:
    """What leads on: how it was worked out, the chart for other sites, what customers said."""
    comments, divisions = comments_beside(asked.card, scope, asked.group)
    working = reverse("public:working", args=[asked.card.key])
    return {
        "working_url": f"{working}?{urlencode(asked.scope)}",
        "snippets": snippets(request, asked.card, asked.scope),
        "comments": comments,
        "divisions": divisions,
    }


def _map(asked: Asked, names: Names, groups: list[Result]) -> Map | None:
    """The districts of the month, where the city has drawn them."""
    outlines = drawn()
    if not outlines.get("paths"):
        return None
    by_district = asked.by == "district"
    rows = groups if by_district else list(
        results(asked.card, asked.statistic, by="district", period=asked.period)
    )  # fmt: skip
    urls = {row.group: asked.url(by="district", group=row.group) for row in rows}
    return map_of(outlines, asked.statistic, rows, names.of("district"), urls)


def _usual(asked: Asked) -> dict[str, str]:
    return {"period": asked.period, "by": asked.by, "way": asked.statistic.key}


def _chosen(request: HttpRequest, asked: Asked) -> dict[str, str] | None:
    """What the filters show as chosen; None where the address chooses nothing."""
    usual = _usual(asked)
    return usual if usual.keys() & request.GET.keys() else None


def _course(
    shown: Panel, rows: list[Result], months: list[str], breaks: Mapping[str, Break]
) -> list[dict[str, Any]]:
    """The table behind the course over time, latest month first."""
    running = this_month()
    return [
        {
            "month": month_told(row.period),
            "row": row,
            "running": row.period == running,
            "break": breaks.get(row.period),
        }
        for row in reversed(rows)
        if row.period in set(months)
    ]


def _pictures(asked: Asked, scope: str) -> dict[str, str]:
    """The files of the chart made ahead, wide and narrow; empty where there is none."""
    language = (get_language() or "en").split("-")[0]
    made = charts(scope, asked.group or ALL, language)
    found = {
        size: made.get((asked.card.key, asked.statistic.key, size)) for size in ("wide", "narrow")
    }
    return {size: name.removesuffix(".svg") for size, name in found.items() if name}
