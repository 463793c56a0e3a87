"""What is expected: the whole city, every service, and one of them day by day and hour by hour."""

from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from heard.catalogue.models import Service
from heard.forecast import pictures, reads, telling
from heard.forecast.forms import ServiceFilters
from heard.forecast.models import Forecast, Kind
from heard.forecast.telling import Busiest
from heard.people.roles import needs
from heard.ui.lists import listing
from heard.ui.telling import number

SHOWN = {Kind.CITY, Kind.SERVICE, Kind.CHANNEL, Kind.FEW}


@dataclass(frozen=True, slots=True)
class Line:
    """A service in the list."""

    row: Forecast
    name: str
    week: str
    four_weeks: str
    busiest: Busiest | None


@needs("see forecasts")
def index(request: HttpRequest) -> HttpResponse:
    """All services, and the city's course."""
    filters = ServiceFilters(request.GET)
    filters.is_valid()
    wanted = filters.cleaned_data
    found = reads.services(q=wanted.get("q", ""), division=wanted.get("division", ""))
    page = listing(request, found, filters=filters)
    city = reads.city()
    context = {
        "run": reads.latest_run(),
        "city_row": city,
        "course": pictures.course(city) if city else None,
        "city_week": telling.week(city) if city else None,
        "busiest": telling.busiest(city) if city else None,
        "held": telling.held(city) if city else "",
        "listing": page,
        "lines": [_line(named) for named in page.rows],
    }
    return render(request, "forecast/index.html", context)


def _line(named: reads.Named) -> Line:
    row = named.row
    expected = telling.week(row)
    if expected is None and row.four_weeks is not None:
        expected = row.four_weeks / 4
    return Line(
        row,
        named.name,
        telling.small(expected),
        telling.small(row.four_weeks),
        telling.busiest(row),
    )


@needs("see forecasts")
def show(request: HttpRequest, kind: str, code: str) -> HttpResponse:
    """One series."""
    if kind not in SHOWN:
        raise Http404
    row = reads.one(kind, code)
    if row is None:
        name = _known(kind, code)
        context: dict[str, Any] = {"name": name, "run": reads.latest_run()}
        return render(request, "forecast/none.html", context)
    busiest = telling.busiest(row)
    context = {
        "row": row,
        "name": reads.name_of(row),
        "why": telling.why(row),
        "held": telling.held(row),
        "tested_on": telling.tested_on(row),
        "week_told": telling.small(telling.week(row)),
        "busiest": busiest,
        "busiest_told": telling.small(busiest.mean) if busiest else "",
        "course": pictures.course(row),
        "days": [
            (row.day(ahead), pictures.weekday_told(row.day(ahead)), telling.small(mean), low, high)
            for ahead, (mean, low, high) in enumerate(row.days)
        ],
        "heat": _heat(row) if row.days else None,
        "run": reads.latest_run(),
    }
    return render(request, "forecast/show.html", context)


def _known(kind: str, code: str) -> str:
    """The name of a service without a forecast; 404 for what there is not."""
    service = Service.objects.filter(code=code).first() if kind == Kind.SERVICE else None
    if service is None:
        raise Http404
    return str(service)


def _heat(row: Forecast) -> pictures.Heat:
    """The hours of the first seven days."""
    days = range(min(7, len(row.days)))
    cells = []
    for ahead in days:
        likely = zip(row.hours_low[ahead], row.hours_high[ahead], strict=True)
        cells.append(
            [
                (mean, number(mean, 1), f"{low}–{high}")
                for mean, (low, high) in zip(row.hours(ahead), likely, strict=True)
            ]
        )
    return pictures.heat([row.day(ahead) for ahead in days], cells)
