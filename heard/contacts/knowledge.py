"""Answers as contacts used them: which were given, and after which people came back."""

from collections.abc import Collection, Mapping

from django.db.models import Count, Q

from heard.answers.reads.failures import CameBack
from heard.contacts.models import Contact


def given_and_back(answer_ids: Collection[int]) -> Mapping[int, CameBack]:
    """How often each answer was given to somebody we know, and how many of them came back."""
    counted = (
        Contact.objects.filter(answer__in=answer_ids, customer__isnull=False)
        .order_by()
        .values("answer")
        .annotate(given=Count("pk"), back=Count("pk", filter=Q(came_back_at__isnull=False)))
    )
    return {row["answer"]: CameBack(row["given"], row["back"]) for row in counted}
