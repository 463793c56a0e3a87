"""Joining a case to another that is about the same problem, and taking that back."""

from datetime import datetime
from typing import Any

from django.db.models import F
from django.utils import translation
from django.utils.translation import gettext as _

from heard.cases.models import Case, Channel, Message, Outcome, StateChange
from heard.cases.services import answered, change_state, full_text, locked, needed, save, say
from heard.cases.states import OPEN, State
from heard.core import clock, events
from heard.core.actors import Actor
from heard.core.errors import Refused
from heard.core.writes import record, write
from heard.joining.clocks import give_back, run_again, take_over
from heard.joining.models import Errand, Merge
from heard.people.roles import require

MOMENTS = ("resolved_at", "closed_at", "first_response_at", "customer_waits_since")
PLAIN = ("state", "outcome", "outcome_words", "assignee_id", "contact_id")


def why_not(case: Case, into: Case) -> str:
    """Why these two cannot be joined in this direction, and what to do; "" where they can."""
    if case.pk == into.pk:
        return _("A case cannot be merged with itself. Give the reference of the other one.")
    if case.merged_into_id is not None:
        return _("{case} is merged already, into {other}. Undo that first.").format(
            case=case.reference, other=_reference(case.merged_into_id)
        )
    if into.merged_into_id is not None:
        return _("{case} lives on in {other}. Merge into {other} instead.").format(
            case=into.reference, other=_reference(into.merged_into_id)
        )
    if case.parent_id or into.parent_id:
        return _("A part of a case cannot be merged. Merge the whole case it belongs to.")
    if case.is_open and not into.is_open:
        return _("{case} is finished. Reopen it first, or merge it into the open one.").format(
            case=into.reference
        )
    return _loose_ends(case)


def _loose_ends(case: Case) -> str:
    if Case.objects.filter(parent=case, state__in=OPEN).exists():
        return _("{case} has open parts. Merge the other case into it instead.").format(
            case=case.reference
        )
    if Errand.objects.filter(case=case, state__in=[*OPEN_ERRANDS]).exists():
        return _(
            "An outside handler works on {case}. Withdraw that first, or merge the other case "
            "into this one."
        ).format(case=case.reference)
    if case.reopen_requests.filter(decision="").exists():
        return _("The customer of {case} asked to reopen it. Answer that first.").format(
            case=case.reference
        )
    return ""


OPEN_ERRANDS = (Errand.State.SENT, Errand.State.ACCEPTED)


def _reference(pk: int) -> str:
    return Case.objects.values_list("reference", flat=True).get(pk=pk)


@write
def merge(
    case: Case,
    into: Case,
    *,
    actor: Actor,
    seen: tuple[int, int] | None = None,
    key: str | None = None,
) -> Merge:
    """Join ``case`` to ``into``: its customer is told and kept informed, its clock stops.

    ``seen`` are the versions of both as they were looked at; changed since, ``ChangedMeanwhile``
    is raised. A case that was finished before keeps its end and only hears of the other.
    """
    if (earlier := _earlier(key)) is not None:
        return earlier
    require(actor, "join cases")
    case, into = _both(case, into, seen)
    if reason := why_not(case, into):
        raise Refused(reason, field="other")
    now, was_open = clock.now(), case.is_open
    row = Merge(case=case, into=into, at=now, staff_id=actor.id, before=_fields(case))
    row.clocks = take_over(case, into, counts=was_open, actor=actor)
    if was_open:
        _end_as_known(case, actor)
    case.assignee_id, case.merged_into = into.assignee_id, into
    case.contact_id = case.contact_id or into.contact_id or actor.id
    row.after = _fields(case)
    save(case)
    row.save()
    _bring_along(case, into)
    _tell_staff(case, into, actor)
    into.contact_id = into.contact_id or case.contact_id
    save(into)
    record("case.took_in", about=into, actor=actor, changes={"case": [None, case.reference]})
    record(
        "case.merged", about=case, actor=actor, key=key,
        data={"merge": row.pk, "into": into.pk, "was_open": was_open},
        changes={"merged_into": [None, into.reference]},
    )  # fmt: skip
    return row


def _both(case: Case, into: Case, seen: tuple[int, int] | None) -> tuple[Case, Case]:
    """Both cases, locked in the order of their keys, so that two merges never wait in a ring."""
    versions = {case.pk: seen[0], into.pk: seen[1]} if seen else {}
    fresh = {
        each.pk: locked(each, seen_version=versions.get(each.pk))
        for each in sorted((case, into), key=lambda each: each.pk)
    }
    return fresh[case.pk], fresh[into.pk]


def _end_as_known(case: Case, actor: Actor) -> None:
    with translation.override(case.language):
        told = _("We knew of this problem already, and work on all reports of it together.")
    change_state(case, State.CLOSED, actor, reason=told)
    case.outcome, case.outcome_words = Outcome.ALREADY_KNOWN, told
    # Not ``resolved_at``: nothing was finished. By this the measures know a repeated report.
    case.closed_at = clock.now()
    answered(case)


def _bring_along(case: Case, into: Case) -> None:
    """Cases joined to this one earlier live on where it does now."""
    Case.objects.filter(merged_into=case).update(
        merged_into=into, version=F("version") + 1, changed_at=clock.now()
    )


def _tell_staff(case: Case, into: Case, actor: Actor) -> None:
    words = _("{reference} was merged into this case. Its customer said: “{words}”").format(
        reference=case.reference, words=case.words[:2000]
    )
    say(into, Message.Direction.NOTE, words, actor=actor, channel=Channel.STAFF)
    words = _("Merged into {reference}.").format(reference=into.reference)
    say(case, Message.Direction.NOTE, words, actor=actor, channel=Channel.STAFF)


