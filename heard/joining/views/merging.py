"""Merging two cases: find the other one, see both side by side, confirm; and undo."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from heard.cases.models import Case
from heard.cases.reads import case_at_desk
from heard.joining.forms import FindForm, MergeForm, UndoForm
from heard.joining.merging import merge, undo_merge, why_not, why_not_undo
from heard.joining.models import Merge
from heard.joining.preview import preview
from heard.joining.reads import likely, sought_of
from heard.joining.views.shared import done, found_case
from heard.people.roles import may, needs, staff_of


@needs("join cases")
def choose(request: HttpRequest, reference: str) -> HttpResponse:
    """The other case: by its reference, or one of those that look alike."""
    case = found_case(reference)
    form = FindForm(request.GET or None)
    missing = ""
    if wanted := form.reference():
        other = case_at_desk(wanted)
        if other is not None:
            return redirect("joining:merge", case.reference, other.reference)
        missing = wanted
    elif request.GET.get("q"):
        missing = request.GET["q"][:60]
    context = {
        "case": case,
        "form": form,
        "missing": missing,
        "likely": likely(sought_of(case), besides=case),
    }
    return render(request, "joining/choose.html", context)


@needs("join cases")
def confirm(request: HttpRequest, reference: str, other: str) -> HttpResponse:
    """Both cases side by side, what will happen, and the button."""
    case, into = found_case(reference), found_case(other)
    errors: list[str] = []
    if request.method == "POST":
        form = MergeForm(request.POST)
        if form.is_valid() and done(form, lambda: _merge(request, form, case, into)):
            told = _("{case} lives on in this case now.").format(case=case.reference)
            messages.success(request, told)
            return redirect(into)
        # Shown again as both are by now, so that whoever confirms has seen them.
        errors = [str(error) for each in form.errors.values() for error in each]
        case, into = found_case(reference), found_case(other)
    context = {
        "form": MergeForm(initial={"seen_case": case.version, "seen_into": into.version}),
        "errors": errors,
        "refusal": why_not(case, into),
        "other_way": not why_not(into, case),
        "case": case,
        "into": into,
        "preview": preview(case, into),
        "sees_people": may(request.user, "see people"),
    }
    return render(request, "joining/merge.html", context, status=422 if errors else 200)


def _merge(request: HttpRequest, form: MergeForm, case: Case, into: Case) -> None:
    given, viewer = form.cleaned_data, staff_of(request)
    merge(
        case,
        into,
        actor=viewer.as_actor(),
        seen=(given["seen_case"], given["seen_into"]),
        key=form.once("merge", f"{case.pk}-{into.pk}", viewer.pk),
    )


@needs("join cases")
def undo(request: HttpRequest, pk: int) -> HttpResponse:
    """What undoing means, the reason, and the button."""
    row = get_object_or_404(Merge.objects.select_related("case", "into", "staff"), pk=pk)
    viewer = staff_of(request)
    form = UndoForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        key = form.once("undo", row.pk, viewer.pk)
        reason = form.cleaned_data["reason"]
        if done(form, lambda: undo_merge(row, reason=reason, actor=viewer.as_actor(), key=key)):
            messages.success(request, _("Undone. This case stands on its own again."))
            return redirect(row.case)
    context: dict[str, Any] = {
        "merge": row,
        "form": form,
        "refusal": why_not_undo(row),
        "back": reverse("desk:case", args=[row.case.reference]),
    }
    return render(request, "joining/undo.html", context, status=422 if form.errors else 200)
