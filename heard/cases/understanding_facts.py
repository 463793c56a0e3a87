"""A plain row per understanding: asked, confirmed or corrected, and when. None of its words."""

from datetime import date, datetime
from functools import lru_cache
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from django.db.models import Q, QuerySet

from heard.cases.models import Understanding
from heard.core.city import city
from heard.core.fact_rows import Rows


class UnderstandingFact(NamedTuple):
    """One sentence that a customer was asked to confirm, in a case of a public service.

    Moments (``_at``) are in UTC, days (``_on``) in the case's own zone, or the city's.
    ``answer`` is "confirmed", "corrected", or "" where the customer said neither.
    """

    reference: str
    department: str
    division: str
    service: str
    channel: str
    district: str
    asked_at: datetime
    asked_on: date
    answer: str
    answered_at: datetime | None
    answered_on: date | None
    zone: str


def _found() -> QuerySet[Understanding, Understanding]:
    return Understanding.objects.select_related(
        "case__service", "case__division__department", "case__district"
    )


@lru_cache(maxsize=64)
def _zone(name: str) -> ZoneInfo:
    return ZoneInfo(name)


def _fact(row: Understanding) -> UnderstandingFact:
    case = row.case
    name = case.zone or city().zone
    zone = _zone(name)
    return UnderstandingFact(
        reference=str(row.pk),
        department=case.division.department.code,
        division=case.division.code,
        service=case.service.code,
        channel=case.channel,
        district=case.district.code if case.district else "",
        asked_at=row.at,
        asked_on=row.at.astimezone(zone).date(),
        answer=row.answer,
        answered_at=row.answered_at,
        answered_on=row.answered_at.astimezone(zone).date() if row.answered_at else None,
        zone=name,
    )


def _public() -> Q:
    return Q(case__service__is_public=True)


SOURCE: Any = Rows(_found, _public, ("at", "answered_at"), "at", _fact, key="pk")
