"""Reading mentions: lists, and what became of our answers."""

from datetime import datetime, timedelta

from django.db.models import F, QuerySet

from heard.mentions.models import Mention, MentionAnswer
from heard.post.models import Dispatch

WATCHED = timedelta(days=90)  # how long after a post we look whether it is still there
LONGEST_LIST = 1000


def listed(*, state: str = "", tone: str = "", words: str = "") -> QuerySet[Mention]:
    """Mentions that fit, latest first, bounded. ``tone`` "none" means not judged."""
    rows = Mention.objects.all()
    if state:
        rows = rows.filter(state=state)
    if tone:
        rows = rows.filter(tone="" if tone == "none" else tone)
    if words:
        rows = rows.filter(text__icontains=words)
    return rows[:LONGEST_LIST]


def waiting() -> int:
    """How many nobody has dealt with."""
    return Mention.objects.filter(state=Mention.State.NEW).count()


def of_case(case_id: int) -> list[Mention]:
    """The mentions a case was opened from."""
    return list(Mention.objects.filter(about=f"case:{case_id}").order_by("at", "id")[:20])


def answers_with_fate(mention: Mention) -> list[tuple[MentionAnswer, Dispatch | None]]:
    """Our answers and what became of each; two queries."""
    answers = list(mention.answers.select_related("staff"))
    sent = Dispatch.objects.in_bulk([a.dispatch_key for a in answers], field_name="key")
    return [(each, sent.get(each.dispatch_key)) for each in answers]


def to_check(source: str, now: datetime, limit: int) -> list[Mention]:
    """Posts of a source to look up again: those looked at longest ago first."""
    here = Mention.objects.filter(source=source, at__gte=now - WATCHED)
    here = here.exclude(state=Mention.State.DELETED)
    return list(here.order_by(F("checked_at").asc(nulls_first=True), "id")[:limit])
