"""What can be done with rules and teams, and what the rules do with a case that came in."""

from dataclasses import dataclass, fields
from datetime import time

from django.conf import settings
from django.db.models import Max
from django.utils import translation
from django.utils.translation import gettext as _

from heard.cases import services as cases
from heard.cases.models import Case
from heard.core import clock
from heard.core.actors import SYSTEM, Actor
from heard.core.city import city_zone
from heard.core.errors import Refused
from heard.core.text import clean_line
from heard.core.words import Words
from heard.core.writes import about_of_earlier, record, write
from heard.people.models import Division, Staff
from heard.people.roles import require
from heard.places.reads import Calendars
from heard.routing import reads
from heard.routing.assignment import choose
from heard.routing.matching import Asked, Decision, Prepared, decide, folded
from heard.routing.models import Give, Hours, Routed, Rule, RuleVersion, Team

MOST_PHRASES, LONGEST_PHRASE = 40, 60
MOST_RULES = 200


@dataclass(frozen=True, slots=True)
class Said:
    """What a rule says: conditions (empty ones always hold) and what follows."""

    name: str
    services: tuple[str, ...] = ()
    districts: tuple[str, ...] = ()
    channels: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    all_words: bool = False
    weekdays: tuple[int, ...] = ()
    hours: str = Hours.ANY
    starts: time | None = None
    ends: time | None = None
    division: Division | None = None
    give: str = Give.NOBODY
    person: Staff | None = None
    team: Team | None = None
    goes_on: bool = False


@write
def write_rule(
    said: Said, *, actor: Actor, rule: Rule | None = None, key: str | None = None
) -> RuleVersion:
    """Write a new rule, or a new version of one. What acts does not change by this."""
    if (earlier := about_of_earlier(RuleVersion, key)) is not None:
        return earlier  # type: ignore[no-any-return]
    require(actor, "write rules")
    _check(said)
    if rule is None:
        if Rule.objects.filter(retired_at=None).count() >= MOST_RULES:
            raise Refused(_("There are {n} rules. Retire some first.").format(n=MOST_RULES))
        last = Rule.objects.aggregate(last=Max("order"))["last"] or 0
        rule = Rule.objects.create(order=last + 1)
    rule = Rule.objects.select_for_update(of=("self",)).get(pk=rule.pk)
    if rule.retired_at:
        raise Refused(_("This rule is retired. Write a new one."))
    newest = rule.versions.aggregate(last=Max("number"))["last"] or 0
    values = {field.name: getattr(said, field.name) for field in fields(said)}
    values |= {name: list(value) for name, value in values.items() if isinstance(value, tuple)}
    values["name"] = clean_line(said.name, limit=120)
    version = RuleVersion.objects.create(
        rule=rule, number=newest + 1, made_at=clock.now(), made_by_id=actor.id, **values
    )
    record("rule.written", about=version, actor=actor, data={"rule": rule.pk}, key=key)
    return version


def _check(said: Said) -> None:
    if not clean_line(said.name):
        raise Refused(_("Give the rule a name."), field="name")
    if said.division is None and said.give == Give.NOBODY:
        raise Refused(
            _("Say where the case goes: a division, somebody, or both."), field="division"
        )
    if said.give == Give.PERSON and (said.person is None or not said.person.is_active):
        raise Refused(_("Choose the person."), field="person")
    if said.hours == Hours.BETWEEN and (said.starts is None or said.ends is None):
        raise Refused(_("Say from when to when."), field="starts")
    if said.hours == Hours.BETWEEN and said.starts == said.ends:
        raise Refused(_("The two times are the same. Leave them out for all day."), field="ends")
    if len(said.words) > MOST_PHRASES or any(len(w) > LONGEST_PHRASE for w in said.words):
        told = _("Give at most {n} words or phrases of at most {length} letters.")
        raise Refused(told.format(n=MOST_PHRASES, length=LONGEST_PHRASE), field="words")
    if any(not folded(phrase).strip() for phrase in said.words):
        raise Refused(_("Each line needs at least one letter or digit."), field="words")


@write
def switch_on(version: RuleVersion, *, actor: Actor, key: str | None = None) -> Rule:
    """Let this version of a rule act on every case that comes in from now on."""
    if (earlier := about_of_earlier(Rule, key)) is not None:
        return earlier  # type: ignore[no-any-return]
    require(actor, "administer")
    rule = Rule.objects.select_for_update(of=("self",)).get(pk=version.rule_id)
    if rule.retired_at:
        raise Refused(_("This rule is retired. Write a new one."))
    before = rule.live_id
    rule.live, rule.fault, rule.fault_at = version, "", None
    rule.save()
    changes = {"live": [before, version.pk], "version": [None, version.number]}
    record("rule.switched_on", about=rule, actor=actor, changes=changes, key=key)
    return rule


@write
def switch_off(rule: Rule, *, actor: Actor, retire: bool = False, key: str | None = None) -> Rule:
    """The rule acts no more; retired, it also leaves the list. Its history stays."""
    if (earlier := about_of_earlier(Rule, key)) is not None:
        return earlier  # type: ignore[no-any-return]
    require(actor, "administer")
    row = Rule.objects.select_for_update(of=("self",)).get(pk=rule.pk)
    changes = {"live": [row.live_id, None]}
    row.live, row.fault, row.fault_at = None, "", None
    row.retired_at = clock.now() if retire else row.retired_at
    row.save()
    verb = "rule.retired" if retire else "rule.switched_off"
    record(verb, about=row, actor=actor, changes=changes, key=key)
    return row


