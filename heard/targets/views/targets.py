"""Measures at the desk: the list, one measure, its targets and owner, and the settings."""

from datetime import date
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from heard.core.errors import Refused
from heard.measures.periods import headline
from heard.measures.reads import months_received
from heard.people.roles import may, needs, staff_of
from heard.targets import services
from heard.targets.forms import OwnerForm, SearchForm, SettingsForm, TargetForm
from heard.targets.models import Batch, Entry, Target
from heard.targets.overview import lines, subjects_listed
from heard.targets.program import fiscal_start, program
from heard.targets.reads import of_group, of_own_measure, owner_of
from heard.targets.subjects import Subject, subject
from heard.targets.versions import versions_of
from heard.ui.lists import listing
from heard.ui.telling import day_told

SHOWN = 40


@needs("enter measures")
def overview(request: HttpRequest) -> HttpResponse:
    """Every measure with its owner, its latest figure, and what is overdue."""
    form = SearchForm(request.GET)
    search = form.cleaned_data.get("q", "") if form.is_valid() else ""
    found = listing(request, subjects_listed(search), filters=form, per_page=25)
    context = {"found": found, "lines": lines(found.rows), "form": form, "here": "overview"}
    return render(request, "targets/overview.html", context)


@needs("enter measures")
def measure(request: HttpRequest, measure: str) -> HttpResponse:
    """One measure: targets with their verdicts, figures on their way, versions, owner."""
    about = about_of(measure)
    settings = program()
    aspects = _aspects(about)
    entries = Entry.objects.filter(measure=about.key).exclude(state=Entry.State.REPLACED)
    owner = owner_of(about.key)
    context = {
        "about": about,
        "aspects": aspects,
        "targets": Target.objects.filter(measure=about.key).order_by("-first", "by")[:SHOWN],
        "open": entries.exclude(state=Entry.State.PUBLISHED).order_by("-first")[:SHOWN],
        "published": entries.filter(state=Entry.State.PUBLISHED).order_by("-first")[:SHOWN],
        "batches": Batch.objects.filter(measure__key=about.key)[:10],
        "versions": versions_of(about),
        "owner": owner,
        "owner_form": OwnerForm(initial={"owner": str(owner.pk) if owner else ""}),
        "settings": settings,
        "keeps": may(request.user, "keep targets"),
        "here": "overview",
    }
    return render(request, "targets/measure.html", context)


def about_of(measure: str) -> Subject:
    try:
        return subject(measure)
    except Refused:
        raise Http404 from None


def _aspects(about: Subject) -> Any:
    if about.own is not None:
        return of_own_measure(about.own)
    month = headline(months_received())
    return of_group(about, month) if month else None


@needs("keep targets")
def owner(request: HttpRequest, measure: str) -> HttpResponse:
    """Name who answers for a measure (POST)."""
    about = about_of(measure)
    form = OwnerForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        chosen = form.people.get(form.cleaned_data["owner"])
        services.set_owner(about.key, staff=chosen, actor=staff_of(request).as_actor())
        messages.success(request, _("Kept."))
    return redirect("targets:measure", about.key)


@needs("keep targets")
def set_one(request: HttpRequest, measure: str) -> HttpResponse:
    """Set a target."""
    about = about_of(measure)
    form = TargetForm(request.POST or None, about=about, start=fiscal_start())
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        by, group = form.place()
        goal = services.Goal(
            about.key, given.get("way", ""), given["period"], given["direction"], given["value"],
            by=by, group=group, why=given["why"],
        )  # fmt: skip
        try:
            services.set_target(goal, actor=staff_of(request).as_actor(), key=given["key"])
        except Refused as refused:
            form.add_error(refused.field if refused.field in form.fields else None, str(refused))
        else:
            messages.success(request, _("The target is set and public."))
            return redirect("targets:measure", about.key)
    return form_page(
        request, form, _("Target: {name}").format(name=about),
        _("A target is set before its period is over, and judged with the interval of the figure."),
        reverse("targets:measure", args=[about.key]),
    )  # fmt: skip


@needs("keep targets")
def settings(request: HttpRequest) -> HttpResponse:
    """When the year begins, and what is overdue."""
    row = program()
    months = [(n, day_told(date(2026, n, 1), "month").rsplit(" ", 1)[0]) for n in range(1, 13)]
    months = [(n, text.removesuffix(" de")) for n, text in months]
    initial = {"fiscal_start": row.fiscal_start, "stale_after": row.stale_after}
    form = SettingsForm(request.POST or None, months=months, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            services.set_program(**form.cleaned_data, actor=staff_of(request).as_actor())
        except Refused as refused:
            form.add_error(refused.field if refused.field in form.fields else None, str(refused))
        else:
            messages.success(request, _("Kept."))
            return redirect("targets:overview")
    intro = _("Once a quarter or year has a target or a figure, the year’s first month is fixed.")
    return form_page(
        request, form, _("The program’s year"), intro, reverse("targets:overview"), here="settings"
    )


def form_page(
    request: HttpRequest, form: Any, heading: str, intro: str, back: str, *, here: str = "overview"
) -> HttpResponse:
    """A page that is one form."""
    context = {
        "form": form, "heading": heading, "intro": intro, "cancel_url": back, "here": here,
        "submit": _("Keep it"), "files": form.is_multipart(),
    }  # fmt: skip
    return render(request, "targets/form.html", context, status=422 if form.errors else 200)
