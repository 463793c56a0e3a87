"""First contact and avoidable contact in numbers, for the desk."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from heard.doors.desk.contact_numbers import contact_numbers
from heard.people.roles import needs


@needs("read cases")
def contact_figures(request: HttpRequest) -> HttpResponse:
    """The measures of contacts, each by every statistic, of the latest month that is over."""
    return render(request, "desk/contact_figures.html", {"groups": contact_numbers()})
