"""Is this known already? Cases near by, of the same service, open or ended a short while ago."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Q

from heard.cases.models import Case
from heard.cases.states import OPEN
from heard.catalogue.models import Service
from heard.catalogue.reads import stems
from heard.contacts.models import CasePlace
from heard.contacts.places import metres, place_key, squares_around
from heard.core import clock

NEAR = 150  # metres
RECENT = timedelta(days=30)
LOOKED_AT = 200
SHOWN = 5
MOST_WORDS = 2000


@dataclass(frozen=True, slots=True)
class Likely:
    """A case that may be about the same. ``metres`` is None where only the words of the place fit.

    ``alike`` is the share of the shorter text's word stems that both texts have, from 0 to 1.
    """

    case: Case
    metres: float | None
    alike: float

    @property
    def feet(self) -> int | None:
        """The distance as people here say it, in steps of 50 feet; 0 at the place itself."""
        return None if self.metres is None else round(self.metres / 0.3048 / 50) * 50


def likely_same(
    services: Sequence[Service],
    *,
    words: str = "",
    place: str = "",
    point: tuple[float, float] | None = None,
) -> list[Likely]:
    """Cases of these services at this place or within 150 m, best first, in two queries at most.

    Without a point, that of an earlier case at a place with the same words is taken. Without any
    place nothing is found: two people who say the same may mean two holes.
    """
    key = place_key(place)
    if not services or not (key or point):
        return []
    point = point or (known_point(key) if key else None)
    at_place = Q(key=key) if key else Q()
    if point is not None:
        at_place |= Q(square__in=squares_around(*point))
    since = clock.now() - RECENT
    still = (
        Q(case__state__in=OPEN) | Q(case__closed_at__gte=since) | Q(case__resolved_at__gte=since)
    )
    found = (
        CasePlace.objects.filter(at_place)
        .filter(still, case__service__in=[s.pk for s in services], case__merged_into=None)
        .select_related("case__service")
        .order_by("-case_id")[:LOOKED_AT]
    )
    said = _stems(words)
    likely = [_likely(row, key, point, said) for row in found]
    near = [one for one in likely if one is not None]
    first = services[0].pk
    near.sort(key=lambda one: (one.case.service_id != first, -one.alike, one.metres or 0))
    return near[:SHOWN]


def known_point(key: str) -> tuple[float, float] | None:
    """Where a place of these words lay the last time somebody gave its coordinates."""
    found = (
        CasePlace.objects.filter(key=key, square__isnull=False)
        .order_by("-case_id")
        .values_list("case__lat", "case__lon")
        .first()
    )
    if found is None or found[0] is None or found[1] is None:
        return None
    return found[0], found[1]


def _likely(
    row: CasePlace, key: str, point: tuple[float, float] | None, said: set[str]
) -> Likely | None:
    case = row.case
    away = None
    if point is not None and case.lat is not None and case.lon is not None:
        away = metres(point, (case.lat, case.lon))
    same_words = bool(key) and row.key == key
    if not same_words and (away is None or away > NEAR):
        return None
    theirs = _stems(case.words or case.title)
    least = min(len(said), len(theirs))
    return Likely(case, away, len(said & theirs) / least if least else 0.0)


def _stems(text: str) -> set[str]:
    return set(stems(text[:MOST_WORDS], "en")) | set(stems(text[:MOST_WORDS], "es"))
