"""Contacts are written down, and it is noticed when people have to come back."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from heard.answers.models import Answer
from heard.cases.services import Request, receive
from heard.contacts.knowledge import given_and_back
from heard.contacts.models import Contact
from heard.contacts.services import Entry, contact_of_intake, record_contact
from heard.core import clock
from heard.core.actors import SYSTEM
from heard.core.errors import NotAllowed, Refused
from heard.core.models import AuditRow, Event
from heard.people.models import Customer

NEW = reverse("contacts:new")
GIVEN = {
    "key": "k1", "channel": "phone", "reason": "question", "service": "", "words": "Library hours?",
    "answer": "", "settled": "yes", "avoidable": "no", "name": "", "phone": "", "language": "en",
}  # fmt: skip


def send(client: Client, **given: str) -> Any:
    return client.post(NEW, GIVEN | given)


def test_a_contact_needs_no_case(desk: Client, staff: Any) -> None:
    began = str(int((clock.now() - timedelta(seconds=90)).timestamp()))
    send(desk, began=began, service="pothole")
    contact = Contact.objects.get()
    assert (contact.settled, contact.handed_off, contact.case, contact.customer) == (
        True, False, None, None,
    )  # fmt: skip
    assert contact.staff == staff("agent")
    assert contact.division.code == "streets"
    assert contact.seconds in range(90, 120)
    assert Event.objects.get(kind="contact.recorded").about_id == contact.pk
    assert AuditRow.objects.get(verb="contact.recorded").actor_name == staff("agent").name


def test_sent_twice_it_is_one(desk: Client) -> None:
    send(desk)
    send(desk)
    assert Contact.objects.count() == 1


def test_who_it_was_is_known_afterwards(desk: Client) -> None:
    answer = send(desk, name="Ana Ruiz", phone="303-555-0142", language="es")
    ana = Customer.objects.get()
    assert answer["Location"] == reverse("contacts:person", args=[ana.pk])
    assert Contact.objects.get().customer == ana


def test_of_a_known_person_and_their_case(desk: Client, known: Any, report: Any) -> None:
    ana = known("Ana Ruiz", phone="303-555-0142", language="es")
    case = report(ana)
    page = desk.get(NEW, {"case": case.reference, "reason": "progress", "avoidable": "chasing"})
    assert page.context["customer"] == ana
    form = page.context["form"]
    assert [form[n].value() for n in ("reason", "avoidable", "language")] == [
        "progress", "chasing", "es",
    ]  # fmt: skip
    send(desk, case=case.reference, reason="progress", avoidable="chasing", settled="no")
    contact = Contact.objects.get()
    assert (contact.customer, contact.case, contact.service) == (ana, case, case.service)


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"words": "x" * 2001}, "words"),
        ({"phone": "4" * 40}, "phone"),
        ({"answer": "nothing of the list"}, "answer"),
        ({"avoidable": ""}, "avoidable"),
        ({"reason": "boredom"}, "reason"),
        ({"channel": "pigeon"}, "channel"),
        ({"service": "horse-trough"}, "service"),
    ],
)
def test_a_fault_is_named_and_nothing_is_lost(
    given: dict[str, str], field: str, desk: Client
) -> None:
    answer = send(desk, name="Ana", **given)
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == [field]
    assert answer.context["form"]["name"].value() == "Ana"
    assert not Contact.objects.exists()
    assert not Customer.objects.exists()


def test_pasted_markup_stays_text(desk: Client, known: Any) -> None:
    ana = known("Ana Ruiz", phone="303-555-0142")
    send(desk, customer=str(ana.pk), words='<img src=x onerror="alert(1)"> <b>bold</b>\x00')
    page = desk.get(reverse("contacts:person", args=[ana.pk])).content.decode()
    assert "<img src=x" not in page
    assert "&lt;img src=x" in page


def test_settled_and_handed_on_exclude_each_other(staff: Any, town: Any) -> None:
    entry = Entry(channel="phone", reason="question", settled=True, handed_off=True)
    with pytest.raises(Refused):
        record_contact(entry, actor=staff("agent").as_actor())
    with pytest.raises(NotAllowed):
        record_contact(
            Entry(channel="phone", reason="question", settled=True),
            actor=staff("cx_lead").as_actor(),
        )


@pytest.mark.parametrize(
    ("first", "second", "days", "came_back"),
    [
        ({"reason": "question"}, {"reason": "question"}, 3, True),
        ({"reason": "question"}, {"reason": "complaint"}, 3, False),
        ({"with_service": True}, {"with_service": True, "reason": "progress"}, 13, True),
        ({"with_service": True}, {"with_service": True}, 15, False),
        ({"with_service": True}, {"reason": "question"}, 3, False),
    ],
)
def test_coming_back(
    first: Any, second: Any, days: int, came_back: bool, known: Any, spoke: Any, service: Any
) -> None:
    ana = known("Ana Ruiz", phone="303-555-0142")
    joe = known("Joe Boone", phone="303-555-0143")

    def fields(given: dict[str, Any]) -> dict[str, Any]:
        rest = {k: v for k, v in given.items() if k != "with_service"}
        return rest | ({"service": service} if given.get("with_service") else {})

    before = spoke(ana, days_ago=days, **fields(first))
    other = spoke(joe, days_ago=days, **fields(first))
    changed = before.changed_at
    spoke(ana, **fields(second))
    before.refresh_from_db()
    other.refresh_from_db()
    assert (before.came_back_at is not None) == came_back
    assert (before.changed_at > changed) == came_back  # so that the facts are made anew
    assert other.came_back_at is None


def test_a_case_on_the_web_is_a_return_and_the_case_of_a_call_is_not(
    known: Any, spoke: Any, service: Any, staff: Any, run_steps: Any
) -> None:
    ana = known("Ana Ruiz", phone="303-555-0142")
    told = spoke(ana, days_ago=2, service=service)
    called = receive(
        Request(service=service, words="A hole.", channel="phone", customer=ana), actor=SYSTEM
    )
    taken = contact_of_intake(called, actor=staff("agent").as_actor())
    run_steps()
    told.refresh_from_db()
    taken.refresh_from_db()
    assert told.came_back_at is not None
    assert taken.came_back_at is None
    assert (taken.settled, taken.handed_off, taken.opened_case) == (False, True, True)
    receive(Request(service=service, words="Still there.", customer=ana), actor=SYSTEM)
    run_steps()
    taken.refresh_from_db()
    assert taken.came_back_at is not None


def test_answers_know_who_came_back(
    desk: Client, known: Any, spoke: Any, service: Any, division: Any
) -> None:
    answer = Answer.objects.create(
        slug="hours", question={"en": "When is the hall open?"}, division=division,
        state="published", review_on="2030-01-01", changed_at=clock.now(),
    )  # fmt: skip
    ana, joe = known("Ana", phone="303-555-0142"), known("Joe", phone="303-555-0143")
    for person in (ana, joe):
        spoke(person, days_ago=2, answer=answer)
    spoke(ana)
    seen = given_and_back([answer.pk])[answer.pk]
    assert (seen.given, seen.back) == (2, 1)
    send(desk, answer="when is the HALL open?")
    assert Contact.objects.order_by("-pk").first().answer == answer


def test_the_list_and_its_filters(
    desk: Client, spoke: Any, known: Any, staff: Any, django_assert_max_num_queries: Any
) -> None:
    ana = known("Ana Ruiz", phone="303-555-0142")
    spoke(ana, avoidable="chasing", settled=False)
    spoke(None, avoidable="no")
    listed = reverse("contacts:list")

    def rows(**query: Any) -> int:
        return len(desk.get(listed, query).context["listing"].rows)

    assert (rows(), rows(avoidable="any"), rows(avoidable="no"), rows(settled="no")) == (2, 1, 1, 1)
    assert (rows(who="me"), rows(channel="counter"), rows(customer=ana.pk)) == (2, 0, 1)
    for _ in range(12):
        spoke(ana)
    with django_assert_max_num_queries(8):
        desk.get(listed)
