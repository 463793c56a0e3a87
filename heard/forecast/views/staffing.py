"""The people a response centre needs, hour by hour, from assumptions that stand in the address."""

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from heard.forecast import pictures, reads
from heard.forecast.forms import HIGH, StaffingForm
from heard.forecast.sources import Expected, Source, expected
from heard.forecast.staffing import Need, TooMuch, need
from heard.people.roles import needs
from heard.ui.telling import number


@dataclass(frozen=True)
class Plan:
    """A week: the table of people, its sums, and its busiest hour."""

    heat: pictures.Heat
    hours: int
    calls: float
    most: Need
    most_at: str
    first: str
    last: str


@needs("see forecasts")
def show(request: HttpRequest) -> HttpResponse:
    """The form, and the plan it makes."""
    source = request.GET.get("source", Source.PHONE)
    found = expected(source if source in Source.values else Source.PHONE)
    form = StaffingForm(request.GET, weeks=max(1, len(found.days) // 7) if found else 4)
    plan = None
    if form.is_valid() and found is not None:
        try:
            plan = _plan(form, found)
        except TooMuch:
            form.add_error(
                "minutes",
                _("This is more work than 2,000 people could do at once. Lower the minutes or the "
                  "calls for each case."),
            )  # fmt: skip
    context = {
        "form": form,
        "plan": plan,
        "found": found,
        "run": reads.latest_run(),
        "share_model": found is not None and all(row.uses_model for row in found.made_from),
    }
    return render(request, "forecast/staffing.html", context)


def _plan(form: StaffingForm, found: Expected) -> Plan:
    given = form.assumptions()
    high = form.cleaned_data["plan"] == HIGH
    begin = 7 * (form.cleaned_data["week"] - 1)
    days = found.days[begin : begin + 7]
    week = [
        [need(hour.high if high else hour.mean, given) for hour in hours]
        for hours in found.hours[begin : begin + 7]
    ]
    cells = [
        [(float(one.planned), str(one.planned), _note(one)) for one in column] for column in week
    ]
    most, day, hour = max(
        ((one, day, hour) for day, column in enumerate(week) for hour, one in enumerate(column)),
        key=lambda place: (place[0].planned, place[0].calls),
    )
    return Plan(
        heat=pictures.heat(days, cells),
        hours=sum(one.planned for column in week for one in column),
        calls=sum(one.calls for column in week for one in column),
        most=most,
        most_at=f"{pictures.weekday_told(days[day])}, {pictures.hour_told(hour)}",
        first=pictures.weekday_told(days[0]),
        last=pictures.weekday_told(days[-1]),
    )


def _note(one: Need) -> str:
    return _("for {calls}").format(calls=number(one.calls, 1))
