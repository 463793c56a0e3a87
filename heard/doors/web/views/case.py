"""A case as its customer sees it, by secret link."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from heard.attachments.reads import attached
from heard.attachments.showing import for_customer
from heard.cases.models import Case, Outcome, ReopenRequest
from heard.cases.states import State
from heard.catalogue.asking import in_words
from heard.core.errors import Refused
from heard.doors.web.case_actions import ACTIONS, thanks_for
from heard.doors.web.forms import OnceForm
from heard.doors.web.limits import bounded
from heard.doors.web.reads import answer_about, survey_of
from heard.doors.web.secret_pages import case_behind, private, wrong_link
from heard.doors.web.timeline import timeline
from heard.doors.web.wording import stages, standing
from heard.joining.progress import progress_of
from heard.joining.reads import updates


@private
@require_safe
def case(request: HttpRequest, reference: str, secret: str) -> HttpResponse:
    """Where it stands, what was said, and what the customer can do."""
    found = case_behind(reference, secret)
    if found is None:
        return wrong_link(request)
    return _page(request, found, secret)


@private
@require_safe
def sent(request: HttpRequest, reference: str, secret: str) -> HttpResponse:
    """What happens next, right after a request was sent."""
    found = case_behind(reference, secret)
    if found is None:
        return wrong_link(request)
    if found.state != State.RECEIVED:  # what happens next has happened
        return redirect("web:case", found.reference, secret)
    return render(
        request,
        "web/sent.html",
        {
            "case": found,
            "secret": secret,
            "link": request.build_absolute_uri(reverse("web:case", args=[found.reference, secret])),
            "mailed_to": _masked(found),
        },
    )


@private
@bounded
def act(request: HttpRequest, reference: str, secret: str, action: str) -> HttpResponse:
    """One thing the customer does; afterwards the page again, with thanks or with what to mend."""
    found = case_behind(reference, secret)
    if found is None or action not in ACTIONS:
        return wrong_link(request)
    back = reverse("web:case", args=[found.reference, secret])
    if request.method != "POST":
        if action == "withdraw" and found.is_open:
            return _withdraw_page(request, found, secret, ACTIONS[action].form())
        return redirect(back)
    form = ACTIONS[action].form(request.POST)
    if form.is_valid():
        try:
            ACTIONS[action].do(found, form.cleaned_data, form.once(f"{action}-{found.pk}"))
        except Refused as refused:
            form.add_error(refused.field if refused.field in form.fields else None, str(refused))
        else:
            return redirect(f"{back}?done={action}")
    if action == "withdraw":
        return _withdraw_page(request, found, secret, form, status=422)
    return _page(request, found, secret, faulty=(action, form), status=422)


def _withdraw_page(
    request: HttpRequest, found: Case, secret: str, form: OnceForm, status: int = 200
) -> HttpResponse:
    context = {"case": found, "secret": secret, "form": form}
    return render(request, "web/withdraw.html", context, status=status)


def _page(
    request: HttpRequest,
    found: Case,
    secret: str,
    *,
    faulty: tuple[str, OnceForm] | None = None,
    status: int = 200,
) -> HttpResponse:
    reopenings = list(found.reopen_requests.order_by("-at", "-id")[:50])
    page = request.GET.get("page", "1")
    context: dict[str, Any] = {
        "case": found,
        "secret": secret,
        "standing": standing(found),
        "stages": stages(found),
        "asked": in_words(found.service.questions.all(), found.answers, found.received_at),
        "shown": for_customer(attached(f"case:{found.pk}"), secret),
        "understanding": _open_understanding(found),
        "timeline": timeline(found, reopenings, int(page[:4]) if page.isdecimal() else 1),
        "reopening": _pending(reopenings),
        "withdrawn": found.outcome == Outcome.WITHDRAWN,
        "survey": None if found.is_open else survey_of(found),
        "answer": None if found.is_open else answer_about(found),
        "says": request.GET.get("answer", ""),
        "thanks": thanks_for(request.GET.get("done", "")),
        "spoken": get_language(),
        "forms": _forms(found, faulty),
        "faulty": faulty[0] if faulty else "",
        "fault_form": faulty[1] if faulty else None,
    }
    if found.merged_into is not None:  # it lives on in another case, whose customer is private
        context |= {"progress": progress_of(found.merged_into), "into": found.merged_into}
        context["updates"] = updates(found.merged_into, 10)
        return render(request, "web/joined.html", context, status=status)
    return render(request, "web/case.html", context, status=status)


def _forms(found: Case, faulty: tuple[str, OnceForm] | None) -> dict[str, OnceForm]:
    made = {
        name: action.form(prefix=None, auto_id=f"{name}_%s") for name, action in ACTIONS.items()
    }
    if faulty is not None:
        name, form = faulty
        form.auto_id = f"{name}_%s"
        made[name] = form
    return made


def _open_understanding(found: Case) -> Any:
    """The sentence that still waits for the customer's yes or no."""
    if not found.is_open:
        return None
    newest = found.understandings.select_related("staff").order_by("-at", "-id").first()
    return newest if newest is not None and not newest.answer else None


def _pending(reopenings: list[ReopenRequest]) -> ReopenRequest | None:
    return next((row for row in reopenings if not row.decision), None)


def _masked(found: Case) -> str:
    """``a•••@home.example``: enough to know which mailbox to look in."""
    customer = found.customer
    if customer is None or not customer.email or customer.preferred_channel == "none":
        return ""
    name, _at, host = customer.email.rpartition("@")
    return f"{name[:1]}•••@{host}"
