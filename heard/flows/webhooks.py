"""When something happens to a case: other systems that asked for it are told."""

from typing import Any

from django.conf import settings
from django.urls import reverse

from heard.cases.models import Case
from heard.core.models import Event
from heard.flows.promise_mail import write_to_staff
from heard.people.models import Role, Staff
from heard.webhooks.kinds import KINDS
from heard.webhooks.models import Subscription
from heard.webhooks.sending import SWITCHED_OFF_AFTER
from heard.webhooks.services import queue


def tell_receivers(event: Event) -> None:
    """Queue one signed telling for each receiver. Nothing personal travels in it."""
    if not Subscription.objects.filter(is_active=True).exists():
        return
    kind = event.kind
    if kind == "case.reopen_decided":  # the customer asked, and staff said yes or no
        if not event.data.get("reopened"):
            return
        kind = "case.reopened"
    number = event.about_id if event.about_kind == "case" else event.data.get("case")
    case = Case.objects.select_related("service", "division", "district").filter(pk=number).first()
    if case is not None:
        queue(event, kind, {"case": told_of(case)}, division=case.division_id)


def told_of(case: Case) -> dict[str, Any]:
    """How a case stands, without anybody's words or name."""
    moments = ("received_at", "changed_at", "due_at", "resolved_at", "closed_at")
    return {
        "reference": case.reference,
        "state": case.state,
        "version": case.version,
        "service": case.service.code,
        "division": case.division.code,
        "district": case.district.code if case.district else None,
        "channel": case.channel,
        "outcome": case.outcome or None,
        **{name: moment.isoformat() if (moment := getattr(case, name)) else None
           for name in moments},
        "url": f"{settings.HEARD_URL}{reverse('api:case', args=[case.reference])}",
    }  # fmt: skip


def tell_administrators(event: Event) -> None:
    """A receiver failed for days and was switched off."""
    row = Subscription.objects.filter(pk=event.about_id).first()
    if row is None:
        return
    link = f"{settings.HEARD_URL}{reverse('webhooks:show', args=[row.pk])}"
    for person in Staff.objects.filter(role=Role.ADMINISTRATOR, is_active=True).order_by("pk"):
        write_to_staff(
            f"event-{event.pk}-{person.pk}", "webhook_gave_up", person,
            row=row, link=link, days=SWITCHED_OFF_AFTER.days,
        )  # fmt: skip


TOLD = [*KINDS, "case.reopen_decided"]
WIRING = {"webhook.gave_up": [tell_administrators]}
