"""Why a case was found: the words around what was searched for, with the hits marked."""

import re
from collections.abc import Iterable, Sequence

from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from heard.cases.models import Case, Message
from heard.cases.search_index import SAID, SAID_LENGTH
from heard.cases.searching import fold, query_of

BEFORE, LONG = 60, 200
MOST_MESSAGES = 25 * SAID
_WORD = re.compile(r"\w+")


def words_of(typed: str) -> tuple[str, ...]:
    """What is looked for, as beginnings of folded words."""
    query = query_of(typed, sees_people=False)
    return (*query.whole, *query.words) if query else ()


def hits(text: str, words: Sequence[str]) -> list[tuple[int, int]]:
    """Where words of the text begin with one that is looked for; accents and case aside."""
    found = []
    for word in _WORD.finditer(text):
        plain = fold(word.group()).strip()
        if any(plain.startswith(w) if len(w) > 1 else plain == w for w in words):
            found.append(word.span())
    return found


def marked(text: str, words: Sequence[str]) -> SafeString:
    """The text, escaped, with its hits in ``<mark>``."""
    parts, end = [], 0
    for start, stop in hits(text, words):
        parts.append(format_html("{}<mark>{}</mark>", text[end:start], text[start:stop]))
        end = stop
    parts.append(format_html("{}", text[end:]))
    return mark_safe("".join(parts))  # noqa: S308 (each part was escaped above)


def snippet(text: str, words: Sequence[str]) -> SafeString | None:
    """Some words around the first hit; None where there is none."""
    found = hits(text, words)
    if not found:
        return None
    begin = max(0, found[0][0] - BEFORE)
    if begin:  # not in the middle of a word
        begin = text.find(" ", begin, found[0][0]) + 1 or found[0][0]
    cut = text[begin : begin + LONG]
    shown = marked(cut, words)
    return format_html(
        "{}{}{}", "… " if begin else "", shown, " …" if begin + LONG < len(text) else ""
    )


def snippets(cases: Iterable[Case], typed: str) -> dict[int, SafeString]:
    """By case: words of its own that fit; of what was said in it where its own do not.

    At most one query, whatever the number of cases.
    """
    words = words_of(typed)
    if not words:
        return {}
    told: dict[int, SafeString] = {}
    rest = []
    for case in cases:
        own = snippet(" · ".join(t for t in (case.title, case.line, case.place) if t), words)  # type: ignore[attr-defined]
        if own is not None:
            told[case.pk] = own
        else:
            rest.append(case.pk)
    return told | _said(rest, words) if rest else told


def _said(cases: list[int], words: Sequence[str]) -> dict[int, SafeString]:
    messages = Message.objects.filter(case__in=cases).order_by("-at", "-id")
    told: dict[int, SafeString] = {}
    for case_id, text in messages.values_list("case_id", "words")[:MOST_MESSAGES]:
        if case_id not in told and (found := snippet(text[:SAID_LENGTH], words)):
            told[case_id] = found
    return told
