"""The page of a division's voice: score, response, change, drivers, groups, comments."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from heard.catalogue.models import Service
from heard.core.words import said
from heard.people.models import Division, Role
from heard.people.roles import may, needs, staff_of
from heard.places.models import District
from heard.voice.alerts import open_alerts
from heard.voice.comments import publishable
from heard.voice.instruments import begin_all
from heard.voice.models import Comment, Spot
from heard.voice.reports.drivers import drivers
from heard.voice.reports.funnel import funnel, missing
from heard.voice.reports.notes import bias_notes
from heard.voice.reports.pictures import course_pictures
from heard.voice.reports.scores import against_before, by_group, course, overall
from heard.voice.reports.slices import Slice, of_instrument, slice_of
from heard.voice.reports.telling import (
    CHANNELS,
    change_words,
    driver_rows,
    funnel_rows,
    missing_rows,
)
from heard.voice.result_forms import ReportFilters

SHOWN_COMMENTS = 6
BY = ("service", "channel", "district", "place")


@needs("see divisions")
def index(request: HttpRequest) -> HttpResponse:
    """The city's voice, and each division's beside it."""
    begin_all()
    filters = ReportFilters(request.GET)
    of = slice_of(filters.cleaned_data)
    names = {d.code: str(d) for d in Division.objects.all()}
    context = {
        "filters": filters, "here": "report", "slice": of,
        **numbers(of), "groups": by_group(of, "division", names),
    }  # fmt: skip
    return render(request, "voice/report.html", context)


@needs("see divisions")
def division(request: HttpRequest, code: str) -> HttpResponse:
    """One division; managers see their own."""
    viewer = staff_of(request)
    here = get_object_or_404(Division.objects.select_related("department"), code=code)
    if viewer.role == Role.MANAGER and viewer.division_id != here.pk:
        raise PermissionDenied
    filters = ReportFilters(request.GET, here.code)
    of = slice_of(filters.cleaned_data, division=here.code)
    named = names_of_groups()
    groups = [(by, by_group(of, by, named[by])) for by in BY]
    context = {
        "division": here, "filters": filters, "here": "report", "slice": of,
        **numbers(of),
        "tables": [(by, rows) for by, rows in groups if len(rows) > 1],
        "missing": missing_rows([missing(of, by, named[by]) for by in ("channel", "district")]),
        "drivers": driver_rows(drivers(of)),
        "comments": _comments(here.code, of),
        "may_read": may(request.user, "review comments"),
        "alerts": open_alerts(here.code).count(),
        "waiting": Comment.objects.filter(
            division=here.code, state=Comment.State.WAITING
        ).count(),
    }  # fmt: skip
    return render(request, "voice/division.html", context)


def numbers(of: Slice) -> dict[str, Any]:
    """What every report begins with: score, course, change against before, response, notes."""
    now = overall(of)
    then, difference = against_before(of)
    months = course(of)
    steps = funnel(of)
    return {
        "score": now,
        "then": then,
        "change": change_words(now, then, difference),
        "course": months,
        "pictures": course_pictures(months),
        "funnel": steps,
        "steps": funnel_rows(steps),
        "notes": bias_notes(missing(of, "channel", CHANNELS())),
    }


def names_of_groups() -> dict[str, dict[str, str]]:
    """How services, channels, districts and places are called."""
    return {
        "service": {s.code: said(s.name) for s in Service.objects.only("code", "name")},
        "district": {d.code: said(d.name) for d in District.objects.only("code", "name")},
        "place": {s.code: said(s.name) for s in Spot.objects.only("code", "name")},
        "channel": CHANNELS(),
    }


def _comments(code: str, of: Slice) -> list[Comment]:
    found = Comment.objects.filter(
        publishable(), of_instrument(of.instrument, "response__invitation__"), division=code,
        response__pool__in=of.pools, at__gte=of.since, at__lt=of.until,
    ).select_related("response")  # fmt: skip
    return list(found[:SHOWN_COMMENTS])
