"""The engine that queries the lake. Measures are Ibis expressions, so another engine can follow.

Imported by the worker and the console only: loading it takes seconds and memory that web
processes should not spend.
"""

from typing import Any

import ibis

from heard.facts import lake


def connect() -> Any:
    """A connection to the engine: DuckDB in this process, without anything to download."""
    return ibis.duckdb.connect(
        threads=2, memory_limit="1GB", autoinstall_known_extensions=False, TimeZone="UTC"
    )


def table(engine: Any, fact: str) -> Any | None:
    """The rows of a fact as an Ibis table; None while there are none."""
    files = [str(path) for path in lake.files(fact)]
    return engine.read_parquet(files, table_name=fact) if files else None
