"""Many rows of one table in one statement each way.

Django's ``bulk_create`` builds a model and a piece of SQL per row, which takes most of the time of
a large import; ``bulk_update`` is slower still. Here the statement is written once and sent with
the values of all rows (``executemany``; PostgreSQL takes new rows by ``COPY``, as one statement),
prepared by the model's own fields.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from django.db import connection, models

Prepare = Callable[[Any], Any]


def insert_many(like: models.Model, names: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Insert rows of the model of ``like``: ``names`` per row, everything else as ``like`` has it.

    ``names`` are attribute names (``service_id``). Database defaults, signals and ``save`` are not
    used; keys are given by the database and not returned.
    """
    fields = [f for f in like._meta.concrete_fields if not f.primary_key and not f.generated]
    same = {f.attname: _prepare(f)(getattr(like, f.attname)) for f in fields}
    varying = [(names.index(f.attname) if f.attname in names else None, f) for f in fields]
    ways = [(place, _prepare(f), same[f.attname]) for place, f in varying]
    columns = ", ".join(_quoted(f.column) for f in fields)
    into = f"{_quoted(like._meta.db_table)} ({columns})"
    marks = ", ".join(["%s"] * len(fields))
    values = (
        tuple(value if place is None else way(row[place]) for place, way, value in ways)
        for row in rows
    )
    if connection.vendor == "postgresql":
        _copy(into, values)
    else:
        _send(f"INSERT INTO {into} VALUES ({marks})", list(values))  # noqa: S608


def update_many(
    model: type[models.Model], names: Sequence[str], rows: Iterable[tuple[int, Sequence[Any]]]
) -> None:
    """Set ``names`` of rows of a model, each given as its key and the values in that order."""
    fields = {f.attname: f for f in model._meta.concrete_fields}
    ways = [_prepare(fields[name]) for name in names]
    sets = ", ".join(f"{_quoted(fields[name].column)} = %s" for name in names)
    key = model._meta.pk
    assert key is not None
    _send(
        f"UPDATE {_quoted(model._meta.db_table)} SET {sets} "  # noqa: S608
        f"WHERE {_quoted(key.column)} = %s",
        [
            (*(way(value) for way, value in zip(ways, values, strict=True)), pk)
            for pk, values in rows
        ],
    )


def _prepare(field: "models.Field[Any, Any]") -> Prepare:
    """How a field hands a value to the database; plain texts and numbers go as they are."""
    plain = (models.CharField, models.TextField, models.FloatField, models.IntegerField)
    if isinstance(field, (*plain, models.ForeignKey)):
        return lambda value: value
    return lambda value: field.get_db_prep_save(value, connection)


def _quoted(name: str | None) -> str:
    assert name is not None
    return connection.ops.quote_name(name)


def tell_planner() -> None:
    """After many new rows: let PostgreSQL count them now, not a minute later by itself.

    Until it has, it plans for the tables as they were, and the first refresh of the measures after
    the first import takes minutes in place of seconds.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")


def _copy(into: str, rows: Iterable[tuple[Any, ...]]) -> None:
    with connection.cursor() as cursor, cursor.copy(f"COPY {into} FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row)


def _send(sql: str, rows: list[tuple[Any, ...]]) -> None:
    if rows:
        with connection.cursor() as cursor:
            cursor.executemany(sql, rows)
