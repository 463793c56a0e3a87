"""Reading what is joined: who is to be told, what a case page shows, likely duplicates."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import cos, hypot, radians

from django.db.models import Count, Q, QuerySet

from heard.cases.models import Case
from heard.cases.states import OPEN
from heard.catalogue.models import Service
from heard.core import clock
from heard.joining.models import Errand, Follower, Merge, Update
from heard.people.models import Customer

NEAR = 200.0  # metres within which two reports may be of one problem
RECENT = timedelta(days=180)
LOOKED_AT = 400  # cases compared, the newest first
SHOWN = 8
METRES_A_DEGREE = 111_320.0


@dataclass(frozen=True, slots=True)
class Listener:
    """Somebody to be told: as a reporter of a joined case, or as a follower."""

    customer: Customer
    language: str
    reported: Case | None = None
    follower: Follower | None = None


def reporters(case: Case) -> QuerySet[Case]:
    """The cases that live on in this one, the earliest first."""
    found = Case.objects.filter(merged_into=case).select_related(
        "customer", "service", "division", "contact"
    )
    return found.order_by("received_at", "id")


def followers(case: Case) -> QuerySet[Follower]:
    """Who said yes to hearing of a case, or of one that lives on in it, and did not stop."""
    found = Follower.objects.filter(Q(case=case) | Q(case__merged_into=case), ended_at=None)
    return found.exclude(confirmed_at=None).select_related("customer").order_by("at", "id")


def listeners(case: Case) -> list[Listener]:
    """Everybody to be told besides the case's own customer: each person once, reporters first.

    A reporter who stopped the letters is not in it. Three queries, however many they are.
    """
    joined = list(reporters(case))
    seen = {case.customer_id} | set(
        Follower.objects.filter(case__in=joined, ended_at__isnull=False).values_list(
            "customer_id", flat=True
        )
    )
    found: list[Listener] = []
    for each in joined:
        if each.customer is not None and each.customer_id not in seen:
            seen.add(each.customer_id)
            found.append(Listener(each.customer, each.language, reported=each))
    for row in followers(case):
        if row.customer_id not in seen:
            seen.add(row.customer_id)
            found.append(Listener(row.customer, row.language, follower=row))
    return found


@dataclass(frozen=True, slots=True)
class Together:
    """All that is tied to a case, for its page at the desk."""

    merge: Merge | None
    joined: list[Case]
    parts: list[Case]
    errands: list[Errand]
    followers: int
    to_call: int

    @property
    def open_parts(self) -> list[Case]:
        """Parts whose work is still owed, and which the whole waits for."""
        return [part for part in self.parts if part.is_open and part.part.alone_since is None]

    @property
    def is_tied(self) -> bool:
        """Whether anything at all is tied to the case."""
        return bool(self.merge or self.joined or self.parts or self.errands or self.followers)

    @property
    def told(self) -> int:
        """How many people hear of this case besides its own customer."""
        return self.followers + len(self.joined)


def together(case: Case) -> Together:
    """What is tied to a case, in four queries."""
    tied = Case.objects.filter(Q(merged_into=case) | Q(parent=case)).select_related(
        "customer", "division", "assignee", "part"
    )
    # Put in order here: asked for in order, SQLite would walk through all cases by their date.
    rows = sorted(tied.defer("answers").order_by()[:200], key=lambda row: (row.received_at, row.pk))
    count = followers(case).aggregate(n=Count("id"), calls=Count("id", Q(customer__email="")))
    errands = Errand.objects.filter(case=case).select_related("organisation")
    merge = None
    if case.merged_into_id is not None:
        merge = Merge.objects.select_related("into", "staff").get(case=case, undone_at=None)
    return Together(
        merge,
        [row for row in rows if row.merged_into_id == case.pk],
        [row for row in rows if row.parent_id == case.pk],
        list(errands[:20]),
        count["n"],
        count["calls"],
    )


def merges_of(case: Case) -> dict[int, Merge]:
    """The merges that hold into a case, by the key of the joined one."""
    rows = Merge.objects.filter(into=case, undone_at=None).select_related("case", "staff")
    return {row.case_id: row for row in rows}


def updates(case: Case, limit: int = 20) -> list[Update]:
    """What was told to everybody, newest first."""
    return list(Update.objects.filter(case=case).select_related("staff")[:limit])


# --- likely duplicates --------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Sought:
    """What is known of a problem that may be here already."""

    service: Service | None = None
    place: str = ""
    lat: float | None = None
    lon: float | None = None
    words: str = ""
    received_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Likely:
    """An open case that may be the same, with how far it is and how much speaks for it."""

    case: Case
    metres: int | None
    score: float


def sought_of(case: Case) -> Sought:
    """What is known of the problem of a case."""
    return Sought(case.service, case.place, case.lat, case.lon, case.words, case.received_at)


def likely(sought: Sought, *, besides: Case | None = None) -> list[Likely]:
    """Open whole cases that may be the same problem, the likeliest first; one query.

    The newest few hundred of the same service, or near the place, are compared: distance, street,
    and words in common. Without a place, words alone must agree.
    """
    found = Case.objects.filter(
        state__in=OPEN, merged_into=None, parent=None, received_at__gte=clock.now() - RECENT
    )
    if besides is not None:
        found = found.exclude(pk=besides.pk)
    where = Q()
    if sought.service is not None:
        where |= Q(service=sought.service)
    if sought.lat is not None and sought.lon is not None:
        high = NEAR / METRES_A_DEGREE
        wide = high / max(cos(radians(sought.lat)), 0.05)
        where |= Q(
            lat__range=(sought.lat - high, sought.lat + high),
            lon__range=(sought.lon - wide, sought.lon + wide),
        )
    if not where and sought.place:
        where = Q(place__icontains=max(_tokens(sought.place) or {sought.place}, key=len))
    if not where:
        return []
    rows = found.filter(where).select_related("service", "division").defer("answers")
    scored = [_score(sought, row) for row in rows.order_by("-received_at", "-id")[:LOOKED_AT]]
    good = [each for each in scored if each.score >= 1.0]
    return sorted(good, key=lambda each: (-each.score, -each.case.pk))[:SHOWN]


def _score(sought: Sought, case: Case) -> Likely:
    score = 0.5 if sought.service is not None and case.service_id == sought.service.pk else 0.0
    metres = _metres(sought, case)
    if metres is not None:
        score += 1.5 * max(0.0, 1 - metres / NEAR)
    there, here = _tokens(case.place), _tokens(sought.place)
    if there and here:
        score += 1.2 * len(there & here) / len(there | here)
    said, words = _tokens(case.words), _tokens(sought.words)
    if said and words:
        score += 0.8 * len(said & words) / min(len(said), len(words))
    return Likely(case, None if metres is None else round(metres), score)


def _metres(sought: Sought, case: Case) -> float | None:
    if sought.lat is None or sought.lon is None or case.lat is None or case.lon is None:
        return None
    north = (case.lat - sought.lat) * METRES_A_DEGREE
    east = (case.lon - sought.lon) * METRES_A_DEGREE * cos(radians(sought.lat))
    return hypot(north, east)


_SMALL = {"the", "and", "near", "street", "calle", "los", "las", "del", "por", "for", "with"}


def _tokens(text: str) -> set[str]:
    found = set(re.findall(r"\w{3,}", text[:1000].lower()))
    return found - _SMALL


# --- what strangers may see ---------------------------------------------------------------------

_ADDRESS = re.compile(r"^(\d{1,6})\s+([^\d,;:@#]{3,60})(?:,.*)?$")
_CORNER = re.compile(r"^([^\d,;:@]{3,40})\s+(?:&|and|y|at|con)\s+([^\d,;:@]{3,40})$", re.IGNORECASE)


def rough_place(case: Case) -> str:
    """Where a problem is, without saying at whose door: the block of a street, or a corner.

    Whatever else was written as the place may hold anything and is not shown; then the district.
    """
    if found := _ADDRESS.match(case.place.strip()):
        block = int(found[1]) // 100 * 100
        return f"{block or 1}–{block + 99} {found[2].strip()}"
    if found := _CORNER.match(case.place.strip()):
        return f"{found[1].strip()} / {found[2].strip()}"
    return str(case.district) if case.district else ""


def public_case(reference: str) -> Case | None:
    """The problem behind a reference, where strangers may see it: no part, no private service."""
    found = (
        Case.objects.select_related(
            "service", "division", "district", "merged_into__service", "merged_into__district"
        )
        .filter(reference=reference, service__is_public=True, parent=None)
        .first()
    )
    return found.merged_into if found is not None and found.merged_into is not None else found
