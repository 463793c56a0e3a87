"""What a customer can do with a case through its secret link, one entry for each."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from heard.cases.closing import ask_to_reopen, close_resolved, withdraw
from heard.cases.models import Case, Understanding
from heard.cases.services import add_words
from heard.cases.states import State
from heard.cases.understanding import confirm_understanding, correct_understanding
from heard.core.errors import Refused
from heard.doors.web.forms import (
    AddForm,
    ConfirmForm,
    CorrectForm,
    OnceForm,
    ReopenForm,
    WithdrawForm,
)
from heard.doors.web.services import actor_of
from heard.joining.following import stop_reporting

Given = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Action:
    """A form, what it does, and where its form stands on the page."""

    form: type[OnceForm]
    do: Callable[[Case, Given, str], object]
    anchor: str


def _asked(case: Case, given: Given) -> Understanding:
    """The sentence the form was about; it must be one of this very case."""
    row = case.understandings.filter(pk=given.get("row") or 0).first()
    if row is None:
        raise Refused(_("Please look at the page again: it has changed since you opened it."))
    return row


def _confirm(case: Case, given: Given, key: str) -> None:
    confirm_understanding(_asked(case, given), actor=actor_of(case), key=key)


def _correct(case: Case, given: Given, key: str) -> None:
    correct_understanding(_asked(case, given), given["correction"], actor=actor_of(case), key=key)


def _add(case: Case, given: Given, key: str) -> None:
    add_words(case, given["words"], actor=actor_of(case), key=key)


def _withdraw(case: Case, given: Given, key: str) -> None:
    withdraw(case, reason=given["reason"], actor=actor_of(case), key=key)


def _solved(case: Case, given: Given, key: str) -> None:
    if case.is_open:
        raise Refused(_("We are still working on this. Nothing was changed."))
    if case.state == State.RESOLVED:
        close_resolved(case, actor=actor_of(case))


def _quiet(case: Case, given: Given, key: str) -> None:
    stop_reporting(case, actor=actor_of(case))


def _reopen(case: Case, given: Given, key: str) -> None:
    ask_to_reopen(case, reason=given["reason"], actor=actor_of(case), key=key)


ACTIONS = {
    "confirm": Action(ConfirmForm, _confirm, "understood"),
    "correct": Action(CorrectForm, _correct, "understood"),
    "add": Action(AddForm, _add, "add"),
    "withdraw": Action(WithdrawForm, _withdraw, "top"),
    "solved": Action(ConfirmForm, _solved, "outcome"),
    "quiet": Action(ConfirmForm, _quiet, "top"),
    "reopen": Action(ReopenForm, _reopen, "outcome"),
}


def thanks_for(action: str) -> str:
    """What the page says after the action; empty for an unknown one."""
    return {
        "confirm": _("Thank you. Good to know that we understood you."),
        "correct": _("Thank you. We read your correction and write again what we understood."),
        "add": _("Thank you. We have added your words, and a person will read them."),
        "withdraw": _("Your request is withdrawn. Thank you for telling us."),
        "solved": _("Thank you. Good to hear that it is solved."),
        "quiet": _("You get no more letters about this. This page stays."),
        "reopen": _("Thank you for telling us. A person looks at it again and answers you."),
    }.get(action, "")
