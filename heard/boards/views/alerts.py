"""Alerts: the list, one with its answer, the table of rules, and muting a measure."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from heard.boards import alerts
from heard.boards.forms import AlertFilters, AnswerForm, MuteForm
from heard.boards.models import Look, Signal
from heard.boards.rules import CHANCE, RULES, THREE_SIGMA
from heard.boards.telling import Names, told
from heard.core.errors import Refused
from heard.measures.definitions import ALL
from heard.people.models import Staff
from heard.people.roles import may, needs, staff_of
from heard.targets.subjects import subject
from heard.ui.lists import listing


def visible(viewer: Staff) -> QuerySet[Signal, Signal]:
    """The alerts somebody may read: every one, or those of their division and their measures."""
    rows = Signal.objects.select_related("answered_by")
    if may(viewer, "see every board"):
        return rows
    mine = Q(by=ALL, measure__in=_owned(viewer))
    if viewer.division is not None:
        mine |= Q(by="division", group=viewer.division.code)
    return rows.filter(mine)


def _owned(viewer: Staff) -> list[str]:
    from heard.targets.models import Owner

    return list(Owner.objects.filter(staff=viewer).values_list("measure", flat=True))


@needs("see boards")
def listed(request: HttpRequest) -> HttpResponse:
    """Every alert this person may read, newest first, by default those without an answer."""
    form = AlertFilters(request.GET)
    state = form.cleaned_data.get("state", "") if form.is_valid() else ""
    rows = {
        "answered": visible(staff_of(request)).exclude(answered_at=None),
        "muted": visible(staff_of(request)).filter(muted=True),
        "all": visible(staff_of(request)),
    }.get(state, visible(staff_of(request)).filter(muted=False, answered_at=None))
    found = listing(request, rows, filters=form, per_page=25)
    names = Names()
    context = {
        "found": found, "rows": [told(row, names) for row in found.rows],
        "look": Look.objects.first(), "here": "alerts",
    }  # fmt: skip
    return render(request, "boards/alerts.html", context)


@needs("see boards")
def rules(request: HttpRequest) -> HttpResponse:
    """What makes an alert, how often chance would, and what was looked at lately."""
    context = {
        "rules": RULES.values(), "chance": CHANCE, "three_sigma": THREE_SIGMA,
        "looks": Look.objects.all()[:10], "mutes": _mutes(), "here": "rules",
        "may_mute": may(request.user, "mute alerts"),
    }  # fmt: skip
    return render(request, "boards/rules.html", context)


def _mutes() -> list[tuple[str, object]]:
    names = Names()
    return [(names.measure(key), row) for key, row in alerts.mutes().items()]


@needs("see boards")
def show(request: HttpRequest, signal: int) -> HttpResponse:
    """One alert, and what will be done about it."""
    viewer = staff_of(request)
    row = get_object_or_404(Signal.objects.select_related("answered_by"), pk=signal)
    if not visible(viewer).filter(pk=row.pk).exists():
        raise PermissionDenied
    owns = row.by == ALL and alerts.owns(viewer, row.measure)
    may_answer = alerts.may_answer(viewer, row, owns=owns)
    form = AnswerForm(request.POST or None, initial={"words": row.words})
    if request.method == "POST" and form.is_valid():
        try:
            alerts.answer(row, **form.cleaned_data, actor=viewer.as_actor())
        except Refused as refused:
            form.add_error(refused.field if refused.field in form.fields else None, str(refused))
        else:
            messages.success(request, _("Noted. It is no longer on the open list."))
            return redirect("boards:alerts")
    context = {
        "alert": told(row, Names()), "form": form if may_answer else None, "here": "alerts",
        "mute": alerts.mutes().get(row.measure), "may_mute": may(viewer, "mute alerts"),
    }  # fmt: skip
    return render(request, "boards/alert.html", context, status=422 if form.errors else 200)


@needs("mute alerts")
def mute(request: HttpRequest, measure: str) -> HttpResponse:
    """Tell nothing of a measure for a while, or again."""
    try:
        about = subject(measure)
    except Refused:
        raise Http404 from None
    actor = staff_of(request).as_actor()
    if request.method == "POST" and request.POST.get("do") == "unmute":
        alerts.unmute(measure, actor=actor)
        messages.success(request, _("New alerts of it are told again."))
        return redirect("boards:rules")
    form = MuteForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            alerts.mute(measure, **form.cleaned_data, actor=actor)
        except Refused as refused:
            form.add_error(refused.field if refused.field in form.fields else None, str(refused))
        else:
            messages.success(request, _("Muted. What is found meanwhile is kept and marked."))
            return redirect("boards:rules")
    context = {
        "about": about, "form": form, "mute": alerts.mutes().get(measure), "here": "rules",
        "cancel_url": reverse("boards:rules"),
    }  # fmt: skip
    return render(request, "boards/mute.html", context, status=422 if form.errors else 200)
