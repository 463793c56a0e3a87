"""Shared by the flows: a letter to the customer of a case, with the next steps they can take."""

from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import translation

from heard.cases.models import Case
from heard.core.models import Event
from heard.post.services import dispatch


def case_of(event: Event) -> Case:
    """The case an event is about, directly or through its message."""
    pk = event.about_id if event.about_kind == "case" else event.data["case"]
    return Case.objects.select_related("customer", "service", "division", "contact").get(pk=pk)


def public_url(path: str) -> str:
    """The full address of a path of this house."""
    return f"{settings.HEARD_URL}{path}"


def tell_customer(event: Event, case: Case, template: str, **context: Any) -> None:
    """Write to the customer of the case, once for this event, in the case's language."""
    with translation.override(case.language):
        full = {
            "case": case,
            "service": case.service,
            "contact": case.contact,
            "link": public_url(case.tracking_path()),
            "home": public_url(reverse("web:home")),
            **context,
        }
    dispatch(
        key=f"event-{event.pk}-{template}",
        template=template,
        to=case.customer,
        about=f"case:{case.pk}",
        language=case.language,
        context=full,
        thread=case.reference,
    )
