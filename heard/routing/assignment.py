"""To whom a case is given: the least to do, by turn, or whoever is on call; never who is away."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from django.db.models import Case as Choose
from django.db.models import IntegerField, Max, Sum, Value, When
from django.utils.translation import gettext as _

from heard.cases.listing import due_soon, overdue
from heard.cases.models import Case
from heard.cases.states import OPEN, State
from heard.people.models import Division, Role, Staff
from heard.people.roles import ABILITIES
from heard.routing.models import Duty, Give, Routed, RuleVersion, Team
from heard.routing.reads import Roster, roster_at

# What an open case weighs: late ones most, those that wait for the customer least.
OVERDUE, SOON, USUAL, WAITING = 4, 3, 2, 1
WORKERS = [role for role, abilities in ABILITIES.items() if "work cases" in abilities]
HANDS_ON = [Role.AGENT, Role.FIELD_WORKER]  # who shares a division's cases without a team
NEVER = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Chosen:
    """Who gets the case, or nobody; and why, in words for colleagues."""

    person: Staff | None
    why: str


def choose(version: RuleVersion, division: Division, now: datetime) -> Chosen:
    """The person a rule gives a case of the division to. Call inside the write's transaction."""
    if version.give == Give.PERSON:
        return _the_person(version.person, now)
    if version.give == Give.ON_CALL:
        found = roster_at(now).on_call(division.pk, now)
        if not found:
            return Chosen(None, _("Nobody is on call now."))
        return Chosen(found[0], _("On call now."))
    whose = lock_turns(version.team, division)
    people = members(version.team, division)
    there = available(people, roster_at(now, staff=[p.pk for p in people]), now)
    if not there:
        return Chosen(None, _("Nobody of {team} is on shift now.").format(team=whose))
    if version.give == Give.TURN:
        return Chosen(by_turn(there), _("By turn in {team}.").format(team=whose))
    person, weight = by_load(there, now)
    told = _("The least to do in {team} (weight {weight}).")
    return Chosen(person, told.format(team=whose, weight=weight))


def _the_person(person: Staff | None, now: datetime) -> Chosen:
    if person is None:
        return Chosen(None, _("The rule names nobody."))
    if roster_at(now, staff=[person.pk]).is_away(person.pk, now):
        return Chosen(None, _("{name} is away.").format(name=person.name))
    return Chosen(person, "")


def lock_turns(team: Team | None, division: Division) -> Team | Division:
    """One at a time: two cases that come together must not both fall to the same person."""
    if team is not None:
        return Team.objects.select_for_update(no_key=True).get(pk=team.pk)
    return Division.objects.select_for_update(no_key=True).get(pk=division.pk)


def members(team: Team | None, division: Division) -> list[Staff]:
    """The people of a team, else the agents and field workers of the division."""
    if team is not None:
        found = team.members.filter(role__in=WORKERS)
    else:
        found = Staff.objects.filter(division=division, role__in=HANDS_ON)
    return list(found.filter(is_active=True).order_by("pk"))


def available(people: Sequence[Staff], roster: Roster, now: datetime) -> list[Staff]:
    """Those on shift and not away. Who has no shifts at all counts as there, unless away."""
    rostered = {s.staff_id for s in roster.shifts if s.duty == Duty.SHIFT}
    rostered |= {c.instead_of_id for c in roster.covers if c.instead_of_id}
    on = {
        person.pk for division in roster.divisions()
        for person in roster.on(division, Duty.SHIFT, now)
    }  # fmt: skip
    return [
        person
        for person in people
        if not roster.is_away(person.pk, now) and (person.pk in on or person.pk not in rostered)
    ]


def weights(people: Sequence[Staff], now: datetime) -> dict[int, int]:
    """What each one has to do: open cases weighed by how near their promise is. One query."""
    weight = Choose(
        When(overdue(now), then=Value(OVERDUE)),
        When(due_soon(now), then=Value(SOON)),
        When(state=State.WAITING, then=Value(WAITING)),
        default=Value(USUAL),
        output_field=IntegerField(),
    )
    found = (
        Case.objects.filter(assignee__in=[p.pk for p in people], state__in=OPEN)
        .order_by()
        .values("assignee")
        .annotate(weight=Sum(weight))
        .values_list("assignee", "weight")
    )
    return {person.pk: 0 for person in people} | dict(found)


def by_load(people: Sequence[Staff], now: datetime) -> tuple[Staff, int]:
    """The one with the least to do; among equals, whose last turn is longest ago."""
    weight, last = weights(people, now), last_turns(people)
    chosen = min(people, key=lambda p: (weight[p.pk], last.get(p.pk, NEVER), p.pk))
    return chosen, weight[chosen.pk]


def by_turn(people: Sequence[Staff]) -> Staff:
    """The one whose last turn is longest ago."""
    last = last_turns(people)
    return min(people, key=lambda p: (last.get(p.pk, NEVER), p.pk))


def last_turns(people: Sequence[Staff]) -> dict[int, datetime]:
    """When each was last given a case by a rule. One query."""
    found = Routed.objects.filter(person__in=[p.pk for p in people]).order_by()
    return dict(found.values("person").annotate(last=Max("at")).values_list("person", "last"))
