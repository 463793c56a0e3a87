"""How both ways would have done, for every series."""

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from heard.forecast import reads, telling
from heard.forecast.models import Forecast
from heard.people.roles import needs
from heard.ui.lists import listing
from heard.ui.telling import share


@dataclass(frozen=True, slots=True)
class Tried:
    """One series in the table."""

    row: Forecast
    name: str
    model: str
    naive: str
    hour: str
    hour_naive: str
    held: str
    tested_on: str
    why: str


@needs("see forecasts")
def show(request: HttpRequest) -> HttpResponse:
    """The table, the city first."""
    found = reads.tested()
    page = listing(request, found, per_page=50)
    context = {
        "run": reads.latest_run(),
        "listing": page,
        "tried": [_tried(named) for named in page.rows],
        "used": sum(named.row.uses_model for named in found),
        "total": len(found),
    }
    return render(request, "forecast/backtest.html", context)


def _tried(named: reads.Named) -> Tried:
    row = named.row
    return Tried(
        row=row,
        name=named.name,
        model=telling.small_error(row.mae_model),
        naive=telling.small_error(row.mae_naive),
        hour=telling.small_error(row.hour_mae),
        hour_naive=telling.small_error(row.hour_mae_naive),
        held=share(row.coverage),
        tested_on=telling.tested_on(row),
        why=telling.why(row),
    )
