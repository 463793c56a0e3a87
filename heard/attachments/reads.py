"""Finding attachments."""

from collections import defaultdict
from collections.abc import Iterable

from django.db.models import QuerySet

from heard.attachments.models import Attachment


def attached(about: str, *, internal: bool = False) -> QuerySet[Attachment]:
    """What came with a thing, oldest first; with what only staff see where ``internal``."""
    found = Attachment.objects.filter(about=about)
    return found if internal else found.filter(is_internal=False)


def by_part(about: str, *, internal: bool = False) -> dict[str, list[Attachment]]:
    """The same under what each came with (``message:40``), in one query."""
    parts: dict[str, list[Attachment]] = defaultdict(list)
    for row in attached(about, internal=internal):
        parts[row.part].append(row)
    return dict(parts)


def counts(abouts: Iterable[str]) -> dict[str, int]:
    """How many attachments each of these things has, in one query."""
    found: dict[str, int] = defaultdict(int)
    for about in Attachment.objects.filter(about__in=list(abouts)).values_list("about", flat=True):
        found[about] += 1
    return dict(found)
