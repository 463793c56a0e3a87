"""Figures on their way: enter, look at, review, publish, change and restate."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from heard.core.errors import Refused
from heard.people.roles import may, needs, staff_of
from heard.targets import entering
from heard.targets.entering import Draft
from heard.targets.forms import FigureForm
from heard.targets.models import Entry
from heard.targets.periods import Period
from heard.targets.program import fiscal_start
from heard.targets.subjects import Subject, subject
from heard.targets.views.deciding import decide
from heard.targets.views.targets import about_of, form_page


@needs("enter measures")
def enter(request: HttpRequest, measure: str) -> HttpResponse:
    """A new figure, or the words on a computed one."""
    about = about_of(measure)
    form = FigureForm(request.POST or None, about=about, start=fiscal_start())
    if request.method == "POST" and form.is_valid():
        draft = _draft(about, form, form.cleaned_data["period"])
        try:
            entry = entering.enter(
                draft, actor=staff_of(request).as_actor(), key=form.cleaned_data["key"]
            )
        except Refused as refused:
            form.add_error(refused.field if refused.field in form.fields else None, str(refused))
        else:
            messages.success(request, _("Kept as a draft. A colleague reviews and publishes it."))
            return redirect("targets:figure", entry.pk)
    intro = (
        _("Give the numerator and the denominator where you can: the interval comes from them.")
        if about.own
        else _("The figure itself is computed. Say what stands behind it and what follows.")
    )
    back = reverse("targets:measure", args=[about.key])
    return form_page(request, form, _("Enter: {name}").format(name=about), intro, back)


def _draft(about: Subject, form: FigureForm, period: str, group: str = "all") -> Draft:
    given = form.cleaned_data
    return Draft(
        about.key, period, statistic=about.statistic, group=group, given=form.given(),
        evidence=given.get("evidence", ""), narrative=given["narrative"],
    )  # fmt: skip


@needs("enter measures")
def show(request: HttpRequest, figure: int) -> HttpResponse:
    """One figure with its evidence, and what may be done with it now."""
    return _show(request, _entry(figure))


def _entry(figure: int) -> Entry:
    people = ("entered_by", "reviewed_by", "published_by", "batch")
    return get_object_or_404(Entry.objects.select_related(*people), pk=figure)


def _show(request: HttpRequest, entry: Entry, fault: str = "") -> HttpResponse:
    viewer = staff_of(request)
    about = subject(entry.measure, entry.statistic)
    own = entry.entered_by_id == viewer.pk
    earlier = Entry.objects.filter(**entering.same_place(entry), state=Entry.State.PUBLISHED)
    context = {
        "entry": entry,
        "about": about,
        "period": Period(entry.first, entry.last, entry.kind, entry.period),  # type: ignore[arg-type]
        "before": earlier.exclude(pk=entry.pk).first(),
        "is_link": entry.evidence.startswith(("https://", "http://")),
        "mine": own,
        "reviews": entry.state == "draft" and not own and may(viewer, "publish measures"),
        "publishes": entry.state == "reviewed" and not own and may(viewer, "publish measures"),
        "fault": fault,
        "here": "overview",
    }
    return render(request, "targets/figure.html", context, status=422 if fault else 200)


@needs("publish measures")
def act(request: HttpRequest, figure: int) -> HttpResponse:
    """Review or publish (POST)."""
    entry = _entry(figure)
    if request.method != "POST":
        return redirect("targets:figure", entry.pk)
    fault = decide(
        request,
        review=(
            lambda seen, actor: entering.review(entry, seen=seen, actor=actor),
            _("Reviewed. It can be published now."),
        ),
        publish=(
            lambda seen, actor: entering.publish(entry, seen=seen, actor=actor),
            _("Published."),
        ),
        unseen=_("Open the figure again, and look at it before you decide."),
    )
    return _show(request, entry, fault) if fault else redirect("targets:figure", entry.pk)


@needs("enter measures")
def change(request: HttpRequest, figure: int) -> HttpResponse:
    """Change a draft, or begin the correction of a published figure."""
    entry = _entry(figure)
    about = subject(entry.measure, entry.statistic)
    form = FigureForm(
        request.POST or None,
        about=about,
        start=fiscal_start(),
        entry=entry,
        initial=_initial(entry),
    )
    if request.method == "POST" and form.is_valid():
        try:
            kept = _changed(request, entry, about, form)
        except Refused as refused:
            form.add_error(refused.field if refused.field in form.fields else None, str(refused))
        else:
            messages.success(request, _("Kept as a draft. A colleague reviews and publishes it."))
            return redirect("targets:figure", kept.pk)
    heading = _("Change: {name}") if entry.is_open else _("Restate: {name}")
    intro = (
        _("It is a draft again, and somebody else reviews it.")
        if entry.is_open
        else _("The old and the new figure, and your reason, are listed in public.")
    )
    back = reverse("targets:figure", args=[entry.pk])
    return form_page(request, form, heading.format(name=about), intro, back)


def _initial(entry: Entry) -> dict[str, Any]:
    names = ("numerator", "denominator", "evidence", "narrative")
    initial = {name: getattr(entry, name) for name in names} | {"seen": entry.version}
    if entry.numerator is None:
        initial["value"] = entry.value
    return initial


def _changed(request: HttpRequest, entry: Entry, about: Subject, form: FigureForm) -> Entry:
    actor, given = staff_of(request).as_actor(), form.cleaned_data
    draft = _draft(about, form, entry.period, entry.group)
    if entry.is_open:
        return entering.change(entry, draft, seen=given["seen"] or 0, actor=actor)
    return entering.restate(entry, draft, reason=given["reason"], actor=actor, key=given["key"])
