"""A request sent again by going back: the browser has a new form, but the words are the same."""

from django.core.cache import cache
from django.http import HttpRequest
from django.utils.crypto import salted_hmac

from heard.cases.models import Case
from heard.doors.web.forms import ReportForm

REMEMBERED = 15 * 60  # seconds


def sent_before(request: HttpRequest, form: ReportForm) -> Case | None:
    """The case this browser made from exactly these words a moment ago, to the same address.

    Never for a request without a name: two strangers at one computer must not meet in one case.
    """
    key = _key(request, form)
    pk = cache.get(key) if key else None
    return Case.objects.filter(pk=pk).first() if pk else None


def remember(request: HttpRequest, form: ReportForm, case: Case) -> None:
    """Keep for a while which case the words became; only a digest of them is kept."""
    if key := _key(request, form):
        cache.set(key, case.pk, REMEMBERED)


def _key(request: HttpRequest, form: ReportForm) -> str:
    browser = request.META.get("CSRF_COOKIE", "")
    reachable = form.cleaned_data["email"] or form.cleaned_data["phone"]
    if not browser or not reachable:
        return ""
    about = f"{browser}:{form.service.pk}:{form.content}"
    return "sent-" + salted_hmac("heard.web.sent", about, algorithm="sha256").hexdigest()[:40]
