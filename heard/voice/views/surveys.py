"""The builder: surveys, their rules, the draft with its preview, and publishing."""

from typing import Any

from django.contrib import messages
from django.forms import formset_factory
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from heard.answers.readability import read
from heard.core.errors import Refused
from heard.people.roles import needs, staff_of
from heard.voice.desk_forms import (
    HeadForm,
    NewSurveyForm,
    QuestionForm,
    RulesForm,
    head_initial,
    initial_of,
    questions_in,
)
from heard.voice.forms import SurveyForm
from heard.voice.instruments import (
    Draft,
    asked_by,
    begin_all,
    draft,
    drop_draft,
    in_force,
    keep_instrument,
    publish,
)
from heard.voice.models import Instrument, Version
from heard.voice.questions import MOST_QUESTIONS, check_definition, questions_of, revised
from heard.voice.wording import step_words

LAST = 99


@needs("write surveys")
def index(request: HttpRequest) -> HttpResponse:
    """All surveys with what they ask now."""
    begin_all()
    surveys = list(Instrument.objects.order_by("-is_active", "id").prefetch_related("versions"))
    rows = [
        (
            one,
            next((v for v in one.versions.all() if v.published_at), None),
            next((v for v in one.versions.all() if not v.published_at), None),
        )
        for one in surveys
    ]
    return render(request, "voice/surveys.html", {"rows": rows, "here": "surveys"})


@needs("write surveys")
def new(request: HttpRequest) -> HttpResponse:
    """A new survey: its rules first, then its questions."""
    form = NewSurveyForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        code = form.cleaned_data["code"]
        if Instrument.objects.filter(code=code).exists():
            form.add_error("code", _("A survey has this short name already."))
        else:
            keep_instrument(code, form.rules(), actor=staff_of(request).as_actor())
            return redirect("voice:draft", code)
    context = {"form": form, "heading": _("New survey"), "here": "surveys"}
    return render(request, "voice/form.html", context, status=422 if form.errors else 200)


@needs("write surveys")
def survey(request: HttpRequest, code: str) -> HttpResponse:
    """One survey: its rules, its versions, and what each question's series are."""
    asks = get_object_or_404(Instrument, code=code)
    names = {"name_en": asks.name.get("en", ""), "name_es": asks.name.get("es", "")}
    fields = [name for name in RulesForm.base_fields if not name.startswith("name_")]
    initial = names | {name: getattr(asks, name) for name in fields}
    form = RulesForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        keep_instrument(code, form.rules(), actor=staff_of(request).as_actor())
        messages.success(request, _("Kept."))
        return redirect("voice:survey", code)
    versions = list(asks.versions.all())
    context = {
        "survey": asks, "form": form, "here": "surveys",
        "versions": [(v, questions_of(v.questions)) for v in versions if v.published_at],
        "draft": next((v for v in versions if not v.published_at), None),
    }  # fmt: skip
    return render(request, "voice/survey.html", context, status=422 if form.errors else 200)


@needs("write surveys")
def edit(request: HttpRequest, code: str) -> HttpResponse:
    """The draft of the next version. It begins as a copy of the one in force."""
    asks = get_object_or_404(Instrument, code=code)
    base = asks.versions.filter(published_at=None).first() or in_force(asks)
    questions = questions_in(base)
    made = formset_factory(QuestionForm, extra=1, max_num=MOST_QUESTIONS + 1, absolute_max=40)
    if request.method == "POST":
        head, parts = HeadForm(request.POST), made(request.POST, prefix="q")
        if head.is_valid() and parts.is_valid():
            kept = _in_order(parts)
            try:
                content = Draft(kept, **head.words())
                draft(asks, content, actor=staff_of(request).as_actor())
            except Refused as refused:
                head.add_error(None, str(refused))
            else:
                messages.success(request, _("The draft is kept. Nobody is asked it yet."))
                return redirect("voice:preview", code)
    else:
        initial = [initial_of(one, place) for place, one in enumerate(questions, start=1)]
        head, parts = HeadForm(initial=head_initial(base)), made(initial=initial, prefix="q")
    faulty = bool(head.errors or any(parts.errors))
    context = {"survey": asks, "head": head, "parts": parts, "here": "surveys", "faulty": faulty}
    return render(request, "voice/draft.html", context, status=422 if faulty else 200)


def _in_order(parts: Any) -> list[Any]:
    placed = []
    for number, part in enumerate(parts):
        one = part.question()
        if one is not None:
            placed.append((part.cleaned_data.get("place") or LAST, number, one))
    return [one for _place, _number, one in sorted(placed, key=lambda row: row[:2])]


@needs("write surveys")
def preview(request: HttpRequest, code: str) -> HttpResponse:
    """The draft as customers will see it, how hard it is to read, and what it breaks."""
    asks = get_object_or_404(Instrument, code=code)
    version = asks.versions.filter(published_at=None).first() or in_force(asks)
    if version is None:
        return redirect("voice:draft", code)
    before = in_force(asks)
    questions = asked_by(version)
    earlier = {one.key: one.series for one in asked_by(before)} if before else {}
    fault = ""
    try:
        check_definition(questions)
    except Refused as refused:
        fault = str(refused)
    now = revised(questions, asked_by(before)) if before else questions
    context = {
        "survey": asks, "version": version, "here": "surveys", "fault": fault,
        "breaks": [one for one in now if earlier.get(one.key, one.series) != one.series],
        "shown": [_shown(version, language) for language in ("en", "es")],
    }  # fmt: skip
    return render(request, "voice/preview.html", context)


def _shown(version: Version, language: str) -> dict[str, Any]:
    """The form in one language, and how its text reads."""
    with translation.override(language):
        questions = asked_by(version)
        text = [version.heading.get(language, ""), version.intro.get(language, "")]
        for one in questions:
            text += [one.label.get(language, ""), one.hint.get(language, "")]
            text += [option.label.get(language, "") for option in one.options]
            text += step_words(one) if one.scale and one.kind != "recommend" else []
        body = "\n".join(part.rstrip(".?!") + "." for part in text if part)
        form = SurveyForm(questions, auto_id=f"{language}_%s")
        return {
            "code": language, "form": form, "heading": version.heading.get(language, ""),
            "html": str(form), "reading": read(body, language),
            "name": _("English") if language == "en" else _("Spanish"),
        }  # fmt: skip


@needs("write surveys")
@require_POST
def put_in_force(request: HttpRequest, code: str) -> HttpResponse:
    """Publish the draft."""
    version = get_object_or_404(
        Version.objects.select_related("instrument"), instrument__code=code, published_at=None
    )
    try:
        publish(version, actor=staff_of(request).as_actor())
    except Refused as refused:
        messages.error(request, str(refused))
        return redirect("voice:preview", code)
    messages.success(request, _("It is in force. These words stay as they are from now on."))
    return redirect("voice:survey", code)


@needs("write surveys")
@require_POST
def throw_away(request: HttpRequest, code: str) -> HttpResponse:
    """Drop the draft."""
    version = get_object_or_404(Version, instrument__code=code, published_at=None)
    drop_draft(version, actor=staff_of(request).as_actor())
    messages.success(request, _("The draft is gone."))
    return redirect("voice:survey", code)
