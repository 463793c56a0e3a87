"""Services, offices and their hours, measures and survey results."""

from typing import Annotated, Any

from django.http import Http404, HttpRequest
from ninja import Query, Router

from heard.catalogue.asking import options
from heard.catalogue.models import Service
from heard.catalogue.reads import offered
from heard.core import clock
from heard.core.errors import Refused
from heard.doors.api.guard import Key
from heard.doors.api.shapes import (
    MeasureOut,
    OfficeOut,
    ResultOut,
    ServiceOut,
    ServiceWithQuestions,
)
from heard.keys.models import Scope
from heard.measures import reads as figures
from heard.measures.definitions import ALL, Definition, UnknownName, check_by, measure, measures
from heard.places.models import Office
from heard.places.publish.jsonld import plain
from heard.places.reads import OpenOffice, open_offices
from heard.places.timetable import timetable, today_at

router = Router()
CITY, FIGURES = Key(Scope.READ_CITY), Key(Scope.READ_MEASURES)
MOST_RESULTS = 2000
Period = Annotated[str | None, Query(pattern=r"^\d{4}(-\d{2}|-Q\d|-W\d{2})?$")]


def _service(service: Service) -> dict[str, Any]:
    return {
        "code": service.code,
        "name": service.name,
        "group": service.group,
        "instructions": service.instructions,
        "division": service.division.code,
        "place": service.place,
        "anonymous_allowed": service.anonymous_allowed,
    }


@router.get(
    "/services", response=list[ServiceOut], auth=CITY, tags=["services"],
    summary="What can be asked for",
)  # fmt: skip
def list_services(request: HttpRequest) -> list[dict[str, Any]]:
    """Every service that is offered."""
    return [_service(service) for service in offered()]


@router.get(
    "/services/{path:code}", response=ServiceWithQuestions, auth=CITY, tags=["services"],
    summary="One service and what it asks",
)  # fmt: skip
def one_service(request: HttpRequest, code: str) -> dict[str, Any]:
    """With the questions whose answers a new case may carry."""
    service = offered().filter(code=code.replace("\x00", "")[:200]).first()
    if service is None:
        raise Http404("There is no such service.")
    questions = [
        {
            "code": q.code, "kind": q.kind, "required": q.required, "label": q.label,
            "choices": [key for key, _name in options(q)] if q.kind in _CHOSEN else [],
        }
        for q in service.questions.all()
    ]  # fmt: skip
    return _service(service) | {"questions": questions}


_CHOSEN = {"choice", "many", "yes_no"}


def _office(found: OpenOffice) -> dict[str, Any]:
    now = clock.now()
    told = plain(found, timetable(found, today_at(found.zone, now)), now, "")
    return {name: told[name] for name in OfficeOut.model_fields}


@router.get(
    "/offices", response=list[OfficeOut], auth=CITY, tags=["offices"],
    summary="Offices and their hours",
)  # fmt: skip
def list_offices(request: HttpRequest) -> list[dict[str, Any]]:
    """All offices with closures and the weeks ahead."""
    return [_office(found) for found in open_offices()]


@router.get(
    "/offices/{code}", response=OfficeOut, auth=CITY, tags=["offices"], summary="One office"
)
def one_office(request: HttpRequest, code: str) -> dict[str, Any]:
    """One office with its hours."""
    office = Office.objects.filter(code=code.replace("\x00", "")[:80]).first()
    if office is None:
        raise Http404("There is no such office.")
    return _office(open_offices([office])[0])


def _measure(card: Definition) -> dict[str, Any]:
    plain_ones = ("key", "version", "unit", "direction", "source", "name", "definition")
    told = {name: getattr(card, name) for name in plain_ones}
    return told | {"statistics": [statistic.key for statistic in card.statistics]}


@router.get(
    "/measures", response=list[MeasureOut], auth=FIGURES, tags=["measures"],
    summary="What is measured",
)  # fmt: skip
def list_measures(request: HttpRequest) -> list[dict[str, Any]]:
    """Every measure with its definition in force."""
    return [_measure(card) for card in measures().values()]


@router.get(
    "/measures/{key}/results", response=list[ResultOut], auth=FIGURES, tags=["measures"],
    summary="Results of a measure",
)  # fmt: skip
def list_results(
    request: HttpRequest,
    key: str,
    by: str = ALL,
    period: Period = None,
    statistic: Annotated[str | None, Query(max_length=40)] = None,
) -> list[dict[str, Any]]:
    """Published figures, the oldest period first. Grouped ones are asked period by period."""
    try:
        card = measure(key)
    except UnknownName as error:
        raise Http404("There is no such measure.") from error
    return _results(card, by, period, statistic)


def _results(
    card: Definition, by: str, period: str | None, statistic: str | None
) -> list[dict[str, Any]]:
    try:
        check_by(by)
        wanted = card.statistic(statistic)
    except UnknownName as error:
        raise Refused(str(error), field="by" if by not in str(error) else None) from error
    if by != ALL and period is None:
        raise Refused("Say which period, such as 2026-01.", field="period")
    rows = figures.results(card, wanted, by=by, period=period)
    return [figures.plain(row) for row in rows[:MOST_RESULTS]]


@router.get(
    "/surveys/results", response=list[ResultOut], auth=FIGURES, tags=["surveys"],
    summary="Results of surveys",
)  # fmt: skip
def survey_results(
    request: HttpRequest, by: str = ALL, period: Period = None
) -> list[dict[str, Any]]:
    """What customers answered, as every measure made from answers tells it; no single answers."""
    found: list[dict[str, Any]] = []
    for card in measures().values():
        if card.source == "responses":
            found += _results(card, by, period, None)
    return found
