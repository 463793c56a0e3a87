"""The way of a figure to the public: entered by one person, reviewed and published by another."""

from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from heard.core import clock
from heard.core.actors import Actor
from heard.core.errors import ChangedMeanwhile, NotAllowed, Refused
from heard.core.words import Words
from heard.core.writes import about_of_earlier, record, write
from heard.measures.definitions import ALL
from heard.people.roles import require
from heard.targets.computed import computed_figure
from heard.targets.models import Batch, Entry, OwnMeasure, Restatement
from heard.targets.periods import parse
from heard.targets.program import fiscal_start, today, touch
from heard.targets.subjects import Subject, subject
from heard.targets.values import Given, make
from heard.targets.versions import Version, in_force, versions_of

State = Entry.State
EVIDENCE_LIMIT = 500


@dataclass(frozen=True)
class Draft:
    """What somebody enters for one period: numbers for a measure of our own, words for any."""

    measure: str
    period: str
    statistic: str = ""
    group: str = ALL
    given: Given = field(default_factory=Given)
    counts: dict[str, Any] = field(default_factory=dict)
    evidence: str = ""
    narrative: Words = field(default_factory=dict)


@write
def enter(draft: Draft, *, actor: Actor, key: str | None = None) -> Entry:
    """Begin a figure, or the words on a computed one. Raises ``Refused``, naming the field."""
    require(actor, "enter measures")
    if earlier := about_of_earlier(Entry, key):
        return earlier  # type: ignore[no-any-return]
    entry = prepared(draft, fiscal_start())
    others = Entry.objects.filter(**same_place(entry))
    if others.exclude(state=State.REPLACED).exists():
        raise Refused(
            _("There already is a figure for this period. Change that one, or restate it."),
            field="period",
        )
    entry.entered_by_id, entry.entered_at = actor.id, clock.now()
    entry.save()
    touch()
    record("figure.entered", about=entry, actor=actor, key=key)
    return entry


def prepared(
    draft: Draft,
    start: int,
    about: Subject | None = None,
    versions: list[Version] | None = None,
) -> Entry:
    """The row of a draft, checked and not yet stored. Give what is known, where there are many."""
    about = about or subject(draft.measure, draft.statistic)
    versions = versions if versions is not None else versions_of(about)
    if not draft.period.strip():
        raise Refused(_("Say which period the figure is for."), field="period")
    own = about.own
    period = parse(draft.period, start, kind=own.period_kind if own else "month")
    if period.first > today():
        raise Refused(_("This period has not begun yet."), field="period")
    entry = Entry(
        measure=about.key, statistic=about.statistic, kind=period.kind, period=period.code,
        first=period.first, last=period.last, group=draft.group,
        by=ALL if draft.group == ALL else "place", definition=in_force(versions, period.last),
    )  # fmt: skip
    _fill(entry, draft, own)
    return entry


def _fill(entry: Entry, draft: Draft, own: OwnMeasure | None) -> None:
    entry.narrative, entry.evidence = draft.narrative, draft.evidence.strip()
    entry.counts = draft.counts
    if own is None:
        if not draft.narrative.get("en"):
            raise Refused(_("Say in a few words what stands behind the figure."), field="narrative")
        return
    if own.kind == OwnMeasure.Kind.RATIO:
        raise Refused(_("This measure is made of two others; enter those."), field="measure")
    if not entry.evidence:
        raise Refused(
            _("Say where the figure comes from: a link, or the name of the file and page."),
            field="evidence",
        )
    made = make(own, draft.given)
    entry.numerator, entry.denominator = draft.given.numerator, draft.given.denominator
    entry.value, entry.low, entry.high, entry.n = made.value, made.low, made.high, made.n


def same_place(entry: Entry) -> dict[str, str]:
    """What one figure is about, as a filter."""
    names = ("measure", "statistic", "by", "group", "period")
    return {name: getattr(entry, name) for name in names}


@write
def change(entry: Entry, draft: Draft, *, seen: int, actor: Actor) -> Entry:
    """Change a figure that is not published; it is a draft again, and this person's."""
    require(actor, "enter measures")
    entry = _locked(entry, seen)
    if not entry.is_open:
        raise Refused(_("A published figure is not changed; it is restated."))
    before = [entry.value, entry.narrative]
    _fill(entry, draft, subject(entry.measure, entry.statistic).own)
    entry.state, entry.reviewed_by, entry.reviewed_at = State.DRAFT, None, None
    entry.entered_by_id, entry.entered_at = actor.id, clock.now()
    return _kept(entry, "figure.changed", actor, {"figure": [before, [entry.value]]})


