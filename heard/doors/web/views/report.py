"""One service: what to know, what is promised, and the way into its form.

A service without questions of its own has a form of one page here. Any other leads to its pages one
by one (``views/step.py``); the whole form stays to be had with ``?whole``, for who likes it so, for
print, and for a browser without a connection, which keeps it (``static/web/offline.js``).
"""

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.views.decorators.http import require_http_methods

from heard.cases.models import Case
from heard.catalogue.models import Question, Service
from heard.catalogue.promises import current_promises
from heard.catalogue.reads import offered
from heard.core import clock
from heard.core.came_from import keep_page, page_behind
from heard.core.errors import Refused
from heard.core.references import link_secret
from heard.core.text import clean
from heard.doors.web import drafts, proof, uploads
from heard.doors.web.forms import ReportForm
from heard.doors.web.holding import hold
from heard.doors.web.limits import bounded
from heard.doors.web.mapping import map_settings
from heard.doors.web.models import Draft
from heard.doors.web.sending import report
from heard.doors.web.twice import remember, sent_before
from heard.doors.web.views.home import LONGEST_SEARCH
from heard.doors.web.wording import promise_words


def the_service(code: str) -> Service | None:
    """The offered service of a code from an address."""
    return offered().filter(code=code.replace("\x00", "")[:200]).first()


@require_http_methods(["GET", "HEAD", "POST"])
@bounded
def service(request: HttpRequest, code: str) -> HttpResponse:
    """The page of a service; its whole form makes a case."""
    found = the_service(code)
    if found is None:
        return render(request, "web/no_service.html", status=404)
    questions = list(found.questions.all())
    if request.method == "POST":
        return _posted(request, found, questions)
    words = clean(request.GET.get("q", ""), limit=LONGEST_SEARCH)
    spoken = (get_language() or "en").split("-")[0]
    # The copy a browser keeps for later belongs to nobody: no draft, no token.
    draft = None if "shell" in request.GET else drafts.draft_of(request, found)
    first = {"words": words, "language": spoken}
    if draft is not None and not words:
        first |= {k: v[-1] for k, v in draft.given.items() if k in ReportForm.base_fields and v}
    form = ReportForm(service=found, questions=questions, initial=first)
    return _page(request, found, form, draft=draft)


def _posted(request: HttpRequest, found: Service, questions: list[Question]) -> HttpResponse:
    draft, signed = drafts.draft_of(request, found), ""
    refused: list[tuple[str, str]] = []
    if request.FILES:
        if draft is None:
            draft, signed = drafts.begin(found)
        refused, _position = uploads.keep(request, draft, questions)
    rows = drafts.uploaded(draft) if any(q.is_upload for q in questions) else {}
    form = ReportForm(
        request.POST, request.FILES, service=found, questions=questions,
        sent=drafts.references(rows),
    )  # fmt: skip
    fine = form.is_valid()
    for name, fault in refused:
        form.add_error(None, f"{name}: {fault}")
    answer = _answered(request, found, form, draft) if fine and not refused else None
    if answer is None:
        answer = _page(request, found, form, draft=draft, status=422)
    if signed and draft is not None:
        drafts.remember(answer, draft, signed)
    return answer


def _answered(
    request: HttpRequest, found: Service, form: ReportForm, draft: Draft | None
) -> HttpResponse | None:
    """What a form in order leads to; None where it was refused, which the form then says."""
    case = sent_before(request, form)
    if case is None:
        odd = proof.is_odd(request, form.cleaned_data["website"])
        if odd and not proof.is_solved(request.POST.get("solution", "")):
            if request.POST.get("hold"):
                return hold(request, found, request.POST, draft)
            return _page(request, found, form, draft=draft, prove=True)
        if not odd and form.looks_quick:
            return _page(request, found, form, draft=draft, hasty=True)
    case = case or _made(request, found, form, draft)
    if case is None:
        return None
    return led_on(request, case)


def led_on(request: HttpRequest, case: Case) -> HttpResponse:
    """To what happens next; a script that sent what was kept without a connection is told where."""
    secret = link_secret("case", case.pk, case.link_version)
    answer = redirect("web:sent", case.reference, secret)
    if wants_json(request):
        return JsonResponse({"sent": True, "address": answer["Location"]})
    return answer


def wants_json(request: HttpRequest) -> bool:
    """Whether a script of ours asks."""
    return request.headers.get("Accept", "") == "application/json"


def _made(
    request: HttpRequest, found: Service, form: ReportForm, draft: Draft | None
) -> Case | None:
    """The case of a form in order; None where it was refused, which the form then says."""
    spoken = (get_language() or "en").split("-")[0]
    page = page_behind(request)
    key = form.once("report")
    try:
        case = report(found, form, language=spoken, key=key, draft=draft, came_from=page)
    except Refused as refused:
        form.add_error(refused.field if refused.field in form.fields else None, str(refused))
        return None
    if draft is not None:
        Draft.objects.filter(pk=draft.pk).update(
            state=Draft.State.SENT, case=case, given={}, changed_at=clock.now()
        )
    remember(request, form, case)
    return case


def _page(
    request: HttpRequest,
    found: Service,
    form: ReportForm,
    *,
    draft: Draft | None = None,
    hasty: bool = False,
    prove: bool = False,
    status: int = 200,
) -> HttpResponse:
    if wants_json(request) and request.method == "POST":
        faults = {name: [str(f) for f in found_] for name, found_ in form.errors.items()}
        return JsonResponse({"sent": False, "faults": faults, "doubt": prove or hasty}, status=422)
    whole = not form.questions or "whole" in request.GET or request.method == "POST"
    context: dict[str, Any] = {
        "service": found,
        "form": form,
        "promise": promise_words(current_promises(found.pk, clock.now())),
        "hasty": hasty,
        "prove": prove,
        "challenge": proof.challenge() if prove else None,
        "whole": whole,
        "shell": "shell" in request.GET,
        "draft": draft,
        "from_page": "" if "shell" in request.GET else page_behind(request),
        **map_settings(),
    }
    return keep_page(request, render(request, "web/service.html", context, status=status))