@write
def reorder(rule: Rule, *, up: bool, actor: Actor) -> None:
    """Let the rule change places with its neighbour."""
    require(actor, "administer")
    rows = list(Rule.objects.select_for_update(of=("self",)).filter(retired_at=None))
    place = next((i for i, row in enumerate(rows) if row.pk == rule.pk), None)
    other = None if place is None else place + (-1 if up else 1)
    if place is None or other is None or not 0 <= other < len(rows):
        return
    before = [row.pk for row in rows]
    rows[place], rows[other] = rows[other], rows[place]
    for number, row in enumerate(rows, start=1):
        Rule.objects.filter(pk=row.pk).update(order=number)
    after = [row.pk for row in rows]
    record("rule.reordered", about=rule, actor=actor, changes={"order": [before, after]})


@write
def save_team(
    team: Team | None,
    *,
    name: Words,
    division: Division,
    members: list[Staff],
    actor: Actor,
    key: str | None = None,
) -> Team:
    """Make a team, or change who is of it."""
    if (earlier := about_of_earlier(Team, key)) is not None:
        return earlier  # type: ignore[no-any-return]
    require(actor, "write rules")
    if not (name.get("en") or "").strip():
        raise Refused(_("Give the team a name."), field="name")
    row = team or Team()
    before = sorted(row.members.values_list("pk", flat=True)) if row.pk else []
    row.name, row.division = name, division
    row.save()
    row.members.set(members)
    changes = {"members": [before, sorted(person.pk for person in members)]}
    record("team.saved", about=row, actor=actor, changes=changes, key=key)
    return row


# --- what the rules do with a case --------------------------------------------------------------


@write
def route(case: Case, *, actor: Actor = SYSTEM) -> Routed | None:
    """Let the rules that are on act on a case that just came in; once, whatever happens.

    None where no rule holds, or a person was quicker: what somebody decided is left alone. The
    promise stays as it was made when the case came in.
    """
    if (earlier := Routed.objects.filter(case=case).first()) is not None:
        return earlier
    versions = reads.live_versions()
    if not versions:
        return None
    fresh = cases.locked(case)
    moved = fresh.division_id != fresh.service.division_id
    if not fresh.is_open or fresh.assignee_id or moved or fresh.merged_into_id:
        return None
    with translation.override(settings.LANGUAGE_CODE):  # colleagues read it, not the customer
        said = _decision(fresh, versions)
        _note_faults(said)
        return _carry_out(fresh, said, actor) if said.used else None


def _decision(case: Case, versions: list[RuleVersion]) -> Decision:
    calendars = Calendars()
    tests, broken = prepared(versions)
    asked = Asked(
        service=case.service.code,
        district=case.district.code if case.district else "",
        channel=case.channel,
        language=case.language,
        text=folded(f"{case.title} {case.words}"),
        received_at=case.received_at,
        division=case.division_id,
    )
    said = decide(
        tests, asked, zone=city_zone(), to_the_end=False,
        is_open=lambda division, at: calendars.of(division).calendar.is_open(at),
    )  # fmt: skip
    said.faults += broken
    return said


def prepared(
    versions: list[RuleVersion],
) -> tuple[list[Prepared], list[tuple[RuleVersion, str]]]:
    """The versions that can be asked, and those that cannot, with what is wrong."""
    tests, broken = [], []
    for version in versions:
        try:
            tests.append(Prepared(version))
        except Exception as error:  # whatever is wrong with one rule, the others still act
            broken.append((version, f"{type(error).__name__}: {error}"))
    return tests, broken


def _note_faults(said: Decision) -> None:
    for version, fault in said.faults:
        note_fault(version, fault)


def note_fault(version: RuleVersion, fault: str) -> None:
    """Keep what is wrong with a rule where an operator sees it."""
    rule = Rule.objects.filter(pk=version.rule_id).exclude(fault=fault[:300])
    rule.update(fault=fault[:300], fault_at=clock.now())


def _carry_out(case: Case, said: Decision, actor: Actor) -> Routed:
    told = [
        _("Routing rule “{name}” (version {number}).").format(name=v.name, number=v.number)
        for v in said.used
    ]
    division = case.division if said.moved_by is None else said.moved_by.division
    assert division is not None
    person = None
    if said.give is not None:
        chosen = choose(said.give, division, clock.now())
        person = chosen.person
        told += [chosen.why] if chosen.why else []
        if person is not None and not person.is_active:
            note_fault(said.give, _("{name} no longer works here.").format(name=person.name))
            person = None
    reason = " ".join(told)
    key = f"routed-{case.pk}"
    if division.pk != case.division_id:
        case = cases.move(case, division, reason=reason, actor=actor, key=f"{key}-moved")
    else:
        cases.note(case, reason, actor=actor, key=f"{key}-noted")
    if person is not None:
        cases.assign(case, person, actor=actor, key=f"{key}-assigned")
    row = Routed.objects.create(
        case=case, versions=[v.pk for v in said.used], reason=reason, division=division,
        person=person, at=clock.now(),
    )  # fmt: skip
    used = [{"rule": v.rule_id, "version": v.number} for v in said.used]
    record("case.routed", about=case, actor=actor, data={"rules": used}, key=key)
    return row
