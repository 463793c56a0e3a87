"""The pages of webhooks, for administrators: who is told, the log, one delivery, replay."""

import json

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from heard.core.errors import Refused
from heard.people.roles import needs, staff_of
from heard.ui.lists import listing
from heard.webhooks import services
from heard.webhooks.forms import LogFilters, WebhookForm
from heard.webhooks.kinds import KINDS
from heard.webhooks.models import Delivery, Subscription

LONGEST_LIST = 1000


@needs("administer")
def show(request: HttpRequest) -> HttpResponse:
    """All webhooks and how they are doing."""
    found = listing(request, Subscription.objects.select_related("division"))
    return render(request, "webhooks/list.html", {"listing": found})


@needs("administer")
def new(request: HttpRequest) -> HttpResponse:
    """Add a webhook; its page shows the secret."""
    return _form(request, None)


@needs("administer")
def change(request: HttpRequest, pk: int) -> HttpResponse:
    """Change a webhook."""
    return _form(request, get_object_or_404(Subscription, pk=pk))


def _form(request: HttpRequest, row: Subscription | None) -> HttpResponse:
    form = WebhookForm(request.POST or None, row=row)
    if request.method == "POST" and form.is_valid():
        actor, wanted = staff_of(request).as_actor(), form.wanted()
        key = f"webhook-{form.cleaned_data['key']}"
        try:
            if row is None:
                kept = services.subscribe(wanted, actor=actor, key=key)
            else:
                kept = services.change(row, wanted, actor=actor, key=key)
        except Refused as error:
            form.add_error(error.field if error.field in form.fields else None, str(error))
        else:
            messages.success(request, _("Kept. It holds for events from now on."))
            return redirect("webhooks:show", kept.pk)
    context = {"form": form, "row": row}
    return render(request, "webhooks/form.html", context, status=422 if form.errors else 200)


@never_cache
@needs("administer")
def one(request: HttpRequest, pk: int) -> HttpResponse:
    """One webhook with its secret and its log."""
    row = get_object_or_404(Subscription.objects.select_related("division"), pk=pk)
    filters = LogFilters(request.GET)
    rows = filters.fit(Delivery.objects.filter(subscription=row).defer("body", "answer"))
    found = listing(request, rows[:LONGEST_LIST], filters=filters)
    context = {"row": row, "listing": found, "events": [KINDS.get(e, e) for e in row.events]}
    return render(request, "webhooks/show.html", context)


@needs("administer")
@require_POST
def act(request: HttpRequest, pk: int) -> HttpResponse:
    """Switch on, switch off, or make a new secret."""
    row = get_object_or_404(Subscription, pk=pk)
    actor, what = staff_of(request).as_actor(), request.POST.get("do")
    if what == "secret":
        services.new_secret(row, actor=actor)
        messages.success(request, _("There is a new secret. Give it to the receiver now."))
    elif what in {"on", "off"}:
        services.switch(row, on=what == "on", actor=actor)
        said = _("Switched on.") if what == "on" else _("Switched off. What waited was dropped.")
        messages.success(request, said)
    return redirect("webhooks:show", pk)


@needs("administer")
def delivery(request: HttpRequest, pk: int) -> HttpResponse:
    """One delivery; POST sends it again."""
    row = get_object_or_404(Delivery.objects.select_related("subscription", "event"), pk=pk)
    if request.method == "POST":
        try:
            made = services.replay(row, actor=staff_of(request).as_actor())
        except Refused as error:
            messages.error(request, str(error))
        else:
            messages.success(request, _("It is sent again within seconds."))
            return redirect("webhooks:delivery", made.pk)
    body = json.dumps(json.loads(row.body), indent=2, ensure_ascii=False)
    return render(request, "webhooks/delivery.html", {"row": row, "body": body})
