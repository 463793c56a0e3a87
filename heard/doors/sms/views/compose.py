"""A text message to the customer of a case: written, its length and price seen, then sent."""

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.translation import gettext as _

from heard.cases.models import Case, Message
from heard.cases.reads import case_at_desk
from heard.cases.services import reply
from heard.core.errors import NotAllowed, Refused
from heard.doors.sms.forms import TextForm
from heard.people.models import Staff
from heard.people.roles import needs, staff_of
from heard.post.addresses import way_to
from heard.post.segments import Length, dollars, measure
from heard.post.services import text_of


@needs("work cases")
def compose(request: HttpRequest, reference: str) -> HttpResponse:
    """The box (GET), the length and price (POST), and off it goes (POST with ``send``)."""
    case, viewer = _case(reference), staff_of(request)
    way = way_to(case.customer)
    by_text = way is not None and way[0] == "sms"
    form = TextForm(request.POST or None, auto_id="text-%s")
    look = None
    if request.method == "POST" and form.is_valid() and by_text:
        words = form.cleaned_data["words"]
        if "send" in request.POST and form.cleaned_data["seen"] == _mark(words):
            if _sent(form, case, viewer):
                messages.success(request, _("Your text message is on its way."))
                return redirect(f"{case.get_absolute_url()}#latest")
        else:
            look = whole_text(case, viewer, words)
            form.data = form.data.copy()  # type: ignore[attr-defined]
            form.data["seen"] = _mark(words)  # type: ignore[index]
    context = {
        "case": case,
        "form": form,
        "by_text": by_text,
        "look": look,
        "length": measure(look) if look else None,
        "price": price(measure(look)) if look else "",
    }
    return render(request, "sms/compose.html", context, status=422 if form.errors else 200)


def whole_text(case: Case, viewer: Staff, words: str) -> str:
    """The text as it will be sent, with its signature, in the language of the case."""
    assert case.customer is not None
    message = Message(case=case, words=words, staff=viewer)
    with translation.override(case.language):
        context = {
            "case": case, "service": case.service, "contact": case.contact, "message": message,
            "link": f"{settings.HEARD_URL}{case.tracking_path()}", "home": settings.HEARD_URL,
        }  # fmt: skip
        return text_of("case_replied", case.customer, case.language, context)


def price(length: Length) -> str:
    """What it costs; "" where no price is set."""
    cents = settings.HEARD_SMS_CENTS
    return dollars(length.cents(cents)) if cents else ""


def _mark(words: str) -> str:
    """Tells whether the words are those whose length was seen."""
    return str(measure(words).units)


def _sent(form: TextForm, case: Case, viewer: Staff) -> bool:
    given = form.cleaned_data
    try:
        reply(case, given["words"], wait=given["wait"], actor=viewer.as_actor(), key=form.once())
    except NotAllowed as error:
        raise PermissionDenied(str(error)) from error
    except Refused as error:
        form.add_error("words", str(error))
        return False
    return True


def _case(reference: str) -> Case:
    case = case_at_desk(reference)
    if case is None:
        raise Http404
    return case
