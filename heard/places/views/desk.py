"""Hours and closures at the desk: everything at a glance, and each office or calendar alone."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from heard.core import clock
from heard.people.models import Division
from heard.people.roles import needs, staff_of
from heard.places.desk_forms import CALENDARS, OFFICES, HoursFilters
from heard.places.hours import minutes_of
from heard.places.kept import Keeper, Kept
from heard.places.models import Closure, Office, SpecialDay
from heard.places.picture import Picture, picture, state_words
from heard.places.publish.wording import standing_words, times_words
from heard.places.timetable import Standing, standing, timetable, today_at
from heard.places.views.offices import Line, usual_lines
from heard.ui.lists import listing

PER_PAGE = 12  # each with a picture of six weeks


@dataclass(frozen=True, slots=True)
class Shown:
    """An office or calendar as the list shows it."""

    kept: Kept
    standing: Standing | None
    words: str
    picture: Picture | None
    closures: list[Closure]


@require_safe
@needs("keep calendars")
def index(request: HttpRequest) -> HttpResponse:
    """All offices and calendars: what they say now, the weeks ahead, closures."""
    keeper = Keeper(staff_of(request).as_actor())
    filters = HoursFilters(request.GET)
    found = listing(request, _rows(keeper, filters), filters=filters, per_page=PER_PAGE)
    offices = [row for row in found.rows if isinstance(row, Office)]
    kept = iter(keeper.offices(offices))
    shown = [_shown(_kept_of(keeper, row, kept)) for row in found.rows]
    context = {
        "listing": found,
        "rows": shown,
        "legend": state_words(),
        "keeps_all": keeper.everything,
    }
    return render(request, "places/desk/hours.html", context)


def _rows(keeper: Keeper, filters: HoursFilters) -> list[Division | Office | None]:
    """The city's calendar (None), divisions and offices, as the filters want them."""
    given = filters.cleaned_data if filters.is_valid() else {}
    what, search = given.get("what", ""), given.get("search", "").casefold()
    rows: list[Division | Office | None] = []
    if what != OFFICES:
        divisions = Division.objects.order_by("code")
        rows += [None, *sorted(divisions, key=lambda row: row.pk not in keeper.own)]
    if what != CALENDARS:
        rows += list(Office.objects.all())
    if not search:
        return rows
    return [row for row in rows if row is not None and search in str(row).casefold()]


def _kept_of(keeper: Keeper, row: Division | Office | None, offices: Any) -> Kept:
    if row is None:
        return keeper.city()
    if isinstance(row, Division):
        return keeper.division(row)
    found: Kept = next(offices)
    return found


def _shown(kept: Kept) -> Shown:
    now = clock.now()
    state = standing(kept, now)
    return Shown(kept, state, standing_words(state, now), picture(kept, now), kept.ahead(now)[:3])


@require_safe
@needs("keep calendars")
def city_show(request: HttpRequest) -> HttpResponse:
    """The city's calendar."""
    keeper = Keeper(staff_of(request).as_actor())
    return _page(request, keeper, keeper.city())


@require_safe
@needs("keep calendars")
def division_show(request: HttpRequest, code: str) -> HttpResponse:
    """The calendar one division works by."""
    division = get_object_or_404(Division, code=code)
    keeper = Keeper(staff_of(request).as_actor())
    return _page(request, keeper, keeper.division(division))


@require_safe
@needs("keep calendars")
def office_show(request: HttpRequest, code: str) -> HttpResponse:
    """One office."""
    office = get_object_or_404(Office, code=code)
    keeper = Keeper(staff_of(request).as_actor())
    (kept,) = keeper.offices([office])
    return _page(request, keeper, kept)


@dataclass(frozen=True, slots=True)
class SpecialLine:
    """A special day ahead, with its times in words."""

    row: SpecialDay
    times: str


def _page(request: HttpRequest, keeper: Keeper, kept: Kept) -> HttpResponse:
    now = clock.now()
    own = keeper.everything or (kept.own and kept.may_change)
    today = today_at(kept.zone, now)
    table = timetable(kept, today)
    usual: list[Line] = usual_lines(table, today.weekday()) if table else []
    context = {
        "shown": _shown(kept),
        "kept": kept,
        "usual": usual,
        # A closure of the whole city is an administrator's to take back.
        "closures": [
            (row, keeper.everything or (own and row.calendar_id is not None))
            for row in kept.ahead(now)
        ],
        "may_drop": own,
        "special": [
            SpecialLine(row, times_words(tuple(minutes_of(row.times))))
            for row in sorted(kept.special_days, key=lambda row: row.day)
            if row.day >= today
        ],
        "legend": state_words(),
        "followers": _followers() if kept.kind == "city" else [],
    }
    return render(request, "places/desk/place.html", context)


def _followers() -> list[Division]:
    """The divisions that work by the city's calendar."""
    return list(Division.objects.filter(calendar=None).order_by("code"))
