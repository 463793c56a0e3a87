"""When something is said in a case: the other side hears of it."""

from heard.cases.models import Message, Understanding
from heard.core.models import Event
from heard.flows.telling import case_of, tell_customer


def ask_whether_right(event: Event) -> None:
    """Send the customer the sentence of what we understood, to confirm or correct."""
    row = Understanding.objects.get(pk=event.about_id)
    if not row.answer:
        tell_customer(event, case_of(event), "case_understood", understanding=row)


def tell_reply(event: Event) -> None:
    """Send the customer what staff wrote."""
    message = Message.objects.get(pk=event.about_id)
    tell_customer(event, case_of(event), "case_replied", message=message)


UNDERSTOOD = [ask_whether_right]
REPLIED = [tell_reply]
