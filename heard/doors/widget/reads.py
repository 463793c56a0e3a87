"""What was said of the city's pages."""

from typing import Any

from django.db.models import Avg, Count, Q, QuerySet

from heard.doors.widget.models import PageRating

GOOD = 4  # from which on a page helped


def pages(words: str = "") -> QuerySet[PageRating, Any]:
    """Each page with its number of ratings, their mean, and how often it helped; most first."""
    rows = PageRating.objects.all()
    if words:
        rows = rows.filter(page__icontains=words)
    return (
        rows.values("page")
        .annotate(n=Count("id"), mean=Avg("rating"), good=Count("id", filter=Q(rating__gte=GOOD)))
        .order_by("-n", "page")
    )


def comments(shown: list[str], each: int = 5) -> dict[str, list[PageRating]]:
    """The newest comments on these pages, in one query."""
    found: dict[str, list[PageRating]] = {page: [] for page in shown}
    rows = PageRating.objects.filter(page__in=shown).exclude(words="").order_by("-at", "-id")
    for row in rows[: len(shown) * each * 4]:
        if len(found[row.page]) < each:
            found[row.page].append(row)
    return found
