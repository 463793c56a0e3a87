"""While somebody talks: what fits comes up, nothing typed is lost, and what was said is kept."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from heard.answers.models import Answer
from heard.answers.services import Content, publish, write_answer
from heard.cases.models import Case
from heard.cases.services import Request, receive
from heard.catalogue.models import Question, Service
from heard.contacts.models import Contact
from heard.contacts.places import keep_places
from heard.core.actors import SYSTEM
from heard.joining.models import Follower
from heard.people.services import know_customer

NEW = reverse("desk:new")
GIVEN = {
    "channel": "phone", "service": "", "words": "There is a deep hole in the road", "place": "",
    "name": "", "phone": "", "email": "", "language": "en", "key": "k", "do": "look",
}  # fmt: skip


@pytest.fixture
def desk(client: Client, staff: Any, service: Any, division: Any) -> Client:
    Question.objects.create(
        service=service, code="depth", kind="choice", required=True,
        label={"en": "How deep is it?", "es": "¿Qué tan hondo es?"},
        choices=[
            {"key": "hand", "name": {"en": "A hand"}},
            {"key": "more", "name": {"en": "More"}},
        ],
    )  # fmt: skip
    Service.objects.create(
        code="trees", name={"en": "Tree"}, keywords={"en": "branch"}, division=division
    )
    client.force_login(staff("agent"))
    return client


def send(client: Client, **given: str) -> Any:
    return client.post(NEW, GIVEN | given)


def test_looking_suggests_the_service_and_shows_its_script(desk: Client) -> None:
    answer = send(desk, place="12 Elm", name="Walter")
    form = answer.context["form"]
    assert answer.status_code == 200
    assert form["service"].value() == "pothole"
    assert [str(field.label) for field in form.asked] == ["How deep is it?"]
    assert [form[n].value() for n in ("words", "place", "name")] == [
        GIVEN["words"], "12 Elm", "Walter",
    ]  # fmt: skip
    assert not form.errors
    assert "Suggested by their words" in answer.content.decode()
    assert send(desk, service="trees").context["form"]["service"].value() == "trees"


def test_in_spanish_too(desk: Client) -> None:
    page = desk.post(f"/es{NEW}", GIVEN | {"words": "un hoyo en la calle"})
    assert page.context["form"]["service"].value() == "pothole"
    assert "¿Qué tan hondo es?" in page.content.decode()
    assert "Repita lo que entendió" in page.content.decode()


def test_questions_nobody_asked_are_shown_first(desk: Client) -> None:
    shown = send(desk, service="pothole", do="take", name="Walter")
    assert shown.status_code == 200
    assert shown.context["unasked"]
    assert shown.context["form"]["name"].value() == "Walter"
    missing = send(desk, service="pothole", script="pothole", do="take")
    assert list(missing.context["form"].errors) == ["q_depth"]
    assert not Case.objects.exists()
    send(desk, service="pothole", script="pothole", do="take", q_depth="more")
    assert Case.objects.get().answers == {"depth": "more"}


def take(desk: Client, **given: str) -> Any:
    return send(desk, service="trees", do="take", **given)


def test_what_was_read_back_is_confirmed_by_voice(desk: Client, staff: Any, run_steps: Any) -> None:
    from heard.post.models import Dispatch

    take(desk, understood="You need the tree cut.", confirmed="on", email="w@home.example")
    case = Case.objects.get()
    row = case.understandings.get()
    assert (row.words, row.answer, case.state) == (
        "You need the tree cut.", "confirmed", "understood",
    )  # fmt: skip
    assert case.contact == staff("agent")
    assert case.first_response_at is not None
    run_steps()
    # They said it is right; a letter that asks again would be noise.
    assert not Dispatch.objects.filter(template="case_understood").exists()


def test_what_was_not_confirmed_is_asked_in_writing(desk: Client, run_steps: Any) -> None:
    from heard.post.models import Dispatch

    take(desk, understood="You need the tree cut.", email="w@home.example")
    assert Case.objects.get().understandings.get().answer == ""
    run_steps()
    assert Dispatch.objects.filter(template="case_understood").exists()


def test_confirmed_needs_words(desk: Client) -> None:
    assert list(take(desk, confirmed="on").context["form"].errors) == ["understood"]


@pytest.mark.parametrize(("channel", "contacts"), [("phone", 1), ("counter", 1), ("email", 0)])
def test_a_case_taken_in_a_talk_is_a_contact(channel: str, contacts: int, desk: Client) -> None:
    take(desk, channel=channel, avoidable="signposting")
    assert Contact.objects.count() == contacts
    for contact in Contact.objects.all():
        assert (contact.case, contact.channel) == (Case.objects.get(), channel)
        assert contact.avoidable == "signposting"
        assert (contact.settled, contact.opened_case) == (False, True)


def test_the_person_looked_up_before_is_the_customer(desk: Client, customer: Any) -> None:
    page = desk.get(NEW, {"customer": customer.pk})
    assert page.context["form"].known == customer
    assert page.context["form"]["language"].value() == "es"
    assert "Who is it?" not in page.content.decode().partition("<main")[2]
    take(desk, customer=str(customer.pk))
    assert Case.objects.get().customer == customer
    assert desk.get(NEW, {"customer": "9" * 30}).status_code == 200


def test_a_number_with_forty_digits_is_refused_and_kept(desk: Client) -> None:
    answer = take(desk, phone="3" * 40, name="Walter")
    assert list(answer.context["form"].errors) == ["phone"]
    assert answer.context["form"]["phone"].value() == "3" * 40
    assert not Case.objects.exists()


@pytest.fixture
def known_hole(service: Any) -> Case:
    joe = know_customer(name="Joe", email="joe@home.example", actor=SYSTEM)
    case = receive(
        Request(
            service=service, words="Big hole in the road by the school.", customer=joe,
            place="12 Elm St", lat=39.7, lon=-105.0,
        ),
        actor=SYSTEM,
    )  # fmt: skip
    keep_places([case])
    return case


def test_a_known_problem_comes_up_and_is_followed_instead(
    desk: Client, known_hole: Case, customer: Any
) -> None:
    page = send(desk, place="12 ELM street", customer=str(customer.pk))
    assert [one.case for one in page.context["heard"].likely] == [known_hole]
    assert "Follow it instead" in page.content.decode()
    followed = send(desk, place="12 Elm", customer=str(customer.pk), follow=known_hole.reference)
    assert followed["Location"] == reverse("contacts:person", args=[customer.pk])
    assert Follower.objects.get().customer == customer
    contact = Contact.objects.get()
    assert (contact.case, contact.settled, contact.opened_case) == (known_hole, True, False)
    assert Case.objects.count() == 1


def test_a_follower_can_be_told(desk: Client, known_hole: Case) -> None:
    answer = send(desk, follow=known_hole.reference, name="Walter")
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == ["email"]
    assert answer.context["form"]["words"].value() == GIVEN["words"]
    assert not Contact.objects.exists()


def test_their_own_case_is_told_apart(desk: Client, known_hole: Case) -> None:
    page = send(desk, place="12 Elm", customer=str(known_hole.customer_id))
    assert page.context["heard"].theirs == [known_hole]
    assert page.context["heard"].likely == []
    assert "They ask how it goes" in page.content.decode()


@pytest.fixture
def answer(staff: Any, division: Any, town: Any) -> Answer:
    actor = staff("manager").as_actor()
    content = Content(
        question={"en": "When is a hole in the road filled?", "es": "¿Cuándo se tapa un hoyo?"},
        short={"en": "Within five days.", "es": "En cinco días."},
        body={"en": "Within five days.", "es": "En cinco días."},
        division=division,
    )
    made = write_answer(content, actor=actor)
    publish(made, actor=actor)
    return made


def test_an_answer_settles_it_without_a_case(desk: Client, answer: Answer, customer: Any) -> None:
    page = send(desk, customer=str(customer.pk))
    assert [found.answer for found in page.context["heard"].answers] == [answer]
    send(desk, customer=str(customer.pk), answered=answer.slug)
    contact = Contact.objects.get()
    assert (contact.answer, contact.settled, contact.customer) == (answer, True, customer)
    assert not Case.objects.exists()
