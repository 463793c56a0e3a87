"""Answers as files: CSV with its codebook, XLSX, Parquet. No names, addresses or comments."""

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404

from heard.people.models import Division, Role
from heard.people.roles import needs, staff_of
from heard.voice.exports import FORMS, made
from heard.voice.reports.slices import slice_of
from heard.voice.result_forms import ReportFilters


@needs("see divisions")
def export(request: HttpRequest, form: str) -> HttpResponse:
    """The answers of a report as a file; ``?division=`` and the filters of the report."""
    if form not in FORMS:
        raise Http404
    viewer = staff_of(request)
    code = request.GET.get("division", "")
    if viewer.role == Role.MANAGER:
        if viewer.division is None or (code and code != viewer.division.code):
            raise PermissionDenied
        code = viewer.division.code
    elif code:
        get_object_or_404(Division, code=code)
    filters = ReportFilters(request.GET)
    of = slice_of(filters.cleaned_data, **({"division": code} if code else {}))
    body, content_type, ending = made(of, form)
    response = HttpResponse(body, content_type=content_type)
    name = f"answers-{code or 'city'}-{of.first}-{of.last}.{ending}"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    response.headers["Cache-Control"] = "private, no-store"
    return response
