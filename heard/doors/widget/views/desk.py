"""At the desk: the city's web pages as their readers rated them."""

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from heard.doors.widget import reads
from heard.people.roles import needs
from heard.ui.forms import FilterForm
from heard.ui.lists import listing


class PageFilters(FilterForm):
    """Which pages."""

    q = forms.CharField(label=_("Part of the address"), required=False, max_length=100)


@needs("read comments")
@require_safe
def pages(request: HttpRequest) -> HttpResponse:
    """Each page with its ratings and newest comments."""
    filters = PageFilters(request.GET)
    words = filters.cleaned_data.get("q", "") if filters.is_valid() else ""
    found = listing(request, reads.pages(words), filters=filters, per_page=20)
    said = reads.comments([row["page"] for row in found.rows])
    rows = [(row, said[row["page"]]) for row in found.rows]
    return render(request, "widget/pages.html", {"listing": found, "rows": rows})
