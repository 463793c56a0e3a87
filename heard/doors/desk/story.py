"""The timeline of a case: what was said, done and answered, in the order it happened."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from django.utils.translation import gettext as _

from heard.cases.models import Message, ReopenRequest, StateChange, Understanding
from heard.cases.states import State
from heard.cases.story import Story
from heard.core.models import AuditRow
from heard.people.models import Division, Staff

USUAL, EVERYTHING = 100, 2000  # entries of each kind: at first, and on request


@dataclass(frozen=True, slots=True)
class Moment:
    """One entry. ``kind`` is who speaks: customer, staff, note (private to staff) or system."""

    at: datetime
    kind: str
    who: str = ""
    title: str = ""
    words: str = ""
    label: str = ""
    tone: str = "plain"
    is_new: bool = False


def moments(story: Story, *, customer: str, since: datetime | None = None) -> list[Moment]:
    """All entries, oldest first. Those after ``since`` are marked as new to the reader."""
    found = [
        *_messages(story.messages, customer),
        *_understandings(story.understandings),
        *_state_changes(story, customer),
        *_wishes(story.reopen_requests, customer),
        *_handings(story.handings),
    ]
    found.sort(key=lambda moment: moment.at)
    if since is None:
        return found
    return [replace(moment, is_new=moment.at > since) for moment in found]


def state_words(state: str) -> str:
    """A state as staff say it ("waiting for you" is for the customer's eyes)."""
    return _("waiting for the customer") if state == State.WAITING else str(State(state).label)


def state_tone(state: str) -> str:
    """How a state is coloured, always beside its words."""
    return {
        State.RECEIVED: "warn",
        State.REOPENED: "warn",
        State.WAITING: "info",
        State.RESOLVED: "good",
        State.CLOSED: "good",
    }.get(State(state), "plain")


def _name(person: Staff | None) -> str:
    return person.name if person else _("Staff")


def _messages(messages: list[Message], customer: str) -> Iterator[Moment]:
    for message in messages:
        if message.direction == Message.Direction.IN:
            title = _("wrote to us ({channel})").format(channel=message.get_channel_display())
            yield Moment(message.at, "customer", customer, title, message.words)
        elif message.direction == Message.Direction.OUT:
            title = _("wrote to the customer")
            yield Moment(message.at, "staff", _name(message.staff), title, message.words)
        else:
            yield Moment(message.at, "note", _name(message.staff), "", message.words)


def _understandings(rows: list[Understanding]) -> Iterator[Moment]:
    answers = {
        Understanding.Answer.CONFIRMED: (_("The customer says: that is right"), "good"),
        Understanding.Answer.CORRECTED: (_("The customer says: not quite"), "warn"),
    }
    latest = rows[-1].pk if rows else None
    for row in rows:
        label, tone = answers.get(Understanding.Answer(row.answer), ("", "plain"))
        if not label and row.pk == latest:
            label = _("The customer has not answered yet")
        title = _("said what we understood")
        yield Moment(row.at, "staff", _name(row.staff), title, row.words, label, tone)


def _state_changes(story: Story, customer: str) -> Iterator[Moment]:
    said = {m.words for m in story.messages} | {u.words for u in story.understandings}
    for change in story.state_changes:
        if change.new == State.UNDERSTOOD and story.understandings:
            continue  # the sentence that was understood tells it already
        yield Moment(
            change.at,
            "system",
            _by(change, customer),
            _("State: {state}").format(state=state_words(change.new)),
            "" if change.reason in said else change.reason,
        )


def _by(change: StateChange, customer: str) -> str:
    if change.by == "customer":
        return customer
    return _name(change.staff) if change.by == "staff" else ""


def _wishes(rows: list[ReopenRequest], customer: str) -> Iterator[Moment]:
    for row in rows:
        label = "" if row.decision else _("Waits for our answer")
        yield Moment(row.at, "customer", customer, _("asked us to reopen"), "", label, "warn")
        if row.decision and row.decided_at:
            reopened = row.decision == ReopenRequest.Decision.REOPENED
            title = _("agreed to reopen") if reopened else _("did not reopen")
            yield Moment(row.decided_at, "system", _name(row.decided_by), title)


def _handings(rows: list[AuditRow]) -> Iterator[Moment]:
    """Assignments and moves, told with the names of people and divisions (two queries)."""
    people = _names(rows, "assignee", Staff)
    divisions = _names(rows, "division", Division)
    for row in rows:
        kind = "division" if row.verb == "case.moved" else "assignee"
        old, new = row.changes.get(kind) or [None, None]
        if kind == "division":
            title = _("moved the case from {old} to {new}").format(
                old=divisions.get(old, "?"), new=divisions.get(new, "?")
            )
        elif new is None:
            title = _("took the case from {old}").format(old=people.get(old, "?"))
        elif new == row.actor_id:
            title = _("took the case")
        else:
            title = _("gave the case to {new}").format(new=people.get(new, "?"))
        yield Moment(row.at, "system", row.actor_name, title)


def _names(rows: list[AuditRow], kind: str, model: type[Staff] | type[Division]) -> dict[int, str]:
    wanted = {pk for row in rows for pk in row.changes.get(kind) or [] if pk is not None}
    return {pk: str(thing) for pk, thing in model._default_manager.in_bulk(wanted).items()}
