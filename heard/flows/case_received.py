"""When a case is received: the customer hears what happens next."""

from heard.core.models import Event
from heard.flows.telling import case_of, tell_customer


def tell_received(event: Event) -> None:
    """Confirm with reference, promise and the link to follow the case."""
    tell_customer(event, case_of(event), "case_received")


STEPS = [tell_received]