def why_not_undo(row: Merge) -> str:
    """Why a merge cannot be taken back; "" where it can."""
    if row.undone_at is not None:
        return _("This merge was undone already.")
    case = Case.objects.get(pk=row.case_id)
    if case.state != row.after["state"]:
        return _(
            "{reference} was changed to “{state}” since, from outside the desk. Reopen it by hand."
        ).format(reference=case.reference, state=case.get_state_display())
    return ""


@write
def undo_merge(row: Merge, *, reason: str, actor: Actor, key: str | None = None) -> Merge:
    """Take a merge back, however long ago: the case is what it was, its clock included.

    What was said meanwhile stays where it was said; both cases carry a note of it.
    """
    if (earlier := _earlier(key)) is not None:
        return earlier
    require(actor, "join cases")
    words = needed(reason, _("Say why the two are not the same."), field="reason")
    row = Merge.objects.select_for_update(of=("self",)).get(pk=row.pk)
    if refusal := why_not_undo(row):
        raise Refused(refusal)
    case, _into = _both(row.case, row.into, None)
    row.undone_at, row.undone_by_id, row.undo_reason = clock.now(), actor.id, words
    row.save(update_fields=["undone_at", "undone_by_id", "undo_reason"])
    last = case.merged_into
    case.merged_into = None
    _restore(case, row, actor, words)
    save(case)
    _leave_together(case)
    give_back(row, actor=actor)
    _note_undone(case, row.into, actor, words)
    if last is not None and last.pk != row.into_id:
        _note_undone(case, last, actor, words, on_case=False)
    record(
        "case.merge_undone", about=case, actor=actor, key=key,
        data={"merge": row.pk, "into": row.into_id, "is_open": case.is_open},
        changes={"merged_into": [row.into.reference, None]},
    )  # fmt: skip
    return row


@write
def set_free(case: Case, *, actor: Actor) -> int:
    """Let the reports that were joined to a case stand alone, since it ended without them.

    Those that were finished before stay where they are. Returns how many stand alone again.
    """
    rows = [
        row
        for row in Merge.objects.filter(into=case, undone_at=None).order_by("id")
        if row.before["state"] in OPEN
    ]
    for row in rows:
        undo_merge(row, reason=_("The other case was withdrawn by its customer."), actor=actor)
    return len(rows)


def _restore(case: Case, row: Merge, actor: Actor, reason: str) -> None:
    """Every field as it was, except what somebody did to it since."""
    said_since = Message.objects.filter(case=case, at__gt=row.at)
    replied = said_since.filter(direction=Message.Direction.OUT).order_by("at").first()
    wrote = said_since.filter(direction=Message.Direction.IN).exists()
    old, now = row.before, _fields(case)
    restored = {name: old[name] for name in old if now[name] == row.after[name]}
    if replied is not None:
        restored["first_response_at"] = old["first_response_at"] or replied.at.isoformat()
        restored.pop("customer_waits_since", None)
    elif wrote and old["customer_waits_since"]:
        restored["customer_waits_since"] = old["customer_waits_since"]
    if old["state"] != case.state:
        StateChange.objects.create(
            case=case, old=case.state, new=old["state"], by=actor.kind, at=clock.now(),
            staff_id=actor.id if actor.kind == "staff" else None, reason="",
        )  # fmt: skip
    for name, value in restored.items():
        setattr(case, name, _moment(value) if name in MOMENTS else value)
    run_again(case, row.at)


def _leave_together(case: Case) -> None:
    """Cases that were joined to this one before go with it."""
    mine: set[int] = set()
    found = {case.pk}
    while found:
        mine |= found
        rows = Merge.objects.filter(into__in=found, undone_at=None)
        found = set(rows.values_list("case_id", flat=True)) - mine
    Case.objects.filter(pk__in=mine - {case.pk}).update(
        merged_into=case, version=F("version") + 1, changed_at=clock.now()
    )


def _note_undone(
    case: Case, into: Case, actor: Actor, reason: str, *, on_case: bool = True
) -> None:
    for each, other in ((case, into), (into, case)):
        if each is case and not on_case:
            continue
        words = _(
            "The merge of this case with {reference} was undone: {reason} What was written "
            "meanwhile stays in both."
        ).format(reference=other.reference, reason=full_text(reason, field="reason"))
        say(each, Message.Direction.NOTE, words, actor=actor, channel=Channel.STAFF)


def pass_on(message: Message, *, actor: Actor) -> Message | None:
    """What a joined case's customer wrote, noted where the work is; None where nothing is joined.

    A note, because the other case's customer must not read it; it stays in its own case as well.
    """
    case = Case.objects.select_related("merged_into", "customer").get(pk=message.case_id)
    if case.merged_into is None:
        return None
    into = locked(case.merged_into)
    words = _("{who} ({reference}) wrote: “{words}” Answer them in their own case.").format(
        who=case.customer or _("The customer"), reference=case.reference, words=message.words
    )
    made = say(into, Message.Direction.NOTE, words[:10_000], actor=actor, channel=message.channel)
    save(into)
    return made


def _fields(case: Case) -> dict[str, Any]:
    told: dict[str, Any] = {name: getattr(case, name) for name in PLAIN}
    for name in MOMENTS:
        moment = getattr(case, name)
        told[name] = moment.isoformat() if moment else None
    return told


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def _earlier(key: str | None) -> Merge | None:
    """The merge that an earlier write with this key was about."""
    event = events.earlier(key)
    return None if event is None else Merge.objects.get(pk=event.data["merge"])
