"""The case page: what it shows, and what its forms do once and safely."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from heard.cases import closing, services, understanding
from heard.cases.models import Case, Message
from heard.cases.states import State
from heard.core.models import Event
from heard.doors.desk.actions import ACTIONS, At, offered
from heard.people.models import Division


@pytest.fixture
def desk(client: Client, staff: Any) -> Client:
    client.force_login(staff("agent"))
    return client


def fields(client: Client, case: Case, action: str) -> dict[str, str]:
    """The hidden fields of an action's form, as its page was built."""
    page = client.get(case.get_absolute_url())
    form = next(o.form for o in page.context["offers"] if o.action.name == action)
    return {bound.html_name: str(bound.value()) for bound in form.hidden_fields()}


def send(client: Client, case: Case, action: str, **given: str) -> Any:
    return client.post(reverse("desk:act", args=[case.reference, action]), given)


def do(client: Client, case: Case, action: str, **given: str) -> Any:
    return send(client, case, action, **fields(client, case, action), **given)


def test_the_page_tells_the_whole_story(
    desk: Client, case: Case, staff: Any, customer: Any
) -> None:
    clerk, ana = staff("agent").as_actor(), customer.as_actor()
    row = understanding.state_understanding(case, "You need a hole filled.", actor=clerk)
    understanding.correct_understanding(row, "Two holes.", actor=ana)
    services.assign(case, staff("manager"), actor=clerk)
    services.note(case, "Crew B is near.", actor=clerk)
    services.reply(case, "We come tomorrow.", actor=clerk)
    page = desk.get(case.get_absolute_url()).content.decode()
    told = ["Hay un hoyo grande", "12 Elm Street", "You need a hole filled.", "not quite",
            "Two holes.", "gave the case to Sam Manager", "Note for staff only",
            "Crew B is near.", "We come tomorrow.", "Ana Ruiz", "ana@home.example"]  # fmt: skip
    places = [page.find(words) for words in told]
    assert -1 not in places, told[places.index(-1)]


def test_staff_reply(desk: Client, case: Case, staff: Any) -> None:
    answer = do(desk, case, "reply", words="We look at it.", wait="on")
    assert answer["Location"] == case.get_absolute_url() + "#latest"
    case.refresh_from_db()
    assert case.state == State.WAITING
    assert case.messages.get().staff == staff("agent")


def test_staff_say_what_they_understood(desk: Client, case: Case) -> None:
    do(desk, case, "understand", words="You need the hole filled.")
    assert case.understandings.get().words == "You need the hole filled."


def test_staff_take_start_and_finish(desk: Client, case: Case, staff: Any) -> None:
    do(desk, case, "take")
    do(desk, case, "start")
    do(desk, case, "finish", outcome="done", words="We filled it.", how="resolve")
    case.refresh_from_db()
    assert (case.assignee, case.state, case.outcome) == (staff("agent"), State.RESOLVED, "done")
    do(desk, case, "finish", outcome="done", words="We filled it.")
    case.refresh_from_db()
    assert case.state == State.CLOSED


def test_staff_move_and_give(desk: Client, case: Case, staff: Any) -> None:
    Division.objects.create(department=case.division.department, code="p", name={"en": "Parks"})
    do(desk, case, "assign", to=str(staff("manager").pk))
    do(desk, case, "move", division="p", reason="In the park.")
    case.refresh_from_db()
    assert (case.division.code, case.assignee, case.contact) == ("p", None, staff("manager"))
    page = desk.get(case.get_absolute_url()).content.decode()
    assert "moved the case from Streets to Parks" in page


@pytest.mark.parametrize("action", ["decline", "hand-over"])
def test_staff_send_it_elsewhere(action: str, desk: Client, case: Case) -> None:
    do(desk, case, action, words="The county mends this road: 303-555-0111.")
    case.refresh_from_db()
    assert not case.is_open
    assert case.outcome_words.startswith("The county")


