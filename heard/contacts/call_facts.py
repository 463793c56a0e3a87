"""A plain row per call that somebody asked for: promised by when, and whether it came."""

from datetime import date, datetime
from typing import Any, NamedTuple

from django.db.models import Exists, Min, OuterRef, Q, QuerySet

from heard.contacts.models import CallAttempt, CallBack
from heard.core.city import city, city_zone
from heard.core.fact_rows import Rows


class CallFact(NamedTuple):
    """One call we owed. Moments (``_at``) are in UTC, days (``_on``) in the city's zone.

    ``due_at`` is the end of the time that was promised, ``first_tried_at`` when we first called.
    ``reached``: somebody answered. The groups are those of the case, where it was about one.
    """

    reference: str
    department: str
    division: str
    service: str
    channel: str
    district: str
    asked_at: datetime
    asked_on: date
    state: str
    due_at: datetime
    due_on: date
    first_tried_at: datetime | None
    reached: bool
    attempts: int
    zone: str


def _found() -> QuerySet[CallBack, Any]:
    answered = CallAttempt.objects.filter(call=OuterRef("pk"), reached=True)
    return (
        CallBack.objects.select_related(
            "case__service", "case__division__department", "case__district"
        )
        .annotate(first_tried_at=Min("tries__at"), reached=Exists(answered))
        .order_by()
    )


def _fact(row: Any) -> CallFact:
    case, zone = row.case, city_zone()
    return CallFact(
        reference=row.reference,
        department=case.division.department.code if case else "",
        division=case.division.code if case else "",
        service=case.service.code if case else "",
        channel="phone",
        district=case.district.code if case and case.district else "",
        state=row.state,
        asked_at=row.asked_at,
        asked_on=row.asked_at.astimezone(zone).date(),
        due_at=row.due_at,
        due_on=row.due_at.astimezone(zone).date(),
        first_tried_at=row.first_tried_at,
        reached=row.reached,
        attempts=row.attempts,
        zone=city().zone,
    )


def _public() -> Q:
    return Q(case=None) | Q(case__service__is_public=True)


SOURCE: Any = Rows(_found, _public, ("asked_at", "first_tried_at", "ended_at"), "asked_at", _fact)
