"""Announcing closures and special days, and taking them back."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _

from heard.core.actors import Actor
from heard.core.errors import Refused
from heard.people.roles import may, needs, staff_of
from heard.places import announcing, services
from heard.places.desk_forms import ClosureForm, DropForm, SpecialDayForm
from heard.places.hours import minutes_of
from heard.places.kept import Keeper
from heard.places.models import BusinessCalendar, Closure, SpecialDay
from heard.places.publish.wording import times_words
from heard.places.views.stepping import Step, post_of, run


@needs("keep calendars")
def closure_new(request: HttpRequest) -> HttpResponse:
    """Announce a closure, for several places at once where that is meant."""
    actor = staff_of(request).as_actor()
    known = announcing.targets(Keeper(actor), closures=True)

    def look(form: ClosureForm) -> list[announcing.Taken]:
        starts_at, ends_at = form.span()
        return announcing.look_at_closure(
            _chosen(known, form), starts_at=starts_at, ends_at=ends_at, reason=form.reason
        )

    def save(form: ClosureForm, key: str) -> None:
        starts_at, ends_at = form.span()
        announcing.announce(
            _chosen(known, form), starts_at=starts_at, ends_at=ends_at, reason=form.reason,
            actor=actor, key=key,
        )  # fmt: skip

    terms: dict[str, Any] = {"known": known}
    if request.method == "POST":
        form = ClosureForm(post_of(request), **terms)
    else:
        form = ClosureForm(initial={"places": request.GET.getlist("for")}, **terms)
    return run(
        request, form,
        Step(
            "places/desk/closure.html", look, save, _announced, reverse("hours:index"),
            {"known": known},
        ),
    )  # fmt: skip


@needs("keep calendars")
def special_day_new(request: HttpRequest) -> HttpResponse:
    """Give a day hours of its own."""
    actor = staff_of(request).as_actor()
    known = announcing.targets(Keeper(actor), closures=False)

    def look(form: SpecialDayForm) -> list[announcing.Replaced]:
        given = form.cleaned_data
        return announcing.look_at_day(
            _chosen(known, form), day=given["day"], times=given["times"], reason=form.reason
        )

    def save(form: SpecialDayForm, key: str) -> None:
        given = form.cleaned_data
        announcing.set_days(
            _chosen(known, form), day=given["day"], times=given["times"], reason=form.reason,
            actor=actor, key=key,
        )  # fmt: skip

    terms: dict[str, Any] = {"known": known}
    if request.method == "POST":
        form = SpecialDayForm(post_of(request), **terms)
    else:
        form = SpecialDayForm(initial={"places": request.GET.getlist("for")}, **terms)
    return run(
        request, form,
        Step(
            "places/desk/special_day.html", look, save, _announced, reverse("hours:index"),
            {"known": known},
        ),
    )  # fmt: skip


@needs("keep calendars")
def closure_withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a closure back, or end one that is going on."""
    row = get_object_or_404(Closure.objects.select_related("office", "calendar", "counter"), pk=pk)
    actor = _keeper_of(request, row)

    def look(form: DropForm) -> Closure:
        if not services.can_be_withdrawn(row):
            raise Refused(_("This closure is over, or was taken back. Nothing is left to do."))
        return row

    def save(form: DropForm, key: str) -> None:
        services.withdraw_closure(row, actor=actor, key=key)

    return _take_back(request, Step(
        "places/desk/take_back.html", look, save, _withdrawn, reverse("hours:index"),
        {"closure": row},
    ))  # fmt: skip


@needs("keep calendars")
def special_day_drop(request: HttpRequest, pk: int) -> HttpResponse:
    """Give a day its usual hours back."""
    row = get_object_or_404(SpecialDay.objects.select_related("office", "calendar"), pk=pk)
    actor = _keeper_of(request, row)

    def look(form: DropForm) -> SpecialDay:
        if not services.can_be_dropped(row):
            raise Refused(_("That day is over. What was said of it stays on record."))
        return row

    def save(form: DropForm, key: str) -> None:
        services.drop_special_day(row, actor=actor, key=key)

    context = {"special": row, "times": times_words(tuple(minutes_of(row.times)))}
    return _take_back(request, Step(
        "places/desk/take_back.html", look, save, _withdrawn, reverse("hours:index"), context,
    ))  # fmt: skip


def _take_back(request: HttpRequest, step: Step[DropForm]) -> HttpResponse:
    """One question, one button."""
    if request.method != "POST":
        return run(request, DropForm(), step)
    return run(request, DropForm(post_of(request)), step)


def _keeper_of(request: HttpRequest, row: Closure | SpecialDay) -> Actor:
    actor = staff_of(request).as_actor()
    calendar: BusinessCalendar | None = row.calendar
    division = calendar.division_id if calendar else None
    if not (may(actor, "administer") or services.may_keep_calendar(actor, division)):
        raise PermissionDenied
    return actor


def _chosen(known: list[announcing.Target], form: Any) -> list[announcing.Target]:
    return announcing.chosen_of(known, form.cleaned_data["places"])


def _announced() -> str:
    return _("Announced. The pages, calendars to subscribe to and door signs say so from now on.")


def _withdrawn() -> str:
    return _("Taken back. The usual hours hold again.")
