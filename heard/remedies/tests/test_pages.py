"""The pages of remedies: in the case, the wishes, the table and the report, by role."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client, RequestFactory

from heard.cases.models import Case
from heard.cases.services import Request, receive
from heard.core import clock
from heard.core.actors import SYSTEM
from heard.core.city import city
from heard.remedies import facts, panels, reads
from heard.remedies.models import Authority, Kind, Remedy, TableVersion, Wish
from heard.remedies.services import give_remedy
from heard.voice.services import Answers, Subject, answer, invite

pytestmark = pytest.mark.django_db


@pytest.fixture
def as_role(client: Client, staff: Any) -> Any:
    def signed_in(role: str) -> Client:
        client.force_login(staff(role))
        return client

    return signed_in


def panel(place: Any, person: Any, about: Any = None) -> str:
    request = RequestFactory().get("/desk/")
    request.user = person
    request.LANGUAGE_CODE = "en"
    render = {"case": panels.in_case, "desk-home": panels.wishes_waiting}[place]
    return str(render(request, about))


def test_given_from_the_case(as_role: Any, case: Case, waive: Kind, allow: Any, staff: Any) -> None:
    allow(waive, role="agent", case_cents=2000)
    agent = staff("agent")
    assert "up to $20.00 per case" in panel("case", agent, case)
    client, path = as_role("agent"), f"/desk/remedies/give/{case.reference}/"
    client.get(path)
    typed = {"key": "k", "kind": "waive", "cents": "$1,500", "reason": "Late.", "do": "give"}
    answer = client.post(path, typed)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "above what you may do on the spot" in page
    assert "Late." in page  # nothing typed is lost
    assert client.post(path, {**typed, "cents": "12.5"}).status_code == 302
    assert Remedy.objects.get().cents == 1250
    shown = panel("case", agent, case)
    assert "$12.50" in shown
    assert "$7.50 left for this case" in shown
    assert client.post(path, {**typed, "cents": "lots"}).status_code == 422
    assert client.get("/desk/remedies/give/NOPE/").status_code == 404


def test_asked_and_allowed(as_role: Any, case: Case, waive: Kind, allow: Any, staff: Any) -> None:
    allow(waive, role="manager", case_cents=9000)
    path = f"/desk/remedies/give/{case.reference}/"
    given = {"key": "k", "kind": "waive", "cents": "40", "reason": "Late.", "do": "ask"}
    assert as_role("agent").post(path, given).status_code == 302
    wish = Wish.objects.get()
    assert "waits for a manager" in panel("case", staff("agent"), case)
    manager = staff("manager")
    assert "Answer" in panel("case", manager, case)
    assert "1 colleague asks for a remedy" in panel("desk-home", manager)
    client = as_role("manager")
    assert "$40.00" in client.get("/desk/remedies/wishes/").content.decode()
    url = f"/desk/remedies/wishes/{wish.pk}/"
    assert client.post(url, {"key": "a", "answer": "", "do": "decline"}).status_code == 422
    assert client.post(url, {"key": "b", "answer": "", "do": "allow"}).status_code == 302
    assert Remedy.objects.get().by_authority_of == manager
    assert "allowed by" in panel("case", staff("agent"), case)
    assert "allowed" in client.get(url).content.decode()
    assert "Nobody is waiting" in client.get("/desk/remedies/wishes/").content.decode()


def test_who_sees_what(as_role: Any, case: Case, waive: Kind, allow: Any, staff: Any) -> None:
    allow(waive, role="agent", case_cents=2000)
    statuses = {
        "agent": (200, 200, 403, 403, 403),
        "field_worker": (200, 200, 403, 403, 403),
        "manager": (200, 200, 200, 200, 403),
        "cx_lead": (403, 200, 200, 403, 403),
        "administrator": (200, 200, 200, 200, 200),
    }
    for role, expected in statuses.items():
        client = as_role(role)
        paths = (f"give/{case.reference}/", "table/", "", "wishes/", "table/line/")
        assert tuple(client.get(f"/desk/remedies/{p}").status_code for p in paths) == expected
    assert panel("case", staff("cx_lead"), case) == ""
    assert panel("desk-home", staff("cx_lead")) == ""


def test_the_table_is_set_and_its_history_kept(as_role: Any, staff: Any) -> None:
    client = as_role("administrator")
    kind = {"key": "k", "code": "waive", "name_en": "Waive a fee", "has_amount": "on"}
    assert "No kinds of remedy yet" in client.get("/desk/remedies/table/").content.decode()
    client.get("/desk/remedies/table/kinds/new/")
    client.post("/desk/remedies/table/kinds/new/", {**kind, "is_active": "on"})
    assert client.post("/desk/remedies/table/kinds/new/", kind).status_code == 422
    line = {"key": "l", "kind": "waive", "role": "agent", "case_cents": "20", "reason": "Trust"}
    bad = client.post("/desk/remedies/table/line/", {**line, "case_cents": ""})
    assert "Say the most per case" in bad.content.decode()
    client.post("/desk/remedies/table/line/", line)
    row = Authority.objects.get()
    assert row.case_cents == 2000
    assert "20.00" in client.get(f"/desk/remedies/table/line/{row.pk}/").content.decode()
    client.post(f"/desk/remedies/table/line/{row.pk}/", {**line, "key": "m", "case_cents": "30"})
    page = client.get("/desk/remedies/table/").content.decode()
    assert "up to $30.00 per case" in page
    assert "Trust" in page
    client.post(f"/desk/remedies/table/line/{row.pk}/drop/")
    assert not Authority.objects.exists()
    assert TableVersion.objects.count() == 3
    client.post("/desk/remedies/table/kinds/waive/", {**kind, "name_en": "Waive", "is_active": ""})
    assert "not offered" in client.get("/desk/remedies/table/").content.decode()


def followed(case: Case, satisfaction: int) -> None:
    subject = Subject(about=f"case:{case.pk}")
    invitation = invite(subject, customer=None, language="en", actor=SYSTEM)
    assert invitation is not None
    answer(invitation, Answers(satisfaction=satisfaction), actor=SYSTEM)


def test_the_report_counts_money_and_what_customers_said_afterwards(
    as_role: Any, service: Any, waive: Kind, expedite: Kind, allow: Any, staff: Any,
    django_assert_num_queries: Any,
) -> None:  # fmt: skip
    allow(waive, role="agent", case_cents=100_000)
    allow(expedite, role="agent")
    actor, today = staff("agent").as_actor(), clock.now().date()
    span = today - timedelta(days=3), today + timedelta(days=1)
    for number in range(12):
        case = receive(Request(service=service, words="x"), actor=SYSTEM)
        if number == 11:
            followed(case, 1)  # before the remedy: not what followed it
        give_remedy(case, waive, cents=1000, reason="x", actor=actor)
        give_remedy(case, waive, cents=50, reason="x", actor=actor)
        if number < 2:
            give_remedy(case, expedite, reason="x", actor=actor)
            followed(case, 5)
        elif number < 11:
            followed(case, 4)
        if number == 0:
            with django_assert_num_queries(3):
                reads.report(*span)
    with django_assert_num_queries(3):
        found = reads.report(*span)
    lines = {line.kind.code: line for line in found.kinds if line.kind}
    assert (lines["waive"].given, lines["waive"].cents, len(lines["waive"].cases)) == (
        24, 12_600, 12,
    )  # fmt: skip
    assert lines["waive"].gave == [0, 0, 0, 9, 2]
    score = lines["waive"].satisfaction
    assert score is not None
    assert score.value == pytest.approx((9 * 75 + 2 * 100) / 11)
    assert lines["expedite"].satisfaction is None  # two answers would show a person
    assert found.total.given == 26
    page = as_role("cx_lead").get("/desk/remedies/").content.decode()
    assert "2 answers: too few to show" in page
    assert "$126.00" in page
    empty = as_role("cx_lead").get("/desk/remedies/?since=2001-01-01&until=2001-02-01")
    assert "No remedies in these days" in empty.content.decode()
    _two_divisions_are_compared(as_role("cx_lead"), service)


def _two_divisions_are_compared(client: Client, service: Any) -> None:
    from heard.people.models import Division

    parks = Division.objects.create(
        department=service.division.department, code="parks", name={"en": "Parks"}
    )
    Remedy.objects.filter(pk=Remedy.objects.order_by("pk").values("pk")[:1]).update(division=parks)
    assert "By division" in client.get("/desk/remedies/").content.decode()
    assert "By division" not in client.get("/desk/remedies/?division=parks").content.decode()


def test_facts_name_nobody(case: Case, waive: Kind, allow: Any, staff: Any) -> None:
    allow(waive, role="agent", case_cents=2000)
    remedy = give_remedy(case, waive, cents=1500, reason="Secret", actor=staff("agent").as_actor())
    (row,) = facts.rows()
    assert (row.kind, row.cents, row.division, row.service) == (
        "waive", 1500, "streets", "pothole",
    )  # fmt: skip
    assert "Secret" not in str(row)
    assert staff("agent").name not in str(row)
    assert facts.count() == 1
    assert facts.mark() == (1, remedy.given_at)
    case.service.is_public = False
    case.service.save()
    assert list(facts.rows()) == []
    assert list(facts.hidden_keys(changed_since=remedy.given_at)) == [remedy.reference]
    assert facts.count() == 0


def test_a_case_costs_the_same_however_much_was_given(
    case: Case, waive: Kind, allow: Any, staff: Any, django_assert_num_queries: Any
) -> None:
    allow(waive, role="agent", case_cents=100_000)
    agent = staff("agent")
    for more in (1, 9):
        for _n in range(more):
            give_remedy(case, waive, cents=10, reason="x", actor=agent.as_actor())
        city()  # kept for some seconds, which a busy machine may use up
        with django_assert_num_queries(4):
            shown = panel("case", agent, case)
        assert shown.count("given__why") == Remedy.objects.count()
