"""Waves: the list, the topline, a question by group, and one wave against another."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from heard.microdata.models import Column, Study
from heard.microdata.reads import wave_of, weights_of
from heard.microdata.tables import crosstab, topline, waves
from heard.people.roles import may, needs
from heard.ui.lists import listing

PER_PAGE = 25


@needs("see forecasts")
def index(request: HttpRequest) -> HttpResponse:
    """All waves."""
    rows = Study.objects.defer("notes")
    context = {"listing": listing(request, rows), "brings_in": may(request.user, "write surveys")}
    return render(request, "microdata/studies.html", context)


def _study(code: str) -> Study:
    return get_object_or_404(Study, code=code)


@needs("see forecasts")
def topline_page(request: HttpRequest, code: str) -> HttpResponse:
    """Every question of a wave, in the order of the questionnaire."""
    study = _study(code)
    wanted = request.GET.get("q", "").strip()[:80]
    scales = Column.objects.filter(study=study, kind=Column.Kind.SCALE)
    if wanted:
        scales = scales.filter(wording__icontains=wanted)
    page = listing(request, scales, per_page=PER_PAGE)
    weights = weights_of(study)
    others = Study.objects.filter(name=study.name).exclude(pk=study.pk).only("code", "wave", "name")
    context = {
        "study": study, "listing": page, "wanted": wanted,
        "rows": [topline(column, weights) for column in page.rows],
        "others": list(others), "is_weighted": weights is not None,
    }  # fmt: skip
    return render(request, "microdata/study.html", context)


@needs("see forecasts")
def question(request: HttpRequest, code: str, column: str) -> HttpResponse:
    """One question: its answers, and by the groups of another column (``?by=``)."""
    study = _study(code)
    asked = get_object_or_404(Column, study=study, name=column, kind=Column.Kind.SCALE)
    groups = Column.objects.filter(study=study, kind=Column.Kind.CATEGORY)
    names = [(one.name, str(one)) for one in groups.only("name", "wording")]
    by = request.GET.get("by", "")
    chosen = groups.filter(name=by).first() if by else None
    weights = weights_of(study)
    row = topline(asked, weights)
    context: dict[str, Any] = {
        "study": study, "column": asked, "row": row, "groups": names, "by": by,
        "steps": list(enumerate(row.shares, start=asked.low or 1))[::-1],
        "labels": asked.labels,
        "table": crosstab(asked, chosen, weights) if chosen else None, "chosen": chosen,
    }  # fmt: skip
    return render(request, "microdata/question.html", context)


@needs("see forecasts")
def waves_page(request: HttpRequest, code: str) -> HttpResponse:
    """This wave against an earlier one (``?with=``)."""
    study = _study(code)
    others = list(Study.objects.filter(name=study.name).exclude(pk=study.pk))
    wanted = request.GET.get("with", others[0].code if others else "")
    other = next((one for one in others if one.code == wanted), None)
    rows = waves(wave_of(other), wave_of(study)) if other else []
    context = {"study": study, "others": others, "other": other, "rows": rows}
    return render(request, "microdata/waves.html", context)
