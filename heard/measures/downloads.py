"""Files for download, made ahead: the results of each measure as Parquet."""

import os
from collections.abc import Iterable
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
from django.conf import settings

from heard.facts import lake
from heard.measures.definitions import measure, measures
from heard.measures.reads import ANSWERS, EXPORTED, columns, exported

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
ANSWER_FIELDS = [pa.field(name, pa.int64()) for name in ANSWERS]
assert tuple(SCHEMA.names) == EXPORTED


def place(key: str) -> Path:
    """Where the Parquet file of a measure's results is."""
    return Path(settings.LAKE) / "results" / f"{key}.parquet"


def missing() -> bool:
    """Whether a file is not there yet."""
    return any(not place(key).exists() for key in measures())


def write(changed: Iterable[str]) -> None:
    """Make the files of measures whose results changed, and those that are missing."""
    for key in measures():
        if key in changed or not place(key).exists():
            _write(key)


def _write(key: str) -> None:
    final = place(key)
    final.parent.mkdir(parents=True, exist_ok=True)
    made = final.with_suffix(f".{os.getpid()}.new")
    wanted = columns(measure(key))
    schema = pa.schema([field for field in [*SCHEMA, *ANSWER_FIELDS] if field.name in wanted])
    table = pa.Table.from_pylist(list(exported(key)), schema=schema)
    pq.write_table(table, made, compression="zstd")
    lake.put(made, final)
