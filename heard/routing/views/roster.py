"""The roster: a division's week, what a manager sets, and a person's own shifts."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from heard.core import clock
from heard.core.city import city_zone
from heard.core.errors import NotAllowed, Refused
from heard.core.references import link_secret
from heard.people.models import Division, Staff
from heard.people.roles import may, needs, staff_of
from heard.routing import rostering
from heard.routing.feed import stretches_of
from heard.routing.models import Absence, Cover, Duty, Shift
from heard.routing.panels import on_now_of
from heard.routing.reads import Roster, Stretch, moment_of
from heard.routing.roster_forms import AbsenceForm, CoverForm, ShiftForm, WeekForm, today
from heard.routing.telling import clock_told, weekdays_told

WHAT: dict[str, tuple[type[Any], Any, Any, Any]] = {
    "shift": (
        ShiftForm, rostering.add_shift, gettext_lazy("A part of the usual week"),
        gettext_lazy("Times are those of the city’s clock, also when the clocks change."),
    ),
    "cover": (
        CoverForm, rostering.add_cover, gettext_lazy("An exception"),
        gettext_lazy("Somebody is there besides the usual week, or instead of a colleague."),
    ),
    "absence": (
        AbsenceForm, rostering.add_absence, gettext_lazy("Somebody is away"),
        gettext_lazy("No case is given to them meanwhile, and they are not on."),
    ),
}  # fmt: skip
ROWS: dict[str, type[Any]] = {"shift": Shift, "cover": Cover, "absence": Absence}


@dataclass(frozen=True, slots=True)
class Day:
    """One day of the week: who is on shift and on call, each from when to when."""

    day: date
    is_today: bool
    on_shift: list[Stretch]
    on_call: list[Stretch]
    away: list[Absence]


@needs("read cases")
def home(request: HttpRequest) -> HttpResponse:
    """The room begins with the roster."""
    return redirect("routing:roster")


@needs("read cases")
def week(request: HttpRequest) -> HttpResponse:
    """A division's week, and for who keeps it, what makes it."""
    viewer, form = staff_of(request), WeekForm(request.GET)
    form.is_valid()
    division = _division(form, viewer)
    wanted = form.cleaned_data.get("week") or today()
    first = wanted - timedelta(days=wanted.weekday())
    pk = division.pk if division else None
    context = {
        "form": form,
        "division": division,
        "first": first,
        "last": first + timedelta(days=6),
        "before": first - timedelta(days=7),
        "after": first + timedelta(days=7),
        "days": _days(pk, first),
        "low": moment_of(first, time(), city_zone()),
        "now": on_now_of(division),
        "keeps": rostering.may_keep(viewer, pk),
        "here": "roster",
        **_set(pk),
    }
    return render(request, "routing/roster.html", context)


def _division(form: WeekForm, viewer: Staff) -> Division | None:
    code = form.cleaned_data.get("division", "")
    if code == "city":
        return None
    return form.divisions.get(code) or viewer.division


def _days(pk: int | None, first: date) -> list[Day]:
    zone = city_zone()
    low, high = (moment_of(first + timedelta(n), time(), zone) for n in (0, 7))
    roster = Roster(low, high)
    of = {duty: roster.stretches(pk, duty) for duty in Duty.values}
    people = {s.staff.pk: s.staff for found in of.values() for s in found}
    people |= {s.staff_id: s.staff for s in roster.shifts if s.division_id == pk}

    def begins(stretches: list[Stretch], day: date) -> list[Stretch]:
        found = [s for s in stretches if _day_of(s.starts_at, low) == day]
        return sorted(found, key=lambda s: (s.starts_at, s.staff.name))

    days = []
    for number in range(7):
        day = first + timedelta(number)
        a, b = moment_of(day, time(), zone), moment_of(day + timedelta(1), time(), zone)
        away = [
            x for x in roster.absences
            if x.staff_id in people and x.starts_at < b and x.ends_at > a
        ]  # fmt: skip
        for absence in away:
            absence.staff = people[absence.staff_id]
        on_shift, on_call = begins(of[Duty.SHIFT], day), begins(of[Duty.ON_CALL], day)
        days.append(Day(day, day == today(), on_shift, on_call, away))
    return days


def _day_of(moment: datetime, low: datetime) -> date:
    """The day a stretch is told on; what began before the week is told on its first day."""
    return max(moment, low).astimezone(city_zone()).date()


