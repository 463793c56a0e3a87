"""What customers say, for everybody: scores with their response, division by division, comments."""

from dataclasses import replace
from typing import Any

from django.core.paginator import Page, Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from heard.people.models import Division
from heard.voice.comments import publishable
from heard.voice.models import Comment, Pool
from heard.voice.reports.scores import Group, by_group, overall
from heard.voice.reports.slices import Slice, months_back, of_instrument
from heard.voice.views.reports import numbers
from heard_stats import SMALL_COMMENT

MONTHS = 12
SHOWN = 8  # comments on a page
OTHER_POOLS = (Pool.OPEN, Pool.KIOSK, Pool.WIDGET, Pool.PHONE, Pool.PAPER)


@require_safe
def satisfaction(request: HttpRequest) -> HttpResponse:
    """The last twelve months of the city, its divisions beside each other.

    Pages after the first hold comments alone.
    """
    of = _year()
    divisions = {d.code: str(d) for d in Division.objects.all()}
    groups = by_group(of, "division", divisions)
    comments = _comments(request, of, [g.code for g in groups if _may_speak(g.n)])
    context: dict[str, Any] = {"comments": comments, "divisions": divisions}
    if comments.number == 1:
        hidden = sum(group.score is None for group in groups)
        context |= {"slice": of, **numbers(of), "groups": groups, "hidden": hidden}
        context["pools"] = _pools(of)
    return _kept_short(render(request, "voice/satisfaction.html", context))


@require_safe
def division(request: HttpRequest, code: str) -> HttpResponse:
    """One division; nothing of it where the table of all divisions must hide it."""
    here = get_object_or_404(Division, code=code)
    city = by_group(_year(), "division", {})
    group = next((g for g in city if g.code == code), None)
    context: dict[str, Any] = {"division": here, "hidden": group is None or group.score is None}
    if group is not None and group.score is not None:
        of = _year(code)
        comments = _comments(request, of, [code] if _may_speak(group.n) else [])
        context["comments"] = comments
        context |= {"slice": of, **numbers(of)} if comments.number == 1 else {}
    return _kept_short(render(request, "voice/satisfaction_division.html", context))


def _year(code: str = "") -> Slice:
    first, last = months_back(MONTHS)
    return Slice(first, last, division=code)


def _may_speak(n: int | None) -> bool:
    """Comments need more company than numbers: few answers, and a style gives people away."""
    return n is not None and n >= SMALL_COMMENT


def _comments(request: HttpRequest, of: Slice, codes: list[str]) -> Page[Comment]:
    found = Comment.objects.filter(
        publishable(), of_instrument(of.instrument, "response__invitation__"),
        division__in=codes, response__pool__in=of.pools, at__gte=of.since,
    ).select_related("response")  # fmt: skip
    return Paginator(found, SHOWN).get_page(request.GET.get("page"))


def _pools(of: Slice) -> list[Group]:
    """The other pools, each by itself: how many answered and their score. One query each."""
    found = []
    for pool in OTHER_POOLS:
        for survey in ("place", "closing"):
            score = overall(replace(of, pools=(pool,), instrument=survey))
            if score.n and not score.is_small:
                found.append(Group("", str(pool.label), score, score.n))
    return found


def _kept_short(response: HttpResponse) -> HttpResponse:
    response.headers["Cache-Control"] = "public, max-age=300"
    return response
