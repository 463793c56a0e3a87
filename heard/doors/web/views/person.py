"""How to reach a person: every way there is, and a call from us."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.views.decorators.http import require_http_methods

from heard.contacts.calls import withdraw_call
from heard.contacts.models import WORDS_LIMIT, CallBack
from heard.core.actors import Actor
from heard.core.errors import Refused
from heard.core.references import clean_reference, link_is_right
from heard.core.text import clean
from heard.doors.web.call_back import CallForm
from heard.doors.web.limits import address_of, bounded, within
from heard.doors.web.reads import anything, doors
from heard.doors.web.secret_pages import private, wrong_link
from heard.doors.web.views.home import LONGEST_SEARCH

CALLS_AN_HOUR = 6  # asked for from one address


@require_http_methods(["GET", "HEAD", "POST"])
@bounded
def person(request: HttpRequest) -> HttpResponse:
    """Phone, email, counter, a letter through the site; and the form that asks for a call."""
    if request.method != "POST":
        spoken = (get_language() or "en").split("-")[0]
        words = clean(request.GET.get("q", ""), limit=LONGEST_SEARCH)
        initial = {"call_language": spoken, "words": words[:WORDS_LIMIT]}
        return _page(request, CallForm(initial=initial), words=words)
    form = CallForm(request.POST)
    if not form.is_valid():
        return _page(request, form, status=422)
    few = within("call-from", address_of(request), times=CALLS_AN_HOUR, seconds=3600)
    if not few or form.cleaned_data["website"]:
        return _page(request, form, too_often=True, status=429)
    try:
        call = form.ask()
    except Refused as refused:
        form.add_error(refused.field if refused.field in form.fields else None, str(refused))
        return _page(request, form, status=422)
    return redirect(call.public_path())


def _page(
    request: HttpRequest,
    form: CallForm,
    *,
    words: str = "",
    too_often: bool = False,
    status: int = 200,
) -> HttpResponse:
    context = {
        "doors": doors(), "anything": anything(), "words": words, "form": form,
        "too_often": too_often,
    }  # fmt: skip
    return render(request, "web/person.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@bounded
@private
def call(request: HttpRequest, reference: str, secret: str) -> HttpResponse:
    """When we call; and a way to say that it is no longer needed."""
    found = CallBack.objects.filter(reference=clean_reference(reference)[:20]).first()
    key, version = (found.pk, found.link_version) if found else (0, 0)
    if not link_is_right(secret, "callback", key, version) or found is None:
        return wrong_link(request)
    if request.method == "POST":
        withdraw_call(found, actor=Actor("customer", name=found.name or "anonymous"))
        return redirect(found.public_path())
    return render(request, "web/call.html", {"call": found})
