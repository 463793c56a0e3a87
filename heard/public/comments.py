"""What customers wrote, beside the measures made of their answers."""

from heard.measures.definitions import ALL, Definition
from heard.people.models import Division
from heard.voice.comments import publishable
from heard.voice.models import Comment
from heard.voice.reports.scores import by_group
from heard.voice.reports.slices import Slice, months_back
from heard_stats import SMALL_COMMENT

MONTHS, SHOWN = 12, 4


def comments_beside(card: Definition, by: str, group: str) -> tuple[list[Comment], dict[str, str]]:
    """The latest published comments of the year, and the names of their divisions.

    Of the city or of one division, and only from divisions of which enough people answered: among
    few, a way of writing gives somebody away. The same rule as on the pages of what customers say.
    """
    if card.source != "responses" or by not in (ALL, "division"):
        return [], {}
    first, last = months_back(MONTHS)
    of = Slice(first, last)
    speak = [one.code for one in by_group(of, "division", {}) if (one.n or 0) >= SMALL_COMMENT]
    codes = [code for code in speak if by == ALL or code == group]
    found = Comment.objects.filter(
        publishable(), division__in=codes, response__pool__in=of.pools, at__gte=of.since
    ).select_related("response")[:SHOWN]
    names = {row.code: str(row) for row in Division.objects.filter(code__in=codes)}
    return list(found), names
