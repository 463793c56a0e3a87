"""The pattern page shows each component with sample data, for people and for tests."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from heard.ui.patterns import samples


@require_safe
def patterns(request: HttpRequest) -> HttpResponse:
    """``/patterns/``: every component; ``?layout=desk`` shows them on a page of the desk."""
    layout = "ui/base_desk.html" if request.GET.get("layout") == "desk" else "ui/base.html"
    return render(request, "ui/patterns.html", samples.everything(request) | {"layout": layout})
