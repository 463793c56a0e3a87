"""Who is this? One field, the people it leads to, and all about one of them."""

from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from heard.contacts.forms import LookupForm, typed_query
from heard.contacts.reads import Found, calls_waiting, look_up, page_of_people, person
from heard.core import clock
from heard.core.errors import Refused
from heard.people.keys import phone_key
from heard.people.lookup import Said
from heard.people.models import Customer
from heard.people.roles import may, needs
from heard.ui import panels
from heard.ui.lists import Listing

SHORTEST_WHOLE = 7  # digits of a number that may be somebody's; fewer are the end of one


@require_safe
@needs("see people")
def find(request: HttpRequest) -> HttpResponse:
    """The one field; the person where it leads to one, all of them where it leads to more."""
    typed = typed_query(request.GET.get("q", ""))
    try:
        found = look_up(typed)
    except Refused as error:
        return _page(request, typed, fault=str(error), status=422)
    if found.only is not None:
        return redirect(_person_path(found))
    return _page(request, typed, found=found)


@require_safe
@needs("see people")
def caller(request: HttpRequest) -> HttpResponse:
    """Where a telephone system leads: the caller at once, those who share the number, or a new one.

    ``?phone=`` may be written in any way; a withheld number comes empty or as words.
    """
    phone = typed_query(request.GET.get("phone", "")).strip()
    key = phone_key(phone)
    if len(key) < SHORTEST_WHOLE:
        return _new_caller(request, "")
    try:
        found = look_up(phone)
    except Refused as error:
        return _page(request, phone, fault=str(error), status=422)
    if found.only is not None:
        return redirect(f"{_person_path(found)}?{urlencode({'caller': phone})}")
    if found.keys:
        return _page(request, phone, found=found, calling=phone)
    return _new_caller(request, phone)


@require_safe
@needs("see people")
def show(request: HttpRequest, pk: int) -> HttpResponse:
    """One person: their language, what is open and promised, what they asked before."""
    found = person(pk, request.GET.get("page"))
    if found is None:
        raise Http404
    context = {
        "person": found,
        "customer": found.customer,
        "listing": Listing(found.cases),
        "about": request.GET.get("case", "")[:20],
        "calling": request.GET.get("caller", "")[:60],
        "takes_cases": may(request.user, "work cases"),
        "takes_contacts": may(request.user, "take contacts"),
        "panels": panels.shown("person", request, found.customer),
        "now": clock.now(),
    }
    return render(request, "contacts/person.html", context)


def _person_path(found: Found) -> str:
    path = reverse("contacts:person", args=[found.only])
    return f"{path}?{urlencode({'case': found.case.reference})}" if found.case else path


def _new_caller(request: HttpRequest, phone: str) -> HttpResponse:
    context = {
        "phone": phone,
        "phone_query": urlencode({"phone": phone}),
        "form": LookupForm(),
        "takes_cases": may(request.user, "work cases"),
        "takes_contacts": may(request.user, "take contacts"),
    }
    return render(request, "contacts/new_caller.html", context)


def _page(
    request: HttpRequest,
    typed: str,
    *,
    found: Found | None = None,
    fault: str = "",
    calling: str = "",
    status: int = 200,
) -> HttpResponse:
    form = LookupForm({"q": typed}) if typed else LookupForm()
    if fault:
        form.add_error("q", fault)
    people: Listing[Customer] | None = None
    if found is not None and found.keys:
        people = Listing(page_of_people(found, request.GET.get("page")))
    context: dict[str, Any] = {
        "form": form,
        "typed": typed,
        "found": found,
        "listing": people,
        "calling": calling,
        "new_with": _new_with(found),
        "calls": calls_waiting(clock.now()),
        "takes_cases": may(request.user, "work cases"),
        "takes_contacts": may(request.user, "take contacts"),
    }
    return render(request, "contacts/find.html", context, status=status)


def _new_with(found: Found | None) -> str:
    """What was typed, as the start of a form for somebody we do not know."""
    if found is None or not found.sought.typed:
        return ""
    names = {Said.PHONE: "phone", Said.EMAIL: "email", Said.WORDS: "name"}
    name = names.get(found.sought.kind, "")
    if name == "name" and found.sought.typed[:1].isdigit():
        name = "place"
    return urlencode({name: found.sought.typed}) if name else ""
