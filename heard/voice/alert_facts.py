"""A plain row per answer that a person had to act on: by when, and when they did."""

from datetime import date, datetime
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from django.db.models import Q, QuerySet

from heard.catalogue.models import Service
from heard.core.city import city
from heard.core.fact_rows import Rows
from heard.voice.models import Alert


class AlertFact(NamedTuple):
    """One low score, unsolved matter or wish to hear from us.

    Moments (``_at``) are in UTC, days (``_on``) in the zone of the place asked about, or the
    city's. Answers marked as spam or tests are no alerts.
    """

    reference: str
    department: str
    division: str
    service: str
    channel: str
    district: str
    made_at: datetime
    made_on: date
    kind: str
    due_at: datetime
    due_on: date
    settled_at: datetime | None
    settled_on: date | None
    zone: str


def _found() -> QuerySet[Alert, Alert]:
    return Alert.objects.select_related("response__invitation")


def _fact(row: Alert) -> AlertFact:
    asked = row.response.invitation
    name = asked.zone or city().zone
    zone = ZoneInfo(name)
    return AlertFact(
        reference=str(row.pk),
        department=asked.department,
        division=row.division or asked.division,
        service=asked.service,
        channel=asked.channel,
        district=asked.district,
        kind=row.kind,
        made_at=row.made_at,
        made_on=row.made_at.astimezone(zone).date(),
        due_at=row.due_at,
        due_on=row.due_at.astimezone(zone).date(),
        settled_at=row.settled_at,
        settled_on=row.settled_at.astimezone(zone).date() if row.settled_at else None,
        zone=name,
    )


def _public() -> Q:
    public = Service.objects.filter(is_public=True).values("code")
    of_public = Q(response__invitation__service="") | Q(response__invitation__service__in=public)
    return of_public & Q(response__is_spam=False, response__is_test=False)


SOURCE: Any = Rows(
    _found, _public, ("made_at", "settled_at", "response__changed_at"), "made_at", _fact, key="pk"
)
