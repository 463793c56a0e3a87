"""Several small reads in one query: what a page needs, without a journey for each piece.

Each part is an ordinary queryset, compiled by Django for the database at hand; here they are only
put side by side. Its rows come back as plain text, since parts of different tables share columns.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import CharField, DateTimeField, Expression, F, QuerySet, TextField, Value
from django.db.models.expressions import RawSQL
from django.db.models.functions import Cast

COLUMNS = 6


@dataclass(frozen=True, slots=True)
class Part:
    """One of the reads: rows in their order, already cut to how many are wanted.

    ``at`` names the field that says when ("" for none); ``texts`` (at most six names or
    expressions) come back as strings, None where there is nothing.
    """

    rows: QuerySet[Any]
    at: str
    texts: tuple[str | Expression, ...] = ()
    limit: int = 100


@dataclass(frozen=True, slots=True)
class Found:
    """One row: its key, its time (or None), and its texts (or None) in the order asked for."""

    pk: int
    at: Any
    texts: tuple[Any, ...]


def gather(parts: Mapping[str, Part]) -> dict[str, list[Found]]:
    """All parts in one query. Every name asked for is in the answer, if with no rows."""
    found: dict[str, list[Found]] = {name: [] for name in parts}
    pieces: list[str] = []
    given: list[Any] = []
    for name, part in parts.items():
        try:
            sql, params = _compiled(name, part)
        except EmptyResultSet:
            continue
        pieces.append(f"SELECT * FROM ({sql}) part{len(pieces)}")  # noqa: S608
        given += params
    if not pieces:
        return found
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(pieces), given)
        for name, pk, at, *texts in cursor.fetchall():
            found[name].append(Found(pk, moment_of(at), tuple(texts)))
    return found


def _compiled(name: str, part: Part) -> tuple[str, tuple[Any, ...]]:
    texts: list[Any] = [F(text) if isinstance(text, str) else text for text in part.texts]
    texts += [Value("")] * (COLUMNS - len(texts))
    named = {f"text{n}": Cast(text, TextField()) for n, text in enumerate(texts)}
    at = F(part.at) if part.at else Cast(Value(None), DateTimeField())
    rows = part.rows.annotate(
        part_name=Value(name, output_field=CharField()), part_at=at, **named
    ).values_list("part_name", "pk", "part_at", *named)[: part.limit]
    return rows.query.sql_with_params()  # type: ignore[no-any-return]


def moment_of(value: Any) -> datetime | None:
    """A time as the driver gave it: SQLite keeps text, in UTC."""
    if isinstance(value, str):
        value = datetime.fromisoformat(value)
    if value is None or value.tzinfo is not None:
        return value  # type: ignore[no-any-return]
    return value.replace(tzinfo=UTC)  # type: ignore[no-any-return]


def count_up_to(limit: int, wanted: Mapping[str, QuerySet[Any]]) -> dict[str, int]:
    """How many rows each queryset has, counted no further than ``limit``. One query."""
    counts = dict.fromkeys(wanted, 0)
    pieces, names = [], []
    given: list[Any] = []
    for name, rows in wanted.items():
        try:
            sql, params = rows.order_by().values_list("pk")[:limit].query.sql_with_params()
        except EmptyResultSet:
            continue
        pieces.append(f"(SELECT COUNT(*) FROM ({sql}) counted)")  # noqa: S608
        names.append(name)
        given += params
    if pieces:
        with connection.cursor() as cursor:
            cursor.execute("SELECT " + ", ".join(pieces), given)
            counts |= dict(zip(names, cursor.fetchone(), strict=True))
    return counts


def either(*wanted: QuerySet[Any]) -> RawSQL:
    """The keys in any of the querysets, each cut on its own, to be filtered by with ``pk__in``.

    Two ``IN`` joined by ``OR`` make PostgreSQL look at every row; one over a union does not.
    """
    pieces: list[str] = []
    given: list[Any] = []
    for rows in wanted:
        try:
            sql, params = rows.values_list("pk").query.sql_with_params()
        except EmptyResultSet:
            continue
        pieces.append(f"SELECT * FROM ({sql}) half{len(pieces)}")  # noqa: S608
        given += params
    return RawSQL(" UNION ".join(pieces or ["SELECT NULL"]), given)  # noqa: S611
