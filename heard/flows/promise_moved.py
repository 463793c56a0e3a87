"""When a promise is moved or at risk, or dates were recalculated: those it concerns are told."""

from datetime import datetime

from django.db.models import Count, F
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils import timezone, translation

from heard.cases.models import DueChange, Recalculation
from heard.cases.warning import LISTED, MANAGER, still_running
from heard.core.city import city_zone
from heard.core.models import Event
from heard.flows.promise_mail import write_to_staff
from heard.flows.telling import case_of, public_url, tell_customer
from heard.people.models import Staff
from heard.ui.telling import time_told


def tell_new_date(event: Event) -> None:
    """Send the customer the words a person wrote, with the new date on a line of its own."""
    change = DueChange.objects.select_related("staff").get(pk=event.about_id)
    new_due = datetime.fromisoformat(event.data["new_due"])
    case = case_of(event)
    with translation.override(case.language), timezone.override(city_zone()):
        new_date = time_told(new_due, "moment")
    tell_customer(event, case, "promise_moved", change=change, new_date=new_date)


def send_digest(event: Event) -> None:
    """One letter about all that is at risk now; what was answered meanwhile is not in it."""
    notes = still_running(event.data["notes"])
    person = Staff.objects.get(pk=event.about_id)
    if not notes:
        return
    with translation.override(person.language):
        here = public_url(reverse("promises:at_risk"))
        listed = [(note, public_url(note.clock.case.get_absolute_url())) for note in notes[:LISTED]]
    write_to_staff(
        f"event-{event.pk}-at-risk", "staff_at_risk", person, listed=listed, total=len(notes),
        more=len(notes) - len(listed), link=here,
        asks_manager=any(note.level == MANAGER for note in notes),
    )  # fmt: skip


def tell_contacts(event: Event) -> None:
    """Each named contact (or who has the case) hears how many of their dates moved, and which."""
    row = Recalculation.objects.get(pk=event.about_id)
    if not row.moved:
        return
    moved = DueChange.objects.filter(recalculation=row).exclude(new_due=F("old_due"))
    whose = Coalesce("case__contact", "case__assignee")
    counts = moved.order_by().annotate(whose=whose).values("whose").annotate(n=Count("pk"))
    known = {one["whose"]: one["n"] for one in counts if one["whose"] is not None}
    for person in Staff.objects.filter(pk__in=known, is_active=True):
        own = moved.annotate(whose=whose).filter(whose=person.pk).select_related("case__service")
        listed = [
            (change, public_url(change.case.get_absolute_url()))
            for change in own.order_by("new_due")[:LISTED]
        ]
        write_to_staff(
            f"event-{event.pk}-moved-{person.pk}", "staff_dates_moved", person, row=row,
            listed=listed, total=known[person.pk], more=known[person.pk] - len(listed),
        )  # fmt: skip


MOVED = [tell_new_date]
AT_RISK = [send_digest]
RECALCULATED = [tell_contacts]
