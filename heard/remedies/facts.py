"""A plain row per remedy, for measures: what kind, how much, where. Nobody's name and no words."""

from collections.abc import Iterator
from datetime import date, datetime
from typing import NamedTuple

from django.db.models import Count, Max, QuerySet

from heard.core.city import city
from heard.remedies.models import Remedy

CHUNK = 2000  # rows held in memory at a time


class RemedyFact(NamedTuple):
    """One remedy in a case of a public service. ``cents`` is 0 where the kind has no amount.

    ``given_at`` is in UTC, ``given_on`` the day in the city's zone. The division is that of the
    case when it was given.
    """

    reference: str
    department: str
    division: str
    service: str
    channel: str
    district: str
    kind: str
    has_amount: bool
    cents: int
    allowed: bool
    given_at: datetime
    given_on: date
    zone: str


_FIELDS = (
    "reference", "division__department__code", "division__code", "case__service__code",
    "case__channel", "case__district__code", "kind__code", "kind__has_amount", "cents", "wish_id",
    "given_at", "given_on",
)  # fmt: skip


def rows(
    *, changed_since: datetime | None = None, received_since: datetime | None = None
) -> Iterator[RemedyFact]:
    """Facts of remedies, streamed; all, or those given since. A remedy never changes."""
    found = _since(changed_since or received_since).filter(case__service__is_public=True)
    zone = city().zone
    for row in found.order_by("given_at", "pk").values_list(*_FIELDS).iterator(chunk_size=CHUNK):
        reference, department, division, service, channel, district, *rest = row
        kind, has_amount, cents, wish, at, day = rest
        yield RemedyFact(
            reference=reference,
            department=department,
            division=division,
            service=service,
            channel=channel,
            district=district or "",
            kind=kind,
            has_amount=has_amount,
            cents=cents,
            allowed=wish is not None,
            given_at=at,
            given_on=day,
            zone=zone,
        )


def hidden_keys(*, changed_since: datetime) -> Iterator[str]:
    """References of remedies about services that are not public."""
    hidden = _since(changed_since).filter(case__service__is_public=False)
    return hidden.values_list("reference", flat=True).iterator(chunk_size=CHUNK)


def mark(*, changed_since: datetime | None = None) -> tuple[int, datetime | None]:
    """How many were given since, and when the last was."""
    found = _since(changed_since).order_by().aggregate(n=Count("pk"), last=Max("given_at"))
    return found["n"], found["last"]


def count() -> int:
    """How many rows the lake should hold."""
    return Remedy.objects.filter(case__service__is_public=True).count()


def _since(moment: datetime | None) -> QuerySet[Remedy, Remedy]:
    found = Remedy.objects.all()
    return found if moment is None else found.filter(given_at__gte=moment)
