"""The conversation of a case as its customer reads it. Notes among staff never come here."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from django.utils.translation import gettext as _

from heard.cases.models import Case, Message, ReopenRequest, StateChange, Understanding
from heard.cases.states import State
from heard.people.models import Staff

PAGE_SIZE = 20
FURTHEST_PAGE = 50  # a conversation of a thousand turns is read at the desk

Kind = Literal["you", "us", "understood", "change"]


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that happened: who, when, and the words, where there are any."""

    kind: Kind
    heading: str
    at: datetime
    words: str = ""
    staff: Staff | None = None
    answer: str = ""


@dataclass(frozen=True, slots=True)
class Timeline:
    """One page of the conversation, newest first."""

    entries: list[Entry]
    page: int
    has_earlier: bool

    @property
    def last_from_us(self) -> Entry | None:
        """The newest message of staff on this page."""
        return next((entry for entry in self.entries if entry.kind == "us"), None)

    @property
    def page_earlier(self) -> int:
        """The number of the page with what was said before."""
        return self.page + 1

    @property
    def page_later(self) -> int:
        """The number of the page with what was said after."""
        return self.page - 1


def timeline(case: Case, reopenings: list[ReopenRequest], page: int = 1) -> Timeline:
    """A page of the conversation, in three queries whatever its length."""
    page = min(max(page, 1), FURTHEST_PAGE)
    until = page * PAGE_SIZE
    newest = "-at", "-id"
    said = case.messages.exclude(direction=Message.Direction.NOTE).select_related("staff")
    parts: list[Iterable[Entry]] = [
        map(_message, said.order_by(*newest)[: until + 1]),
        map(_understanding, case.understandings.order_by(*newest)[: until + 1]),
        _changes(case.state_changes.order_by(*newest)[: until + 1], reopenings),
        (_refusal(row) for row in reopenings if row.decision == ReopenRequest.Decision.REFUSED),
    ]
    merged = sorted((e for part in parts for e in part), key=lambda e: e.at, reverse=True)
    return Timeline(merged[until - PAGE_SIZE : until], page, len(merged) > until)


def _message(row: Message) -> Entry:
    if row.direction == Message.Direction.IN:
        return Entry("you", _("You wrote"), row.at, row.words)
    return Entry("us", _("We wrote"), row.at, row.words, row.staff)


def _understanding(row: Understanding) -> Entry:
    answer = {
        Understanding.Answer.CONFIRMED: _("You said: yes, that is right."),
        Understanding.Answer.CORRECTED: _("You said: not quite."),
    }.get(Understanding.Answer(row.answer), "")
    return Entry("understood", _("What we understood"), row.at, row.words, None, answer)


def _refusal(row: ReopenRequest) -> Entry:
    return Entry(
        "change", _("We looked at it again and left it as it was"), row.decided_at or row.at
    )


def _changes(rows: Iterable[StateChange], reopenings: list[ReopenRequest]) -> Iterable[Entry]:
    told_already = {row.answer for row in reopenings}
    for row in rows:
        heading = _heading(row)
        if heading:
            reason = "" if row.reason in told_already or row.by == "customer" else row.reason
            yield Entry("change", heading, row.at, reason)


def _heading(row: StateChange) -> str:
    """What the change means to the customer; empty where another entry says it already."""
    if row.old == "":
        return _("You sent this request")
    if row.old == State.CLOSED and row.new != State.REOPENED:  # only an undone merge does this
        return _("We look at your request on its own again")
    joined = row.case.merged_into_id is not None and row.case.resolved_at is None
    match State(row.new):
        case State.CLOSED if joined:
            return _("We put your request together with other reports")
        case State.IN_PROGRESS if row.by == "staff":
            return _("Work began")
        case State.RESOLVED:
            return _("We finished the work")
        case State.CLOSED if row.by == "customer" and row.old == State.RESOLVED:
            return _("You said it is solved")
        case State.CLOSED if row.by == "customer":
            return _("You withdrew this request")
        case State.CLOSED:
            return _("We closed this request")
        case State.DECLINED:
            return _("We said we cannot do this")
        case State.HANDED_OVER:
            return _("We passed it to somebody else")
        case State.REOPENED:
            return _("We opened it again")
    return ""
