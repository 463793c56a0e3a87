"""A plain row per public post that speaks of us: its tone, and when we answered. No words."""

from datetime import date, datetime
from typing import Any, NamedTuple

from django.db.models import Min, Q, QuerySet

from heard.core.city import city, city_zone
from heard.core.fact_rows import Rows
from heard.mentions.models import Mention


class MentionFact(NamedTuple):
    """One post that its author has not taken back. It is nobody's division.

    Moments (``_at``) are in UTC, days (``_on``) in the city's zone. ``state`` is "new",
    "answered", "case" (one was opened) or "aside" (needs no answer).
    """

    reference: str
    department: str
    division: str
    service: str
    channel: str
    district: str
    posted_at: datetime
    posted_on: date
    network: str
    state: str
    tone: str
    answered_at: datetime | None
    answered_on: date | None
    zone: str


def _found() -> QuerySet[Mention, Any]:
    return Mention.objects.annotate(first_answer=Min("answers__at")).order_by()


def _fact(row: Any) -> MentionFact:
    zone = city_zone()
    answered = row.first_answer
    return MentionFact(
        reference=str(row.pk),
        department="",
        division="",
        service="",
        channel="social",
        district="",
        network=row.network,
        state=row.state,
        tone=row.tone,
        posted_at=row.at,
        posted_on=row.at.astimezone(zone).date(),
        answered_at=answered,
        answered_on=answered.astimezone(zone).date() if answered else None,
        zone=city().zone,
    )


def _public() -> Q:
    return ~Q(state=Mention.State.DELETED)


SOURCE: Any = Rows(
    _found,
    _public,
    ("received_at", "first_answer", "judged_at", "deleted_at"),
    "received_at",
    _fact,
    key="pk",
)
