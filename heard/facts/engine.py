"""The engine that queries the lake. Measures are Ibis expressions, so another engine can follow.

Imported by the worker and the console only: loading it takes seconds and memory that web
processes should not spend.
"""

from collections.abc import Callable, Hashable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import ibis
import pyarrow as pa
from django.conf import settings

from heard.core.city import city_zone
from heard.facts import lake

MOMENT = "moment"  # a table of one row: dates after it are not judged yet
TODAY = "moment_day"  # another: the city's day of it

# Queries already turned into the engine's words, which takes longer than answering them on a
# small city. A house asks the same ones with every refresh; only the moment changes.
_compiled: dict[Hashable, tuple[str, pa.Schema]] = {}


def connect() -> Any:
    """A connection to the engine that ``HEARD_FACTS_ENGINE`` names, as an Ibis backend.

    DuckDB in this process, without anything to download; or a Spark master over the same files.
    """
    if settings.HEARD_FACTS_ENGINE == "duckdb":
        return ibis.duckdb.connect(
            threads=2,
            memory_limit="512MB",
            temp_directory=str(lake.root() / ".spill"),
            autoinstall_known_extensions=False,
            TimeZone="UTC",
        )
    from heard.facts import spark  # only who uses it has it installed

    return spark.connect(settings.HEARD_FACTS_ENGINE)


def close(engine: Any) -> None:
    """Done with it. A Spark session takes long to start: it stays, for the next refresh."""
    if engine.name == "duckdb":
        engine.disconnect()


def table(engine: Any, fact: str, *, name: str = "", files: Sequence[Path] = ()) -> Any | None:
    """The rows of a fact as an Ibis table; None while there are none.

    ``name``: of the table, that of the fact if not given; ``files``: others than those of the fact.
    """
    paths = [str(path) for path in files or lake.files(fact)]
    if not paths:
        return None
    if engine.name == "duckdb":
        return engine.read_parquet(paths, table_name=name or fact)
    from heard.facts import spark

    return spark.table(engine, name or fact, paths)


def hold(engine: Any, name: str, query: str) -> None:
    """Let a table of this name be what the query gives: asked once, and then many things of it.

    In DuckDB it is read into memory, or onto the disk where that is not enough.
    """
    kind = "TABLE" if engine.name == "duckdb" else "VIEW"
    engine.raw_sql(f"CREATE OR REPLACE TEMP {kind} {name} AS {query}")


def view(engine: Any, name: str, query: str) -> None:
    """Let a name stand for a query, which is asked each time."""
    engine.raw_sql(f"CREATE OR REPLACE TEMP VIEW {name} AS {query}")


def let_go(engine: Any, name: str, *, is_view: bool = False) -> None:
    """Forget a table that was held, or a view."""
    kind = "VIEW" if is_view or engine.name != "duckdb" else "TABLE"
    engine.raw_sql(f"DROP {kind} IF EXISTS {name}")


def shape(table: Any, fact: str) -> Any:
    """A table of this name and these columns, bound to no connection: what kept queries are of."""
    return ibis.table(table.schema(), name=fact)


def set_moment(engine: Any, at: datetime) -> None:
    """Say what ``moment`` stands for, for this connection."""
    kind, zoned = ("TABLE", "TIMESTAMPTZ") if engine.name == "duckdb" else ("VIEW", "TIMESTAMP")
    engine.raw_sql(
        f"CREATE OR REPLACE TEMP {kind} {MOMENT} AS SELECT {zoned} '{at.isoformat()}' AS as_of"
    )
    day = at.astimezone(city_zone()).date()
    engine.raw_sql(f"CREATE OR REPLACE TEMP {kind} {TODAY} AS SELECT DATE '{day}' AS today")


def moment() -> Any:
    """The moment that was set, to be compared with."""
    return ibis.table({"as_of": "timestamp('UTC')"}, name=MOMENT).as_of.as_scalar()


def today(as_of: Any) -> Any:
    """The city's day of a moment: of the one that was set, or of one that is written out."""
    if not isinstance(as_of, datetime):
        written = as_of.op()
        if not isinstance(written, ibis.expr.operations.Literal):
            return ibis.table({"today": "date"}, name=TODAY).today.as_scalar()
        as_of = written.value
    return ibis.literal(as_of.astimezone(city_zone()).date())


def answer(engine: Any, key: Hashable, build: Callable[[], Any]) -> pa.Table:
    """Ask a query and give its rows; it is built and compiled only the first time.

    ``build`` makes the expression from ``shape``s and ``moment``; ``key`` says everything else
    that it depends on, the columns of its tables among it.
    """
    if (engine.name, key) not in _compiled:
        query = build()
        _compiled[engine.name, key] = engine.compile(query), query.schema().to_pyarrow()
    sql, columns = _compiled[engine.name, key]
    if engine.name == "duckdb":
        found: pa.Table = engine.con.sql(sql).to_arrow_table()
    else:
        found = engine.raw_sql(sql).toArrow()
    return found.select(columns.names).cast(columns)
