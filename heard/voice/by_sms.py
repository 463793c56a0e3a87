"""Answers by text message: a number, perhaps with a sentence behind it."""

import re
from datetime import datetime, timedelta

from django.conf import settings

from heard.core import clock
from heard.core.errors import Refused
from heard.people.models import Customer
from heard.post.services import dispatch
from heard.voice.instruments import asked_by, version_of
from heard.voice.models import Invitation, Response
from heard.voice.questions import Question
from heard.voice.services import Answers, answer

WITHIN = timedelta(days=7)  # a number sent later is more likely about something else
NUMBERS = {
    "zero": 0, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7,
    "eight": 8, "nine": 9, "ten": 10, "cero": 0, "uno": 1, "una": 1, "dos": 2, "tres": 3,
    "cuatro": 4, "cinco": 5, "seis": 6, "siete": 7, "ocho": 8, "nueve": 9, "diez": 10,
}  # fmt: skip
# A number of the scale, not the beginning of a date, a time, an amount or a house number.
_REPLY = re.compile(
    r"\s*(?P<number>\d{1,2}|[a-z]+)\s*(?:/\s*(?:5|7|10)\b|stars?\b|estrellas?\b|★+)?"
    r"\s*(?:[.,;:!)–—-]+\s+|\s+[-–—]\s*|\n+|[.!]*\Z)(?P<words>.*)\Z",
    re.IGNORECASE | re.DOTALL,
)


def understood(text: str, question: Question) -> tuple[int, str] | None:
    """The number of the scale and the words behind it; None where it is something else.

    "5", "five", "5/5", "4. Quick and kind", "2 - nobody came" are answers; "5 potholes", "at 5 pm",
    "12 Elm Street" and a number off the scale are not: they go on to people.
    """
    if question.scale is None:
        return None
    hit = _REPLY.match(text)
    if hit is None:
        return None
    said = hit["number"].lower()
    number = int(said) if said.isdigit() else NUMBERS.get(said)
    low, high = question.scale
    if number is None or not low <= number <= high:
        return None
    return number, hit["words"].strip()


def take_answer(customer: Customer, text: str, at: datetime) -> bool:
    """Take an inbound text message as the answer to the survey last sent by text, if it is one."""
    found = (
        Invitation.objects.filter(
            customer=customer, via=Invitation.Via.SMS, response=None, withdrawn_at=None,
            asked_at__gt=at - WITHIN, expires_at__gt=clock.now(),
        )
        .select_related("version__instrument")
        .order_by("-asked_at")
        .first()
    )  # fmt: skip
    if found is None:
        return False
    questions = asked_by(version_of(found))
    reply = understood(text, questions[0])
    if reply is None:
        return False
    number, words = reply
    has_comment = any(one.kind == "comment" for one in questions)
    first = questions[0].key
    answers = Answers(
        satisfaction=number if first == "satisfaction" else None,
        ease=number if first == "ease" else None,
        comment=words if has_comment else "",
        more={} if first in ("satisfaction", "ease") else {first: number},
    )
    try:
        answer(found, answers, actor=customer.as_actor(), mode=Response.Mode.SMS)
    except Refused:
        return False
    _thank(found, customer)
    return True


def _thank(row: Invitation, customer: Customer) -> None:
    dispatch(
        key=f"survey-thanks-{row.pk}", template="survey_thanks", to=customer,
        about=f"survey:{row.pk}", language=row.language, channel="sms",
        context={"link": f"{settings.HEARD_URL}{row.path()}", "contact": None},
    )  # fmt: skip
