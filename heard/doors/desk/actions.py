"""What staff can do with a case, as one table; and doing it once, on the case as it was seen."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from heard.cases import closing, services, understanding
from heard.cases.models import Case, ReopenRequest
from heard.cases.states import State, may_change
from heard.core import events
from heard.core.actors import Actor
from heard.core.errors import ChangedMeanwhile, Refused
from heard.doors.desk import forms
from heard.doors.desk.story import state_words
from heard.people.models import Staff
from heard.people.roles import Ability, may

Words = str | Promise


@dataclass(frozen=True, slots=True)
class At:
    """The case an action is about, with the customer's open wish to reopen it, if any."""

    case: Case
    wish: ReopenRequest | None

    def can_become(self, state: State) -> bool:
        """Whether the life cycle lets staff take the case there."""
        return may_change(self.case.state, state, "staff")


@dataclass(frozen=True, slots=True)
class Action:
    """One thing staff do: its words, its form, who may, when it fits, and the verb."""

    name: str
    title: Words
    submit: Words
    done: Words
    icon: str
    form: type[forms.ActionForm]
    ability: Ability
    fits: Callable[[At, Staff], bool]
    verb: Callable[[At, Any, Actor, str], object]
    sees_version: bool = True


def _always(at: At, viewer: Staff) -> bool:
    return True


def _to(state: State) -> Callable[[At, Staff], bool]:
    return lambda at, viewer: at.can_become(state)


def _understand(at: At, form: forms.UnderstandForm, actor: Actor, key: str) -> object:
    words = form.cleaned_data["words"]
    return understanding.state_understanding(at.case, words, actor=actor, key=key)


def _reply(at: At, form: forms.ReplyForm, actor: Actor, key: str) -> object:
    given = form.cleaned_data
    return services.reply(
        at.case, given["words"], wait=bool(given.get("wait")), actor=actor, key=key
    )


def _note(at: At, form: forms.NoteForm, actor: Actor, key: str) -> object:
    return services.note(at.case, form.cleaned_data["words"], actor=actor, key=key)


def _take(at: At, form: forms.JustDoIt, actor: Actor, key: str) -> object:
    return services.assign(at.case, form.viewer, actor=actor, key=key)


def _assign(at: At, form: forms.AssignForm, actor: Actor, key: str) -> object:
    return services.assign(at.case, form.chosen(), actor=actor, key=key)


def _move(at: At, form: forms.MoveForm, actor: Actor, key: str) -> object:
    reason = form.cleaned_data["reason"]
    return services.move(at.case, form.chosen(), reason=reason, actor=actor, key=key)


def _start(at: At, form: forms.JustDoIt, actor: Actor, key: str) -> object:
    return closing.start(at.case, actor=actor, key=key)


def _finish(at: At, form: forms.FinishForm, actor: Actor, key: str) -> object:
    given = form.cleaned_data
    resolves = given["how"] != "close" and at.can_become(State.RESOLVED)
    verb = closing.resolve if resolves else closing.close
    return verb(at.case, outcome=given["outcome"], words=given["words"], actor=actor, key=key)


def _decline(at: At, form: forms.DeclineForm, actor: Actor, key: str) -> object:
    return closing.decline(at.case, words=form.cleaned_data["words"], actor=actor, key=key)


def _hand_over(at: At, form: forms.HandOverForm, actor: Actor, key: str) -> object:
    return closing.hand_over(at.case, words=form.cleaned_data["words"], actor=actor, key=key)


def _decide(at: At, form: forms.DecideForm, actor: Actor, key: str) -> object:
    if at.wish is None:
        raise Refused(gettext("This wish has been answered already."))
    given = form.cleaned_data
    return closing.decide_reopen(
        at.wish, reopen=given["decision"] == "reopen", answer=given["answer"], actor=actor, key=key
    )


def _reopen(at: At, form: forms.ReopenForm, actor: Actor, key: str) -> object:
    return closing.reopen(at.case, reason=form.cleaned_data["reason"], actor=actor, key=key)


