"""The screens about promises: as a manager, an agent and an administrator use them."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from heard.cases.models import Case, Clock, DateNote, Recalculation
from heard.cases.recalculating import propose, work
from heard.cases.services import Request, receive
from heard.catalogue.models import Promise, Service
from heard.core import clock
from heard.core.actors import SYSTEM
from heard.people.models import Division
from heard.places.models import BusinessCalendar

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 6, 1, 16, 0, tzinfo=UTC)
NEW = {"kind": "resolution", "amount": "3", "unit": "business_days", "pauses": "on",
       "pause_cap_hours": "18", "do": "make"}  # fmt: skip


@pytest.fixture(autouse=True)
def monday() -> Iterator[None]:
    with clock.at(NOW):
        yield


@pytest.fixture
def boss(client: Client, staff: Any) -> Client:
    client.force_login(staff("manager"))
    return client


def words(response: Any) -> str:
    html = re.sub(r"<[^>]+>", " ", response.content.decode())
    return " ".join(html.replace("\u202f", " ").split())


def test_a_manager_checks_a_promise_then_makes_it(boss: Client, case: Case, service: Any) -> None:
    path = reverse("promises:service", args=["pothole"])
    assert "5 days" in words(boss.get(path))
    shown = words(boss.post(path, NEW | {"do": "check", "also_open": "on"}))
    assert "Within 3 business days" in shown
    assert "1 would get another date" in shown
    assert Promise.objects.count() == 2
    done = boss.post(path, NEW | {"also_open": "on"})
    row = Recalculation.objects.get()
    assert done["Location"] == reverse("promises:recalculation", args=[row.pk])
    made = Promise.objects.get(version=2)
    assert (made.amount, made.unit, made.pause_cap_hours) == (3, "business_days", 18)
    work(row.pk)
    page = words(boss.get(done["Location"]))
    assert "Dates moved: 1. Later: 0. Earlier: 1." in page
    assert case.reference in page
    boss.post(reverse("promises:withdraw", args=["pothole"]), {"promise": made.pk})
    assert "withdrawn" in words(boss.get(path))


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"amount": "0"}, "greater than or equal to 1"),
        ({"pause_cap_hours": ""}, "Say how long it may stand at most"),
        ({"effective_from": "2026-05-01"}, "does not reach back"),
        ({"effective_from": "2026-07-01", "also_open": "on"}, "begins now"),
        ({"amount": "30"}, "What works: 42 days"),
    ],
)
def test_a_wrong_promise_says_what_works_and_keeps_what_was_typed(
    boss: Client, service: Any, given: dict[str, str], says: str
) -> None:
    BusinessCalendar.objects.create(hours="Jan 01 08:00-09:00")
    asked = NEW | {"amount": "2"} | given
    answer = boss.post(reverse("promises:service", args=["pothole"]), asked)
    assert answer.status_code == 422
    assert says in words(answer)
    assert f'value="{asked["amount"]}"' in answer.content.decode()
    assert Promise.objects.count() == 2


def test_a_manager_promises_for_the_own_division_alone(boss: Client, division: Division) -> None:
    other = Division.objects.create(code="x", name={"en": "X"}, department=division.department)
    Service.objects.create(code="x", name={"en": "X"}, division=other)
    path = reverse("promises:service", args=["x"])
    assert boss.get(path).status_code == 200
    assert boss.post(path, NEW).status_code == 403
    assert boss.post(reverse("promises:withdraw", args=["x"]), {}).status_code == 404


def test_an_administrator_decides_a_recalculation(
    client: Client, case: Case, service: Any, staff: Any
) -> None:
    Promise.objects.filter(kind="resolution").update(amount=9)
    row = propose("by_hand", actor=SYSTEM)
    client.force_login(staff("administrator"))
    page = reverse("promises:recalculation", args=[row.pk])
    assert "We are looking what would move" in words(client.get(page))
    work(row.pk)
    shown = words(client.get(page))
    assert case.reference in shown
    assert "Move the dates" in shown
    for action, state in (("look", "looking"), ("start", "looking"), ("drop", "dropped")):
        client.post(reverse("promises:act", args=[row.pk, action]))
        row.refresh_from_db()
        assert row.state == state
    assert "not wanted" in words(client.get(reverse("promises:recalculations")))
    assert client.post(reverse("promises:act", args=[row.pk, "eat"])).status_code == 404


def test_an_agent_tells_a_customer_a_new_date(client: Client, case: Case, staff: Any) -> None:
    client.force_login(staff("agent"))
    path = reverse("promises:late", args=[case.reference])
    whole = {"whole": 1}  # with what the panels beside it say, which a browser asks for by itself
    page = client.get(case.get_absolute_url(), whole).content.decode()
    assert path in page
    assert "The promised date is close" not in page
    with clock.at(NOW + timedelta(days=4.5)):
        assert "The promised date is close" in words(client.get(case.get_absolute_url(), whole))
    form = client.get(path).context["form"]
    assert form["words"].value().startswith("Prometimos")
    given = {name: form[name].value() for name in ("version", "key", "why", "words")}
    weekend = client.post(path, given | {"new_day": "2026-06-13"})
    assert "The next open day is June 15, 2026" in words(weekend)
    again = client.post(path, given | {"new_day": "2026-06-12", "why": "parts", "do": "draft"})
    assert "Esperamos una pieza" in again.context["form"]["words"].value()
    sent = client.post(path, given | {"new_day": "2026-06-12"}, follow=True)
    assert "on its way to the customer" in words(sent)
    assert Case.objects.get().due_at == datetime(2026, 6, 12, 23, tzinfo=UTC)
    stale = client.post(path, given | {"new_day": "2026-06-18", "key": "another"})
    assert stale.status_code == 409
    assert "Somebody changed this case" in words(stale)


def test_a_drafted_note_is_sent_or_set_aside(client: Client, case: Case, staff: Any) -> None:
    client.force_login(staff("agent"))
    notes = [
        DateNote.objects.create(
            case=case, why="closure", language="es", words="Cerrado.", drafted_at=NOW
        )
        for _n in range(2)
    ]
    paths = [reverse("promises:note", args=[note.pk]) for note in notes]
    assert paths[0] in client.get(case.get_absolute_url(), {"whole": 1}).content.decode()
    assert client.post(paths[0], {"do": "send", "key": "k", "words": ""}).status_code == 422
    client.post(paths[0], {"do": "send", "key": "k", "words": "Cerrado mañana."})
    client.post(paths[1], {"do": "aside"})
    assert list(DateNote.objects.order_by("pk").values_list("sent", flat=True)) == [True, False]
    assert "already" in words(client.get(paths[1], follow=True))


def test_lists_ask_as_many_queries_however_long(client: Client, service: Any, staff: Any) -> None:
    client.force_login(staff("administrator"))
    pages = [
        (reverse("promises:index"), "Pothole"),
        (reverse("promises:at_risk"), "overdue"),
        (reverse("promises:without"), "promises no date"),
    ]
    asked: list[list[int]] = []
    for size in (2, 12):
        for n in range(size):
            made = Service.objects.create(
                code=f"s{size}-{n}", name={"en": "Service"}, division=service.division
            )
            receive(Request(made, "Nothing promised"), actor=SYSTEM)
            with clock.at(NOW - timedelta(days=6)):
                receive(Request(service, "A hole"), actor=SYSTEM)
        asked.append([])
        for path, shown in pages:
            client.get(path)
            with CaptureQueriesContext(connection) as queries:
                assert shown in words(client.get(path))
            # The city's row is kept for some seconds and then read again.
            asked[-1].append(sum("core_city" not in q["sql"] for q in queries))
    assert asked[0] == asked[1]
    found = words(client.get(reverse("promises:at_risk") + "?kind=resolution&division=999"))
    assert "resolution" in found


def test_the_clocks_beside_a_case_ask_a_constant_number_of_queries(
    case: Case, staff: Any, rf: Any, django_assert_num_queries: Any
) -> None:
    from heard.cases.side import clocks_panel

    request = rf.get("/")
    request.user = staff("agent")
    with django_assert_num_queries(3):
        assert "running" in str(clocks_panel(request, case))
    for clock_row in list(Clock.objects.all()):
        clock_row.pk, clock_row.stopped_at = None, NOW
        clock_row.save()
    with django_assert_num_queries(3):
        assert "in time" in str(clocks_panel(request, case))


def test_the_command_lists_previews_and_recalculates(case: Case, service: Any) -> None:
    def run(*arguments: str) -> str:
        out = StringIO()
        call_command("promises", *arguments, stdout=out, stderr=StringIO())
        return out.getvalue()

    Promise.objects.filter(kind="resolution").update(amount=9)
    assert "1 dates would move: 1 later" in run("preview")
    assert "2 clocks counted, 1 dates moved" in run("recalculate", "--division", "streets")
    assert "Clocks running: 2" in run("status")
    with pytest.raises(CommandError, match="there is streets"):
        run("preview", "--division", "nowhere")
    Clock.objects.all().delete()
    Case.objects.update(due_at=None)
    assert "heard promises adopt" in run("check")
    assert "got their clocks: 1" in run("adopt")
    assert "without a date: 0" in run("check")
