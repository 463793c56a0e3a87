"""The engine that queries the lake. Measures are Ibis expressions, so another engine can follow.

Imported by the worker and the console only: loading it takes seconds and memory that web
processes should not spend.
"""

from collections.abc import Callable, Hashable
from datetime import datetime
from typing import Any

import ibis
import pyarrow as pa
from django.conf import settings

from heard.facts import lake

MOMENT = "moment"  # a table of one row: dates after it are not judged yet

# Queries already turned into the engine's words, which takes longer than answering them on a
# small city. A house asks the same ones with every refresh; only the moment changes.
_compiled: dict[Hashable, tuple[str, pa.Schema]] = {}


def connect() -> Any:
    """A connection to the engine that ``HEARD_FACTS_ENGINE`` names, as an Ibis backend.

    DuckDB in this process, without anything to download; or a Spark master over the same files.
    """
    if settings.HEARD_FACTS_ENGINE == "duckdb":
        return ibis.duckdb.connect(
            threads=2, memory_limit="1GB", autoinstall_known_extensions=False, TimeZone="UTC"
        )
    from heard.facts import spark  # only who uses it has it installed

    return spark.connect(settings.HEARD_FACTS_ENGINE)


def close(engine: Any) -> None:
    """Done with it. A Spark session takes long to start: it stays, for the next refresh."""
    if engine.name == "duckdb":
        engine.disconnect()


def table(engine: Any, fact: str) -> Any | None:
    """The rows of a fact as an Ibis table; None while there are none."""
    files = [str(path) for path in lake.files(fact)]
    if not files:
        return None
    if engine.name == "duckdb":
        return engine.read_parquet(files, table_name=fact)
    from heard.facts import spark

    return spark.table(engine, fact, files)


def shape(table: Any, fact: str) -> Any:
    """A table of this name and these columns, bound to no connection: what kept queries are of."""
    return ibis.table(table.schema(), name=fact)


def set_moment(engine: Any, at: datetime) -> None:
    """Say what ``moment`` stands for, for this connection."""
    kind, zoned = ("TABLE", "TIMESTAMPTZ") if engine.name == "duckdb" else ("VIEW", "TIMESTAMP")
    engine.raw_sql(
        f"CREATE OR REPLACE TEMP {kind} {MOMENT} AS SELECT {zoned} '{at.isoformat()}' AS as_of"
    )


def moment() -> Any:
    """The moment that was set, to be compared with."""
    return ibis.table({"as_of": "timestamp('UTC')"}, name=MOMENT).as_of.as_scalar()


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
