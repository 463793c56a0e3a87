"""Instruments and their versions: drafting, publishing, and finding the one in force."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Max
from django.utils.translation import gettext as _

from heard.core import clock
from heard.core.actors import Actor
from heard.core.errors import Refused
from heard.core.words import Words, said
from heard.core.writes import record, write
from heard.people.roles import require
from heard.voice.builtin import STARTERS
from heard.voice.models import Instrument, Invitation, Version
from heard.voice.questions import Question, check_definition, questions_of, revised

CLOSING = "closing"


def instrument(code: str) -> Instrument | None:
    """The instrument of this code; those a house begins with are made when first needed."""
    found = Instrument.objects.filter(code=code).first()
    if found is None and code in STARTERS:
        found = _begin(code)
    return found


def begin_all() -> None:
    """Make those instruments a house begins with that are not there yet."""
    known = set(Instrument.objects.filter(code__in=STARTERS).values_list("code", flat=True))
    for code in STARTERS:
        if code not in known:
            _begin(code)


@write
def _begin(code: str) -> Instrument:
    start = STARTERS[code]
    now = clock.now()
    made, is_new = Instrument.objects.get_or_create(
        code=code,
        defaults={
            "name": start["name"],
            "occasion": start["occasion"],
            "is_active": start["is_active"],
            "created_at": now,
        },
    )
    if is_new:
        Version.objects.create(
            instrument=made, number=1, heading=start["heading"], questions=start["questions"],
            made_at=now, published_at=now,
        )  # fmt: skip
    return made


def in_force(of: Instrument) -> Version | None:
    """The version asked at present: the latest published one."""
    return (
        Version.objects.filter(instrument=of, published_at__isnull=False)
        .select_related("instrument")
        .order_by("-number")
        .first()
    )


def version_of(invitation: Invitation) -> Version:
    """The version an invitation asks; those made before versions existed ask closing-1."""
    if invitation.version is not None:
        return invitation.version
    first = instrument(CLOSING)
    assert first is not None
    return first.versions.get(number=1)


def asked_by(version: Version) -> tuple[Question, ...]:
    """The questions of a version."""
    return questions_of(version.questions)


@dataclass(frozen=True, slots=True)
class Rules:
    """When and whom an instrument asks. Shares in percent; days; None: no quota."""

    name: Words
    occasion: str
    is_active: bool = True
    open_page: bool = False
    sampling_share: int = 100
    monthly_quota: int | None = None
    recontact_days: int = 0


@dataclass(frozen=True, slots=True)
class Draft:
    """The words of a version that is being written."""

    questions: Sequence[Question]
    heading: Words = field(default_factory=dict)
    intro: Words = field(default_factory=dict)
    thanks: Words = field(default_factory=dict)

    def values(self) -> dict[str, Any]:
        """As columns of a version."""
        return {
            "questions": [one.as_data() for one in self.questions],
            "heading": self.heading,
            "intro": self.intro,
            "thanks": self.thanks,
        }


@write
def keep_instrument(code: str, rules: Rules, *, actor: Actor) -> Instrument:
    """Make an instrument, or change its rules. Its code stays."""
    require(actor, "write surveys")
    if not said(rules.name).strip():
        raise Refused(_("Give the survey a name."), field="name_en")
    if not 0 <= rules.sampling_share <= 100:
        raise Refused(_("Give a share from 0 to 100."), field="sampling_share")
    values = {name: getattr(rules, name) for name in rules.__slots__}
    row, made = Instrument.objects.update_or_create(
        code=code, defaults=values, create_defaults=values | {"created_at": clock.now()}
    )
    record("survey.made" if made else "survey.changed", about=row, actor=actor)
    return row


@write
def draft(of: Instrument, content: Draft, *, actor: Actor) -> Version:
    """Keep the draft of the next version; there is one draft at most."""
    require(actor, "write surveys")
    values = content.values()
    found = Version.objects.select_for_update().filter(instrument=of, published_at=None).first()
    if found is None:
        number = (of.versions.aggregate(last=Max("number"))["last"] or 0) + 1
        found = Version(instrument=of, number=number, made_at=clock.now())
    for name, value in values.items():
        setattr(found, name, value)
    found.save()
    record("survey.drafted", about=found, actor=actor, data={"survey": of.code})
    return found


@write
def publish(version: Version, *, actor: Actor) -> Version:
    """Put a draft in force. From here on it never changes.

    A question whose words, scale or options differ from those in force gets the next revision, and
    with it a series of its own; the others go on with theirs.
    """
    require(actor, "write surveys")
    fresh = Version.objects.select_for_update(of=("self",)).get(pk=version.pk)
    if fresh.published_at is not None:
        return fresh
    asked = asked_by(fresh)
    check_definition(asked)
    asked = revised(asked, _latest_of_each(fresh))
    fresh.questions = [one.as_data() for one in asked]
    fresh.published_at = clock.now()
    fresh.published_by_id = actor.id if actor.kind == "staff" else None
    fresh.save()
    record(
        "survey.published", about=fresh, actor=actor,
        data={"wording": fresh.wording, "series": [one.series for one in asked]},
    )  # fmt: skip
    return fresh


def _latest_of_each(version: Version) -> list[Question]:
    """Every question ever published by the instrument, in its latest form.

    One that was dropped and comes back with other words goes on from its last revision.
    """
    latest: dict[str, Question] = {}
    published = Version.objects.filter(
        instrument=version.instrument_id, published_at__isnull=False
    ).order_by("number")
    for earlier in published:
        latest |= {one.key: one for one in asked_by(earlier)}
    return list(latest.values())


@write
def drop_draft(version: Version, *, actor: Actor) -> None:
    """Throw a draft away."""
    require(actor, "write surveys")
    fresh = Version.objects.select_for_update(of=("self",)).get(pk=version.pk)
    if fresh.published_at is not None:
        raise Refused(_("A published version stays as it is."))
    record("survey.dropped", about=fresh, actor=actor)
    fresh.delete()
