"""A plain row per contact, for measures. Codes and moments only: no names, no words."""

from collections.abc import Iterator
from datetime import date, datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

from django.db.models import Count, Max, Q, QuerySet

from heard.contacts.models import Contact
from heard.core.city import city, city_zone

CHUNK = 2000  # rows held in memory at a time


class ContactFact(NamedTuple):
    """One contact about a public service, or about none.

    ``contacted_at`` is in UTC, ``contacted_on`` its day in the city's zone. ``known``: we know who
    it was, so that a return can be noticed; ``came_back_at`` is the first about the same within 14
    days. ``seconds`` is how long it took, where that was noted. ``avoidable`` is "no", one of the
    five causes, or "" where nobody judged it.
    """

    reference: str
    department: str
    division: str
    service: str
    channel: str
    district: str
    reason: str
    contacted_at: datetime
    contacted_on: date
    known: bool
    settled: bool
    handed_off: bool
    opened_case: bool
    came_back_at: datetime | None
    avoidable: str
    seconds: int | None
    language: str
    zone: str


def rows(
    *, changed_since: datetime | None = None, received_since: datetime | None = None
) -> Iterator[ContactFact]:
    """Facts of contacts, streamed; all of them, or those changed or taken since."""
    found = _chosen(changed_since, received_since).filter(_of_public_services())
    zone, name = city_zone(), city().zone
    for values in found.values_list(*_FIELDS).iterator(chunk_size=CHUNK):
        yield _fact(values, zone, name)


def hidden_keys(*, changed_since: datetime) -> Iterator[str]:
    """References of changed contacts about services that are not public."""
    hidden = _chosen(changed_since, None).exclude(_of_public_services())
    return hidden.values_list("reference", flat=True).iterator(chunk_size=CHUNK)


def mark(*, changed_since: datetime | None = None) -> tuple[int, datetime | None]:
    """How many contacts changed since, and when the last of them did."""
    found = _chosen(changed_since, None).order_by().aggregate(n=Count("id"), last=Max("changed_at"))
    return found["n"], found["last"]


def count() -> int:
    """How many rows the lake should hold."""
    return Contact.objects.filter(_of_public_services()).count()


_FIELDS = (
    "reference", "division__department__code", "division__code", "service__code", "channel",
    "case__district__code", "reason", "at", "customer_id", "settled", "handed_off", "opened_case",
    "came_back_at", "avoidable", "seconds", "language",
)  # fmt: skip


def _of_public_services() -> Q:
    return Q(service=None) | Q(service__is_public=True)


def _chosen(
    changed_since: datetime | None, received_since: datetime | None
) -> QuerySet[Contact, Contact]:
    found = Contact.objects.order_by("at", "id")
    if changed_since is not None:
        found = found.filter(changed_at__gte=changed_since).order_by("changed_at", "id")
    if received_since is not None:
        found = found.filter(at__gte=received_since)
    return found


def _fact(values: tuple[object, ...], zone: ZoneInfo, zone_name: str) -> ContactFact:
    row = dict(zip(_FIELDS, values, strict=True))
    at = row["at"]
    assert isinstance(at, datetime)
    return ContactFact(
        reference=str(row["reference"]),
        department=str(row["division__department__code"] or ""),
        division=str(row["division__code"] or ""),
        service=str(row["service__code"] or ""),
        channel=str(row["channel"]),
        district=str(row["case__district__code"] or ""),
        reason=str(row["reason"]),
        contacted_at=at,
        contacted_on=at.astimezone(zone).date(),
        known=row["customer_id"] is not None,
        settled=bool(row["settled"]),
        handed_off=bool(row["handed_off"]),
        opened_case=bool(row["opened_case"]),
        came_back_at=row["came_back_at"],  # type: ignore[arg-type]
        avoidable=str(row["avoidable"]),
        seconds=row["seconds"],  # type: ignore[arg-type]
        language=str(row["language"]),
        zone=zone_name,
    )
