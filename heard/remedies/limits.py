"""How much of an authority is left, and what to say where it is not enough."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Q, Sum
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from heard.cases.models import Case
from heard.people.models import Role, Staff
from heard.people.roles import ABILITIES
from heard.remedies.models import Authority, Kind, Remedy
from heard.ui.telling import told

MANAGING = [role for role, abilities in ABILITIES.items() if "allow remedies" in abilities]


@dataclass(frozen=True, slots=True)
class Left:
    """What is left of one person's authority for a kind in a case; None where nothing binds."""

    case_cents: int | None
    case_times: int | None
    day_cents: int | None
    day_times: int | None

    @property
    def cents(self) -> int | None:
        """The most that can be given now."""
        found = [n for n in (self.case_cents, self.day_cents) if n is not None]
        return min(found) if found else None

    @property
    def is_used_up(self) -> bool:
        """Whether nothing more can be given."""
        return any(n is not None and n <= 0 for n in (self.case_times, self.day_times, self.cents))

    def fits(self, cents: int) -> bool:
        """Whether one more remedy of this amount is within the limits."""
        if any(n is not None and n < 1 for n in (self.case_times, self.day_times)):
            return False
        return all(n is None or cents <= n for n in (self.case_cents, self.day_cents))


@dataclass(frozen=True, slots=True)
class Used:
    """How much of a kind was given already: in a case by anybody, in a day by one authority."""

    cents: int = 0
    times: int = 0


def authorities(people: Sequence[Staff]) -> dict[tuple[int, int], Authority]:
    """What each person may do, by person and kind: their own row, else that of their role."""
    rows = list(
        Authority.objects.filter(
            Q(staff__in=people) | Q(role__in={person.role for person in people}),
            kind__is_active=True,
        ).select_related("kind")
    )
    return {
        (person.pk, kind): row for person in people for kind, row in of_person(person, rows).items()
    }


def of_person(person: Staff, rows: Iterable[Authority]) -> dict[int, Authority]:
    """Of all rows, what this person may do, by kind."""
    found: dict[int, Authority] = {}
    for row in rows:
        if row.staff_id == person.pk:
            found[row.kind_id] = row
        elif row.role and row.role == person.role:
            found.setdefault(row.kind_id, row)
    return found


def summed(given: Iterable[Remedy]) -> dict[int, Used]:
    """What remedies come to, by kind."""
    found: dict[int, Used] = {}
    for remedy in given:
        before = found.get(remedy.kind_id, Used())
        found[remedy.kind_id] = Used(before.cents + remedy.cents, before.times + 1)
    return found


def used_in_case(case: Case) -> dict[int, Used]:
    """What was given in a case, by kind. One query."""
    found = Remedy.objects.filter(case=case).order_by().values("kind")
    rows = found.annotate(cents=Sum("cents"), times=Count("pk"))
    return {row["kind"]: Used(row["cents"], row["times"]) for row in rows}


def used_in_day(people: Sequence[Staff], day: date) -> dict[tuple[int, int], Used]:
    """What was given by each one's authority in a day, by person and kind. One query."""
    found = Remedy.objects.filter(by_authority_of__in=people, given_on=day).order_by()
    rows = found.values("by_authority_of", "kind").annotate(cents=Sum("cents"), times=Count("pk"))
    return {(row["by_authority_of"], row["kind"]): Used(row["cents"], row["times"]) for row in rows}


def left_of(authority: Authority, in_case: Used, in_day: Used) -> Left:
    """What is left of an authority."""

    def rest(limit: int | None, used: int) -> int | None:
        return None if limit is None else max(0, limit - used)

    return Left(
        rest(authority.case_cents, in_case.cents),
        rest(authority.case_times, in_case.times),
        rest(authority.day_cents, in_day.cents),
        rest(authority.day_times, in_day.times),
    )


def limits_told(authority: Authority) -> str:
    """An authority in words: up to $20.00 per case, $100.00 per day."""
    parts = []
    if authority.case_cents is not None:
        parts.append(_("up to {money} per case").format(money=told(authority.case_cents, "cents")))
    if authority.case_times is not None:
        parts.append(_times(authority.case_times, per_day=False))
    if authority.day_cents is not None:
        parts.append(_("{money} per day").format(money=told(authority.day_cents, "cents")))
    if authority.day_times is not None:
        parts.append(_times(authority.day_times, per_day=True))
    return ", ".join(parts) or _("without limit")


def _times(n: int, *, per_day: bool) -> str:
    if per_day:
        return ngettext("{n} time per day", "{n} times per day", n).format(n=n)
    return ngettext("{n} time per case", "{n} times per case", n).format(n=n)


def left_told(left: Left) -> str:
    """What is left, in words."""
    parts = []
    if left.case_times is not None and left.case_times < 1:
        parts.append(_("none is left for this case"))
    elif left.case_cents is not None:
        parts.append(_("{money} left for this case").format(money=told(left.case_cents, "cents")))
    if left.day_times is not None and left.day_times < 1:
        parts.append(_("none is left for today"))
    elif left.day_cents is not None:
        parts.append(_("{money} left for today").format(money=told(left.day_cents, "cents")))
    return ", ".join(parts)


def who_may(kind: Kind, cents: int, case: Case, day: date, *, but: Staff | None) -> list[Staff]:
    """Managers whose authority has this much left, the division's own first. Four queries."""
    people = list(
        Staff.objects.filter(Q(role__in=MANAGING) | Q(role=Role.ADMINISTRATOR), is_active=True)
        .exclude(pk=but.pk if but else 0)
        .order_by("name")
    )
    may, in_case, in_day = authorities(people), used_in_case(case), used_in_day(people, day)
    found = []
    for person in people:
        authority = may.get((person.pk, kind.pk))
        if authority is None:
            continue
        used = in_day.get((person.pk, kind.pk), Used())
        if left_of(authority, in_case.get(kind.pk, Used()), used).fits(cents):
            found.append(person)
    return sorted(found, key=lambda p: (p.division_id != case.division_id, p.name))
