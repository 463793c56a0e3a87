"""One service: what to know, what is promised, and the form."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.views.decorators.http import require_http_methods

from heard.cases.models import Case
from heard.catalogue.models import Service
from heard.catalogue.promises import current_promises
from heard.catalogue.reads import offered
from heard.core import clock
from heard.core.errors import Refused
from heard.core.references import link_secret
from heard.core.text import clean
from heard.doors.web.forms import ReportForm
from heard.doors.web.limits import address_of, bounded, within
from heard.doors.web.services import report
from heard.doors.web.twice import remember, sent_before
from heard.doors.web.views.home import LONGEST_SEARCH
from heard.doors.web.wording import promise_words

REPORTS_AN_HOUR = 30  # from one address; whoever sends more is asked to press the button again


@require_http_methods(["GET", "HEAD", "POST"])
@bounded
def service(request: HttpRequest, code: str) -> HttpResponse:
    """The page of a service; its form makes a case."""
    found = offered().filter(code=code.replace("\x00", "")[:200]).first()
    if found is None:
        return render(request, "web/no_service.html", status=404)
    questions = list(found.questions.all())
    if request.method == "POST":
        form = ReportForm(request.POST, service=found, questions=questions)
        if form.is_valid():
            case = sent_before(request, form)
            if case is None and _looks_hasty(request, form):
                return _page(request, found, form, hasty=True)
            case = case or _made(request, found, form)
            if case is not None:
                secret = link_secret("case", case.pk, case.link_version)
                return redirect("web:sent", case.reference, secret)
        return _page(request, found, form, status=422)
    words = clean(request.GET.get("q", ""), limit=LONGEST_SEARCH)
    spoken = (get_language() or "en").split("-")[0]
    form = ReportForm(
        service=found, questions=questions, initial={"words": words, "language": spoken}
    )
    return _page(request, found, form)


def _looks_hasty(request: HttpRequest, form: ReportForm) -> bool:
    """Whether to ask for a second tap: a likely machine, or very many from one address."""
    here = address_of(request)
    few = within("report-from", here, times=REPORTS_AN_HOUR, seconds=3600)
    return form.looks_hasty or not (few or form.cleaned_data["sure"])


def _made(request: HttpRequest, found: Service, form: ReportForm) -> Case | None:
    """The case of a form in order; None where it was refused, which the form then says."""
    spoken = (get_language() or "en").split("-")[0]
    try:
        case = report(found, form, language=spoken, key=form.once("report"))
    except Refused as refused:
        form.add_error(refused.field if refused.field in form.fields else None, str(refused))
        return None
    remember(request, form, case)
    return case


def _page(
    request: HttpRequest,
    found: Service,
    form: ReportForm,
    *,
    hasty: bool = False,
    status: int = 200,
) -> HttpResponse:
    promise = promise_words(current_promises(found.pk, clock.now()))
    context = {"service": found, "form": form, "promise": promise, "hasty": hasty}
    return render(request, "web/service.html", context, status=status)
