"""The table of allowed changes, held by every verb: what it allows works, all else is refused."""

from collections.abc import Callable
from typing import Any

import pytest

from heard.cases import closing, services, understanding
from heard.cases.models import Case, StateChange, Understanding
from heard.cases.states import ALLOWED, FINISHED, OPEN, State, may_change
from heard.core.errors import NotAllowed, Refused
from heard.core.models import AuditRow, Event
from heard.people.models import Role

Verb = Callable[[Case, Any], object]

STAFF_VERBS: dict[State, list[Verb]] = {
    State.UNDERSTOOD: [
        lambda case, actor: understanding.state_understanding(case, "A hole.", actor=actor)
    ],
    State.IN_PROGRESS: [lambda case, actor: closing.start(case, actor=actor)],
    State.WAITING: [lambda case, actor: services.reply(case, "Where?", wait=True, actor=actor)],
    State.RESOLVED: [
        lambda case, actor: closing.resolve(case, outcome="done", words="Filled.", actor=actor)
    ],
    State.CLOSED: [
        lambda case, actor: closing.close(case, outcome="done", words="Filled.", actor=actor)
    ],
    State.DECLINED: [lambda case, actor: closing.decline(case, words="Not ours.", actor=actor)],
    State.HANDED_OVER: [
        lambda case, actor: closing.hand_over(case, words="The state has it.", actor=actor)
    ],
    State.REOPENED: [lambda case, actor: closing.reopen(case, reason="It is back.", actor=actor)],
}


def put(case: Case, state: str) -> Case:
    Case.objects.filter(pk=case.pk).update(state=state)
    case.refresh_from_db()
    return case


def written() -> list[int]:
    return [model.objects.count() for model in (Event, AuditRow, StateChange)]


@pytest.mark.parametrize("new", STAFF_VERBS)
@pytest.mark.parametrize("old", State.values)
def test_staff_change_a_state_only_as_the_table_allows(
    old: str, new: State, case: Case, staff: Any
) -> None:
    put(case, old)
    version, before, actor = case.version, written(), staff("agent").as_actor()
    says_again = old == new == State.UNDERSTOOD  # another sentence, no change of state
    for verb in STAFF_VERBS[new]:
        if may_change(old, new, "staff") or says_again:
            verb(case, actor)
            case.refresh_from_db()
            assert (case.state, case.version) == (new, version + 1)
            changes = 0 if says_again else 1
            assert written() == [before[0] + 1, before[1] + 1, before[2] + changes]
        else:
            with pytest.raises(Refused):
                verb(case, actor)
            case.refresh_from_db()
            assert (case.state, case.version, written()) == (old, version, before)


@pytest.mark.parametrize("old", State.values)
def test_a_customer_withdraws_what_is_open(old: str, case: Case, customer: Any) -> None:
    put(case, old)
    if old in OPEN:
        closing.withdraw(case, actor=customer.as_actor())
        case.refresh_from_db()
        assert (case.state, case.outcome) == (State.CLOSED, "withdrawn")
        assert case.customer_waits_since is None
        assert case.resolved_at is None
    else:
        with pytest.raises(Refused):
            closing.withdraw(case, actor=customer.as_actor())
        case.refresh_from_db()
        assert case.state == old


@pytest.mark.parametrize("old", State.values)
def test_a_correction_sends_an_open_case_back(
    old: str, case: Case, customer: Any, staff: Any
) -> None:
    row = understanding.state_understanding(case, "A hole.", actor=staff().as_actor())
    put(case, old)
    understanding.correct_understanding(row, "Two holes.", actor=customer.as_actor())
    case.refresh_from_db()
    assert case.state == (State.RECEIVED if old in OPEN else old)
    assert case.customer_waits_since is not None


@pytest.mark.parametrize("old", State.values)
def test_words_of_the_customer_wake_a_case_that_waited_for_them(
    old: str, case: Case, customer: Any
) -> None:
    put(case, old)
    services.add_words(case, "It is at number 12.", actor=customer.as_actor())
    case.refresh_from_db()
    assert case.state == (State.IN_PROGRESS if old == State.WAITING else old)


def test_the_table_has_a_way_on_from_every_state_and_only_staff_reopen() -> None:
    assert set(ALLOWED) == set(State)
    for old, ways in ALLOWED.items():
        assert ways, old
        if State.REOPENED in ways:
            assert ways[State.REOPENED] == {"staff"}
            assert old not in OPEN
    assert set(OPEN) | set(FINISHED) | {State.DECLINED, State.HANDED_OVER} == set(State)


WORKERS = {Role.AGENT, Role.FIELD_WORKER, Role.MANAGER, Role.ADMINISTRATOR}


@pytest.mark.parametrize("role", Role.values)
def test_roles_hold_for_verbs_too(role: str, case: Case, staff: Any) -> None:
    """A page may forget to ask; the verb does not."""
    actor = staff(role).as_actor()
    for state, verbs in STAFF_VERBS.items():
        for verb in verbs:
            put(case, next(old for old in State.values if may_change(old, state, "staff")))
            if role in WORKERS:
                verb(case, actor)
            else:
                with pytest.raises(NotAllowed):
                    verb(case, actor)
                case.refresh_from_db()
                assert case.version == 1


def test_a_customer_may_not_do_the_work_of_staff(case: Case, customer: Any) -> None:
    for state, verbs in STAFF_VERBS.items():
        put(case, next(old for old in State.values if may_change(old, state, "staff")))
        for verb in verbs:
            with pytest.raises(NotAllowed):
                verb(case, customer.as_actor())
    assert not Understanding.objects.exists()


@pytest.mark.parametrize("verb", ["resolve", "close", "decline", "hand_over"])
def test_nothing_ends_without_words(verb: str, case: Case, staff: Any) -> None:
    put(case, State.IN_PROGRESS)
    more = {"outcome": "done"} if verb in {"resolve", "close"} else {}
    with pytest.raises(Refused) as refused:
        getattr(closing, verb)(case, words=" \x00 ", actor=staff().as_actor(), **more)
    assert refused.value.field == "words"


@pytest.mark.parametrize("outcome", ["", "withdrawn", "won"])
def test_staff_choose_an_outcome_of_the_list(outcome: str, case: Case, staff: Any) -> None:
    with pytest.raises(Refused) as refused:
        closing.close(case, outcome=outcome, words="Filled.", actor=staff().as_actor())
    assert refused.value.field == "outcome"
