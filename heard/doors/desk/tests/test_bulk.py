"""Work on many cases: a preview first, each case by its own verb, refusals told, and undo."""

from typing import Any

import pytest
from django.test import Client

from heard.cases import services
from heard.cases.models import Case, Message
from heard.cases.states import State
from heard.core.models import AuditRow
from heard.doors.desk import bulk
from heard.doors.desk.models import BulkItem, BulkRun
from heard.people.models import Division

URL = "/desk/bulk/choose/"


@pytest.fixture
def desk(client: Client, staff: Any) -> Client:
    client.force_login(staff("agent"))
    return client


@pytest.fixture
def cases(case: Case, service: Any, customer: Any) -> list[Case]:
    """Three: one open, one open and anonymous, one closed."""
    given = {
        "service": service, "division": service.division, "received_at": case.received_at,
        "changed_at": case.changed_at,
    }  # fmt: skip
    anonymous = Case.objects.create(**given)
    closed = Case.objects.create(**given, customer=customer, state=State.CLOSED)
    return [case, anonymous, closed]


def begin(client: Client, cases: list[Case], action: str) -> dict[str, str]:
    """Tick the cases and go on: the form's hidden fields."""
    answer = client.post(URL, {"case": [c.pk for c in cases], "action": action})
    form = answer.context["form"]
    return {"action": action} | {b.html_name: str(b.value()) for b in form.hidden_fields()}


def do(client: Client, cases: list[Case], action: str, **given: str) -> BulkRun:
    hidden = begin(client, cases, action)
    client.post(URL, {**hidden, **given, "sure": "yes"})
    return BulkRun.objects.latest("id")


def states(run: BulkRun) -> list[str]:
    return list(run.items.order_by("case_id").values_list("state", flat=True))


def test_a_preview_changes_nothing_and_says_what_would(
    desk: Client, cases: list[Case], staff: Any
) -> None:
    hidden = begin(desk, cases, "assign")
    answer = desk.post(URL, {**hidden, "to": str(staff("manager").pk)})
    assert [one.case for one in answer.context["changing"]] == cases[:2]
    assert answer.context["changing"][0].words == "nobody yet → Sam Manager"
    assert [one.case for one in answer.context["refused"]] == [cases[2]]
    assert "It is finished: closed." in answer.content.decode()
    assert not BulkRun.objects.exists()
    assert not Case.objects.exclude(assignee=None).exists()


def test_giving_and_undoing(desk: Client, cases: list[Case], staff: Any) -> None:
    services.assign(cases[1], staff("agent"), actor=staff("agent").as_actor())
    run = do(desk, cases, "assign", to=str(staff("manager").pk))
    assert states(run) == ["done", "done", "refused"]
    assert Case.objects.filter(assignee=staff("manager")).count() == 2
    assert AuditRow.objects.filter(verb="case.assigned", actor_id=staff("agent").pk).count() == 3
    desk.post(run.get_absolute_url())
    run.refresh_from_db()
    assert run.state == BulkRun.State.UNDONE
    assert [Case.objects.get(pk=c.pk).assignee for c in cases] == [None, staff("agent"), None]


def test_what_somebody_worked_on_since_is_not_undone(
    desk: Client, cases: list[Case], staff: Any
) -> None:
    run = do(desk, cases[:2], "assign", to=str(staff("manager").pk))
    services.note(cases[0], "I began.", actor=staff("manager").as_actor())
    page = desk.post(run.get_absolute_url(), follow=True).content.decode()
    assert states(run) == ["kept", "undone"]
    assert "Somebody worked on it since." in page


def test_what_changed_after_the_preview_is_left_as_it_is(
    desk: Client, cases: list[Case], staff: Any
) -> None:
    hidden = begin(desk, cases[:2], "note")
    services.reply(cases[0], "We come.", actor=staff("manager").as_actor())
    desk.post(URL, {**hidden, "words": "All done?", "sure": "yes"})
    assert states(BulkRun.objects.get()) == ["refused", "done"]


