"""The way of a built measure to the public: drafted by one, reviewed and published by another.

A published definition is never changed. A change is a new version with its day and its reason; the
figures of both are kept, and no line joins them (docs/adr/0060).
"""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from heard.core import clock
from heard.core.actors import Actor
from heard.core.errors import ChangedMeanwhile, NotAllowed, Refused
from heard.core.words import Words
from heard.core.writes import about_of_earlier, record, write
from heard.measures.built import write_cards
from heard.measures.built_models import BuiltMeasure, BuiltVersion
from heard.measures.column_words import label_of
from heard.measures.conditions import BadFormula
from heard.measures.declared import formula
from heard.measures.definitions import AREAS, measures
from heard.measures.figures import OUTSIDE
from heard.measures.trials import faults_of
from heard.people.roles import require

State = BuiltVersion.State
DIRECTIONS = ("up", "down", "none")


@dataclass(frozen=True)
class Plan:
    """What somebody typed: words, and a formula as ``declared.formula`` takes it."""

    name: Words
    definition: Words
    area: str
    direction: str
    formula: dict[str, Any]
    effective_from: date
    why: Words = field(default_factory=dict)
    limits: Words = field(default_factory=dict)
    left_out: Words = field(default_factory=dict)
    what_changed: Words = field(default_factory=dict)
    why_changed: Words = field(default_factory=dict)


@write
def begin(measure_key: str, plan: Plan, *, actor: Actor, key: str | None = None) -> BuiltVersion:
    """Begin a measure with its first version, as a draft. Raises ``Refused``, naming the field."""
    require(actor, "keep targets")
    if earlier := about_of_earlier(BuiltVersion, key):
        return earlier  # type: ignore[no-any-return]
    if measure_key in measures() or BuiltMeasure.objects.filter(key=measure_key).exists():
        raise Refused(_("This short name is taken. Choose another one."), field="short")
    measure = BuiltMeasure.objects.create(key=measure_key, created_at=clock.now())
    version = BuiltVersion(measure=measure, number=1)
    return _drafted(version, plan, "built.begun", actor, key)


@write
def begin_version(
    measure: BuiltMeasure, plan: Plan, *, actor: Actor, key: str | None = None
) -> BuiltVersion:
    """Begin a new definition of a published measure, with what changes and why."""
    require(actor, "keep targets")
    if earlier := about_of_earlier(BuiltVersion, key):
        return earlier  # type: ignore[no-any-return]
    last = measure.versions.select_for_update().order_by("number").last()
    if last is None or not last.is_published:
        raise Refused(_("A definition of this measure is still on its way. Finish that one."))
    if plan.effective_from <= last.effective_from:
        raise Refused(
            _("The definition already changed on or after that day."), field="effective_from"
        )
    version = BuiltVersion(measure=measure, number=last.number + 1)
    return _drafted(version, plan, "built.redefined", actor, key)


@write
def change(version: BuiltVersion, plan: Plan, *, seen: int, actor: Actor) -> BuiltVersion:
    """Change a definition that is not published; it is a draft again, and this person's."""
    require(actor, "keep targets")
    row = _locked(version, seen)
    if row.is_published:
        raise Refused(_("A published definition is not changed. Begin a new version."))
    row.reviewed_by, row.reviewed_at = None, None
    return _drafted(row, plan, "built.changed", actor, None)


@write
def review(version: BuiltVersion, *, seen: int, actor: Actor) -> BuiltVersion:
    """Say that words and formula agree; not for who drafted it."""
    require(actor, "publish measures")
    row = _locked(version, seen)
    if row.state != State.DRAFT:
        raise Refused(_("Only a draft can be reviewed."))
    _four_eyes(row, actor)
    row.state, row.reviewed_by_id, row.reviewed_at = State.REVIEWED, actor.id, clock.now()
    return _kept(row, "built.reviewed", actor)


@write
def publish(version: BuiltVersion, *, seen: int, actor: Actor) -> BuiltVersion:
    """Put a reviewed definition in force; the worker counts it and the results show it."""
    require(actor, "publish measures")
    row = _locked(version, seen)
    if row.state != State.REVIEWED:
        raise Refused(_("A definition is reviewed by somebody before it is published."))
    _four_eyes(row, actor)
    _check_counted(row)
    row.state, row.published_by_id, row.published_at = State.PUBLISHED, actor.id, clock.now()
    kept = _kept(row, "built.published", actor)
    transaction.on_commit(write_cards)
    return kept


def _check_counted(row: BuiltVersion) -> None:
    """Refuse what would be published without a figure, or with a wrong one."""
    faults = faults_of(row.formula)
    if faults is None:
        raise Refused(_("Look at the preview of its figures before you publish it."))
    if OUTSIDE in faults:
        raise Refused(
            _("It counts rows that it is not a share of, so it could pass 100%. Mend the formula.")
        )
    if faults:
        raise Refused(_("It cannot be counted as it is. Look at its preview."))


def _drafted(
    row: BuiltVersion, plan: Plan, verb: str, actor: Actor, key: str | None
) -> BuiltVersion:
    _check(row, plan)
    before = row.formula
    for name in (
        "name", "definition", "why", "limits", "left_out", "area", "direction", "effective_from",
        "what_changed", "why_changed",
    ):  # fmt: skip
        setattr(row, name, getattr(plan, name))
    row.formula = formula(plan.formula).plain()
    row.state, row.made_by_id, row.made_at = State.DRAFT, actor.id, clock.now()
    return _kept(row, verb, actor, {"formula": [before, row.formula]}, key)


def _check(row: BuiltVersion, plan: Plan) -> None:
    for name in ("name", "definition"):
        words = getattr(plan, name)
        if not (words.get("en") and words.get("es")):
            raise Refused(_("Say it in English and in Spanish; it is published."), field=name)
    if plan.area not in AREAS or plan.direction not in DIRECTIONS:
        raise Refused(_("Choose an area, and which way is better."), field="area")
    try:
        formula(plan.formula)
    except BadFormula as bad:
        raise Refused(bad.told(label_of), field="formula") from None
    if row.number > 1:
        for name in ("what_changed", "why_changed"):
            if not getattr(plan, name).get("en"):
                raise Refused(_("Say it in English at least; it is published."), field=name)


def _locked(version: BuiltVersion, seen: int) -> BuiltVersion:
    found = BuiltVersion.objects.select_for_update(of=("self",)).select_related("measure")
    row = found.get(pk=version.pk)
    if row.seen != seen:
        raise ChangedMeanwhile(
            _("Somebody changed this definition after you opened it. Look again.")
        )
    return row


def _four_eyes(row: BuiltVersion, actor: Actor) -> None:
    if row.made_by_id is not None and row.made_by_id == actor.id:
        raise NotAllowed(_("Who drafted a definition cannot approve it. Ask a colleague."))


def _kept(
    row: BuiltVersion,
    verb: str,
    actor: Actor,
    changes: dict[str, Any] | None = None,
    key: str | None = None,
) -> BuiltVersion:
    row.seen = row.seen + 1 if row.pk else 1
    row.save()
    record(verb, about=row, actor=actor, changes=changes, key=key)
    return row
