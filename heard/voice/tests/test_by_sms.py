"""A number texted back is an answer; everything else goes on to people."""

from datetime import timedelta
from typing import Any

import pytest

from heard.core import clock
from heard.core.actors import SYSTEM
from heard.people.models import Customer
from heard.post.inbound import offer
from heard.post.models import Dispatch
from heard.voice.by_sms import understood
from heard.voice.instruments import asked_by
from heard.voice.models import Invitation, Response
from heard.voice.services import Subject, invite
from heard.voice.tests.making import closing


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("text", "number", "words"),
    [
        ("5", 5, ""), (" 4 ", 4, ""), ("5!", 5, ""), ("cinco", 5, ""), ("Five", 5, ""),
        ("5/5", 5, ""), ("4 stars", 4, ""), ("2. Nobody came", 2, "Nobody came"),
        ("1 - sigue igual", 1, "sigue igual"), ("3\nslow", 3, "slow"), ("5, thanks!", 5, "thanks!"),
    ],
)  # fmt: skip
def test_what_is_an_answer(text: str, number: int, words: str) -> None:
    assert understood(text, asked_by(closing())[0]) == (number, words)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "text",
    ["", "6", "0", "12", "5 potholes on Elm", "5 pm", "12 Elm Street", "At 4, please", "4th Street",
     "two of them", "STOP", "5:30", "1.5", "$5", "3-4"],
)  # fmt: skip
def test_what_is_none(text: str) -> None:
    assert understood(text, asked_by(closing())[0]) is None


@pytest.fixture
def texted(town: Any) -> Invitation:
    person = Customer.objects.create(
        phone="303-555-0142", preferred_channel="sms", language="es", created_at=clock.now()
    )
    row = invite(Subject("visit:1"), customer=person, language="es", actor=SYSTEM)
    assert row is not None
    row.via = Invitation.Via.SMS
    row.save()
    return row


def test_the_question_comes_as_a_text(texted: Invitation, run_steps: Any) -> None:
    run_steps()
    sent = Dispatch.objects.get(template="survey_invitation")
    assert (sent.channel, sent.language) == ("sms", "es")
    assert "1" in sent.text
    assert "5" in sent.text
    assert "satisfecho" in sent.text


def test_the_answer_counts_once_and_is_thanked_for(texted: Invitation) -> None:
    now = clock.now()
    assert texted.customer is not None
    assert not offer(texted.customer, "Gracias, ya llegaron", now)
    assert offer(texted.customer, "2. Tardaron mucho", now)
    row = Response.objects.get()
    assert (row.satisfaction, row.comment, row.mode, row.pool) == (
        2, "Tardaron mucho", "sms", "invited",
    )  # fmt: skip
    assert Dispatch.objects.get(template="survey_thanks").channel == "sms"
    assert not offer(texted.customer, "5", now)  # a second number is no second answer
    assert Response.objects.count() == 1


def test_a_number_long_after_is_about_something_else(texted: Invitation) -> None:
    later = clock.now() + timedelta(days=8)
    assert texted.customer is not None
    assert not offer(texted.customer, "5", later)
    stranger = Customer.objects.create(phone="303-555-0177", created_at=clock.now())
    assert not offer(stranger, "5", clock.now())
