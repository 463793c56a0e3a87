"""Looking for what begins with some letters, by an index, on each database in the way it can."""

from typing import Any

from django.db.models import CharField, Lookup

LAST = "\U0010ffff"  # no text has it, so it stands after whatever begins with the same letters


@CharField.register_lookup
class Begins(Lookup[str]):
    """``field__begins="rui"``, case sensitive, for a column with ``db_index=True``.

    Django's own ``startswith`` becomes a ``LIKE ... ESCAPE`` on SQLite, which walks the whole
    table. A range does the same by the index, since SQLite compares text byte by byte. PostgreSQL
    compares by the rules of a language, so there it is ``LIKE``, served by the pattern index that
    Django makes beside each indexed text column.
    """

    lookup_name = "begins"
    prepare_rhs = True

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        """``column LIKE 'rui%'`` with the special characters of ``LIKE`` taken as letters."""
        left, left_params = self.process_lhs(compiler, connection)
        pattern = connection.ops.prep_for_like_query(str(self.rhs)) + "%"
        return f"{left} LIKE %s", (*left_params, pattern)

    def as_sqlite(self, compiler: Any, connection: Any, **rest: Any) -> tuple[str, tuple[Any, ...]]:
        """``column >= 'rui' AND column < 'rui' || last``."""
        left, left_params = self.process_lhs(compiler, connection)
        start = str(self.rhs)
        params = (*left_params, start, *left_params, start + LAST)
        return f"({left} >= %s AND {left} < %s)", params
