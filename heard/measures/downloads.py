"""Files for download, made ahead: the results of each measure as Parquet."""

import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from django.conf import settings

from heard.facts import lake
from heard.measures.definitions import measure, measures
from heard.measures.reads import COUNTS, EXPORTED, columns, exported

SCHEMA = pa.schema(
    {
        "measure": pa.string(),
        "definition": pa.string(),
        "statistic": pa.string(),
        "dimension": pa.string(),
        "period": pa.string(),
        "group": pa.string(),
        "n": pa.int64(),
        "value": pa.float64(),
        "low": pa.float64(),
        "high": pa.float64(),
        "suppressed": pa.bool_(),
        "left_out": pa.int64(),
    }
)
PART_FIELDS = [
    *(pa.field(name, pa.int64()) for name in COUNTS),
    *(pa.field(name, pa.float64()) for name in ("total", "squares")),
]
assert tuple(SCHEMA.names) == EXPORTED
WORDS = [column.name for column in SCHEMA if column.type == pa.string()]
LAYOUT = "3"  # raised whenever the columns change


def place(key: str) -> Path:
    """Where the Parquet file of a measure's results is."""
    return Path(settings.LAKE) / "results" / f"{key}.parquet"


def _layout() -> Path:
    return Path(settings.LAKE) / "results" / "layout"


def laid_out() -> bool:
    """Whether the files have the columns of now."""
    path = _layout()
    return path.exists() and path.read_text() == LAYOUT


def missing() -> bool:
    """Whether a file is not there yet, or has the columns of an older house."""
    return not laid_out() or any(not place(key).exists() for key in measures())


def write(changed: Iterable[str]) -> None:
    """Make the files of measures whose results changed, and those that are missing."""
    anew = not laid_out()
    for key in measures():
        if anew or key in changed or not place(key).exists():
            put_table(key, exported(key), schema_of(key))
    if anew:
        _layout().write_text(LAYOUT)


def schema_of(key: str) -> pa.Schema:
    wanted = columns(measure(key))
    return pa.schema([field for field in [*SCHEMA, *PART_FIELDS] if field.name in wanted])


def put_table(key: str, rows: Iterable[dict[str, Any]], schema: pa.Schema) -> None:
    """Make the Parquet file of a measure's results, and put it in its place at once."""
    put(key, pa.Table.from_pylist(list(rows), schema=schema))


def put(key: str, table: pa.Table) -> None:
    """Put a table in the place of a measure's file, at once."""
    final = place(key)
    final.parent.mkdir(parents=True, exist_ok=True)
    made = final.with_suffix(f".{os.getpid()}.new")
    # Words repeat, and figures hardly: to look for repetition in them costs more than it saves.
    floats = {column.name for column in table.schema if column.type == pa.float64()}
    pq.write_table(
        table, made, use_dictionary=WORDS, write_statistics=["period"], store_schema=False,
        compression={name: "none" if name in floats else "zstd" for name in table.schema.names},
    )  # fmt: skip
    lake.put(made, final)
