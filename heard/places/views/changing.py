"""Changing hours: of the city, a division or an office, seen beside the old ones first."""

import copy
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from heard.core import clock
from heard.people.models import Division
from heard.people.roles import needs, staff_of
from heard.places import services, zone_change
from heard.places.checks import check_hours
from heard.places.comparing import Comparison, changed, compare
from heard.places.desk_forms import ChangeForm, DropForm, ZoneForm
from heard.places.kept import Keeper, Kept
from heard.places.models import BusinessCalendar, Office
from heard.places.views.stepping import Step, post_of, run, saved_words


@needs("keep calendars")
def city_change(request: HttpRequest) -> HttpResponse:
    """The city's calendar."""
    keeper = Keeper(staff_of(request).as_actor())
    kept = keeper.city()
    row = kept.row or BusinessCalendar(division=None)
    return _change(request, keeper, kept, row)


@needs("keep calendars")
def division_change(request: HttpRequest, code: str) -> HttpResponse:
    """The calendar of a division; it gets one of its own where it has none."""
    keeper = Keeper(staff_of(request).as_actor())
    kept = keeper.division(get_object_or_404(Division, code=code))
    row = kept.row or BusinessCalendar(division=kept.division)
    return _change(request, keeper, kept, row)


@needs("keep calendars")
def office_change(request: HttpRequest, code: str) -> HttpResponse:
    """The hours of an office."""
    keeper = Keeper(staff_of(request).as_actor())
    (kept,) = keeper.offices([get_object_or_404(Office, code=code)])
    assert kept.row is not None
    return _change(request, keeper, kept, kept.row)


def _change(
    request: HttpRequest, keeper: Keeper, kept: Kept, row: Office | BusinessCalendar
) -> HttpResponse:
    if not kept.may_change:
        raise PermissionDenied
    form = _form(request, kept, row)
    stored = (row.pk, row.hours, row.jurisdiction, row.zone)

    def look(form: ChangeForm) -> Comparison | None:
        new = copy.copy(row)
        _fill(new, form)
        new.zone_confirmed = True  # type: ignore[union-attr]
        check_hours(new)
        if not new.hours:
            return None  # an office without fixed hours
        whose = keeper.calendars.jurisdiction if kept.kind != "city" else ""
        after = changed(
            kept, hours=new.hours, zone=new.zone, jurisdiction=new.jurisdiction or whose
        )
        return compare(kept, after, clock.now())

    def save(form: ChangeForm, key: str) -> None:
        _fill(row, form)
        actor = staff_of(request).as_actor()
        verb: Any = services.save_office if isinstance(row, Office) else services.save_calendar
        verb(row, actor=actor, zone_confirmed=form.confirmed, key=key)

    context = {"kept": kept, "is_new": kept.row is None, "followers": _followers(kept)}
    done = saved_words if kept.kind != "office" else _office_saved
    return run(
        request, form,
        Step("places/desk/change.html", look, save, done, kept.url, context, stored),
    )  # fmt: skip


def _form(request: HttpRequest, kept: Kept, row: Office | BusinessCalendar) -> ChangeForm:
    terms: dict[str, Any] = {"zone": row.zone, "needs_hours": kept.kind != "office"}
    if request.method == "POST":
        return ChangeForm(post_of(request), **terms)
    written = row.hours or kept.hours
    initial = {"hours": written, "jurisdiction": row.jurisdiction, "zone": row.zone}
    return ChangeForm(initial=initial, **terms)


def _fill(row: Any, form: ChangeForm) -> None:
    for name in ("hours", "jurisdiction", "zone"):
        setattr(row, name, form.cleaned_data[name])


def _followers(kept: Kept) -> list[Division]:
    if kept.kind != "city":
        return []
    return list(Division.objects.filter(calendar=None).order_by("code"))


def _office_saved() -> str:
    return _("Saved. The office's page and its door sign say so from now on.")


@needs("keep calendars")
def division_drop(request: HttpRequest, code: str) -> HttpResponse:
    """A division works by the city's calendar again."""
    keeper = Keeper(staff_of(request).as_actor())
    kept = keeper.division(get_object_or_404(Division, code=code))
    if not kept.may_change:
        raise PermissionDenied
    row = kept.row
    if not isinstance(row, BusinessCalendar):
        return redirect(kept.url)

    def look(form: DropForm) -> Comparison:
        return compare(kept, keeper.city(), clock.now())

    def save(form: DropForm, key: str) -> None:
        services.drop_calendar(row, actor=staff_of(request).as_actor(), key=key)

    context = {"kept": kept, "is_drop": True}
    form = DropForm(post_of(request)) if request.method == "POST" else DropForm()
    stored = (row.version, keeper.city().hours)
    return run(
        request, form,
        Step("places/desk/change.html", look, save, saved_words, kept.url, context, stored),
    )  # fmt: skip


@needs("administer")
def city_zone(request: HttpRequest) -> HttpResponse:
    """The time zone of the city, with all that moves with it."""
    keeper = Keeper(staff_of(request).as_actor())
    old = str(keeper.city().zone)

    def look(form: ZoneForm) -> zone_change.ZoneLook:
        return zone_change.look_at_zone(form.cleaned_data["zone"], keeper, clock.now())

    def save(form: ZoneForm, key: str) -> None:
        zone_change.change_city_zone(
            form.cleaned_data["zone"],
            actor=staff_of(request).as_actor(),
            confirmed=bool(form.cleaned_data.get("zone_confirmed")),
            key=key,
        )

    form = ZoneForm(post_of(request)) if request.method == "POST" else ZoneForm()
    return run(
        request, form,
        Step(
            "places/desk/zone.html", look, save, saved_words, reverse("hours:index"),
            {"old_zone": old}, old,
        ),
    )  # fmt: skip
