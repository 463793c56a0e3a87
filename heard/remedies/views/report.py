"""The report: remedies by kind, money, and the satisfaction that followed."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from heard.core import clock
from heard.core.city import city_zone
from heard.people.roles import needs
from heard.remedies import reads
from heard.remedies.forms import ReportForm


@needs("see divisions")
def show(request: HttpRequest) -> HttpResponse:
    """The report of some days."""
    form = ReportForm(request.GET, today=clock.now().astimezone(city_zone()).date())
    first, last = form.span()
    context = {
        "form": form,
        "first": first,
        "last": last,
        "report": reads.report(first, last, division=form.chosen()),
        "here": "report",
    }
    return render(request, "remedies/report.html", context)
