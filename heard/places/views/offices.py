"""The pages of the offices: is it open, until when, and what is different soon."""

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone, translation
from django.views.decorators.http import require_safe

from heard.core import clock
from heard.core.words import said
from heard.places.models import Closure, Counter, Office
from heard.places.publish.jsonld import as_script, linked
from heard.places.publish.wording import (
    clock_words,
    day_words,
    language_name,
    standing_words,
    times_words,
    weekday,
    why_words,
)
from heard.places.reads import OpenOffice, closures_ahead, open_offices
from heard.places.timetable import (
    WHOLE_DAY,
    Minutes,
    Standing,
    Timetable,
    clock_of,
    standing,
    timetable,
    today_at,
)
from heard.ui.telling import day_told, time_told

PER_PAGE = 24


@dataclass(frozen=True, slots=True)
class ClosureLine:
    """An announced closure, told in the clock of the office."""

    starts: str
    ends: str
    reason: str


@dataclass(frozen=True, slots=True)
class Shown:
    """An office as the list shows it."""

    office: Office
    standing: Standing | None
    words: str
    closures: list[ClosureLine]


@dataclass(frozen=True, slots=True)
class Piece:
    """One opening: clock and words of its beginning and end."""

    opens: str
    opens_words: str
    closes: str
    closes_words: str


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a table of hours; ``words`` where there are no pieces."""

    key: str
    day: str
    times: tuple[Minutes, ...]
    why: str = ""
    is_today: bool = False

    @property
    def words(self) -> str:
        """All times in words."""
        return times_words(self.times)

    @property
    def is_whole_day(self) -> bool:
        """Whether it is open from midnight to midnight."""
        return self.times == WHOLE_DAY

    @property
    def pieces(self) -> list[Piece]:
        """The openings one by one."""
        return [
            Piece(clock_of(a), clock_words(a), clock_of(b), clock_words(b)) for a, b in self.times
        ]


@require_safe
def offices(request: HttpRequest) -> HttpResponse:
    """All offices, and whether each is open now."""
    now = clock.now()
    page = Paginator(Office.objects.all(), PER_PAGE).get_page(request.GET.get("page"))
    shown = []
    for found in open_offices(page.object_list):
        state = standing(found, now)
        closures = closure_lines(found, now)[:3]
        shown.append(Shown(found.office, state, standing_words(state, now), closures))
    return render(request, "places/offices.html", {"shown": shown, "page": page})


@require_safe
def office(request: HttpRequest, code: str) -> HttpResponse:
    """One office: hours, what is different ahead, counters, how to get there."""
    now = clock.now()
    found = the_office(code)
    today = today_at(found.zone, now)
    table = timetable(found, today)
    state = standing(found, now)
    context = {
        "office": found.office,
        "zone": found.zone,
        "standing": state,
        "standing_words": standing_words(state, now),
        "usual": usual_lines(table, today.weekday()) if table else [],
        "ahead": ahead_lines(table) if table else [],
        "until": day_told(table.last) if table else "",
        "closures": closure_lines(found, now),
        "counters": counter_lines(found, now),
        "languages": [language_name(language) for language in found.office.languages],
        "jsonld": as_script(linked(found, table, page_url(found))),
    }
    return render(request, "places/office.html", context)


def the_office(code: str) -> OpenOffice:
    """The office of an address, or the page that says there is none."""
    found = Office.objects.filter(code=code).first()
    if found is None:
        raise Http404
    return open_offices([found])[0]


def page_url(found: OpenOffice) -> str:
    """The full address of an office's page, in the language of this page."""
    return settings.HEARD_URL + reverse("places:office", args=[found.office.code])


def english_url(found: OpenOffice) -> str:
    """The same in English, which has the shortest address."""
    with translation.override("en"):
        return page_url(found)


def usual_lines(table: Timetable, today: int) -> list[Line]:
    """The usual week, Monday first."""
    return [
        Line(str(n), weekday(n), times, is_today=n == today) for n, times in enumerate(table.usual)
    ]


def ahead_lines(table: Timetable) -> list[Line]:
    """The days ahead that differ from the usual week."""
    return [
        Line(d.day.isoformat(), day_words(d.day), d.times, why_words(d)) for d in table.exceptions
    ]


def closure_lines(found: OpenOffice, now: datetime) -> list[ClosureLine]:
    """The closures that are not over."""
    return [_told(found, closure) for closure in closures_ahead(found, now)]


def counter_lines(found: OpenOffice, now: datetime) -> list[tuple[Counter, list[ClosureLine]]]:
    """The counters, each with its own closures that are not over."""
    ahead = [closure for closure in found.counter_closures if closure.ends_at > now]
    return [
        (row, [_told(found, closure) for closure in ahead if closure.counter_id == row.pk])
        for row in found.counters
    ]


def _told(found: OpenOffice, closure: Closure) -> ClosureLine:
    with timezone.override(found.zone):
        return ClosureLine(
            time_told(closure.starts_at), time_told(closure.ends_at), said(closure.reason)
        )