ACTIONS: dict[str, Action] = {
    action.name: action
    for action in (
        Action(
            "decide", _("Answer the wish to reopen"), _("Send my answer"),
            _("The customer has your answer."), "undo", forms.DecideForm, "work cases",
            lambda at, viewer: at.wish is not None, _decide,
        ),
        Action(
            "understand", _("Say what we understood"), _("Ask whether it is right"),
            _("The customer was asked whether that is right."), "lightbulb",
            forms.UnderstandForm, "work cases",
            lambda at, viewer: at.case.state == State.UNDERSTOOD or at.can_become(State.UNDERSTOOD),
            _understand,
        ),
        Action(
            "reply", _("Reply to the customer"), _("Send the reply"),
            _("Your reply is on its way."), "mail", forms.ReplyForm, "work cases",
            _always, _reply,
        ),
        Action(
            "start", _("Start work"), _("Start work"), _("Work has begun."),
            "construction", forms.JustDoIt, "work cases", _to(State.IN_PROGRESS), _start,
        ),
        Action(
            "finish", _("Finish: say what was done"), _("Finish the case"),
            _("The case is finished and the customer is told."), "check_circle",
            forms.FinishForm, "work cases", _to(State.CLOSED), _finish,
        ),
        Action(
            "note", _("Write a note for staff"), _("Keep the note"), _("Noted."),
            "lock", forms.NoteForm, "work cases", _always, _note, sees_version=False,
        ),
        Action(
            "take", _("Take this case"), _("Take this case"), _("The case is yours."),
            "person", forms.JustDoIt, "work cases",
            lambda at, viewer: at.case.is_open and at.case.assignee_id != viewer.pk, _take,
        ),
        Action(
            "assign", _("Give it to a colleague"), _("Give it to them"),
            _("The case has been given on."), "people", forms.AssignForm, "assign cases",
            lambda at, viewer: at.case.is_open, _assign,
        ),
        Action(
            "move", _("Move to another division"), _("Move the case"),
            _("The case has moved."), "arrow_forward", forms.MoveForm, "move cases",
            lambda at, viewer: at.case.is_open, _move,
        ),
        Action(
            "hand-over", _("Hand over to another body"), _("Hand it over"),
            _("The case is handed over and the customer is told."), "launch",
            forms.HandOverForm, "work cases", _to(State.HANDED_OVER), _hand_over,
        ),
        Action(
            "decline", _("Decline"), _("Decline the case"),
            _("The case is declined and the customer is told why."), "cancel",
            forms.DeclineForm, "work cases", _to(State.DECLINED), _decline,
        ),
        Action(
            "reopen", _("Reopen the case"), _("Reopen it"), _("The case is open again."),
            "undo", forms.ReopenForm, "work cases",
            lambda at, viewer: at.wish is None and at.can_become(State.REOPENED), _reopen,
        ),
    )
}  # fmt: skip


def offered(at: At, viewer: Staff) -> list[Action]:
    """The actions that the life cycle and the person's role allow now."""
    return [a for a in ACTIONS.values() if may(viewer, a.ability) and a.fits(at, viewer)]


def wish_of(case: Case) -> ReopenRequest | None:
    """The customer's wish to reopen that nobody has answered yet."""
    return case.reopen_requests.filter(decision="").first()


def key_of(action: Action, case: Case, form: forms.ActionForm, viewer: Staff) -> str:
    """The idempotency key of exactly this form, words included.

    Sent twice it is one write; sent again with other words (after "back") it is another. It is
    bound to person, case and action, so that no form can name the key of another write.
    """
    given = sorted((k, str(v)) for k, v in form.cleaned_data.items() if k not in {"seen_at"})
    digest = hashlib.sha256(repr(given).encode()).hexdigest()[:32]
    return f"desk:{viewer.pk}:{case.pk}:{action.name}:{digest}"


@transaction.atomic
def carry_out(action: Action, case: Case, form: forms.ActionForm, viewer: Staff) -> None:
    """Do it, unless this very form did it before.

    Raises ``ChangedMeanwhile`` where the case is not as the page showed it, ``Refused`` where the
    life cycle or the words stand against it.
    """
    key = key_of(action, case, form, viewer)
    if events.earlier(key) is not None:
        return
    seen = form.cleaned_data["version"] if action.sees_version else None
    fresh = services.locked(case, seen_version=seen)
    at = At(fresh, wish_of(fresh))
    if not action.fits(at, viewer):
        raise ChangedMeanwhile(
            gettext("This can no longer be done: the case is {state}.").format(
                state=state_words(fresh.state)
            )
        )
    action.verb(at, form, viewer.as_actor(), key)
