"""Are these two the same person? The list, one proposal with its evidence, the decision."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from heard.core.actors import Actor
from heard.core.errors import NotAllowed, Refused
from heard.people import identity
from heard.people.forms import (
    CodeForm,
    ConfirmForm,
    ProposeForm,
    RefuseForm,
    SamenessFilters,
    SendCodeForm,
    SplitForm,
)
from heard.people.keys import email_key, phone_key
from heard.people.models import Customer, Sameness
from heard.people.roles import needs, staff_of
from heard.ui.forms import Form
from heard.ui.lists import listing

LONGEST_LIST = 1000
OPEN_FORMS: dict[str, type[Form]] = {
    "send": SendCodeForm, "code": CodeForm, "confirm": ConfirmForm, "refuse": RefuseForm,
}  # fmt: skip
FORMS = OPEN_FORMS | {"split": SplitForm}


@needs("join people")
def index(request: HttpRequest) -> HttpResponse:
    """The proposals to decide; or those decided."""
    filters = SamenessFilters(request.GET)
    filters.is_valid()
    state = filters.cleaned_data.get("show") or Sameness.State.PROPOSED
    rows = Sameness.objects.filter(state=state).select_related("keeps", "other", "decided_by")
    context = {"listing": listing(request, rows[:LONGEST_LIST], filters=filters)}
    return render(request, "people/list.html", context)


@needs("join people")
def show(request: HttpRequest, pk: int) -> HttpResponse:
    """Both side by side, the evidence, and what can be done."""
    return _page(request, _found(pk), {})


@needs("join people")
def act(request: HttpRequest, pk: int, action: str) -> HttpResponse:
    """Decide (POST)."""
    row, actor = _found(pk), staff_of(request).as_actor()
    if action not in FORMS:
        raise Http404
    if request.method != "POST":
        return _page(request, row, {})
    form = FORMS[action](request.POST, auto_id=f"{action}-%s")
    if not form.is_valid():
        return _page(request, row, {action: form}, status=422)
    try:
        VERBS[action](row, form.cleaned_data, actor)
    except NotAllowed as error:
        raise PermissionDenied(str(error)) from error
    except Refused as error:
        form.add_error(error.field if error.field in form.fields else None, str(error))
        return _page(request, _found(pk), {action: form}, status=422)
    messages.success(request, DONE[action]())
    return redirect("people:same", pk)


VERBS: dict[str, Callable[[Sameness, dict[str, Any], Actor], object]] = {
    "send": lambda row, given, actor: identity.ask_code(row, given["to"], actor=actor),
    "code": lambda row, given, actor: identity.confirm_by_code(row, given["code"], actor=actor),
    "confirm": lambda row, given, actor: identity.confirm(row, actor=actor, reason=given["reason"]),
    "refuse": lambda row, given, actor: identity.refuse(row, actor=actor, reason=given["reason"]),
    "split": lambda row, given, actor: identity.split(row, actor=actor, reason=given["reason"]),
}
DONE: dict[str, Callable[[], str]] = {
    "send": lambda: _("The code is on its way."),
    "code": lambda: _("They are one person now."),
    "confirm": lambda: _("They are one person now."),
    "refuse": lambda: _("They stay two people."),
    "split": lambda: _("They are two people again."),
}


@needs("join people")
def propose_by_hand(request: HttpRequest, pk: int) -> HttpResponse:
    """A colleague thinks that another customer is the same person as this one."""
    customer = get_object_or_404(Customer, pk=pk)
    form = ProposeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        made = _propose(customer, form.cleaned_data["who"], staff_of(request).as_actor())
        if made is not None:
            return redirect(made)
        form.add_error("who", _("Nobody else has this address or number, or it was decided."))
    context = {"form": form, "customer": customer}
    return render(request, "people/propose.html", context, status=422 if form.errors else 200)


def _propose(customer: Customer, who: str, actor: Actor) -> Sameness | None:
    known = Customer.objects.exclude(pk=customer.pk)
    if "@" in who:
        other = known.filter(email_key=email_key(who)).first()
    else:
        key = phone_key(who)
        other = known.filter(phone_key=key).first() if len(key) >= 10 else None
    if other is None:
        return None
    return identity.propose(customer, other, evidence={"kind": "colleague"}, actor=actor)


def _found(pk: int) -> Sameness:
    rows = Sameness.objects.select_related("keeps", "other", "decided_by")
    return get_object_or_404(rows, pk=pk)


def _page(
    request: HttpRequest, row: Sameness, bound: dict[str, Form], status: int = 200
) -> HttpResponse:
    kinds: dict[str, type[Form]] = {}
    if row.is_open:
        kinds = OPEN_FORMS
    elif row.state == Sameness.State.CONFIRMED:
        kinds = {"split": SplitForm}
    forms: dict[str, Any] = {
        name: bound.get(name) or kind(auto_id=f"{name}-%s") for name, kind in kinds.items()
    }
    if isinstance(send := forms.get("send"), SendCodeForm):
        send.offer(row)
    context = {
        "row": row,
        "both": [row.keeps, row.other],
        "forms": forms,
        "faulty": next(iter(bound.values()), None),
    }
    return render(request, "people/same.html", context, status=status)
