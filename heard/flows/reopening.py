"""When a customer says it is not solved: they hear that we read it, and what we decided."""

from heard.cases.models import ReopenRequest
from heard.core.models import Event
from heard.flows.telling import case_of, tell_customer


def confirm_wish(event: Event) -> None:
    """Confirm that a person will look at it again."""
    tell_customer(event, case_of(event), "case_reopen_asked")


def tell_decision(event: Event) -> None:
    """Send the decision with its reason."""
    row = ReopenRequest.objects.get(pk=event.about_id)
    tell_customer(event, case_of(event), "case_reopen_decided", request=row)


ASKED = [confirm_wish]
DECIDED = [tell_decision]
