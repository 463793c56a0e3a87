"""Mentions: the list, one of them, and what can be done with it."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from heard.cases.models import Case
from heard.core.errors import NotAllowed, Refused
from heard.doors.social.forms import AnswerForm, AsideForm, CaseForm, JudgeForm, MentionFilters
from heard.doors.social.forms import OnceForm as Once
from heard.doors.social.models import Source
from heard.doors.social.services import open_case
from heard.mentions.models import Mention
from heard.mentions.reads import answers_with_fate, listed
from heard.mentions.services import answer, judge, put_aside
from heard.people.models import Staff
from heard.people.roles import may, needs, staff_of
from heard.ui.lists import listing

FORMS: dict[str, type[Once]] = {
    "answer": AnswerForm, "case": CaseForm, "judge": JudgeForm, "aside": AsideForm,
}  # fmt: skip


@needs("answer mentions")
def index(request: HttpRequest) -> HttpResponse:
    """What people say of us elsewhere."""
    filters = MentionFilters(request.GET)
    filters.is_valid()
    given = filters.cleaned_data
    show = given.get("show") or "new"
    rows = listed(
        state="" if show == "all" else show,
        tone=given.get("tone", ""),
        words=given.get("q", "").strip(),
    )
    context = {
        "listing": listing(request, rows, filters=filters),
        "faulty": Source.objects.exclude(fault="").filter(is_active=True)[:5],
        "runs": may(request.user, "administer"),
    }
    return render(request, "social/list.html", context)


@needs("answer mentions")
def show(request: HttpRequest, pk: int) -> HttpResponse:
    """One mention, our answers, and what can be done."""
    return _page(request, get_object_or_404(Mention, pk=pk), {})


@needs("answer mentions")
def act(request: HttpRequest, pk: int, action: str) -> HttpResponse:
    """Do one thing with it (POST)."""
    row, viewer = get_object_or_404(Mention, pk=pk), staff_of(request)
    if action not in FORMS:
        raise Http404
    if request.method != "POST":
        return _page(request, row, {})
    form = FORMS[action](request.POST, auto_id=f"{action}-%s")
    if not form.is_valid():
        return _page(request, row, {action: form}, status=422)
    try:
        VERBS[action](row, form, viewer)
    except NotAllowed as error:
        raise PermissionDenied(str(error)) from error
    except Refused as error:
        form.add_error(error.field if error.field in form.fields else None, str(error))
        return _page(request, get_object_or_404(Mention, pk=pk), {action: form}, status=422)
    messages.success(request, str(DONE[action]()))
    return redirect(row)


DONE: dict[str, Callable[[], str]] = {
    "answer": lambda: _("Your answer is on its way."),
    "case": lambda: _("The case is open."),
    "judge": lambda: _("Noted."),
    "aside": lambda: _("Put aside."),
}


def _answer(row: Mention, form: Once, viewer: Staff) -> object:
    return answer(row, form.cleaned_data["words"], actor=viewer.as_actor(), key=form.once())


def _case(row: Mention, form: Once, viewer: Staff) -> object:
    given = form.cleaned_data
    return open_case(
        row, given["service"], given["words"], place=given["place"], actor=viewer.as_actor(),
        key=form.once(),
    )  # fmt: skip


def _judge(row: Mention, form: Once, viewer: Staff) -> object:
    return judge(row, form.cleaned_data["tone"], actor=viewer.as_actor())


def _aside(row: Mention, form: Once, viewer: Staff) -> object:
    return put_aside(row, actor=viewer.as_actor())


VERBS: dict[str, Callable[[Mention, Once, Staff], object]] = {
    "answer": _answer, "case": _case, "judge": _judge, "aside": _aside,
}  # fmt: skip


def _page(
    request: HttpRequest, row: Mention, bound: dict[str, Once], status: int = 200
) -> HttpResponse:
    forms: dict[str, Any] = {}
    if not row.is_deleted:
        initial = {"judge": {"tone": row.tone}}
        forms = {
            name: bound.get(name) or kind(auto_id=f"{name}-%s", initial=initial.get(name, {}))
            for name, kind in FORMS.items()
        }
    kind, _colon, number = row.about.partition(":")
    context = {
        "mention": row,
        "answers": answers_with_fate(row),
        "case": Case.objects.filter(pk=number).first() if kind == "case" else None,
        "forms": forms,
        "faulty": next(iter(bound.values()), None),
    }
    return render(request, "social/show.html", context, status=status)
