"""When a closure is announced: those it concerns hear of it before they stand at the door.

Named contacts of open cases at the office are told. For customers whose case waits for them, and
who may be on their way, a note is drafted; a person reads and sends it.
"""

from heard.cases.closures import cases_at, draft_notes
from heard.core.models import Event
from heard.flows.promise_mail import write_to_staff
from heard.people.models import Staff
from heard.places.models import Closure


def draft_for_customers(event: Event) -> None:
    """A drafted note on each case that waits for its customer at an office that will be closed."""
    closure = Closure.objects.filter(pk=event.about_id, withdrawn_at=None).first()
    if closure is not None:
        draft_notes(closure)


def tell_contacts(event: Event) -> None:
    """One letter to each named contact with open cases at the office."""
    closure = Closure.objects.select_related("office").filter(pk=event.about_id).first()
    if closure is None or closure.withdrawn_at is not None or closure.calendar_id is not None:
        return
    counts = cases_at(closure)
    for person in Staff.objects.filter(pk__in=counts, is_active=True):
        write_to_staff(
            f"event-{event.pk}-closure-{person.pk}", "staff_closure", person, closure=closure,
            cases=counts[person.pk],
        )  # fmt: skip


ANNOUNCED = [draft_for_customers, tell_contacts]
