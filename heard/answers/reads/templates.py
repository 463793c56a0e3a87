"""Which templates fit a case, said as a plain mapping so that this room need not know cases."""

from typing import TypedDict

from django.db.models import Case, Exists, IntegerField, OuterRef, Q, QuerySet, Value, When

from heard.answers.models import ReplyTemplate


class CaseLike(TypedDict, total=False):
    """What matters of a case: the keys of its service and its division."""

    service: int | None
    division: int | None


def templates_for(case: CaseLike, *, limit: int = 50) -> QuerySet[ReplyTemplate]:
    """Active templates that fit: those of the service, then of the division, then for all.

    A template of services fits these alone; one of a division fits all its cases. One query.
    """
    links = ReplyTemplate.services.through.objects.filter(replytemplate=OuterRef("pk"))
    service, division = case.get("service"), case.get("division")
    found = ReplyTemplate.objects.filter(is_active=True).alias(
        of_some=Exists(links), of_service=Exists(links.filter(service=service))
    )
    fits = Q(of_service=True) | Q(of_some=False, division=None)
    if division is not None:
        fits |= Q(of_some=False, division=division)
    nearness = Case(
        When(of_service=True, then=Value(0)),
        When(division__isnull=False, then=Value(1)),
        default=Value(2),
        output_field=IntegerField(),
    )
    return found.filter(fits).order_by(nearness, "name", "pk")[:limit]
