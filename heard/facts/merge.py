"""Merging staged rows into the months of the lake, with DuckDB."""

# ruff: noqa: S608 - column names are our own, months are checked, paths are quoted

import shutil
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from types import TracebackType
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from heard.facts import lake
from heard.facts.sources import Fact

BATCH = 5000


class Staging:
    """A folder beside the fact's months for what is not in place yet; emptied before and after."""

    def __init__(self, fact: Fact) -> None:
        self.fact = fact
        self.folder = lake.folder(fact.name) / ".staging"
        self.path = self.folder / "staged.parquet"
        self.schema = fact.schema.append(pa.field("month", pa.string()))

    def __enter__(self) -> "Staging":
        shutil.rmtree(self.folder, ignore_errors=True)  # what a killed process left
        self.folder.mkdir(parents=True)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        shutil.rmtree(self.folder, ignore_errors=True)

    def fill(self, rows: Iterable[Any], *, from_month: str = "") -> int:
        """Write the rows of the months from ``from_month`` on, a batch at a time; how many."""
        written = 0
        with pq.ParquetWriter(self.path, self.schema, compression="zstd") as writer:
            for batch in self._batches(rows, from_month):
                writer.write_batch(batch)
                written += batch.num_rows
        return written

    def _batches(self, rows: Iterable[Any], from_month: str) -> Iterator[pa.RecordBatch]:
        day = self.fact.schema.get_field_index(self.fact.day)
        source = iter(rows)
        while some := list(islice(source, BATCH)):
            kept = [(*row, month) for row in some if (month := f"{row[day]:%Y-%m}") >= from_month]
            if not kept:
                continue
            columns = [
                pa.array(values, type=column.type)
                for values, column in zip(zip(*kept, strict=True), self.schema, strict=True)
            ]
            yield pa.RecordBatch.from_arrays(columns, schema=self.schema)


class Merger:
    """Puts staged rows into their months; writes only months that come out different."""

    def __init__(self, staging: Staging) -> None:
        self.fact = staging.fact
        self.folder = staging.folder
        self.con = duckdb.connect(
            config={
                "temp_directory": str(staging.folder / "spill"),
                "memory_limit": "512MB",
                "threads": 2,
                "autoinstall_known_extensions": False,
            }
        )
        self.con.execute("SET TimeZone = 'UTC'")
        self.con.execute(f"CREATE VIEW staged AS SELECT * FROM {_parquet([staging.path])}")
        self.columns = ", ".join(self.fact.schema.names)

    def close(self) -> None:
        """Let go of memory and spilled files."""
        self.con.close()

    def changed(self, gone: list[str]) -> list[str]:
        """Merge staged rows by key, and take out the keys of ``gone``. The months written."""
        self.con.register("gone", pa.table({"key": pa.array(gone, pa.string())}))
        key = self.fact.key
        self.con.execute(
            f"CREATE TEMP TABLE keys AS SELECT {key} AS key FROM staged UNION SELECT key FROM gone"
        )
        touched = self._staged_months() | self._months_with_keys()
        return self._write(
            touched,
            lambda month: (
                f"SELECT {self.columns} FROM {_old(self.fact, month)} AS old "
                f"WHERE old.{key} NOT IN (SELECT key FROM keys) "
                f"UNION ALL {self._staged(month)}"
            ),
        )

    def replaced(self, *, from_month: str = "") -> list[str]:
        """Let the staged rows be all there is, from a month on. The months written."""
        held = {month for month in lake.months(self.fact.name) if month >= from_month}
        return self._write(held | self._staged_months(), self._staged)

    def _staged(self, month: str) -> str:
        return f"SELECT {self.columns} FROM staged WHERE month = '{month}'"

    def _staged_months(self) -> set[str]:
        found = self.con.execute("SELECT DISTINCT month FROM staged").fetchall()
        return {month for (month,) in found}

    def _months_with_keys(self) -> set[str]:
        """The months that hold a changed row now: it may have moved to another month."""
        files = lake.files(self.fact.name)
        if not files:
            return set()
        found = self.con.execute(
            f"SELECT DISTINCT month FROM {_parquet(files)} "
            f"WHERE {self.fact.key} IN (SELECT key FROM keys)"
        ).fetchall()
        return {month for (month,) in found}

    def _write(self, months: Iterable[str], query: Any) -> list[str]:
        return [month for month in sorted(months) if self._write_month(month, query(month))]

    def _write_month(self, month: str, query: str) -> bool:
        """Put the month's new file in place. False where nothing in it would be different."""
        self.con.execute(f"CREATE OR REPLACE TEMP VIEW new AS {query}")
        rows, different = self._compared(month)
        if not different:
            return False
        if not rows:
            lake.drop_month(self.fact.name, month)
            return True
        made = self.folder / f"{month}.parquet"
        self.con.execute(
            f"COPY (SELECT * FROM new ORDER BY {self.fact.moment}, {self.fact.key}) "
            f"TO {_text(made)} (FORMAT parquet, COMPRESSION zstd)"
        )
        lake.put(made, lake.month_file(self.fact.name, month))
        return True

    def _compared(self, month: str) -> tuple[int, bool]:
        rows = self._number("SELECT count(*) FROM new")
        old = _old(self.fact, month)
        if not lake.month_file(self.fact.name, month).exists():
            return rows, rows > 0
        if rows != self._number(f"SELECT count(*) FROM {old}"):
            return rows, True
        other = f"SELECT count(*) FROM (FROM new EXCEPT ALL SELECT {self.columns} FROM {old})"
        return rows, self._number(other) > 0

    def _number(self, query: str) -> int:
        found = self.con.execute(query).fetchone()
        assert found is not None
        return int(found[0])


def _text(path: Path) -> str:
    return "'" + str(path).replace("'", "''") + "'"


def _parquet(paths: Iterable[Path]) -> str:
    """The files as a table; the folder's name gives the column ``month``, kept as text."""
    listed = ", ".join(_text(path) for path in paths)
    by_month = "month=" in listed
    options = f"hive_partitioning = {by_month}, hive_types_autocast = false"
    return f"read_parquet([{listed}], {options})"


def _old(fact: Fact, month: str) -> str:
    """The month as it is in the lake; an empty table of the same columns where it is not there."""
    path = lake.month_file(fact.name, month)
    return _parquet([path]) if path.exists() else "(SELECT * FROM staged WHERE false)"
