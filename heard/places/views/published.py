"""The hours of an office for programs, calendars and the door."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from heard.core import clock
from heard.places.outlines import outlines
from heard.places.publish.feed import feed
from heard.places.publish.jsonld import linked, plain
from heard.places.publish.sign import sign
from heard.places.timetable import timetable, today_at
from heard.places.views.offices import english_url, page_url, the_office

FEED_WEEKS = 8
FRESH_SECONDS = 300


@require_safe
@cache_control(public=True, max_age=FRESH_SECONDS)
def as_json(request: HttpRequest, code: str) -> HttpResponse:
    """Hours and closures of the next weeks, day by day."""
    now, found = clock.now(), the_office(code)
    table = timetable(found, today_at(found.zone, now))
    return _open_to_all(JsonResponse(plain(found, table, now, page_url(found))))


@require_safe
@cache_control(public=True, max_age=FRESH_SECONDS)
def city_outlines(request: HttpRequest) -> HttpResponse:
    """The outlines of the city and its districts, for maps."""
    return JsonResponse(outlines(), content_type="application/geo+json")


@require_safe
@cache_control(public=True, max_age=FRESH_SECONDS)
def as_jsonld(request: HttpRequest, code: str) -> HttpResponse:
    """The office as schema.org, as on its page."""
    now, found = clock.now(), the_office(code)
    table = timetable(found, today_at(found.zone, now))
    data = linked(found, table, page_url(found))
    return _open_to_all(JsonResponse(data, content_type="application/ld+json"))


@require_safe
@cache_control(public=True, max_age=FRESH_SECONDS)
def as_feed(request: HttpRequest, code: str) -> HttpResponse:
    """A calendar to subscribe to."""
    now, found = clock.now(), the_office(code)
    table = timetable(found, today_at(found.zone, now), FEED_WEEKS)
    answer = HttpResponse(feed(found, table, now, page_url(found)), content_type="text/calendar")
    answer["Content-Disposition"] = 'inline; filename="hours.ics"'
    return _open_to_all(answer)


@require_safe
@cache_control(public=True, max_age=FRESH_SECONDS)
def door_sign(request: HttpRequest, code: str) -> HttpResponse:
    """The sign to print for the door."""
    now, found = clock.now(), the_office(code)
    table = timetable(found, today_at(found.zone, now))
    answer = HttpResponse(
        sign(found, table, now, english_url(found)), content_type="application/pdf"
    )
    answer["Content-Disposition"] = 'inline; filename="door-sign.pdf"'
    return answer


def _open_to_all(answer: HttpResponse) -> HttpResponse:
    """Open data: any web page may read it."""
    answer["Access-Control-Allow-Origin"] = "*"
    answer["Cross-Origin-Resource-Policy"] = "cross-origin"
    return answer
