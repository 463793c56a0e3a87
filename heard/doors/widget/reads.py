"""What was said of the city's pages: answers of the widget's pool that count."""

from typing import Any

from django.db.models import Avg, Count, Q, QuerySet

from heard.doors.widget.models import PageRating

GOOD = 4  # from which on a page helped


def pages(words: str = "") -> QuerySet[PageRating, Any]:
    """Each page with its number of ratings, their mean, and how often it helped; most first."""
    rows = _counted()
    if words:
        rows = rows.filter(page__icontains=words)
    return (
        rows.values("page")
        .annotate(
            n=Count("id"),
            mean=Avg("response__satisfaction"),
            good=Count("id", filter=Q(response__satisfaction__gte=GOOD)),
        )
        .order_by("-n", "page")
    )


def _counted() -> QuerySet[PageRating, PageRating]:
    return PageRating.objects.filter(response__is_spam=False, response__is_test=False)


def comments(shown: list[str], each: int = 5) -> dict[str, list[PageRating]]:
    """The newest comments on these pages, in one query."""
    found: dict[str, list[PageRating]] = {page: [] for page in shown}
    rows = _counted().filter(page__in=shown).exclude(response__comment="").order_by("-at", "-id")
    rows = rows.select_related("response__invitation", "response__review")
    for row in rows[: len(shown) * each * 4]:
        if len(found[row.page]) < each:
            found[row.page].append(row)
    return found
