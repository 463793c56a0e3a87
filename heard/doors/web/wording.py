"""Promises and states in the plain words a resident reads."""

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from heard.cases.models import Case, Outcome
from heard.cases.states import OPEN, State
from heard.catalogue.models import Promise
from heard.catalogue.promises import length
from heard.core import clock


def promise_words(promises: dict[str, Promise]) -> str:
    """One sentence about when we answer and when it is done; empty where nothing is promised."""
    first = promises.get(Promise.Kind.FIRST_RESPONSE)
    last = promises.get(Promise.Kind.RESOLUTION)
    if first and last:
        return _("We answer within {first} and finish within {last}.").format(
            first=length(first), last=length(last)
        )
    if first:
        return _("We answer within {first}.").format(first=length(first))
    if last:
        return _("We finish within {last}.").format(last=length(last))
    return ""


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a case stands: a heading, a sentence, and the tone of its panel."""

    heading: str
    words: str
    tone: str  # at_work, yours, done or ended
    is_late: bool = False


def standing(case: Case) -> Standing:
    """The state of the case in the words of its customer."""
    if case.outcome == Outcome.WITHDRAWN:
        return Standing(
            _("You withdrew this request"), _("Nobody is working on it any more."), "ended"
        )
    heading, words, tone = _plain_words()[State(case.state)]
    late = case.state in OPEN and case.due_at is not None and case.due_at < clock.now()
    return Standing(heading, words, tone, late)


def _plain_words() -> dict[State, tuple[str, str, str]]:
    return _words_at_work() | _words_at_the_end()


def _words_at_work() -> dict[State, tuple[str, str, str]]:
    return {
        State.RECEIVED: (
            _("We have your request"),
            _("A person on our staff reads it next and tells you what they understood."),
            "at_work",
        ),
        State.UNDERSTOOD: (
            _("We have read your request"),
            _("We wrote down what we understood, and the work comes next."),
            "at_work",
        ),
        State.IN_PROGRESS: (
            _("We are working on it"),
            _("You will hear from us when it is done, or if we need something."),
            "at_work",
        ),
        State.WAITING: (
            _("We need a word from you"),
            _("Please read our last message below and answer it. Then we go on."),
            "yours",
        ),
        State.REOPENED: (
            _("We are looking at it again"),
            _("Your request is open again, and a person is working on it."),
            "at_work",
        ),
    }


def _words_at_the_end() -> dict[State, tuple[str, str, str]]:
    return {
        State.RESOLVED: (
            _("We believe this is done"),
            _("Is it? If something is still wrong, tell us and a person looks again."),
            "yours",
        ),
        State.CLOSED: (_("This is finished"), _("Here is what came of it."), "done"),
        State.DECLINED: (
            _("We cannot do this"),
            _("Here is why, and where you can turn."),
            "ended",
        ),
        State.HANDED_OVER: (
            _("Somebody else has it now"),
            _("Here is who, and how to reach them."),
            "ended",
        ),
    }


@dataclass(frozen=True, slots=True)
class Stage:
    """One stage on the way of a case: ``is`` says done, now or next."""

    label: str
    how: str


def stages(case: Case) -> list[Stage]:
    """The four stages every request goes through, and how far this one has come."""
    labels = [
        pgettext("stage", "Received"),
        pgettext("stage", "Understood"),
        pgettext("stage", "Being worked on"),
        pgettext("stage", "Finished"),
    ]
    reached = {
        State.RECEIVED: 0, State.UNDERSTOOD: 1, State.IN_PROGRESS: 2, State.WAITING: 2,
        State.REOPENED: 2,
    }.get(State(case.state), 4)  # fmt: skip
    return [
        Stage(label, "done" if place < reached else "now" if place == reached else "next")
        for place, label in enumerate(labels)
    ]