def test_staff_answer_a_wish_to_reopen(desk: Client, case: Case, customer: Any, staff: Any) -> None:
    closing.close(case, outcome="done", words="Filled.", actor=staff().as_actor())
    closing.ask_to_reopen(case, reason="It is back.", actor=customer.as_actor())
    page = desk.get(case.get_absolute_url())
    assert page.context["step"].action == "decide"
    do(desk, case, "decide", decision="reopen", answer="We come again.")
    case.refresh_from_db()
    assert case.state == State.REOPENED


def test_a_form_sent_twice_is_one_write(desk: Client, case: Case) -> None:
    hidden = fields(desk, case, "reply")
    for _click in range(2):
        assert send(desk, case, "reply", words="Once.", **hidden).status_code == 302
    assert Message.objects.count() == 1
    assert Event.objects.filter(kind="case.replied").count() == 1


def test_other_words_in_an_old_form_are_not_lost(desk: Client, case: Case) -> None:
    """After "back", a note is written anew in the form as it was."""
    hidden = fields(desk, case, "note")
    send(desk, case, "note", words="First.", **hidden)
    send(desk, case, "note", words="Second.", **hidden)
    assert [m.words for m in case.messages.all()] == ["First.", "Second."]


def test_a_key_cannot_name_the_write_of_another(
    desk: Client, case: Case, staff: Any, client: Client
) -> None:
    hidden = fields(desk, case, "note")
    send(desk, case, "note", words="Same.", **hidden)
    client.force_login(staff("manager"))
    send(client, case, "note", words="Same.", **hidden)
    assert {m.staff for m in case.messages.all()} == {staff("agent"), staff("manager")}


class TestChangedMeanwhile:
    def test_what_was_typed_stays_and_what_changed_is_shown(
        self, desk: Client, case: Case, customer: Any
    ) -> None:
        hidden = fields(desk, case, "finish")
        services.add_words(case, "It is much deeper now!", actor=customer.as_actor())
        typed = {"outcome": "done", "words": "Nothing to see.", "how": "close"}
        answer = send(desk, case, "finish", **typed, **hidden)
        page = answer.content.decode()
        assert answer.status_code == 409
        assert [moment.words for moment in answer.context["news"]] == ["It is much deeper now!"]
        assert "Nothing to see.</textarea>" in page
        case.refresh_from_db()
        assert case.is_open
        # The form on that page knows the case as it is now, so sending it again is a decision.
        form = next(o.form for o in answer.context["offers"] if o.action.name == "finish")
        again = {b.html_name: str(b.value()) for b in form.hidden_fields()}
        assert send(desk, case, "finish", **typed, **again).status_code == 302
        case.refresh_from_db()
        assert case.state == State.CLOSED

    def test_two_people_closing_one_case(self, desk: Client, case: Case, staff: Any) -> None:
        hidden = fields(desk, case, "finish")
        closing.decline(case, words="Not ours.", actor=staff("manager").as_actor())
        typed = {"outcome": "done", "words": "We filled it at noon.", "how": "close"}
        answer = send(desk, case, "finish", **typed, **hidden)
        assert answer.status_code == 409
        assert ("What was done, in plain words", "We filled it at noon.") in answer.context["lost"]
        assert "We filled it at noon." in answer.content.decode()
        case.refresh_from_db()
        assert case.state == State.DECLINED

    def test_a_note_needs_no_look_at_the_latest(
        self, desk: Client, case: Case, customer: Any
    ) -> None:
        hidden = fields(desk, case, "note")
        services.add_words(case, "And?", actor=customer.as_actor())
        assert send(desk, case, "note", words="Noted.", **hidden).status_code == 302