def _set(pk: int | None) -> dict[str, Any]:
    """What makes the roster from today on. Three queries."""
    now = clock.now()
    shifts = Shift.objects.filter(Q(last=None) | Q(last__gte=today()), division=pk)
    covers = Cover.objects.filter(division=pk, ends_at__gt=now)
    away = Absence.objects.filter(ends_at__gt=now)
    if pk is not None:
        away = away.filter(Q(staff__division=pk) | Q(staff__shifts__division=pk)).distinct()
    rows = list(shifts.select_related("staff").order_by("duty", "starts", "staff__name"))
    return {
        "shifts": [
            (row, weekdays_told(row.weekdays), f"{clock_told(row.starts)} – {clock_told(row.ends)}")
            for row in rows
        ],
        "covers": list(covers.select_related("staff", "instead_of")),
        "absences": list(away.select_related("staff").order_by("starts_at", "pk")),
    }


@needs("read cases")
def new(request: HttpRequest, what: str) -> HttpResponse:
    """Add a part of the usual week, an exception, or an absence."""
    if what not in WHAT:
        raise Http404
    viewer = staff_of(request)
    if what != "absence" and not may(viewer, "keep roster"):
        raise PermissionDenied
    form_class, verb, heading, intro = WHAT[what]
    form = form_class(request.POST or None, viewer=viewer, initial=_start(request, what, viewer))
    if request.method == "POST" and form.is_valid():
        try:
            verb(**form.values(), actor=viewer.as_actor())
        except NotAllowed as error:
            raise PermissionDenied(str(error)) from error
        except Refused as error:
            form.add_error(error.field if error.field in form.fields else None, str(error))
        else:
            messages.success(request, _("It is on the roster."))
            return redirect(_back(form))
    context = {
        "form": form, "heading": heading, "intro": intro, "submit": _("Put it on the roster"),
        "cancel_url": reverse("routing:roster"), "here": "roster",
    }  # fmt: skip
    return render(request, "routing/roster_new.html", context, status=422 if form.errors else 200)


def _start(request: HttpRequest, what: str, viewer: Staff) -> dict[str, Any] | None:
    if what == "absence":
        return {"staff": str(viewer.pk)}
    own = viewer.division.code if viewer.division else ""
    start: dict[str, Any] = {"division": request.GET.get("division", own)}
    if what == "shift":
        start |= {"first": today(), "starts": time(8), "ends": time(17)}
    return start


def _back(form: Any) -> str:
    given = form.cleaned_data
    if "division" not in given:
        return reverse("routing:roster")
    return f"{reverse('routing:roster')}?division={given['division'] or 'city'}"


@needs("read cases")
def end(request: HttpRequest, what: str, row: int) -> HttpResponse:
    """End a part of the week, or take an exception or an absence away (POST)."""
    if what not in ROWS:
        raise Http404
    if request.method != "POST":
        return redirect("routing:roster")
    found = get_object_or_404(ROWS[what], pk=row)
    actor = staff_of(request).as_actor()
    try:
        if isinstance(found, Shift):
            rostering.end_shift(found, actor=actor)
        else:
            rostering.take_away(found, actor=actor)
    except NotAllowed as error:
        raise PermissionDenied(str(error)) from error
    messages.success(request, _("It is off the roster."))
    division = getattr(found, "division", None)
    code = division.code if division else "city" if what != "absence" else ""
    return redirect(f"{reverse('routing:roster')}?division={code}")


@needs("read cases")
def mine(request: HttpRequest) -> HttpResponse:
    """My shifts of the next weeks, and the address of my calendar."""
    viewer, now = staff_of(request), clock.now()
    found = stretches_of(viewer, now, now + timedelta(days=28))
    names = {d.pk: d for d in Division.objects.all()}
    context = {
        "stretches": [(s, names.get(s.division_id or 0)) for s in found],
        "feed_url": request.build_absolute_uri(feed_path(viewer)),
        "here": "mine",
    }
    return render(request, "routing/mine.html", context)


def feed_path(staff: Staff) -> str:
    """The secret address of a person's calendar."""
    secret = link_secret("roster", staff.pk, rostering.feed_of(staff).version)
    return reverse("routing:feeds:shifts", args=[staff.pk, secret])


@needs("read cases")
def renew(request: HttpRequest) -> HttpResponse:
    """Make my old calendar address worthless (POST)."""
    if request.method == "POST":
        viewer = staff_of(request)
        rostering.renew_feed(viewer, actor=viewer.as_actor())
        messages.success(request, _("The old address works no more. Subscribe to the new one."))
    return redirect("routing:mine")
