"""A figure for other sites: a small page to put in a frame, and a picture under a lasting address.

Nothing here sets a cookie or runs a script, and this is the only page others may frame.
"""

from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from csp.decorators import csp_replace
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotModified
from django.shortcuts import render
from django.urls import reverse
from django.utils.cache import patch_cache_control, patch_vary_headers
from django.utils.translation import get_language
from django.views.decorators.clickjacking import xframe_options_exempt

from heard.measures.definitions import ALL, Definition, UnknownName, measure
from heard.measures.periods import headline, is_month, span
from heard.measures.reads import charts, months_received
from heard.public.asked import asked_group, asked_statistic
from heard.public.caching import results_page, shared, snapshot_of
from heard.public.panels import Names, measure_url, panel
from heard.targets.reads import of_group
from heard.targets.subjects import of_card

KEPT = 300  # seconds a page of another site may show the picture without asking again


@xframe_options_exempt
@csp_replace({"frame-ancestors": ["*"]})
@results_page
def show(request: HttpRequest, key: str) -> HttpResponse:
    """One figure with its course and the way to its source (``?way=&by=&group=``)."""
    card = _card(key)
    statistic, (by, group) = asked_statistic(request, card), asked_group(request)
    received = months_received()
    wanted = request.GET.get("period", "")
    period = wanted if is_month(wanted) and wanted in received else headline(received)
    context: dict[str, Any] = {"card": card, "snapshot": snapshot_of(request)}
    if period:
        aspects = of_group(of_card(card, statistic), period, by=by, group=group)
        breaks = {one.first.code: one for one in aspects.breaks}
        months, rows = span(received, period), aspects.in_force
        query = {"by": by, "group": group} if by != ALL else {}
        context |= {
            "panel": panel(
                card, statistic, rows, period=period, months=months, query=query, breaks=breaks
            ),
            "group_name": Names().name(by, group),
        }
    return shared(render(request, "public/embed.html", context))


def _card(key: str) -> Definition:
    try:
        return measure(key)
    except UnknownName:
        raise Http404 from None


def chart(request: HttpRequest, key: str) -> HttpResponse:
    """The newest picture of a measure (``?way=&by=&group=&size=``): its address never changes."""
    card = _card(key)
    statistic, (by, group) = asked_statistic(request, card), asked_group(request)
    size = "narrow" if request.GET.get("size") == "narrow" else "wide"
    made = charts(by, group, (get_language() or "en").split("-")[0])
    name = made.get((card.key, statistic.key, size), "")
    path = Path(settings.HEARD_DATA) / "charts" / name
    picture = path.read_bytes() if name and path.is_file() else None
    tag = f'"{name.removesuffix(".svg")}"' if picture else '"none"'
    if tag in request.headers.get("If-None-Match", ""):
        response: HttpResponse = HttpResponseNotModified()
    elif picture is not None:
        response = HttpResponse(picture, content_type="image/svg+xml")
    else:
        response = render(
            request, "public/no_chart.svg", {"card": card}, content_type="image/svg+xml"
        )
    response["ETag"] = tag
    patch_cache_control(response, public=True, max_age=KEPT)
    patch_vary_headers(response, ("Accept-Language",))
    return shared(response)


def snippets(request: HttpRequest, card: Definition, query: dict[str, str]) -> dict[str, str]:
    """What somebody pastes into their own site: a frame, and a picture."""
    root = request.build_absolute_uri("/").rstrip("/")
    text = urlencode({name: value for name, value in query.items() if value and name != "period"})
    tail = f"?{text}" if text else ""
    frame = f"{root}{reverse('public:embed', args=[card.key])}{tail}".replace("&", "&amp;")
    picture = f"{root}{reverse('public:embed_chart', args=[card.key])}{tail}".replace("&", "&amp;")
    page = f"{root}{measure_url(card, query)}".replace("&", "&amp;")
    return {
        "frame": f'<iframe src="{frame}" title="{card}" width="100%" height="380" '
        'loading="lazy" referrerpolicy="no-referrer"></iframe>',
        "picture": f'<a href="{page}"><img src="{picture}" width="760" height="300" alt="{card}">'
        "</a>",
    }
