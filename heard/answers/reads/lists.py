"""Answers in lists: on show, of a service, at the desk, and those to look at again."""

from datetime import date

from django.db.models import Count, F, Q, QuerySet

from heard.answers.models import Answer, AnswerVersion
from heard.catalogue.models import Service
from heard.core import clock
from heard.core.city import city


def today() -> date:
    """The day it is in the city."""
    return clock.local_day(clock.now(), city().zone)


def published(*, for_staff: bool = False) -> QuerySet[Answer]:
    """Answers on show: to everybody, or to staff, who see those kept for the desk besides."""
    shown = Answer.objects.filter(state=Answer.State.PUBLISHED)
    return shown if for_staff else shown.filter(is_public=True)


def of_service(service_id: int, *, for_staff: bool = False, limit: int = 6) -> list[Answer]:
    """The answers on show that belong to a service, in one query."""
    return list(published(for_staff=for_staff).filter(services=service_id)[:limit])


def services_with_answers() -> list[Service]:
    """Offered services that some public answer belongs to, by code."""
    ours = Answer.services.through.objects.filter(
        answer__state=Answer.State.PUBLISHED, answer__is_public=True
    )
    return list(
        Service.objects.filter(
            pk__in=ours.values("service_id"), is_active=True, is_public=True
        ).only("code", "name", "group")
    )


def at_desk() -> QuerySet[Answer]:
    """All answers as the desk lists them, each with its votes counted."""
    return Answer.objects.select_related("division", "owner").annotate(
        votes_all=Count("votes"), votes_yes=Count("votes", filter=Q(votes__helped=True))
    )


def stale(on: date | None = None) -> QuerySet[Answer]:
    """Published answers whose day of review has passed, the longest overdue first."""
    return Answer.objects.filter(
        state=Answer.State.PUBLISHED, review_on__lt=on or today()
    ).order_by("review_on", "slug")


def version_of(answer: Answer, number: int) -> AnswerVersion | None:
    """An earlier version of an answer."""
    return answer.versions.filter(number=number).first()


def by_need(rows: QuerySet[Answer]) -> QuerySet[Answer]:
    """What needs attention first: the earliest day of review."""
    return rows.order_by(F("review_on").asc(), "slug")
