"""Writing an answer: look at it as often as you like, then save it, then perhaps publish it."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from heard.answers.forms import LANGUAGES, PARTS, AnswerForm
from heard.answers.models import Answer
from heard.answers.reads import version_of
from heard.answers.services import may_write, publish, write_answer
from heard.answers.views.desk import found_answer, sides_of
from heard.core.errors import ChangedMeanwhile, NotAllowed, Refused
from heard.people.roles import may, needs, staff_of


@needs("write answers")
def new(request: HttpRequest) -> HttpResponse:
    """A new answer, begun as a draft."""
    return _write(request, None)


@needs("write answers")
def edit(request: HttpRequest, answer_id: int) -> HttpResponse:
    """Change an answer; ``?from=3`` begins with the words of its third version."""
    row = found_answer(answer_id)
    if not may_write(row, staff_of(request)):
        raise PermissionDenied
    return _write(request, row)


def _write(request: HttpRequest, row: Answer | None) -> HttpResponse:
    viewer = staff_of(request)
    if request.method != "POST":
        form = AnswerForm(answer=row, words=_earlier(request, row), viewer=viewer)
        return _page(request, row, form)
    form = AnswerForm(request.POST, answer=row, viewer=viewer)
    if request.POST.get("do") == "look":
        form.is_valid()
        return _page(request, row, form, looks=True)
    if not form.is_valid():
        return _page(request, row, form, status=422)
    try:
        return _saved(request, row, form)
    except NotAllowed as error:
        raise PermissionDenied(str(error)) from error
    except ChangedMeanwhile:
        return _changed(request, row, form)
    except Refused as error:
        form.add_error(error.field if error.field in form.fields else None, str(error))
        return _page(request, row, form, status=422)


def _saved(request: HttpRequest, row: Answer | None, form: AnswerForm) -> HttpResponse:
    actor, key = staff_of(request).as_actor(), form.cleaned_data["key"]
    saved = write_answer(
        form.content(),
        answer=row,
        actor=actor,
        seen_version=form.cleaned_data["version"] if row else None,
        key=f"answer-{key}",
    )
    told = _("Saved.")
    if request.POST.get("do") == "publish":
        try:
            publish(saved, actor=actor, key=f"answer-publish-{key}")
            told = _("Saved and published.")
        except Refused as error:
            # What was typed is saved already; only the publishing waits.
            messages.warning(request, _("Saved, not published: {why}").format(why=error))
            return redirect("answers_desk:edit", answer_id=saved.pk)
    messages.success(request, told)
    return redirect("answers_desk:answer", answer_id=saved.pk)


def _changed(request: HttpRequest, row: Answer | None, form: AnswerForm) -> HttpResponse:
    """What was typed, kept, on top of the answer as it is now: the writer decides."""
    assert row is not None
    data = request.POST.copy()
    data["version"] = str(row.version)  # found anew for this request
    fresh = AnswerForm(data, answer=row, viewer=staff_of(request))
    fresh.is_valid()
    return _page(request, row, fresh, changed=True, status=409)


def _earlier(request: HttpRequest, row: Answer | None) -> dict[str, dict[str, str]] | None:
    """The words of the version that ``?from=`` names, to begin with."""
    number = request.GET.get("from", "")
    if row is None or not number.isdecimal() or len(number) > 8:
        return None
    found = version_of(row, int(number))
    return None if found is None else found.words


def _page(
    request: HttpRequest,
    row: Answer | None,
    form: AnswerForm,
    *,
    looks: bool = False,
    changed: bool = False,
    status: int = 200,
) -> HttpResponse:
    words = {
        part: {code: str(form[f"{part}_{code}"].value() or "") for code in LANGUAGES}
        for part, *_rest in PARTS
    }
    looked = {side.code: side for side in sides_of(words)}
    is_new = row is None or row.state == Answer.State.DRAFT
    context = {
        "answer": row,
        "form": form,
        "looks": looks,
        "changed": changed,
        "sides": [(looked[code], read, behind) for code, read, behind in form.sides()],
        "shows_reading": looks or row is not None or bool(form.errors),
        "can_publish": is_new and may(staff_of(request), "publish answers"),
    }
    return render(request, "answers/write.html", context, status=status)
