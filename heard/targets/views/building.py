"""Building a measure: its formula and words, a preview, and its way to the public."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from heard.core.errors import Refused
from heard.facts.columns import COLUMNS
from heard.measures import building
from heard.measures.built_models import BuiltMeasure, BuiltVersion
from heard.measures.column_words import FACT_WORDS, columns_of
from heard.measures.declared import formula
from heard.measures.spelling import sentence
from heard.measures.templates import templates
from heard.people.roles import may, needs, staff_of
from heard.targets.building_forms import BuildForm, initial_of
from heard.targets.models import OwnMeasure
from heard.targets.previews import WAIT, preview
from heard.targets.taking import take_template
from heard.targets.views.deciding import decide

PEOPLE = ("measure", "made_by", "reviewed_by", "published_by")
SHOWN = 100
TIRED = 20  # looks at a preview after which the page stops looking by itself


@needs("keep targets")
def overview(request: HttpRequest) -> HttpResponse:
    """What people built, what they may build from, and the ready-made measures to be entered."""
    taken = set(OwnMeasure.objects.values_list("key", flat=True))
    context = {
        "versions": BuiltVersion.objects.select_related(*PEOPLE).order_by("-made_at")[:SHOWN],
        "facts": [(name, *FACT_WORDS[name]) for name in COLUMNS],
        "offered": [(one, one.key in taken) for one in templates().values()],
        "here": "build",
    }
    return render(request, "targets/built_list.html", context)


@needs("keep targets")
def new(request: HttpRequest, fact: str) -> HttpResponse:
    """Begin a measure over one kind of facts."""
    if fact not in COLUMNS:
        raise Http404
    form = BuildForm(request.POST or None, fact=fact, is_new=True, partly=_looks(request))

    def keep() -> BuiltVersion:
        given = form.cleaned_data
        actor = staff_of(request).as_actor()
        return building.begin(given["short"], form.plan(), actor=actor, key=given["key"])

    return _page(request, form, keep, _("New measure: {facts}").format(facts=FACT_WORDS[fact][0]))


@needs("keep targets")
def change(request: HttpRequest, version: int) -> HttpResponse:
    """Change a definition that is on its way."""
    row = _version(version)
    if row.is_published:
        return redirect("targets:built", row.pk)
    form = _form(request, row, row.number)

    def keep() -> BuiltVersion:
        seen = form.cleaned_data["seen"] or 0
        return building.change(row, form.plan(), seen=seen, actor=staff_of(request).as_actor())

    return _page(request, form, keep, _("Change: {name}").format(name=row))


@needs("keep targets")
def again(request: HttpRequest, version: int) -> HttpResponse:
    """Begin a new definition of a published measure."""
    row = _version(version)
    form = _form(request, row, row.number + 1)

    def keep() -> BuiltVersion:
        actor, key = staff_of(request).as_actor(), form.cleaned_data["key"]
        return building.begin_version(row.measure, form.plan(), actor=actor, key=key)

    return _page(request, form, keep, _("New definition: {name}").format(name=row))


def _looks(request: HttpRequest) -> bool:
    return request.POST.get("do") == "preview"


def _form(request: HttpRequest, row: BuiltVersion, number: int) -> BuildForm:
    names = (
        "name", "definition", "why", "limits", "left_out", "area", "direction", "seen",
    )  # fmt: skip
    initial = {name: getattr(row, name) for name in names} | initial_of(formula(row.formula))
    if number == row.number:
        for name in ("effective_from", "what_changed", "why_changed"):
            initial[name] = getattr(row, name)
    fact = row.formula["fact"]
    return BuildForm(
        request.POST or None, fact=fact, number=number, initial=initial, partly=_looks(request)
    )


def _page(request: HttpRequest, form: BuildForm, keep: Any, heading: str) -> HttpResponse:
    shown, tries = None, 0
    if request.method == "POST":
        valid = form.is_valid()
        if _looks(request):
            tries = min(int(form.cleaned_data.get("tries") or 0) + 1, TIRED)
            shown = preview(form.formula, wait=WAIT) if form.formula is not None else None
        elif valid:
            try:
                row = keep()
            except Refused as refused:
                field = refused.field if refused.field in form.fields else None
                form.add_error(field, str(refused))
            else:
                messages.success(
                    request, _("Kept as a draft. A colleague reviews and publishes it.")
                )
                return redirect("targets:built", row.pk)
    context = {
        "form": form, "heading": heading, "preview": shown, "tries": tries,
        "looks_again": shown is not None and shown.is_counting and tries < TIRED,
        "columns": columns_of(form.fact), "back": reverse("targets:build"), "here": "build",
    }  # fmt: skip
    return render(request, "targets/build.html", context, status=422 if form.errors else 200)


@needs("enter measures")
def show(request: HttpRequest, version: int) -> HttpResponse:
    """One definition: its words, its formula, what it gives, and what may be done with it."""
    return _show(request, _version(version))


def _version(version: int) -> BuiltVersion:
    return get_object_or_404(BuiltVersion.objects.select_related(*PEOPLE), pk=version)


def _show(request: HttpRequest, row: BuiltVersion, fault: str = "") -> HttpResponse:
    viewer = staff_of(request)
    own = row.made_by_id == viewer.pk
    approves = not own and may(viewer, "publish measures")
    versions = BuiltMeasure.objects.get(pk=row.measure_id).versions.order_by("number")
    newest = versions.last()
    context = {
        "row": row,
        "sentence": sentence(formula(row.formula)),
        "preview": preview(row.formula),
        "versions": versions,
        "mine": own,
        "reviews": approves and row.state == "draft",
        "publishes": approves and row.state == "reviewed",
        "changes": may(viewer, "keep targets") and not row.is_published,
        "renews": may(viewer, "keep targets") and row.is_published and newest == row,
        "fault": fault,
        "here": "build",
    }
    return render(request, "targets/built.html", context, status=422 if fault else 200)


@needs("publish measures")
def act(request: HttpRequest, version: int) -> HttpResponse:
    """Review or publish (POST)."""
    row = _version(version)
    if request.method != "POST":
        return redirect("targets:built", row.pk)
    fault = decide(
        request,
        review=(
            lambda seen, actor: building.review(row, seen=seen, actor=actor),
            _("Reviewed. It can be published now."),
        ),
        publish=(
            lambda seen, actor: building.publish(row, seen=seen, actor=actor),
            _("Published. Its figures are counted within minutes."),
        ),
        unseen=_("Open the definition again, and look at it before you decide."),
    )
    return _show(request, row, fault) if fault else redirect("targets:built", row.pk)


@needs("keep targets")
def take(request: HttpRequest, template: str) -> HttpResponse:
    """Make an own measure of a ready-made one (POST)."""
    if request.method != "POST":
        return redirect("targets:build")
    try:
        own = take_template(template, actor=staff_of(request).as_actor())
    except Refused as refused:
        messages.error(request, str(refused))
        return redirect("targets:build")
    messages.success(request, _("Kept. Name who answers for it, and enter its figures."))
    return redirect("targets:measure", own.key)
