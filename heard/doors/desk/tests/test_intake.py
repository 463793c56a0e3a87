"""Taking down a case for somebody on the phone."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from heard.cases.models import Case
from heard.people.models import Customer

GIVEN = {
    "channel": "phone", "service": "pothole", "words": "A hole by the school.", "place": "12 Elm",
    "name": "Walter Boone", "phone": "303-555-0142", "email": "", "language": "en",
}  # fmt: skip


@pytest.fixture
def desk(client: Client, staff: Any, service: Any) -> Client:
    client.force_login(staff("agent"))
    return client


def send(client: Client, **given: str) -> Any:
    form = client.get(reverse("desk:new")).context["form"]
    return client.post(reverse("desk:new"), {"key": form["key"].value(), **GIVEN, **given})


def test_a_call_becomes_a_case(desk: Client, staff: Any) -> None:
    answer = send(desk)
    case = Case.objects.get()
    assert answer["Location"] == case.get_absolute_url()
    assert (case.channel, case.place, case.words) == ("phone", "12 Elm", GIVEN["words"])
    assert case.customer is not None
    assert (case.customer.name, case.customer.phone) == ("Walter Boone", "303-555-0142")
    assert case.due_at is not None
    assert case.reference in desk.get(case.get_absolute_url()).content.decode()


def test_a_form_sent_twice_is_one_case(desk: Client) -> None:
    form = desk.get(reverse("desk:new")).context["form"]
    given = {"key": form["key"].value(), **GIVEN, "phone": ""}  # a name alone is never known again
    places = {desk.post(reverse("desk:new"), given)["Location"] for _click in range(2)}
    assert len(places) == 1
    assert (Case.objects.count(), Customer.objects.count()) == (1, 1)


def test_a_known_customer_is_found_again(desk: Client, customer: Any) -> None:
    send(desk, email="ANA@home.example", name="Ana", language="es")
    case = Case.objects.get()
    assert (case.customer, case.language) == (customer, "es")


def test_nobody_need_say_who_they_are(desk: Client) -> None:
    send(desk, name="", phone="")
    assert Case.objects.get().customer is None


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"service": ""}, "service"),
        ({"service": "horse-trough"}, "service"),
        ({"words": "  "}, "words"),
        ({"words": "x" * 10_001}, "words"),
        ({"email": "ana at home"}, "email"),
        ({"channel": "api"}, "channel"),
        ({"language": "fr"}, "language"),
    ],
)
def test_a_fault_is_named_and_nothing_is_lost(
    given: dict[str, str], field: str, desk: Client
) -> None:
    answer = send(desk, **given)
    assert answer.status_code == 422
    form = answer.context["form"]
    assert list(form.errors) == [field]
    assert form["name"].value() == "Walter Boone"
    assert not Case.objects.exists()
    assert not Customer.objects.exists()


def test_a_service_may_need_a_place_and_a_name(desk: Client, service: Any) -> None:
    service.place, service.anonymous_allowed = "required", False
    service.save()
    assert list(send(desk, place="").context["form"].errors) == ["place"]
    nameless = send(desk, name="", phone="")
    assert list(nameless.context["form"].errors) == ["email"]
    assert not Case.objects.exists()
