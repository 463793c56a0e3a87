"""An announced closure and the cases it concerns: those of services whose customers come there."""

from django.db.models import Count, QuerySet
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from heard.cases.clock_models import DateNote
from heard.cases.models import Case
from heard.cases.states import OPEN, State
from heard.core import clock
from heard.core.city import city_zone
from heard.core.words import said
from heard.places.models import Closure
from heard.ui.telling import time_told

MOST = 5000  # notes drafted for one closure


def concerned(closure: Closure) -> QuerySet[Case]:
    """Open cases of services whose customers come to an office that will be closed.

    A closure of the whole city concerns every office; one of a calendar alone, no office.
    """
    found = Case.objects.filter(state__in=OPEN, merged_into=None, service__office__isnull=False)
    if closure.calendar_id is not None:
        return found.none()
    if closure.office_id is not None:
        return found.filter(service__office=closure.office_id)
    return found


def cases_at(closure: Closure) -> dict[int, int]:
    """How many cases it concerns, by the key of their named contact."""
    found = concerned(closure).filter(contact__isnull=False).order_by()
    return dict(found.values("contact").annotate(n=Count("pk")).values_list("contact", "n"))


def draft_notes(closure: Closure) -> int:
    """Draft a note on every case that waits for its customer; once per case. Returns how many."""
    waiting = (
        concerned(closure)
        .filter(state=State.WAITING, customer__isnull=False)
        .select_related("service__office", "customer")
        .order_by("pk")[:MOST]
    )
    now = clock.now()
    notes = [
        DateNote(
            case=case, why=DateNote.Why.CLOSURE, language=case.language,
            words=_closure_words(closure, case), drafted_at=now, about=f"closure:{closure.pk}",
        )
        for case in waiting
    ]  # fmt: skip
    DateNote.objects.bulk_create(notes, ignore_conflicts=True, batch_size=500)
    return len(notes)


def _closure_words(closure: Closure, case: Case) -> str:
    with translation.override(case.language), timezone.override(city_zone()):
        return _(
            "{office} is closed from {start} to {end}: {reason}. If you planned to come in about "
            "your request, please come before or after. You can also answer by writing to us."
        ).format(
            office=said(case.service.office.name, case.language) if case.service.office else "",
            start=time_told(closure.starts_at, "moment"),
            end=time_told(closure.ends_at, "moment"),
            reason=said(closure.reason, case.language).rstrip("."),
        )
