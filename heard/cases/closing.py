"""The end of a case, and its return: resolve, close, decline, hand over, withdraw, reopen."""

from collections.abc import Callable
from datetime import timedelta

from django.utils.translation import gettext as _

from heard.cases.models import Case, Message, Outcome, ReopenRequest
from heard.cases.services import (
    answered,
    change_state,
    locked,
    needed,
    reset_finish,
    save,
    say,
)
from heard.cases.states import OPEN, State
from heard.core import clock
from heard.core.actors import SYSTEM, Actor
from heard.core.errors import Refused
from heard.core.writes import about_of_earlier, record, write
from heard.people.roles import require

# Rooms above may know why a case is not to be finished yet: each check raises ``Refused``.
before_finishing: list[Callable[[Case], None]] = []

TIME_TO_OBJECT = timedelta(days=3)  # between "resolved" and "closed" when the customer is silent


@write
def start(
    case: Case, *, actor: Actor, seen_version: int | None = None, key: str | None = None
) -> Case:
    """Work has begun."""
    if (earlier := about_of_earlier(Case, key)) is not None:
        return earlier  # type: ignore[no-any-return]
    require(actor, "work cases")
    case = locked(case, seen_version=seen_version)
    old = case.state
    change_state(case, State.IN_PROGRESS, actor)
    save(case)
    record("case.started", about=case, actor=actor, changes={"state": [old, case.state]}, key=key)
    return case


@write
def resolve(
    case: Case,
    *,
    outcome: str,
    words: str,
    actor: Actor,
    seen_version: int | None = None,
    key: str | None = None,
) -> Case:
    """The work is done; the customer is told and has some days to say it is not."""
    return _finish(
        case, State.RESOLVED, outcome, words, actor=actor, seen_version=seen_version, key=key
    )


@write
def close(
    case: Case,
    *,
    outcome: str,
    words: str,
    actor: Actor,
    seen_version: int | None = None,
    key: str | None = None,
) -> Case:
    """Close with an outcome in plain words, which the customer reads."""
    return _finish(
        case, State.CLOSED, outcome, words, actor=actor, seen_version=seen_version, key=key
    )


@write
def decline(
    case: Case, *, words: str, actor: Actor, seen_version: int | None = None, key: str | None = None
) -> Case:
    """Say no, with the reason and where to turn."""
    return _finish(
        case, State.DECLINED, Outcome.NOT_POSSIBLE, words,
        actor=actor, seen_version=seen_version, key=key,
    )  # fmt: skip


@write
def hand_over(
    case: Case, *, words: str, actor: Actor, seen_version: int | None = None, key: str | None = None
) -> Case:
    """Another body has it now; the customer is told which and how to reach it."""
    return _finish(
        case, State.HANDED_OVER, Outcome.REFERRED, words,
        actor=actor, seen_version=seen_version, key=key,
    )  # fmt: skip


def _finish(
    case: Case,
    state: State,
    outcome: str,
    words: str,
    *,
    actor: Actor,
    seen_version: int | None,
    key: str | None,
) -> Case:
    if (earlier := about_of_earlier(Case, key)) is not None:
        return earlier  # type: ignore[no-any-return]
    require(actor, "work cases")
    if outcome not in Outcome.values or outcome == Outcome.WITHDRAWN:
        raise Refused(_("Choose what came of it."), field="outcome")
    told = needed(
        words, _("Say in plain words what was done; the customer reads it."), field="words"
    )
    case = locked(case, seen_version=seen_version)
    for check in before_finishing:
        check(case)
    old = case.state
    change_state(case, state, actor, reason=told)
    now = clock.now()
    case.outcome, case.outcome_words = outcome, told
    case.resolved_at = case.resolved_at or now
    case.closed_at = None if state == State.RESOLVED else now
    if case.contact_id is None:
        case.contact_id = actor.id
    answered(case)
    save(case)
    record(
        f"case.{state.value}", about=case, actor=actor, key=key,
        changes={"state": [old, case.state], "outcome": ["", outcome]},
    )  # fmt: skip
    return case


