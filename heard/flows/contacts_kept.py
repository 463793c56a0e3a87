"""When a case is received: its place is kept for lookups, and earlier contacts learn of it."""

from heard.contacts.places import keep_places
from heard.contacts.services import note_return
from heard.core.models import Event
from heard.flows.telling import case_of


def keep_for_contacts(event: Event) -> None:
    """One step for both, as neither can fail without the other being tried again harmlessly."""
    case = case_of(event)
    keep_places([case])
    note_return(case)


RECEIVED = [keep_for_contacts]
