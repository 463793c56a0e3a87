"""Merging staged rows into the months of the lake: a few rows by Arrow, many with DuckDB."""

# ruff: noqa: S608 - column names are our own, months are checked, paths are quoted

import os
import shutil
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from types import TracebackType
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from heard.facts import changes, lake
from heard.facts.sources import Fact

BATCH = 5000
MANY = 200_000  # rows: more than these are not merged in memory, nor noted one by one
GROUP = 122_880  # rows of a row group, as DuckDB makes them
THREADS = 2


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


@dataclass(frozen=True)
class Month:
    """A month made anew but not in place yet; ``made`` is None where no row is left in it."""

    name: str
    made: Path | None
    leaving: pa.Table
    coming: pa.Table


class Merger:
    """Puts staged rows into their months; writes only months that come out different."""

    def __init__(self, staging: Staging) -> None:
        self.fact = staging.fact
        self.folder = staging.folder
        self.path = staging.path
        self.con = duckdb.connect(
            config={
                "temp_directory": str(staging.folder / "spill"),
                "memory_limit": "512MB",
                "threads": THREADS,
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
        touched = sorted(self._staged_months() | self._months_with_keys())
        if pq.read_metadata(self.path).num_rows > MANY:
            return self._write(touched, self._merged)
        staged = pq.read_table(self.path)
        keys = self.con.sql("FROM keys").to_arrow_table().column("key").combine_chunks()
        with ThreadPoolExecutor(THREADS) as threads:
            months = [*threads.map(lambda month: self._month(month, staged, keys), touched)]
            return self._put([month for month in months if month is not None], threads)

    def replaced(self, *, from_month: str = "") -> list[str]:
        """Let the staged rows be all there is, from a month on. The months written."""
        held = {month for month in lake.months(self.fact.name) if month >= from_month}
        return self._write(held | self._staged_months(), self._staged)

    def _month(self, month: str, staged: pa.Table, keys: pa.Array) -> Month | None:
        """A month with the changed rows in it, made beside its place; None if none is different."""
        old = _read(self.fact, month)
        is_changed = pc.is_in(old[self.fact.key], keys)
        leaving = _plain(old.filter(is_changed), self.fact)
        coming = _plain(staged.filter(pc.equal(staged["month"], month)), self.fact)
        if _sorted(leaving, self.fact).equals(_sorted(coming, self.fact)):
            return None
        staying = old.filter(pc.invert(is_changed))
        # DuckDB writes a column without a gap as one that may have none.
        schema = pa.schema([field.with_nullable(True) for field in staying.schema])
        new = pa.concat_tables([staying.cast(schema), coming.cast(schema)]).unify_dictionaries()
        if not new.num_rows:
            return Month(month, None, leaving, coming)
        made = self.folder / f"{month}.parquet"
        pq.write_table(
            _sorted(new, self.fact), made, compression="zstd", row_group_size=GROUP,
            use_dictionary=_repeating(self.fact), store_schema=False,
            write_statistics=_by_time(self.fact),
        )  # fmt: skip
        return Month(month, made, leaving, coming)

    def _put(self, months: list[Month], threads: ThreadPoolExecutor) -> list[str]:
        """Note what changes, then let it be so."""
        if not months:
            return []
        steps = {month.name: self._step(month) for month in months}
        changes.note(self.fact, self._both(months), steps)
        list(threads.map(self._put_month, months))
        return [month.name for month in months]

    def _step(self, month: Month) -> changes.Step:
        before = changes.stamp(lake.month_file(self.fact.name, month.name))
        if month.made is None:
            return before, None
        after = changes.stamp(month.made)
        if before is not None and after == before:  # never twice the same, however coarse the clock
            os.utime(month.made, ns=(before[1] + 1, before[1] + 1))
            after = changes.stamp(month.made)
        return before, after

    def _both(self, months: list[Month]) -> Iterator[pa.Table]:
        for month in months:
            for rows, is_new in ((month.leaving, False), (month.coming, True)):
                yield rows.append_column(
                    changes.IS_NEW, pa.array([is_new] * rows.num_rows, pa.bool_())
                )

    def _put_month(self, month: Month) -> None:
        if month.made is None:
            lake.drop_month(self.fact.name, month.name)
        else:
            lake.put(month.made, lake.month_file(self.fact.name, month.name))

    def _merged(self, month: str) -> str:
        return (
            f"SELECT {self.columns} FROM {_old(self.fact, month)} AS old "
            f"WHERE old.{self.fact.key} NOT IN (SELECT key FROM keys) "
            f"UNION ALL {self._staged(month)}"
        )

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


def _repeating(fact: Fact) -> list[str]:
    """Columns of few different values: kept as numbers of a list, in the file and in memory."""
    days = [column.name for column in fact.schema if pa.types.is_date(column.type)]
    words = [column.name for column in fact.schema if column.type == pa.string()]
    return [name for name in (*days, *words) if name != fact.key]


def _by_time(fact: Fact) -> list[str]:
    """Columns by which a reader skips files; what lies between two words tells nobody anything."""
    return [
        column.name
        for column in fact.schema
        if pa.types.is_date(column.type) or pa.types.is_timestamp(column.type)
    ]


def _read(fact: Fact, month: str) -> pa.Table:
    """The month as it is in the lake, repeated words as numbers of a list."""
    path = lake.month_file(fact.name, month)
    if not path.exists():
        return fact.schema.empty_table()
    words = [name for name in _repeating(fact) if fact.schema.field(name).type == pa.string()]
    # As a file, not a folder of many: the month in the path is not a column of the fact.
    found = pq.ParquetFile(path, read_dictionary=words).read(use_threads=False)
    return found.select(fact.schema.names)


def _plain(rows: pa.Table, fact: Fact) -> pa.Table:
    return rows.select(fact.schema.names).cast(fact.schema)


def _sorted(rows: pa.Table, fact: Fact) -> pa.Table:
    ordered = rows.sort_by([(fact.moment, "ascending"), (fact.key, "ascending")])
    return ordered.combine_chunks()


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