@write
def withdraw(case: Case, *, reason: str = "", actor: Actor, key: str | None = None) -> Case:
    """The customer no longer needs it."""
    if (earlier := about_of_earlier(Case, key)) is not None:
        return earlier  # type: ignore[no-any-return]
    case = locked(case)
    if case.state not in OPEN:
        raise Refused(_("This case is already finished."))
    old = case.state
    if reason.strip():
        say(case, Message.Direction.IN, reason, actor=actor, channel="web")
    change_state(case, State.CLOSED, actor, reason=_("Withdrawn by the customer."))
    case.outcome, case.closed_at = Outcome.WITHDRAWN, clock.now()
    case.customer_waits_since = None
    save(case)
    record("case.withdrawn", about=case, actor=actor, key=key, changes={"state": [old, case.state]})
    return case


@write
def close_resolved(case: Case, *, actor: Actor = SYSTEM) -> Case:
    """Close what was resolved: the customer said it is, or had time and did not object."""
    case = locked(case)
    if case.state != State.RESOLVED:
        return case
    change_state(case, State.CLOSED, actor)
    case.closed_at = clock.now()
    save(case)
    record("case.closed", about=case, actor=actor, changes={"state": ["resolved", "closed"]})
    return case


def close_silent() -> int:
    """Close every resolved case whose customer let the time to object pass. Returns how many."""
    silent = Case.objects.filter(
        state=State.RESOLVED,
        resolved_at__lte=clock.now() - TIME_TO_OBJECT,
        customer_waits_since=None,
        merged_into=None,
    ).exclude(reopen_requests__decision="", reopen_requests__isnull=False)
    closed = 0
    for case in silent[:1000]:
        close_resolved(case)
        closed += 1
    return closed


@write
def ask_to_reopen(
    case: Case, *, reason: str, actor: Actor, key: str | None = None
) -> ReopenRequest:
    """The customer says it is not solved, and why. A second wish joins the first."""
    if (earlier := about_of_earlier(ReopenRequest, key)) is not None:
        return earlier  # type: ignore[no-any-return]
    words = needed(reason, _("Tell us what is still wrong."), field="reason")
    case = locked(case)
    if case.state in OPEN:
        raise Refused(_("This case is still open; add your words to it instead."))
    message = say(case, Message.Direction.IN, words, actor=actor, channel="web")
    case.customer_waits_since = case.customer_waits_since or message.at
    row, made = ReopenRequest.objects.get_or_create(
        case=case, decision="", defaults={"reason": words, "at": clock.now()}
    )
    save(case)
    if made:
        record("case.reopen_asked", about=row, actor=actor, data={"case": case.pk}, key=key)
    else:
        record("case.customer_wrote", about=message, actor=actor, data={"case": case.pk}, key=key)
    return row


@write
def decide_reopen(
    row: ReopenRequest, *, reopen: bool, answer: str, actor: Actor, key: str | None = None
) -> ReopenRequest:
    """Staff answer the wish to reopen, with a reason the customer reads."""
    if (earlier := about_of_earlier(ReopenRequest, key)) is not None:
        return earlier  # type: ignore[no-any-return]
    require(actor, "work cases")
    words = needed(answer, _("Tell the customer why."), field="answer")
    fresh = (
        ReopenRequest.objects.select_for_update(of=("self",)).select_related("case").get(pk=row.pk)
    )
    if fresh.decision:
        return fresh
    case = locked(fresh.case)
    fresh.decision = ReopenRequest.Decision.REOPENED if reopen else ReopenRequest.Decision.REFUSED
    fresh.answer, fresh.decided_by_id, fresh.decided_at = words, actor.id, clock.now()
    fresh.save()
    say(case, Message.Direction.OUT, words, actor=actor, channel=case.channel)
    if reopen:
        change_state(case, State.REOPENED, actor, reason=words)
        reset_finish(case)
    answered(case)
    save(case)
    record(
        "case.reopen_decided", about=fresh, actor=actor, key=key,
        data={"case": case.pk, "reopened": reopen},
    )  # fmt: skip
    return fresh


@write
def reopen(case: Case, *, reason: str, actor: Actor, key: str | None = None) -> Case:
    """Staff reopen a finished case of their own accord."""
    if (earlier := about_of_earlier(Case, key)) is not None:
        return earlier  # type: ignore[no-any-return]
    require(actor, "work cases")
    words = needed(reason, _("Say why the case is reopened."), field="reason")
    case = locked(case)
    old = case.state
    change_state(case, State.REOPENED, actor, reason=words)
    reset_finish(case)
    save(case)
    record("case.reopened", about=case, actor=actor, key=key, changes={"state": [old, case.state]})
    return case
