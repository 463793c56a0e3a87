"""At the desk: the form of a service, built page by page and question by question."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from heard.answers.readability import read
from heard.catalogue import questions as verbs
from heard.catalogue.models import Question, QuestionGroup, Service
from heard.core.errors import Refused
from heard.doors.web.building_forms import GroupForm, QuestionForm, group_first
from heard.doors.web.forms import ReportForm
from heard.people.roles import needs, staff_of
from heard.ui.lists import listing

# What a verb calls a thing, and the field in which it is written here.
FIELDS = {
    "label": "label_en",
    "hint": "hint_en",
    "title": "title_en",
    "intro": "intro_en",
    "only_if": "condition",
    "only_if_value": "condition",
}


def _mine(request: HttpRequest, service: Service) -> Service:
    if not verbs.may_write_form(staff_of(request).as_actor(), service):
        raise PermissionDenied
    return service


def _service(request: HttpRequest, code: str) -> Service:
    return _mine(request, get_object_or_404(Service, code=code.replace("\0", "")))


@needs("write forms")
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Every service whose form this person may build."""
    actor = staff_of(request).as_actor()
    mine = Service.objects.filter(is_active=True).select_related("division")
    if actor.role == "manager":
        mine = mine.filter(division__staff__pk=actor.id or 0)
    found = listing(request, mine, per_page=50)
    counts: dict[int, int] = {}
    for pk in Question.objects.filter(service__in=found.rows).values_list("service_id", flat=True):
        counts[pk] = counts.get(pk, 0) + 1
    rows = [(service, counts.get(service.pk, 0)) for service in found.rows]
    return render(request, "web/desk/forms.html", {"listing": found, "rows": rows})


@needs("write forms")
@require_safe
def show(request: HttpRequest, code: str) -> HttpResponse:
    """A form as it is built: its pages, and the questions on each."""
    service = _service(request, code)
    asked: dict[int | None, list[Question]] = {}
    for question in service.questions.all():
        asked.setdefault(question.group_id, []).append(question)
    pages: list[tuple[QuestionGroup | None, list[Question]]] = []
    if None in asked:
        pages.append((None, asked[None]))
    pages += [(group, asked.get(group.pk, [])) for group in service.question_groups.all()]
    context = {"service": service, "pages": pages, "readings": _readings(service)}
    return render(request, "web/desk/form.html", context)


def _readings(service: Service) -> list[tuple[str, Any]]:
    """How all the words of the form read, in each language."""
    parts: list[dict[str, str]] = [service.instructions]
    parts += [words for g in service.question_groups.all() for words in (g.title, g.intro)]
    parts += [words for q in service.questions.all() for words in (q.label, q.hint)]
    named = (("en", "English"), ("es", "Español"))
    return [
        (name, read("\n".join(p[code] for p in parts if p.get(code)), code)) for code, name in named
    ]


@needs("write forms")
@require_safe
def preview(request: HttpRequest, code: str) -> HttpResponse:
    """The form as residents see it, in both languages, side by side."""
    service = _service(request, code)
    questions = list(service.questions.all())
    sides = []
    for language, name in (("en", "English"), ("es", "Español")):
        with translation.override(language):
            form = ReportForm(service=service, questions=questions, auto_id=f"{language}_%s")
            shown = [(q, form[f"q_{q.code}"].as_field_group()) for q in questions]
            missing = [q for q in questions if not q.label.get(language)]
        sides.append((language, name, shown, missing))
    return render(request, "web/desk/preview.html", {"service": service, "sides": sides})


@needs("write forms")
def question_new(request: HttpRequest, code: str) -> HttpResponse:
    """Add a question."""
    service = _service(request, code)
    first = {"group": request.GET.get("page", "")}
    form = QuestionForm(request.POST or None, service=service, initial=first)

    def do() -> None:
        verbs.add_question(
            service, form.content, actor=staff_of(request).as_actor(), key=_key(form, "question")
        )

    return _kept(request, form, service, do, _("Add a question"))


@needs("write forms")
def question_change(request: HttpRequest, pk: int) -> HttpResponse:
    """Change a question."""
    question = get_object_or_404(Question.objects.select_related("service"), pk=pk)
    service = _mine(request, question.service)
    form = QuestionForm(request.POST or None, service=service, question=question)

    def do() -> None:
        verbs.change_question(
            question, form.content, actor=staff_of(request).as_actor(), key=_key(form, "question")
        )

    return _kept(request, form, service, do, _("Change a question"))


@needs("write forms")
def group_new(request: HttpRequest, code: str) -> HttpResponse:
    """Add a page."""
    return _group(request, _service(request, code), None, _("Add a page"))


@needs("write forms")
def group_change(request: HttpRequest, pk: int) -> HttpResponse:
    """Change the words of a page."""
    group = get_object_or_404(QuestionGroup.objects.select_related("service"), pk=pk)
    return _group(request, _mine(request, group.service), group, _("Change a page"))


def _group(
    request: HttpRequest, service: Service, group: QuestionGroup | None, heading: str
) -> HttpResponse:
    form = GroupForm(request.POST or None, initial=group_first(group) if group else {})

    def do() -> None:
        verbs.save_group(
            service, group, title=form.words("title"), intro=form.words("intro"),
            actor=staff_of(request).as_actor(), key=_key(form, "page"),
        )  # fmt: skip

    return _kept(request, form, service, do, heading)


@needs("write forms")
def act(request: HttpRequest, what: str, pk: int, action: str) -> HttpResponse:
    """Move a question or page up or down, or take it away."""
    model: Any = {"question": Question, "page": QuestionGroup}.get(what)
    if model is None or action not in ("up", "down", "away"):
        raise Http404
    row = get_object_or_404(model.objects.select_related("service"), pk=pk)
    service = _mine(request, row.service)
    if request.method == "POST":
        actor = staff_of(request).as_actor()
        by = -1 if action == "up" else 1
        try:
            if what == "question":
                if action == "away":
                    verbs.retire_question(row, actor=actor)
                else:
                    verbs.move_question(row, by, actor=actor)
            elif action == "away":
                verbs.drop_group(row, actor=actor)
            else:
                verbs.move_group(row, by, actor=actor)
        except Refused as refused:
            messages.error(request, str(refused))
    return redirect("forms:show", service.code)


def _key(form: Any, what: str) -> str:
    return f"form-{what}-{form.cleaned_data.get('key') or form.initial['key']}"


def _kept(
    request: HttpRequest, form: Any, service: Service, do: Callable[[], None], heading: str
) -> HttpResponse:
    """Save a form in order and go back to the service; show what is to be mended otherwise."""
    if request.method == "POST" and form.is_valid():
        try:
            do()
        except Refused as refused:
            field = FIELDS.get(refused.field or "", refused.field)
            form.add_error(field if field in form.fields else None, str(refused))
        else:
            return redirect("forms:show", service.code)
    context = {"form": form, "service": service, "heading": heading}
    status = 422 if form.errors else 200
    return render(request, "web/desk/form_edit.html", context, status=status)
