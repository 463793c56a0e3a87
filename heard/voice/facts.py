"""A plain row per invitation, answered or not, for measures. No names and no comments."""

from collections.abc import Iterator
from datetime import date, datetime
from functools import lru_cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

from django.db.models import BooleanField, Case, Count, Max, Q, QuerySet, Value, When

from heard.catalogue.models import Service
from heard.core.city import city
from heard.voice.models import Invitation, Response

CHUNK = 2000  # rows held in memory at a time


class ResponseFact(NamedTuple):
    """One invitation and, where there is one, its answer.

    Moments (``_at``) are in UTC, days (``_on``) in the zone of the place asked about, or the
    city's. ``satisfaction``, ``ease`` and ``trust`` go from 1 to 5, ``recommend`` from 0 to 10;
    they are null where skipped or not asked. ``review`` is the state of its comment, ``mood`` what
    a person found in it. ``counts`` says whether the answer enters a measure: spam and tests are
    kept here, and do not.
    """

    reference: str
    department: str
    division: str
    service: str
    channel: str
    district: str
    language: str
    wording: str
    asked_at: datetime
    asked_on: date
    answered: bool
    answered_at: datetime | None
    answered_on: date | None
    satisfaction: int | None
    ease: int | None
    solved: str
    has_comment: bool
    is_spam: bool
    is_test: bool
    counts: bool
    zone: str
    pool: str
    asked_in: str
    trust: int | None
    recommend: int | None
    wants_answer: bool
    review: str
    mood: str


def rows(
    *, changed_since: datetime | None = None, received_since: datetime | None = None
) -> Iterator[ResponseFact]:
    """Facts of invitations, streamed; all, or those asked or answered since, or asked since."""
    found = _chosen(changed_since, received_since).filter(_of_public_services())
    # The comment itself stays in the database: only whether there is one is asked for.
    said = When(response__comment__gt="", then=Value(True))
    found = found.annotate(said=Case(said, default=Value(False), output_field=BooleanField()))
    city_zone = city().zone
    for values in found.values_list(*_FIELDS).iterator(chunk_size=CHUNK):
        yield _fact(_Row(*values), city_zone)


def hidden_keys(*, changed_since: datetime) -> Iterator[str]:
    """References of changed invitations about services that are not public."""
    hidden = _chosen(changed_since, None).exclude(_of_public_services())
    return hidden.values_list("reference", flat=True).iterator(chunk_size=CHUNK)


def mark(*, changed_since: datetime | None = None) -> tuple[int, datetime | None]:
    """How many invitations were asked, or answers changed, since; and when the last was."""
    found = _chosen(changed_since, None).order_by()
    seen = found.aggregate(
        n=Count("id"),
        answers=Count("response"),
        asked=Max("asked_at"),
        changed=Max("response__changed_at"),
    )
    last = max((moment for moment in (seen["asked"], seen["changed"]) if moment), default=None)
    return seen["n"] + seen["answers"], last


def count() -> int:
    """How many rows the lake should hold."""
    return Invitation.objects.filter(_of_public_services()).count()


def _of_public_services() -> Q:
    public = Service.objects.filter(is_public=True).values("code")
    return Q(service="") | Q(service__in=public)


_FIELDS = (
    "reference", "department", "division", "service", "channel", "district", "language",
    "wording", "asked_at", "zone", "response__answered_at", "response__satisfaction",
    "response__ease", "response__solved", "response__is_spam", "response__is_test",
    "response__pool", "pool", "response__more", "response__wants_answer",
    "response__review__state", "response__review__mood", "said",
)  # fmt: skip


class _Row(NamedTuple):
    reference: str
    department: str
    division: str
    service: str
    channel: str
    district: str
    language: str
    wording: str
    asked_at: datetime
    zone: str
    answered_at: datetime | None
    satisfaction: int | None
    ease: int | None
    solved: str | None
    is_spam: bool | None
    is_test: bool | None
    pool: str | None
    asked_in: str
    more: dict[str, object] | None
    wants_answer: bool | None
    review: str | None
    mood: str | None
    said: bool


def _chosen(
    changed_since: datetime | None, received_since: datetime | None
) -> QuerySet[Invitation, Invitation]:
    found = Invitation.objects.order_by("asked_at", "id")
    if changed_since is not None:
        found = found.filter(
            # Two walks of an index; one condition over both tables would read all of both.
            Q(asked_at__gte=changed_since)
            | Q(pk__in=Response.objects.filter(changed_at__gte=changed_since).values("invitation"))
        )
    if received_since is not None:
        found = found.filter(asked_at__gte=received_since)
    return found


@lru_cache(maxsize=64)
def _zone(name: str) -> ZoneInfo:
    return ZoneInfo(name)


def _fact(row: _Row, city_zone: str) -> ResponseFact:
    zone_name = row.zone or city_zone
    zone = _zone(zone_name)
    answered = row.answered_at is not None
    return ResponseFact(
        reference=row.reference,
        department=row.department,
        division=row.division,
        service=row.service,
        channel=row.channel,
        district=row.district,
        language=row.language,
        wording=row.wording,
        asked_at=row.asked_at,
        asked_on=row.asked_at.astimezone(zone).date(),
        answered=answered,
        answered_at=row.answered_at,
        answered_on=row.answered_at.astimezone(zone).date() if row.answered_at else None,
        satisfaction=row.satisfaction,
        ease=row.ease,
        solved=row.solved or "",
        has_comment=row.said,
        is_spam=bool(row.is_spam),
        is_test=bool(row.is_test),
        counts=answered and not row.is_spam and not row.is_test,
        zone=zone_name,
        pool=row.pool or row.asked_in,
        asked_in=row.asked_in,
        trust=_within(row.more, "trust", 1, 5),
        recommend=_within(row.more, "recommend", 0, 10),
        wants_answer=bool(row.wants_answer),
        review=row.review or "",
        mood=row.mood or "",
    )


def _within(more: dict[str, object] | None, key: str, low: int, high: int) -> int | None:
    """The answer to a question on a scale; None where skipped, not asked, or asked otherwise."""
    given = (more or {}).get(key)
    whole = isinstance(given, int) and not isinstance(given, bool)
    return given if whole and low <= given <= high else None  # type: ignore[operator, return-value]
