"""A plain row per vote on an answer: did it help? None of the words that were looked for."""

from datetime import date, datetime
from typing import Any, NamedTuple

from django.db.models import Q, QuerySet

from heard.answers.models import AnswerVote
from heard.core.city import city, city_zone
from heard.core.fact_rows import Rows


class VoteFact(NamedTuple):
    """One visitor's word on one public answer. ``voted_on`` is a day in the city's zone."""

    reference: str
    department: str
    division: str
    service: str
    channel: str
    district: str
    voted_at: datetime
    voted_on: date
    answer: str
    language: str
    helped: bool
    zone: str


def _found() -> QuerySet[AnswerVote, AnswerVote]:
    return AnswerVote.objects.select_related("answer__division__department")


def _fact(row: AnswerVote) -> VoteFact:
    division = row.answer.division
    return VoteFact(
        reference=str(row.pk),
        department=division.department.code,
        division=division.code,
        service="",
        channel="web",
        district="",
        answer=row.answer.slug,
        language=row.language,
        voted_at=row.at,
        voted_on=row.at.astimezone(city_zone()).date(),
        helped=row.helped,
        zone=city().zone,
    )


def _public() -> Q:
    return Q(answer__is_public=True)


SOURCE: Any = Rows(_found, _public, ("at",), "at", _fact, key="pk")
