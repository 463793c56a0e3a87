"""Which answers a report speaks of."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from django.db.models import Q, QuerySet

from heard.core import clock
from heard.core.city import city_zone
from heard.voice.models import Invitation, Occasion, Pool, Response

BY = ("division", "service", "place", "channel", "district")
CLOSING = "closing"


@dataclass(frozen=True, slots=True)
class Slice:
    """Days from ``first`` to ``last`` (both included, city time), pools, and what they are about.

    One pool alone unless more were asked for by name: answers of people who were invited and of
    those who passed a kiosk are not of one kind.
    """

    first: date
    last: date
    pools: tuple[str, ...] = (Pool.INVITED,)
    instrument: str = CLOSING
    division: str = ""
    service: str = ""
    place: str = ""
    channel: str = ""
    district: str = ""

    @property
    def since(self) -> datetime:
        """The first moment of it."""
        return datetime.combine(self.first, time(), city_zone()).astimezone(UTC)

    @property
    def until(self) -> datetime:
        """The first moment after it."""
        return datetime.combine(self.last + timedelta(1), time(), city_zone()).astimezone(UTC)

    @property
    def is_pooled(self) -> bool:
        """Whether answers that came together in different ways are taken as one."""
        return len(self.pools) > 1

    def about(self, prefix: str = "") -> Q:
        """The condition on what was asked about."""
        given = {prefix + name: getattr(self, name) for name in BY if getattr(self, name)}
        return Q(**given)

    def before(self) -> "Slice":
        """The stretch of the same length just before."""
        days = (self.last - self.first) + timedelta(1)
        return replace(self, first=self.first - days, last=self.last - days)


def of_instrument(code: str, prefix: str = "") -> Q:
    """Rows of an instrument; those made before instruments had versions are of the closing one."""
    found = Q(**{f"{prefix}version__instrument__code": code})
    return found | Q(**{f"{prefix}version": None}) if code == CLOSING else found


def answers(of: Slice) -> QuerySet[Response, Response]:
    """The answers that count: neither spam nor test."""
    return Response.objects.filter(
        of_instrument(of.instrument, "invitation__"),
        of.about("invitation__"),
        pool__in=of.pools,
        is_spam=False,
        is_test=False,
        answered_at__gte=of.since,
        answered_at__lt=of.until,
    )


def invitations(of: Slice) -> QuerySet[Invitation, Invitation]:
    """Who was asked in that time, in the pools of the slice in which people are asked at all."""
    asked = [pool for pool in of.pools if pool in (Pool.INVITED, Pool.PHONE)]
    return Invitation.objects.filter(
        of_instrument(of.instrument), of.about(), pool__in=asked,
        asked_at__gte=of.since, asked_at__lt=of.until,
    )  # fmt: skip


def occasions(of: Slice) -> QuerySet[Occasion, Occasion]:
    """What was finished in that time, after which somebody might have been asked."""
    return Occasion.objects.filter(
        Q(**{
            name: getattr(of, name)
            for name in ("division", "service", "channel", "district")
            if getattr(of, name)
        }),
        instrument__code=of.instrument, at__gte=of.since, at__lt=of.until,
    )  # fmt: skip


def months_back(months: int, today: date | None = None) -> tuple[date, date]:
    """The first day of the month so many months ago, and today."""
    day = today or clock.now().astimezone(city_zone()).date()
    place = day.year * 12 + day.month - 1 - (months - 1)
    return date(place // 12, place % 12 + 1, 1), day


def slice_of(given: Mapping[str, Any], **more: Any) -> Slice:
    """A slice from the cleaned values of a filter form."""
    first, last = months_back(int(given.get("months") or 12))
    pools = tuple(given.get("pools") or (Pool.INVITED,))
    named = {name: given[name] for name in BY if given.get(name)}
    instrument = given.get("instrument") or CLOSING
    return Slice(first, last, pools=pools, instrument=instrument, **named | more)
