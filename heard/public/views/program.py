"""Measures of the city's own, and everything published that was changed afterwards."""

from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from heard.core.words import said
from heard.measures.definitions import ALL, measures
from heard.public.caching import results_page, snapshot_of
from heard.public.pictures import Line, line_of
from heard.targets.models import DefinitionVersion, Entry, OwnMeasure, Restatement
from heard.targets.reads import (
    Aspects,
    last_figures,
    of_own_measure,
    own_measure,
    public_measures,
    restatements,
)
from heard.targets.silent import breaks as silent_breaks
from heard.targets.subjects import of_own
from heard.targets.telling import figure_told
from heard.ui.lists import listing


@results_page
def listed(request: HttpRequest) -> HttpResponse:
    """Every measure of our own of which something is published."""
    found = listing(request, public_measures(), per_page=25)
    latest = last_figures([own.key for own in found.rows])
    context = {
        "snapshot": snapshot_of(request),
        "found": found,
        "rows": [(of_own(own), latest.get(own.key)) for own in found.rows],
    }
    return render(request, "public/program.html", context)


def own(request: HttpRequest, key: str) -> HttpResponse:
    """The page of a measure of our own; 404 where nothing of it is published."""
    row = own_measure(key)
    if row is None:
        raise Http404
    aspects = of_own_measure(row)
    context = {
        "snapshot": snapshot_of(request),
        "own": row,
        "about": of_own(row),
        "aspects": aspects,
        "latest": next((p for p in reversed(aspects.course.points) if p.value is not None), None),
        "line": _line(row, aspects),
        "points": list(reversed(aspects.course.points)),
        "firsts": {one.first.code for one in aspects.breaks},
        "silent": silent_breaks(row),
    }
    return render(request, "public/own.html", context)


def own_working(request: HttpRequest, key: str) -> HttpResponse:
    """Where the figures of a measure of our own come from, and who answers for them."""
    row = own_measure(key)
    if row is None:
        raise Http404
    aspects = of_own_measure(row)
    shown = Entry.objects.filter(measure=key, state=Entry.State.PUBLISHED, group=ALL)
    entries = {entry.period: entry for entry in shown}
    points = list(reversed(aspects.course.points))
    context = {
        "snapshot": snapshot_of(request),
        "own": row,
        "about": of_own(row),
        "aspects": aspects,
        "rows": [(point, entries.get(point.period.code)) for point in points],
    }
    return render(request, "public/own_working.html", context)


def _line(own: OwnMeasure, aspects: Aspects) -> Line | None:
    return line_of(aspects.course.points, own.unit, silent_breaks(own))


@dataclass(frozen=True)
class Change:
    """One line of the list of changes, in the words of the page."""

    row: Restatement
    name: str
    key: str
    old: str
    new: str


@results_page
def changes(request: HttpRequest) -> HttpResponse:
    """Restated figures and targets, and definitions that changed: what, when, why, old and new."""
    found = listing(request, restatements(), per_page=25)
    own = {one.key: one for one in OwnMeasure.objects.filter(
        key__in={row.measure for row in found.rows}
    )}  # fmt: skip
    versions = DefinitionVersion.objects.select_related("measure").order_by("-effective_from")
    context: dict[str, Any] = {
        "snapshot": snapshot_of(request),
        "found": found,
        "rows": [_change(row, own) for row in found.rows],
        "definitions": [
            *_card_changes(),
            *((v.measure, v.measure.key, v.effective_from, v.what, v.why) for v in versions[:50]),
        ],
    }
    return render(request, "public/changes.html", context)


def _change(row: Restatement, own: dict[str, OwnMeasure]) -> Change:
    name = measures().get(row.measure) or own.get(row.measure)
    return Change(
        row, said(name.name) if name else row.measure, row.measure,
        figure_told(row.old, row.unit), figure_told(row.new, row.unit),
    )  # fmt: skip


def _card_changes() -> list[tuple[Any, ...]]:
    return [
        (card, card.key, change["effective_from"], change.get("what", {}), change.get("why", {}))
        for card in measures().values()
        for change in card.changes
    ]
