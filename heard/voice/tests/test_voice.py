"""Asking once, answering once."""

from datetime import timedelta
from typing import Any

import pytest

from heard.core import clock
from heard.core.actors import SYSTEM, Actor
from heard.core.errors import Refused
from heard.core.models import Event
from heard.voice.models import Invitation, Response
from heard.voice.services import COMMENT_LIMIT, TIME_TO_ANSWER, Answers, Subject, answer, invite

ANA = Actor("customer", 1, "Ana")


def invited(customer: Any = None, about: str = "case:17") -> Invitation:
    subject = Subject(about=about, service="pothole", division="streets", channel="web")
    row = invite(subject, customer=customer, language="es", actor=SYSTEM)
    assert row is not None
    return row


def test_a_thing_is_asked_about_once(customer: Any) -> None:
    first = invited(customer)
    assert invited(customer) == first
    with clock.at(clock.now() + timedelta(days=31)):
        assert invited(customer, "case:18") != first
    assert Event.objects.filter(kind="invitation.made").count() == 2
    assert (first.service, first.division, first.language) == ("pothole", "streets", "es")


def test_who_asked_not_to_be_surveyed_is_not(customer: Any) -> None:
    customer.asked_not_to_be_surveyed = True
    assert invite(Subject(about="case:17"), customer=customer, language="en", actor=SYSTEM) is None
    assert not Invitation.objects.exists()


def test_an_anonymous_customer_can_answer_too(town: Any) -> None:
    assert answer(invited(), Answers(satisfaction=4), actor=ANA).satisfaction == 4


def test_the_first_answer_stands(town: Any) -> None:
    row = invited()
    answer(row, Answers(satisfaction=5, comment="Quick!"), actor=ANA)
    with pytest.raises(Refused, match="already answered"):
        answer(row, Answers(satisfaction=1), actor=ANA)
    assert Response.objects.get().satisfaction == 5
    assert Event.objects.filter(kind="response.given").count() == 1


def test_an_invitation_ends(town: Any) -> None:
    row = invited()
    with clock.at(row.asked_at + TIME_TO_ANSWER):
        answer(row, Answers(solved="yes"), actor=ANA)
    other = invited(about="case:18")
    with clock.at(other.asked_at + TIME_TO_ANSWER + timedelta(seconds=1)), pytest.raises(Refused):
        answer(other, Answers(solved="yes"), actor=ANA)


@pytest.mark.parametrize(
    "answers",
    [
        Answers(satisfaction=3),
        Answers(ease=1),
        Answers(solved="partly"),
        Answers(comment="Gracias."),
    ],
)
def test_one_question_is_enough(answers: Answers, town: Any) -> None:
    assert answer(invited(), answers, actor=ANA).pk


@pytest.mark.parametrize(
    ("answers", "field"),
    [
        (Answers(), "satisfaction"),
        (Answers(comment=" \x00 "), "satisfaction"),
        (Answers(satisfaction=0), "satisfaction"),
        (Answers(satisfaction=6), "satisfaction"),
        (Answers(ease=-1), "ease"),
        (Answers(solved="perhaps"), "solved"),
        (Answers(comment="x" * (COMMENT_LIMIT + 1)), "comment"),
    ],
)
def test_a_wrong_answer_says_which_question(answers: Answers, field: str, town: Any) -> None:
    with pytest.raises(Refused) as refused:
        answer(invited(), answers, actor=ANA)
    assert refused.value.field == field
    assert not Response.objects.exists()


def test_a_comment_is_kept_as_text(town: Any) -> None:
    comment = "<b>Muy bien</b>\x07\r\n¡gracias!"
    made = answer(invited(), Answers(comment=comment, may_share=True), actor=ANA)
    made.refresh_from_db()
    assert made.comment == "<b>Muy bien</b>\n¡gracias!"
    assert made.may_share is True