@write
def review(entry: Entry, *, seen: int, actor: Actor) -> Entry:
    """Say that the figure agrees with its evidence; not for who entered it."""
    require(actor, "publish measures")
    entry = _locked(entry, seen)
    if entry.state != State.DRAFT:
        raise Refused(_("Only a draft can be reviewed."))
    _four_eyes(entry.entered_by_id, actor)
    entry.state = State.REVIEWED
    entry.reviewed_by_id, entry.reviewed_at = actor.id, clock.now()
    return _kept(entry, "figure.reviewed", actor)


@write
def publish(entry: Entry, *, seen: int, actor: Actor) -> Entry:
    """Publish a reviewed figure; what it replaces is listed as a restatement."""
    require(actor, "publish measures")
    entry = _locked(entry, seen)
    if entry.state != State.REVIEWED:
        raise Refused(_("A figure is reviewed by somebody before it is published."))
    _four_eyes(entry.entered_by_id, actor)
    about = subject(entry.measure, entry.statistic)
    if about.card is not None:
        computed = computed_figure(about, entry)
        if computed is None or computed.value is None:
            raise Refused(_("There is no figure for this period yet, so there is nothing to say."))
        entry.value, entry.low, entry.high = computed.value, computed.low, computed.high
        entry.n, entry.definition = computed.n, computed.definition
    shown = Entry.objects.filter(**same_place(entry), state=State.PUBLISHED).first()
    if shown is not None:
        _replace(shown, entry, about)
    entry.state = State.PUBLISHED
    entry.published_by_id, entry.published_at = actor.id, clock.now()
    return _kept(entry, "figure.published", actor)


def _replace(shown: Entry, entry: Entry, about: Subject) -> None:
    Entry.objects.filter(pk=shown.pk).update(state=State.REPLACED)
    if shown.value == entry.value:
        return
    Restatement.objects.create(
        what=Restatement.What.FIGURE, **same_place(entry), unit=about.unit, old=shown.value,
        new=entry.value, why=entry.reason, at=clock.now(),
    )  # fmt: skip


@write
def restate(
    entry: Entry, draft: Draft, *, reason: Words, actor: Actor, key: str | None = None
) -> Entry:
    """Begin a correction of a published figure; it takes the same way, and is then listed."""
    require(actor, "enter measures")
    if earlier := about_of_earlier(Entry, key):
        return earlier  # type: ignore[no-any-return]
    if entry.state != State.PUBLISHED:
        raise Refused(_("Only a published figure can be restated."))
    if not reason.get("en"):
        raise Refused(_("Say why it changes; the reason is published."), field="reason")
    others = Entry.objects.filter(**same_place(entry))
    if others.filter(state__in=[State.DRAFT, State.REVIEWED]).exists():
        raise Refused(_("A correction of this figure is already on its way."))
    names = ("measure", "statistic", "by", "group", "period", "kind", "first", "last", "definition")
    new = Entry(**{name: getattr(entry, name) for name in names})
    new.revision = others.count() + 1
    new.reason = reason
    _fill(new, draft, subject(entry.measure, entry.statistic).own)
    new.entered_by_id, new.entered_at = actor.id, clock.now()
    new.save()
    touch()
    record("figure.restated", about=new, actor=actor, key=key)
    return new


@write
def pass_batch(batch: Batch, *, publish: bool, actor: Actor) -> int:
    """Review, or publish, all of an import at once; not for who imported it. Gives how many."""
    require(actor, "publish measures")
    _four_eyes(batch.made_by_id, actor)
    before = State.REVIEWED if publish else State.DRAFT
    rows = batch.entries.filter(state=before)
    if publish and rows.filter(revision__gt=1).exists():
        raise Refused(_("This file corrects published figures. Publish those one by one."))
    now, who = clock.now(), {"id": actor.id}
    values: dict[str, Any] = (
        {"state": State.PUBLISHED, "published_by_id": who["id"], "published_at": now}
        if publish
        else {"state": State.REVIEWED, "reviewed_by_id": who["id"], "reviewed_at": now}
    )
    done = rows.update(**values)
    touch()
    verb = "import.published" if publish else "import.reviewed"
    record(verb, about=batch, actor=actor, changes={"figures": done})
    return done


def _locked(entry: Entry, seen: int) -> Entry:
    row = Entry.objects.select_for_update().get(pk=entry.pk)
    if row.version != seen:
        raise ChangedMeanwhile(_("Somebody changed this figure after you opened it. Look again."))
    return row


def _four_eyes(entered_by: int | None, actor: Actor) -> None:
    if entered_by is not None and entered_by == actor.id:
        raise NotAllowed(_("Who entered a figure cannot approve it. Ask a colleague."))


def _kept(entry: Entry, verb: str, actor: Actor, changes: dict[str, Any] | None = None) -> Entry:
    entry.version += 1
    entry.save()
    touch()
    record(verb, about=entry, actor=actor, changes=changes)
    return entry
