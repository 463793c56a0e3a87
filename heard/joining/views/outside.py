"""Asking somebody outside, and reading what they answer."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from heard.core import clock
from heard.core.errors import NotAllowed, Refused
from heard.joining.forms import AskForm, ErrandFilters
from heard.joining.models import Errand
from heard.joining.outside import ask_outside, have_read, send_again, withdraw_errand
from heard.joining.views.shared import done, found_case
from heard.people.roles import needs, staff_of
from heard.ui.lists import listing


@needs("ask outside")
def ask(request: HttpRequest, reference: str) -> HttpResponse:
    """Whom, what, and how much of the case they see."""
    case, viewer = found_case(reference), staff_of(request)
    form = AskForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        key = form.once("ask", case.pk, viewer.pk)
        if done(
            form,
            lambda: ask_outside(
                case, given["organisation"], words=given["words"],
                shows_words=given["shows_words"], shows_customer=given["shows_customer"],
                actor=viewer.as_actor(), key=key,
            ),
        ):  # fmt: skip
            messages.success(request, _("They get a mail with the link."))
            return redirect(case)
    context = {
        "form": form,
        "case": case,
        "heading": _("Ask an outside handler"),
        "intro": _(
            "A utility, the county or a contractor gets a link by mail and answers without an "
            "account. The case stays yours: you decide what their answer means."
        ),
        "submit": _("Send them the link"),
        "cancel_url": reverse("desk:case", args=[case.reference]),
    }
    return render(request, "joining/form.html", context, status=422 if form.errors else 200)


@needs("read cases")
def errands(request: HttpRequest) -> HttpResponse:
    """What is with outside handlers, those with an answer to read first."""
    filters = ErrandFilters(request.GET)
    filters.is_valid()
    given = filters.cleaned_data
    rows = Errand.objects.select_related("case__service", "organisation")
    show = given.get("show", "")
    if show == "":
        rows = rows.filter(unread_since__isnull=False).order_by("unread_since", "id")
    elif show == "open":
        rows = rows.filter(Q(state__in=["sent", "accepted"]))
    if str(given.get("organisation", "")).isdigit():
        rows = rows.filter(organisation=given["organisation"])
    context = {"listing": listing(request, rows, filters=filters), "now": clock.now()}
    return render(request, "joining/errands.html", context)


ACTS = {"withdraw": withdraw_errand, "again": send_again}


@needs("work cases")
@require_POST
def act(request: HttpRequest, pk: int, action: str) -> HttpResponse:
    """Withdraw, send anew, or say that the answer was read."""
    row = get_object_or_404(Errand.objects.select_related("case"), pk=pk)
    actor = staff_of(request).as_actor()
    try:
        if action == "read":
            have_read(row, actor=actor)
        elif action in ACTS:
            ACTS[action](row, actor=actor)
        else:
            raise Http404
    except NotAllowed as error:
        raise PermissionDenied(str(error)) from error
    except Refused as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _thanks(action))
    back = request.POST.get("next", "")
    if url_has_allowed_host_and_scheme(back, allowed_hosts={request.get_host()}):
        return redirect(back)
    return redirect(row.case)


def _thanks(action: str) -> str:
    return {
        "withdraw": _("Withdrawn. Their link opens nothing any more."),
        "again": _("They get a new link; the old one opens nothing any more."),
        "read": _("Marked as read."),
    }[action]
