"""The demo's promises at work: clocks of open cases, pauses, what is at risk, and a new holiday."""

from datetime import datetime, timedelta

from heard.cases.clocks import RESOLUTION, adopt
from heard.cases.models import Case, Clock, Pause, Recalculation, Warned
from heard.cases.moving import Scope, preview
from heard.cases.states import OPEN, State
from heard.catalogue.models import Promise, Service
from heard.core import clock
from heard.places.models import BusinessCalendar, SpecialDay

IN_BUSINESS_DAYS = {"permit-status": 3, "business-license": 5, "inspection": 2}
ANSWERED_WITHIN, CAP = 2, 36  # business days for a next answer; open hours a clock may stand


def load_promises(source: str, end: datetime) -> None:
    """Give the open cases of the demo their clocks, as they stand when the year ends."""
    with clock.at(end):
        _promise(end)
        open_cases = Case.objects.filter(source=source, state__in=OPEN).select_related("service")
        rows = Clock.objects.bulk_create(adopt(open_cases.order_by("pk")))
        running = [row for row in rows if row.kind == RESOLUTION]
        Pause.objects.bulk_create(
            Pause(clock=row, started_at=row.case.changed_at)
            for row in running
            if row.case.state == State.WAITING and row.promise.pauses
        )
        _warn(running, end)
        _propose_a_holiday(end)


def _promise(end: datetime) -> None:
    """From the end of the year on: some services promise business days, all a next answer."""
    BusinessCalendar.objects.get_or_create(
        division=None, defaults={"hours": "Mo-Fr 08:00-17:00; PH off", "jurisdiction": "US-CO"}
    )
    for service in Service.objects.filter(code__in=IN_BUSINESS_DAYS):
        Promise.objects.get_or_create(
            service=service, kind=Promise.Kind.RESOLUTION, version=2,
            defaults={
                "amount": IN_BUSINESS_DAYS[service.code], "unit": Promise.Unit.BUSINESS_DAYS,
                "pauses": True, "pause_cap_hours": CAP, "effective_from": end,
            },
        )  # fmt: skip
    kind = Promise.Kind.NEXT_RESPONSE
    known = set(Promise.objects.filter(kind=kind).values_list("service", flat=True))
    Promise.objects.bulk_create(
        Promise(
            service=service, kind=kind, amount=ANSWERED_WITHIN,
            unit=Promise.Unit.BUSINESS_DAYS, effective_from=end,
        )
        for service in Service.objects.exclude(pk__in=known)
    )  # fmt: skip


def _warn(running: list[Clock], end: datetime) -> None:
    """Who was warned of what is close or over; the letters of a year ago are not written now."""
    close = [row for row in running if row.warn_at <= end]
    Warned.objects.bulk_create(
        Warned(
            clock=row, level=1, to_id=row.case.contact_id, due_at=row.due_at, at=row.warn_at,
            told_at=row.warn_at,
        )
        for row in close
        if row.case.contact_id is not None
    )  # fmt: skip
    Clock.objects.filter(pk__in=[row.pk for row in close]).update(warned=2)
    for row in close:
        Case.objects.filter(pk=row.case_id).update(warned_at=row.warn_at)


def _propose_a_holiday(end: datetime) -> None:
    """A holiday nobody had thought of, and what it would move, waiting for a decision."""
    day = (end + timedelta(days=9)).date()
    SpecialDay.objects.get_or_create(
        calendar=BusinessCalendar.objects.get(division=None),
        day=day,
        defaults={
            "times": "", "announced_at": end,
            "reason": {"en": "Founders' Day", "es": "Día de los Fundadores"},
        },
    )  # fmt: skip
    found = preview(Scope())
    Recalculation.objects.create(
        why=Recalculation.Why.CALENDAR, state=Recalculation.State.ASKING, created_at=end,
        preview=found.told(), previewed_at=end, total=found.seen,
    )  # fmt: skip
