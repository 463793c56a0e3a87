"""What pages show of remedies: a case's, what one may do, wishes that wait, and the report."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from django.db.models import CharField, F, OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Cast, Concat

from heard.cases.models import Case
from heard.core import clock
from heard.core.city import city_zone
from heard.people.models import Division, Staff
from heard.people.roles import may
from heard.remedies import limits
from heard.remedies.models import Authority, Kind, Remedy, Wish
from heard.voice.models import Response
from heard_stats import Estimate, csat_index, is_small


@dataclass(frozen=True, slots=True)
class Offer:
    """One kind of remedy as it stands for a person in a case."""

    kind: Kind
    authority: Authority | None
    left: limits.Left | None

    @property
    def may_give(self) -> bool:
        """Whether the person can give at least some of it now."""
        return self.left is not None and not self.left.is_used_up

    @property
    def limits_told(self) -> str:
        """Their authority in words."""
        return limits.limits_told(self.authority) if self.authority else ""

    @property
    def left_told(self) -> str:
        """What is left of it, in words."""
        return limits.left_told(self.left) if self.left else ""


def offers(case: Case, person: Staff, given: Sequence[Remedy]) -> list[Offer]:
    """Every kind that somebody may give, as it stands for this person in this case. Two queries.

    ``given`` are the remedies of the case, as ``remedies_of`` reads them.
    """
    today = clock.now().astimezone(city_zone()).date()
    rows = list(Authority.objects.filter(kind__is_active=True).select_related("kind"))
    mine = limits.of_person(person, rows)
    in_case = limits.summed(given)
    in_day = limits.used_in_day([person], today) if mine else {}
    found = []
    for kind in {row.kind_id: row.kind for row in rows}.values():
        authority, left = mine.get(kind.pk), None
        if authority is not None:
            used = in_day.get((person.pk, kind.pk), limits.Used())
            left = limits.left_of(authority, in_case.get(kind.pk, limits.Used()), used)
        found.append(Offer(kind, authority, left))
    return found


def remedies_of(case: Case) -> list[Remedy]:
    """What was given in a case, oldest first."""
    found = Remedy.objects.filter(case=case).select_related("kind", "staff", "by_authority_of")
    return list(found.order_by("given_at", "pk"))


def open_wishes(case: Case | None = None) -> QuerySet[Wish]:
    """Wishes that wait for an answer, the oldest first."""
    found = Wish.objects.filter(decision="").select_related(
        "case__service", "case__division", "kind", "asked_by"
    )
    return (found if case is None else found.filter(case=case)).order_by("asked_at", "pk")


def waiting_for(person: Staff) -> int:
    """How many wishes of others wait that the person may answer."""
    if not may(person, "allow remedies"):
        return 0
    return Wish.objects.filter(decision="").exclude(asked_by=person).count()


# --- the report ---------------------------------------------------------------------------------


@dataclass
class Line:
    """One kind in the report. Satisfaction is of customers asked after it, once per case."""

    kind: Kind | None
    given: int = 0
    cents: int = 0
    allowed: int = 0
    cases: set[int] = field(default_factory=set)
    gave: list[int] = field(default_factory=lambda: [0] * 5)

    @property
    def answers(self) -> int:
        """How many of them answered how satisfied they are."""
        return sum(self.gave)

    @property
    def is_small(self) -> bool:
        """Too few answers to show a score without showing a person."""
        return self.answers == 0 or is_small(self.answers)

    @property
    def satisfaction(self) -> Estimate | None:
        """The satisfaction that followed, from 0 to 100, with its interval."""
        return None if self.is_small else csat_index(self.gave)


@dataclass(frozen=True, slots=True)
class Report:
    """Remedies of a time by kind, by division, and all together."""

    kinds: list[Line]
    divisions: list[tuple[str, Line]]
    total: Line


def report(first: date, last: date, *, division: Division | None = None) -> Report:
    """What was given between two days (both included). Three queries, whatever was given."""
    answered = Response.objects.filter(
        invitation__about=Concat(
            Value("case:"), Cast(OuterRef("case_id"), CharField()), output_field=CharField()
        ),
        answered_at__gte=OuterRef("given_at"),
        is_spam=False,
        is_test=False,
    )
    found = Remedy.objects.filter(given_on__gte=first, given_on__lte=last)
    if division is not None:
        found = found.filter(division=division)
    rows = found.annotate(satisfaction=Subquery(answered.values("satisfaction")[:1])).values_list(
        "kind_id", "division_id", "case_id", "cents", "wish_id", F("satisfaction")
    )
    kinds = {kind.pk: Line(kind) for kind in Kind.objects.all()}
    total = Line(None)
    by_division: dict[int, Line] = defaultdict(lambda: Line(None))
    for kind_id, division_id, case_id, cents, wish, satisfaction in rows.iterator():
        for line in (kinds[kind_id], by_division[division_id], total):
            _count(line, case_id, cents, wish is not None, satisfaction)
    names = {d.pk: str(d) for d in Division.objects.all()}
    named = [(names.get(pk, "?"), line) for pk, line in by_division.items()]
    return Report(
        [line for line in kinds.values() if line.given or (line.kind and line.kind.is_active)],
        sorted(named, key=lambda pair: (-pair[1].given, pair[0])),
        total,
    )


def _count(line: Line, case: int, cents: int, allowed: bool, satisfaction: int | None) -> None:
    line.given += 1
    line.cents += cents
    line.allowed += allowed
    if case not in line.cases:
        line.cases.add(case)
        if satisfaction is not None:
            line.gave[satisfaction - 1] += 1
