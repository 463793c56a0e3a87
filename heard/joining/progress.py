"""How far a problem is, for people who are not its customer: nothing anybody wrote is in it."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from heard.cases.models import Case, Outcome
from heard.cases.states import FINISHED, State


@dataclass(frozen=True, slots=True)
class Step:
    """One step on the way: done, current or next; when, where that is known."""

    title: str
    state: str
    at: datetime | None = None
    until: datetime | None = None


def heading_of(case: Case) -> str:
    """Where the problem stands, in a few words."""
    if case.outcome == Outcome.WITHDRAWN:
        return _("Nobody works on this any more")
    return {
        State.RECEIVED: _("We know about this"),
        State.UNDERSTOOD: _("We know about this"),
        State.IN_PROGRESS: _("We are working on this"),
        State.WAITING: _("We are working on this"),
        State.REOPENED: _("We are working on this again"),
        State.RESOLVED: _("This is finished"),
        State.CLOSED: _("This is finished"),
        State.DECLINED: _("We cannot do this"),
        State.HANDED_OVER: _("Somebody else has this now"),
    }[State(case.state)]


@dataclass(frozen=True, slots=True)
class Progress:
    """A heading and the three steps."""

    heading: str
    steps: list[Step]


def progress_of(case: Case) -> Progress:
    """Reported, being worked on, finished: with the promised date while it is open."""
    works = case.state in (State.IN_PROGRESS, State.WAITING, State.REOPENED)
    ended = not case.is_open
    end = pgettext("step", "Finished") if not ended or case.state in FINISHED else heading_of(case)
    if case.outcome == Outcome.WITHDRAWN:
        end = heading_of(case)
    steps = [
        Step(_("Reported"), "done" if works or ended else "current", case.received_at),
        Step(_("Being worked on"), "done" if ended else "current" if works else "next"),
        Step(
            end,
            "done" if ended else "next",
            at=case.finished_at if ended else None,
            until=None if ended else case.due_at,
        ),
    ]
    return Progress(heading_of(case), steps)
