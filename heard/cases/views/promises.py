"""Promises of every service: what holds now, what held before, and a new version."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from heard.cases.forms import PromiseForm, ServiceFilters
from heard.cases.models import Recalculation
from heard.cases.moving import Preview, Scope, preview, without_clock
from heard.cases.recalculating import OPEN, propose, running_clocks
from heard.cases.warning import without_anybody
from heard.catalogue.models import Promise, Service
from heard.catalogue.promises import RefusedTerms, always_open, current_promises, due_of, length
from heard.catalogue.services import check_promise, may_promise, promise, withdraw_promise
from heard.core import clock
from heard.core.city import city_zone
from heard.core.errors import NotAllowed, Refused
from heard.people.roles import needs, staff_of
from heard.places.calendars import NeverOpens
from heard.places.clocks import Promised
from heard.places.models import District
from heard.places.reads import Calendars
from heard.ui.lists import listing


@dataclass(frozen=True, slots=True)
class Listed:
    """A service with what it promises now, by kind, and in how many districts otherwise."""

    service: Service
    promises: dict[str, str]
    districts: int


@needs("see promises")
def index(request: HttpRequest) -> HttpResponse:
    """Every service with its promises; what waits for a decision; what has no clock."""
    filters = ServiceFilters(request.GET)
    found = Service.objects.select_related("division").order_by("code")
    if filters.is_valid():
        if filters.cleaned_data["division"]:
            found = found.filter(division=filters.cleaned_data["division"])
        if filters.cleaned_data["search"]:
            found = found.filter(name__icontains=filters.cleaned_data["search"])
    shown = listing(request, found, filters=filters)
    context = {
        "listing": shown,
        "rows": _listed(list(shown.rows)),
        "running": running_clocks(),
        "without": without_clock().count(),
        "unheard": without_anybody(),
        "waiting": Recalculation.objects.filter(state__in=OPEN).count(),
    }
    return render(request, "cases/promises.html", context)


def _listed(services: list[Service]) -> list[Listed]:
    now = clock.now()
    versions = Promise.objects.filter(service__in=services, effective_from__lte=now)
    latest: dict[tuple[int, str, int | None], Promise] = {}
    for row in versions.order_by("version"):
        latest[row.service_id, row.kind, row.district_id] = row
    found = []
    for service in services:
        own = {key: row for key, row in latest.items() if key[0] == service.pk}
        held = {key: row for key, row in own.items() if not row.withdrawn}
        told = {kind: length(row) for (_s, kind, place), row in held.items() if place is None}
        found.append(Listed(service, told, len({key[2] for key in held if key[2] is not None})))
    return found


@needs("see promises")
def show(request: HttpRequest, code: str) -> HttpResponse:
    """One service: its promises now and before; a new version is checked, then made (POST)."""
    service = get_object_or_404(Service.objects.select_related("division"), code=code)
    actor = staff_of(request).as_actor()
    if request.method != "POST":
        form = PromiseForm(initial=_initial(service, request.GET.get("kind", "")))
        return _page(request, service, form)
    if not may_promise(actor, service):
        raise PermissionDenied
    form = PromiseForm(request.POST)
    if not form.is_valid():
        return _page(request, service, form, status=422)
    try:
        if request.POST.get("do") == "make":
            return _make(request, service, form)
        check_promise(service, form.cleaned_data["kind"], form.terms())
    except NotAllowed as error:
        raise PermissionDenied(str(error)) from error
    except Refused as error:
        form.add_error(error.field if error.field in form.fields else None, str(error))
        near = error.nearest if isinstance(error, RefusedTerms) else None
        return _page(request, service, form, nearest=near, status=422)
    return _page(request, service, form, checked=_checked(service, form))


def _make(request: HttpRequest, service: Service, form: PromiseForm) -> HttpResponse:
    given, actor = form.cleaned_data, staff_of(request).as_actor()
    made = promise(
        service, given["kind"], form.terms(), actor=actor, district=given["district"],
        effective_from=form.starts(),
    )  # fmt: skip
    messages.success(
        request, _("Version {n} is made: {length}.").format(n=made.version, length=length(made))
    )
    if given["also_open"]:
        row = propose(Recalculation.Why.PROMISE, promise=made, actor=actor)
        return redirect("promises:recalculation", row.pk)
    return redirect("promises:service", service.code)


@needs("keep promises")
def withdraw(request: HttpRequest, code: str) -> HttpResponse:
    """End what a service promises in one place, from now on (POST)."""
    service = get_object_or_404(Service, code=code)
    if request.method != "POST":
        return redirect("promises:service", service.code)
    row = get_object_or_404(Promise, service=service, pk=request.POST.get("promise") or 0)
    try:
        withdraw_promise(
            service, row.kind, actor=staff_of(request).as_actor(), district=row.district
        )
    except NotAllowed as error:
        raise PermissionDenied(str(error)) from error
    except Refused as error:
        messages.error(request, str(error))
    else:
        messages.success(
            request, _("Nothing new is promised here from now on. Cases keep what they have.")
        )
    return redirect("promises:service", service.code)


@dataclass(frozen=True, slots=True)
class Checked:
    """What new terms would mean: due times of cases received at some moments, and what moves."""

    length: str
    examples: list[tuple[datetime, datetime]]
    moves: Preview | None


def _checked(service: Service, form: PromiseForm) -> Checked:
    unsaved = form.unsaved(service)
    calendars = Calendars()
    calendar = always_open(city_zone().key)
    if unsaved.unit in (Promise.Unit.BUSINESS_HOURS, Promise.Unit.BUSINESS_DAYS):
        calendar = calendars.of(service.division_id).calendar
    examples = []
    for start in _moments(clock.now()):
        try:
            examples.append((start, due_of(unsaved, start, calendar)))
        except NeverOpens:
            continue
    moves = preview(Scope(promise=unsaved)) if form.cleaned_data["also_open"] else None
    return Checked(length(unsaved), examples, moves)


def _moments(now: datetime) -> list[datetime]:
    """Now, the coming Friday at 4 pm, and the Sunday after it."""
    today = now.astimezone(city_zone()).date()
    friday = today + timedelta(days=(4 - today.weekday()) % 7 or 7)
    afternoon = datetime.combine(friday, time(16), city_zone())
    return [now, afternoon, datetime.combine(friday + timedelta(days=2), time(12), city_zone())]


def _initial(service: Service, kind: str) -> dict[str, Any]:
    """The form as the present promise of a kind has it."""
    kind = kind if kind in Promise.Kind.values else Promise.Kind.RESOLUTION
    row = current_promises(service.pk, clock.now()).get(kind)
    start: dict[str, Any] = {"kind": kind, "unit": Promise.Unit.BUSINESS_DAYS}
    if row is None:
        return start | {"pauses": kind == Promise.Kind.RESOLUTION, "pause_cap_hours": 80}
    return {
        "kind": kind, "amount": row.amount, "unit": row.unit, "pauses": row.pauses,
        "pause_cap_hours": row.pause_cap_hours,
    }  # fmt: skip


def _page(
    request: HttpRequest,
    service: Service,
    form: PromiseForm,
    *,
    checked: Checked | None = None,
    nearest: Promised | None = None,
    status: int = 200,
) -> HttpResponse:
    versions = Promise.objects.filter(service=service).select_related("district")
    now = clock.now()
    rows = list(versions.order_by("kind", "-version"))
    context = {
        "service": service,
        "form": form,
        "checked": checked,
        "nearest": nearest,
        "nearest_length": length(nearest) if nearest else "",
        "now": [(row, length(row)) for row in _in_force(rows, now)],
        "history": [(row, length(row)) for row in rows],
        "working": Calendars().of(service.division_id),
        "may_promise": may_promise(staff_of(request).as_actor(), service),
        "has_districts": District.objects.exists(),
    }
    return render(request, "cases/promise.html", context, status=status)


def _in_force(rows: list[Promise], now: datetime) -> list[Promise]:
    latest: dict[tuple[str, int | None], Promise] = {}
    for row in sorted(rows, key=lambda row: row.version):
        if row.effective_from <= now:
            latest[row.kind, row.district_id] = row
    order = list(Promise.Kind.values)
    found = [row for row in latest.values() if not row.withdrawn]
    return sorted(found, key=lambda row: (order.index(row.kind), row.district_id or 0))
