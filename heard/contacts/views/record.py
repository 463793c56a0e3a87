"""Writing down a contact, and the list of those written down."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from heard.contacts.forms import ContactFilters, ContactForm
from heard.contacts.models import CAUSES, Avoidable, CallBack, Contact, Reason
from heard.contacts.reads import WantedContacts, call_of, contacts
from heard.core.references import clean_reference
from heard.people.models import Customer
from heard.people.roles import may, needs, staff_of
from heard.ui.lists import listing


@needs("take contacts")
def new(request: HttpRequest) -> HttpResponse:
    """The quick form; and the contact it makes."""
    viewer = staff_of(request)
    if request.method != "POST":
        form = ContactForm(viewer=viewer, initial=_initial(request))
        return _page(request, form)
    form = ContactForm(request.POST, viewer=viewer)
    contact = form.keep() if form.is_valid() else None
    if contact is None:
        return _page(request, form, status=422)
    messages.success(request, _told(contact))
    if contact.customer_id and may(viewer, "see people"):
        return redirect("contacts:person", contact.customer_id)
    return redirect("contacts:find")


def _told(contact: Contact) -> str:
    if contact.settled:
        return _("Written down: settled at first contact.")
    return _("Written down: not settled yet.")


def _initial(request: HttpRequest) -> dict[str, Any]:
    """What the page that led here knows already."""
    given = {n: request.GET.get(n, "")[:60] for n in ("name", "phone", "case", "customer")}
    for name, allowed in (
        ("channel", None), ("reason", Reason.values), ("avoidable", Avoidable.values),
    ):  # fmt: skip
        value = request.GET.get(name, "")[:20]
        if allowed is None or value in allowed:
            given[name] = value
    call: CallBack | None = call_of(request.GET.get("call", "")[:20])
    if call is not None:
        given |= {"name": call.name, "phone": call.phone, "language": call.language}
        given["customer"] = str(call.customer_id or "")
    return {name: value for name, value in given.items() if value}


def _page(request: HttpRequest, form: ContactForm, *, status: int = 200) -> HttpResponse:
    customer = _customer(form)
    if customer is not None and not form.is_bound:
        form.initial["language"] = customer.language
    context = {"form": form, "customer": customer, "case": form["case"].value() or ""}
    return render(request, "contacts/new.html", context, status=status)


def _customer(form: ContactForm) -> Customer | None:
    """Whom the form is about, where it is somebody we know."""
    pk = str(form["customer"].value() or "")
    if pk.isdigit() and len(pk) < 19:
        return Customer.objects.filter(pk=int(pk)).first()
    reference = clean_reference(str(form["case"].value() or ""))
    if not reference:
        return None
    return Customer.objects.filter(cases__reference=reference).first()


@needs("take contacts")
def kept(request: HttpRequest) -> HttpResponse:
    """Contacts written down, the latest first."""
    viewer, filters = staff_of(request), ContactFilters(request.GET)
    filters.is_valid()
    given = filters.cleaned_data
    pk = request.GET.get("customer", "")
    wanted = WantedContacts(
        staff_id=viewer.pk if given.get("who") == "me" else None,
        customer_id=int(pk) if pk.isdigit() and len(pk) < 19 else None,
        channel=given.get("channel", ""),
        avoidable=given.get("avoidable", ""),
        settled={"yes": True, "no": False}.get(given.get("settled", "")),
    )
    context = {
        "listing": listing(request, contacts(wanted), filters=filters),
        "sees_people": may(viewer, "see people"),
        "causes": CAUSES,
    }
    return render(request, "contacts/list.html", context)
