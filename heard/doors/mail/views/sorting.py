"""Mails that wait for a person: the list, one of them, and the decision."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from heard.attachments.reads import attached
from heard.attachments.showing import for_staff
from heard.core.errors import NotAllowed, Refused
from heard.doors.mail.forms import AcceptForm, AsideForm, MailFilters, OnceForm, OpenForm
from heard.doors.mail.models import InMail, Outcome
from heard.doors.mail.reads import listed, mailboxes, pieces_of
from heard.doors.mail.services import about_of, accept, open_case, put_aside
from heard.people.models import Staff
from heard.people.roles import needs, staff_of
from heard.post import turned
from heard.ui.lists import listing

FORMS: dict[str, type[OnceForm]] = {"accept": AcceptForm, "open": OpenForm, "aside": AsideForm}


@needs("sort mail")
def index(request: HttpRequest) -> HttpResponse:
    """The mails that wait; or all of them."""
    filters = MailFilters(request.GET)
    filters.is_valid()
    given = filters.cleaned_data
    rows = listed(given.get("show", ""), given.get("q", "").strip())
    context = {
        "listing": listing(request, rows, filters=filters),
        "mailboxes": mailboxes(),
        "turned": turned.recent("mail", 8),
    }
    return render(request, "mail/list.html", context)


@needs("sort mail")
def show(request: HttpRequest, pk: int) -> HttpResponse:
    """One mail with its words, files and what can be done."""
    return _page(request, found(pk), {})


@needs("sort mail")
def act(request: HttpRequest, pk: int, action: str) -> HttpResponse:
    """Decide (POST)."""
    row, viewer = found(pk), staff_of(request)
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
        return _page(request, found(pk), {action: form}, status=422)
    if action == "aside":
        messages.success(request, _("Put aside. You find it under “All mails”."))
        return redirect("mail:list")
    messages.success(request, _("It stands in the conversation now."))
    assert done.case is not None
    return redirect(done.case)


def found(pk: int) -> InMail:
    """The mail, or 404."""
    return get_object_or_404(InMail.objects.select_related("case__customer", "customer"), pk=pk)


def _accept(row: InMail, form: OnceForm, viewer: Staff) -> InMail:
    case = form.cleaned_data["reference"]
    return accept(row, case, actor=viewer.as_actor(), key=form.once())


def _open(row: InMail, form: OnceForm, viewer: Staff) -> InMail:
    service = form.cleaned_data["service"]
    return open_case(row, service, actor=viewer.as_actor(), key=form.once())


def _aside(row: InMail, form: OnceForm, viewer: Staff) -> InMail:
    outcome = Outcome(form.cleaned_data["outcome"])
    return put_aside(row, outcome, actor=viewer.as_actor(), key=form.once())


VERBS: dict[str, Callable[[InMail, OnceForm, Staff], InMail]] = {
    "accept": _accept, "open": _open, "aside": _aside,
}  # fmt: skip


def _page(
    request: HttpRequest, row: InMail, bound: dict[str, OnceForm], status: int = 200
) -> HttpResponse:
    names = {"accept": {"reference": row.case.reference if row.case else ""}}
    forms: dict[str, Any] = {
        name: bound.get(name) or kind(auto_id=f"{name}-%s", initial=names.get(name, {}))
        for name, kind in FORMS.items()
    }
    context = {
        "mail": row,
        "pieces": pieces_of(row),
        "files": for_staff(attached(about_of(row)).filter(part=f"inmail:{row.pk}")),
        "left_out": [each for each in row.files if each["fault"]],
        "forms": forms if row.waits else {},
        "faulty": next(iter(bound.values()), None),
    }
    return render(request, "mail/show.html", context, status=status)
