"""Text messages that wait for a person."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from heard.core.errors import NotAllowed, Refused
from heard.doors.sms.forms import AcceptForm, AsideForm, OnceForm, OpenForm, TextFilters
from heard.doors.sms.models import InText
from heard.doors.sms.services import accept, open_case, put_aside
from heard.people.models import Staff
from heard.people.roles import needs, staff_of
from heard.post import turned
from heard.ui.lists import listing

FORMS: dict[str, type[OnceForm]] = {"accept": AcceptForm, "open": OpenForm, "aside": AsideForm}
LONGEST_LIST = 1000


@needs("sort mail")
def index(request: HttpRequest) -> HttpResponse:
    """The texts that wait; or all of them."""
    filters = TextFilters(request.GET)
    filters.is_valid()
    show = filters.cleaned_data.get("show", "")
    rows = InText.objects.select_related("case", "customer")
    if show != "all":
        rows = rows.filter(outcome=show or InText.Outcome.WAITS)
    context = {
        "listing": listing(request, rows[:LONGEST_LIST], filters=filters),
        "turned": turned.recent("sms", 8),
    }
    return render(request, "sms/list.html", context)


@needs("sort mail")
def show(request: HttpRequest, pk: int) -> HttpResponse:
    """One text and what can be done."""
    return _page(request, _found(pk), {})


@needs("sort mail")
def act(request: HttpRequest, pk: int, action: str) -> HttpResponse:
    """Decide (POST)."""
    row, viewer = _found(pk), staff_of(request)
    if action not in FORMS:
        raise Http404
    if request.method != "POST":
        return _page(request, row, {})
    form = FORMS[action](request.POST, auto_id=f"{action}-%s")
    if not form.is_valid():
        return _page(request, row, {action: form}, status=422)
    try:
        done = VERBS[action](row, form, viewer)
    except NotAllowed as error:
        raise PermissionDenied(str(error)) from error
    except Refused as error:
        form.add_error(None, str(error))
        return _page(request, _found(pk), {action: form}, status=422)
    messages.success(request, _("Done."))
    return redirect(done.case) if done.case is not None else redirect("sms:list")


def _found(pk: int) -> InText:
    return get_object_or_404(InText.objects.select_related("case", "customer"), pk=pk)


def _accept(row: InText, form: OnceForm, viewer: Staff) -> InText:
    case = form.cleaned_data["reference"]
    return accept(row, case, actor=viewer.as_actor(), key=form.once())


def _open(row: InText, form: OnceForm, viewer: Staff) -> InText:
    service = form.cleaned_data["service"]
    return open_case(row, service, actor=viewer.as_actor(), key=form.once())


def _aside(row: InText, form: OnceForm, viewer: Staff) -> InText:
    return put_aside(row, actor=viewer.as_actor(), key=form.once())


VERBS: dict[str, Callable[[InText, OnceForm, Staff], InText]] = {
    "accept": _accept, "open": _open, "aside": _aside,
}  # fmt: skip


def _page(
    request: HttpRequest, row: InText, bound: dict[str, OnceForm], status: int = 200
) -> HttpResponse:
    forms: dict[str, Any] = {
        name: bound.get(name) or kind(auto_id=f"{name}-%s") for name, kind in FORMS.items()
    }
    context = {
        "text": row,
        "forms": forms if row.waits else {},
        "faulty": next(iter(bound.values()), None),
    }
    return render(request, "sms/show.html", context, status=status)
