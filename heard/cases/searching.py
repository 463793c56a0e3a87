"""Searching cases: what was typed, and the cases whose document has all of it, newest first."""

import re
import unicodedata
from dataclasses import dataclass
from typing import Any

from django.db.models.expressions import RawSQL

from heard.cases.search_index import PART, TABLE, is_sqlite, newest_part
from heard.core.references import LETTERS

SEARCH_LIMIT = 200  # characters of what is typed
WORDS = 8
LARGEST = 2**63 - 1
_PLURAL = re.compile(r"(?<=....)es$|(?<=...)s$")


@dataclass(frozen=True, slots=True)
class Query:
    """What to look for. ``marks`` are filters: of each group one mark must fit.

    ``whole`` words must stand there as they are; of the others a beginning is enough.
    """

    words: tuple[str, ...]
    whole: tuple[str, ...] = ()
    only_people: bool = False
    sees_people: bool = False
    marks: tuple[tuple[str, ...], ...] = ()

    @property
    def is_current(self) -> bool:
        """Whether only current cases are looked at."""
        return ("xopen",) in self.marks


def fold(text: str) -> str:
    """The text as the index keeps it: small letters, no accents, blanks for what is no letter."""
    apart = unicodedata.normalize("NFKD", text.lower())
    return "".join(
        c if unicodedata.category(c)[0] in "LN" else " "
        for c in apart
        if not unicodedata.combining(c)
    )


def is_reference(typed: str) -> bool:
    """Whether this is a whole reference, however it was spaced (no word has only its letters)."""
    plain = re.sub(r"[\s-]", "", typed.upper())
    return len(plain) == 8 and all(letter in LETTERS for letter in plain)


def query_of(
    typed: str, *, sees_people: bool, marks: tuple[tuple[str, ...], ...] = ()
) -> Query | None:
    """What a person typed, understood: a phone number, an address of email, or words.

    None where nothing that can be found is left of it.
    """
    typed = typed[:SEARCH_LIMIT]
    digits = re.sub(r"\D", "", typed)
    if sees_people and len(digits) >= 7 and re.fullmatch(r"[\d\s().+-]+", typed):
        kept = digits[-10:] if len(digits) >= 10 else digits[-7:]
        return Query((kept,), only_people=True, sees_people=True, marks=marks)
    found = tuple(dict.fromkeys(fold(typed).split()))[:WORDS]
    if not found:
        return None
    if sees_people and len(typed.split()) == 1 and "@" in typed.strip("@"):
        # Of an address only the end can be missing, and with a point in its domain not even that.
        # Every beginning of "ana@" and of "mail" would be most of a large city.
        rest = () if "." in typed.rpartition("@")[2].strip(". ") else found[-1:]
        whole = found[: len(found) - len(rest)]
        return Query(rest, whole=whole, only_people=True, sees_people=True, marks=marks)
    words = tuple(dict.fromkeys(map(stem, found)))
    return Query(words, sees_people=sees_people, marks=marks)


def stem(word: str) -> str:
    """The word without its plural, in both languages: the index is asked for what begins so."""
    return _PLURAL.sub("", word) if word.isalpha() and len(word) > 4 else word


def _begins(word: str) -> bool:
    """Whether words that begin so are meant too; a letter alone would begin half of them all."""
    return len(word) > 1


def having(query: Query, limit: int) -> RawSQL:
    """The keys of the newest ``limit`` cases that fit, as part of another query."""
    sql, given = _sqlite(query, limit) if is_sqlite() else _postgres(query, limit)
    return RawSQL(sql, given)  # noqa: S611 - words are parameters


def _sqlite(query: Query, limit: int) -> tuple[str, tuple[Any, ...]]:
    columns = "people" if query.only_people else "words people" if query.sees_people else "words"
    parts = [f'"{word}"{" *" if _begins(word) else ""}' for word in query.words]
    wanted = " AND ".join([*(f'"{word}"' for word in query.whole), *parts])
    match = f"{{{columns}}} : ({wanted})"
    if query.marks:
        groups = " AND ".join("(" + " OR ".join(group) + ")" for group in query.marks)
        match = f"marks : ({groups}) AND {match}"
    # Documents are read from the newest backwards, so a common word costs no more than a rare one.
    return (
        f"SELECT rowid FROM {TABLE} WHERE {TABLE} MATCH %s ORDER BY rowid DESC LIMIT %s",  # noqa: S608
        (match, limit),
    )


def _postgres(query: Query, limit: int) -> tuple[str, tuple[Any, ...]]:
    """Part by part, the newest first, until there are as many as wanted."""
    weights = "A" if query.only_people else "AD" if query.sees_people else "D"
    wanted = [f"{word}:{weights}" for word in query.whole]
    wanted += [f"{word}:{'*' if _begins(word) else ''}{weights}" for word in query.words]
    wanted += ["(" + " | ".join(f"{mark}:B" for mark in group) + ")" for group in query.marks]
    now = "is_current AND " if query.is_current else ""
    one = (
        f"(SELECT case_id FROM {TABLE} WHERE {now}doc @@ %s::tsquery"  # noqa: S608
        " AND case_id >= %s AND case_id < %s ORDER BY case_id DESC LIMIT %s)"
    )
    beyond = newest_part() + 2  # each a part of the table alone: of two together it would sort all
    given: list[Any] = []
    for part in range(beyond, -1, -1):
        above = LARGEST if part == beyond else (part + 1) << PART
        given += [" & ".join(wanted), part << PART, above, limit]
    parts = " UNION ALL ".join([one] * (beyond + 1))
    return f"SELECT case_id FROM ({parts}) found LIMIT %s", (*given, limit)  # noqa: S608
