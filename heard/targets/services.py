"""Writes of the program: its settings, owners, targets, measures of our own and their versions."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from heard.core import clock
from heard.core.actors import Actor
from heard.core.errors import Refused
from heard.core.words import Words
from heard.core.writes import about_of_earlier, record, write
from heard.measures.built_models import BuiltMeasure
from heard.measures.definitions import ALL, BY, measures
from heard.people.models import Staff
from heard.people.roles import require
from heard.targets.models import (
    DefinitionVersion,
    Entry,
    Owner,
    OwnMeasure,
    Program,
    Restatement,
    Target,
)
from heard.targets.periods import parse
from heard.targets.program import fiscal_start as start_of_year
from heard.targets.program import today, touch
from heard.targets.ratios import check_parts
from heard.targets.subjects import Subject, subject
from heard.targets.values import check_within


@write
def set_program(
    *, fiscal_start: int, stale_after: int, actor: Actor, key: str | None = None
) -> Program:
    """Say in which month the year begins, and after how many periods a figure is overdue.

    The year's begin is fixed once quarters or years carry a target or a figure: moving it would
    give them other days without anybody saying so.
    """
    require(actor, "keep targets")
    if earlier := about_of_earlier(Program, key):
        return earlier  # type: ignore[no-any-return]
    row = touch()
    if not 1 <= fiscal_start <= 12 or not 1 <= stale_after <= 24:
        raise Refused(_("Choose a month, and 1 to 24 periods."), field="stale_after")
    if fiscal_start != row.fiscal_start and _has_long_periods():
        raise Refused(
            _("Quarters or years already have targets or figures; their days cannot be moved now."),
            field="fiscal_start",
        )
    changes = {
        "fiscal_start": [row.fiscal_start, fiscal_start],
        "stale_after": [row.stale_after, stale_after],
    }
    row.fiscal_start, row.stale_after = fiscal_start, stale_after
    row.save()
    record("targets.settings", about=row, actor=actor, changes=changes, key=key)
    return row


def _has_long_periods() -> bool:
    kinds: tuple[Any, ...] = (Target, Entry)
    return any(model.objects.exclude(kind="month").exists() for model in kinds)


@write
def set_owner(measure: str, *, staff: Staff | None, actor: Actor) -> None:
    """Name who answers for a measure; None for nobody. Raises ``Refused``."""
    require(actor, "keep targets")
    subject(measure)
    if staff is not None and not staff.is_active:
        raise Refused(_("This person no longer works here."), field="owner")
    row = Owner.objects.filter(measure=measure).first()
    before = row.staff_id if row else None
    if before == (staff.pk if staff else None):
        return
    program = touch()
    if staff is None:
        Owner.objects.filter(measure=measure).delete()
    else:
        Owner.objects.update_or_create(measure=measure, defaults={"staff": staff})
    changes = {"measure": measure, "owner": [before, staff.pk if staff else None]}
    record("measure.owned", about=program, actor=actor, changes=changes)


@dataclass(frozen=True)
class Goal:
    """What is asked of a measure: ``value`` in its unit, for one period and group."""

    measure: str
    statistic: str
    period: str
    direction: str
    value: float
    by: str = ALL
    group: str = ALL
    why: Words = field(default_factory=dict)


@write
def set_target(goal: Goal, *, actor: Actor, key: str | None = None) -> Target:
    """Set or change a target.

    A period that is over keeps what it had: a target is not written backwards. One whose period
    has begun may be changed, with a reason, and the change is published among the restatements.
    Raises ``Refused`` without a period, for a measure neither end of which is better, and so on.
    """
    require(actor, "keep targets")
    if earlier := about_of_earlier(Target, key):
        return earlier  # type: ignore[no-any-return]
    about = subject(goal.measure, goal.statistic)
    if not goal.period.strip():
        raise Refused(
            _("A target needs a period: a month, a quarter or a year it is for."), field="period"
        )
    period = parse(goal.period, start_of_year())
    if period.last < today():
        raise Refused(
            _("This period is over. A target is set before it is judged, not afterwards."),
            field="period",
        )
    _check_goal(goal, about)
    place = {
        "measure": about.key, "statistic": about.statistic, "by": goal.by, "group": goal.group,
        "period": period.code,
    }  # fmt: skip
    row = Target.objects.filter(**place).first()
    new = row or Target(**place, kind=period.kind, first=period.first, last=period.last)
    old = (row.direction, row.value) if row else None
    if row and period.first <= today() and old != (goal.direction, goal.value):
        _restate_target(row, goal, about)
    new.direction, new.value = goal.direction, goal.value
    new.set_by_id, new.set_at = actor.id, clock.now()
    new.save()
    touch()
    changes = {**place, "target": [old, (goal.direction, goal.value)]}
    record("target.set", about=new, actor=actor, changes=changes, key=key)
    return new


def _check_goal(goal: Goal, about: Subject) -> None:
    if goal.direction not in ("up", "down"):
        raise Refused(_("Say whether the target is a least or a most."), field="direction")
    if about.direction not in ("none", goal.direction):
        raise Refused(
            _("For this measure higher is better, so its target is “at least”.")
            if about.direction == "up"
            else _("For this measure lower is better, so its target is “at most”."),
            field="direction",
        )
    check_within(about.unit, goal.value)
    if (goal.by == ALL) != (goal.group == ALL) or goal.by not in (ALL, "place", *BY):
        raise Refused(_("Choose the group the target is for."), field="group")


def _restate_target(row: Target, goal: Goal, about: Subject) -> None:
    if not goal.why.get("en"):
        raise Refused(
            _("This period has begun. Say why its target changes; the reason is published."),
            field="why",
        )
    Restatement.objects.create(
        what=Restatement.What.TARGET, measure=row.measure, statistic=row.statistic, by=row.by,
        group=row.group, period=row.period, unit=about.unit, old=row.value, new=goal.value,
        why=goal.why, at=clock.now(),
    )  # fmt: skip


@write
def declare(measure: OwnMeasure, *, actor: Actor, key: str | None = None) -> OwnMeasure:
    """Make a measure of our own; its first definition is in force from the start.

    Raises ``Refused`` on a key that is taken, and on a ratio that refers to itself.
    """
    require(actor, "keep targets")
    if earlier := about_of_earlier(OwnMeasure, key):
        return earlier  # type: ignore[no-any-return]
    models: tuple[Any, ...] = (OwnMeasure, BuiltMeasure)
    taken = measure.key in measures() or any(
        model.objects.filter(key=measure.key).exists() for model in models
    )
    if taken or measure.key in RESERVED:
        raise Refused(_("This short name is taken. Choose another one."), field="key")
    if measure.kind == OwnMeasure.Kind.RATIO:
        check_parts(measure.key, measure.numerator, measure.denominator)
    else:
        measure.numerator = measure.denominator = ""
    measure.created_at = clock.now()
    measure.save()
    touch()
    record("measure.declared", about=measure, actor=actor, key=key)
    return measure


RESERVED = {
    "program", "changes", "open-data", "said", "charts", "data", "division", "compare", "composite",
}  # fmt: skip


@write
def redefine(
    measure: OwnMeasure,
    *,
    effective_from: date,
    definition: Words,
    what: Words,
    why: Words,
    actor: Actor,
    key: str | None = None,
) -> DefinitionVersion:
    """Put a new definition in force from a day on.

    Figures of periods that end on that day or later are made by it, and are never joined to the
    earlier ones by a line. ``what`` says what changed, ``why`` why; both are published.
    """
    require(actor, "keep targets")
    if earlier := about_of_earlier(DefinitionVersion, key):
        return earlier  # type: ignore[no-any-return]
    last = measure.versions.order_by("number").last()
    if last and effective_from <= last.effective_from:
        raise Refused(
            _("The definition already changed on or after that day."), field="effective_from"
        )
    _check_said(what=what, why=why, definition=definition)
    if _published_since(measure, effective_from):
        raise Refused(
            _("Figures of that time are already published. Restate them, or choose a later day."),
            field="effective_from",
        )
    row = DefinitionVersion.objects.create(
        measure=measure, number=(last.number if last else 1) + 1, effective_from=effective_from,
        what=what, why=why, made_at=clock.now(),
    )  # fmt: skip
    before = measure.definition
    measure.definition = definition
    measure.save(update_fields=["definition"])
    touch()
    changes = {"definition": [before, definition], "from": effective_from.isoformat()}
    record("measure.redefined", about=row, actor=actor, changes=changes, key=key)
    return row


def _check_said(**words: Words) -> None:
    for name, said in words.items():
        if not said.get("en"):
            raise Refused(_("Say it in English at least; it is published."), field=name)


def _published_since(measure: OwnMeasure, day: date) -> bool:
    shown = Entry.objects.filter(measure=measure.key, state=Entry.State.PUBLISHED)
    return shown.filter(last__gte=day).exists()