@pytest.mark.parametrize(
    ("action", "given", "field"),
    [
        ("reply", {"words": " "}, "words"),
        ("reply", {"words": "x" * 10_001}, "words"),
        ("understand", {"words": "x" * 301}, "words"),
        ("finish", {"outcome": "", "words": "Filled.", "how": "close"}, "outcome"),
        ("finish", {"outcome": "withdrawn", "words": "Filled.", "how": "close"}, "outcome"),
        ("assign", {"to": "999999"}, "to"),
        ("move", {"division": "nowhere", "reason": "x"}, "division"),
    ],
)
def test_a_fault_is_named_and_nothing_typed_is_lost(
    action: str, given: dict[str, str], field: str, desk: Client, case: Case
) -> None:
    answer = do(desk, case, action, **given)
    assert answer.status_code == 422
    offer = next(o for o in answer.context["offers"] if o.action.name == action)
    assert offer.is_open
    assert field in offer.form.errors
    assert "error-summary" in answer.content.decode()
    for name, value in given.items():
        assert offer.form[name].value() == value
    case.refresh_from_db()
    assert case.version == 1


@pytest.mark.parametrize("hidden", [{}, {"version": "x", "key": "k"}, {"key": "k" * 65}])
def test_a_tampered_form_changes_nothing(hidden: dict[str, str], desk: Client, case: Case) -> None:
    assert send(desk, case, "reply", words="Hello.", **hidden).status_code == 422
    assert not Message.objects.exists()


@pytest.mark.parametrize("state", State.values)
@pytest.mark.parametrize("role", ["agent", "field_worker", "cx_lead"])
def test_only_what_life_cycle_and_role_allow_is_offered(
    role: str, state: str, case: Case, staff: Any, client: Client
) -> None:
    Case.objects.update(state=state)
    client.force_login(staff(role))
    page = client.get(case.get_absolute_url())
    case.refresh_from_db()
    names = {offer.action.name for offer in page.context["offers"]}
    assert names == {action.name for action in offered(At(case, None), staff(role))}
    if role == "cx_lead":
        assert names == set()
    else:
        assert {"reply", "note"} <= names
        assert ("reopen" in names) is (not case.is_open)
        assert ("assign" in names) is (case.is_open and role == "agent")


def test_an_action_that_no_longer_fits_is_refused(desk: Client, case: Case, staff: Any) -> None:
    hidden = fields(desk, case, "reply")
    answer = send(desk, case, "reopen", reason="Again.", **hidden)
    assert answer.status_code == 409
    case.refresh_from_db()
    assert case.state == State.RECEIVED


def test_what_is_not_there_is_not_found(desk: Client, case: Case) -> None:
    assert desk.get("/desk/case/ZZZZ-ZZZZ/").status_code == 404
    assert desk.get(reverse("desk:act", args=[case.reference, "delete"])).status_code == 404


def test_a_reference_typed_otherwise_leads_to_the_page(desk: Client, case: Case) -> None:
    typed = case.reference.lower().replace("-", "")
    assert desk.get(f"/desk/case/{typed}/")["Location"] == case.get_absolute_url()


def test_every_action_can_be_opened_by_its_address(desk: Client, case: Case) -> None:
    for name in ACTIONS:
        assert desk.get(reverse("desk:act", args=[case.reference, name])).status_code == 200


def test_the_audit_trail_is_for_managers_and_operators(
    client: Client, case: Case, staff: Any
) -> None:
    for role, sees in (("agent", False), ("manager", True), ("administrator", True)):
        client.force_login(staff(role))
        page = client.get(case.get_absolute_url()).content.decode()
        assert ("Audit trail" in page) is sees, role


def test_the_page_costs_the_same_however_much_was_said(
    desk: Client, case: Case, staff: Any, customer: Any, django_assert_max_num_queries: Any
) -> None:
    counts = []
    for size in (1, 15):
        for number in range(size):
            services.note(case, f"Note {number}", actor=staff("manager").as_actor())
            services.assign(case, staff("manager"), actor=staff("agent").as_actor())
            services.receive(
                services.Request(service=case.service, words="More", customer=customer),
                actor=customer.as_actor(),
            )
        desk.get(case.get_absolute_url())  # what is kept for a moment is read now
        with django_assert_max_num_queries(30) as counted:
            desk.get(case.get_absolute_url())
        counts.append(len(counted))
    assert counts[0] == counts[1]