def test_moving_and_undoing_brings_back_who_had_it(
    desk: Client, cases: list[Case], staff: Any
) -> None:
    services.assign(cases[0], staff("agent"), actor=staff("agent").as_actor())
    parks = Division(department=cases[0].division.department, code="p", name={"en": "Parks"})
    parks.save()
    run = do(desk, cases[:1], "move", division=str(parks.pk), words="In the park.")
    assert Case.objects.get(pk=cases[0].pk).division == parks
    desk.post(run.get_absolute_url())
    back = Case.objects.get(pk=cases[0].pk)
    assert (back.division, back.assignee) == (cases[0].division, staff("agent"))


def test_replies_are_each_their_own_and_cannot_be_undone(desk: Client, cases: list[Case]) -> None:
    run = do(desk, cases, "reply", words="{name}, {reference}: wait.")
    assert states(run) == ["done", "refused", "done"]
    words = set(Message.objects.values_list("words", flat=True))
    assert words == {f"Ana Ruiz, {c.reference}: wait." for c in (cases[0], cases[2])}
    assert not desk.get(run.get_absolute_url()).context["may_undo"]
    desk.post(run.get_absolute_url())
    assert states(run) == ["done", "refused", "done"]


def test_finishing_and_undoing_reopens(desk: Client, cases: list[Case]) -> None:
    given = {"outcome": "done", "how": "close", "words": "Filled, {name}."}
    run = do(desk, cases, "finish", **given)
    assert states(run) == ["done", "done", "refused"]
    assert Case.objects.get(pk=cases[0].pk).outcome_words == "Filled, Ana Ruiz."
    desk.post(run.get_absolute_url())
    assert Case.objects.get(pk=cases[0].pk).state == State.REOPENED


def test_sent_twice_it_is_one_run(desk: Client, cases: list[Case]) -> None:
    hidden = begin(desk, cases, "note")
    for _click in range(2):
        desk.post(URL, {**hidden, "words": "Once.", "sure": "yes"})
    assert BulkRun.objects.count() == 1
    assert Message.objects.count() == 3


def test_many_are_done_by_the_worker(
    desk: Client, cases: list[Case], run_steps: Any, monkeypatch: Any
) -> None:
    monkeypatch.setattr(bulk, "AT_ONCE", 1)
    monkeypatch.setattr(bulk, "CHUNK", 2)
    monkeypatch.setattr("heard.doors.desk.views.bulk.AT_ONCE", 1)
    run = do(desk, cases, "note", words="All of you.")
    page = desk.get(run.get_absolute_url()).content.decode()
    assert "At work: 0 of 3 cases." in page
    run_steps()
    run.refresh_from_db()
    assert (run.state, states(run)) == (BulkRun.State.DONE, ["done"] * 3)
    assert desk.get("/desk/bulk/").context["runs"][0][0] == run


def test_all_that_fit_the_filters_can_be_meant(desk: Client, cases: list[Case]) -> None:
    answer = desk.post(URL, {"all": "yes", "query": "division=all", "action": "note"})
    assert answer.context["count"] == 2  # the open ones


@pytest.mark.parametrize(
    "given",
    [
        {"action": "note"}, {"action": "delete", "case": "1"}, {"action": "note", "case": "x"},
        {"action": "note", "seen": "x"}, {"action": "note", "seen": "1:1", "words": ""},
        {"action": "note", "seen": "9" * 99 + ":1"},
    ],
)  # fmt: skip
def test_nonsense_changes_nothing(given: dict[str, str], desk: Client, case: Case) -> None:
    assert desk.post(URL, {**given, "sure": "yes"}).status_code in (302, 422)
    assert not BulkItem.objects.exists()


def test_only_who_may_and_who_did_it(
    client: Client, desk: Client, cases: list[Case], staff: Any
) -> None:
    run = do(desk, cases[:1], "note", words="Mine.")
    client.force_login(staff("manager"))
    assert client.get(run.get_absolute_url()).status_code == 403
    client.force_login(staff("field_worker"))
    answer = client.post(URL, {"action": "assign", "case": [cases[0].pk]})
    assert answer.status_code == 403
