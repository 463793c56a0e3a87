"""Merging staged rows into the months of the lake: a few rows by Arrow, many with DuckDB."""

# ruff: noqa: S608 - column names are our own, months are checked, paths are quoted

import os
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from heard.core import clock
from heard.facts import changes, files, lake
from heard.facts.sources import Fact
from heard.facts.staging import Staging

MANY = 200_000  # rows: more than these are not merged in memory, nor noted one by one
THREADS = 2
SETTLES_AFTER = timedelta(days=180)  # from its end on
SETTLED_LEAST = 20_000  # rows of a month: with fewer, a file of their own is not worth it


@dataclass(frozen=True)
class Made:
    """A file made anew but not in place yet; ``made`` is None where no row is left in it."""

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
        """Merge staged rows by key, and take out the keys of ``gone``. The files written."""
        self.con.register("gone", pa.table({"key": pa.array(gone, pa.string())}))
        key = self.fact.key
        self.con.execute(
            f"CREATE TEMP TABLE keys AS SELECT {key} AS key FROM staged UNION SELECT key FROM gone"
        )
        touched = self._names_with_keys()
        settled = [name for name in touched if name.endswith(lake.SETTLED)]
        if settled:
            self._leave_unchanged(settled)
        touched |= self._staged_months()
        if pq.read_metadata(self.path).num_rows > MANY:
            return self._write({lake.month_of(name) for name in touched}, self._merged)
        staged = self._by_month()
        nothing = self.fact.schema.empty_table()
        keys = self.con.sql("FROM keys").to_arrow_table().column("key").combine_chunks()
        with ThreadPoolExecutor(THREADS) as threads:
            made = threads.map(
                lambda name: self._exchange(name, staged.get(name, nothing), keys), sorted(touched)
            )
            return self._put([one for one in made if one is not None], threads)

    def replaced(self, *, from_month: str = "") -> list[str]:
        """Let the staged rows be all there is, from a month on. The files written."""
        held = {month for month in lake.months(self.fact.name) if month >= from_month}
        return self._write(held | self._staged_months(), self._staged)

    def _leave_unchanged(self, names: list[str]) -> None:
        """Rows that were read again, and are as they lie settled, are not merged anywhere."""
        settled = _parquet(lake.month_file(self.fact.name, name) for name in names)
        self.con.execute(
            f"CREATE TEMP TABLE same AS SELECT {self.columns} FROM {settled} "
            f"WHERE {self.fact.key} IN (SELECT key FROM keys) "
            f"INTERSECT SELECT {self.columns} FROM staged"
        )
        self.con.execute(f"DELETE FROM keys WHERE key IN (SELECT {self.fact.key} FROM same)")
        self.con.execute(
            f"CREATE OR REPLACE VIEW staged AS SELECT * FROM {_parquet([self.path])} "
            f"WHERE {self.fact.key} IN (SELECT key FROM keys)"
        )

    def _by_month(self) -> dict[str, pa.Table]:
        """The staged rows of each month, ordered as in a file."""
        order = f"month, {self.fact.moment}, {self.fact.key}"
        rows = self.con.sql(f"FROM staged ORDER BY {order}").to_arrow_table().combine_chunks()
        found, begin = {}, 0
        for run in pc.value_counts(rows["month"]).to_pylist():
            found[run["values"]] = _plain(rows.slice(begin, run["counts"]), self.fact)
            begin += run["counts"]
        return found

    def _exchange(self, name: str, coming: pa.Table, keys: pa.Array) -> Made | None:
        """A file with the changed rows in it, made beside its place; None if none is different."""
        old = files.read(lake.month_file(self.fact.name, name), self.fact)
        is_changed = pc.is_in(old[self.fact.key], keys)
        leaving = files.ordered(old.take(pc.indices_nonzero(is_changed)), self.fact)
        leaving = _plain(leaving, self.fact)
        if leaving.equals(coming):
            return None
        if old.num_rows + coming.num_rows == leaving.num_rows:
            return Made(name, None, leaving, coming)
        made = self.folder / f"{name}.parquet"
        files.write(files.exchanged(old, is_changed, coming, self.fact), made, self.fact)
        lake.sync(made)
        return Made(name, made, leaving, coming)

    def _put(self, done: list[Made], threads: ThreadPoolExecutor) -> list[str]:
        """Note what changes, then let it be so."""
        if not done:
            return []
        steps = {one.name: self._step(one) for one in done}
        changes.note(self.fact, self._both(done), steps)
        self._put_together({one.name: one.made for one in done}, threads.map)
        return [one.name for one in done]

    def _step(self, one: Made) -> changes.Step:
        before = changes.stamp(lake.month_file(self.fact.name, one.name))
        if one.made is None:
            return before, None
        after = changes.stamp(one.made)
        if before is not None and after == before:  # never twice the same, however coarse the clock
            os.utime(one.made, ns=(before[1] + 1, before[1] + 1))
            after = changes.stamp(one.made)
        return before, after

    def _both(self, done: list[Made]) -> pa.Table:
        """All rows that go and all that come; not those that were read again as they are."""
        sides = {False: [one.leaving for one in done], True: [one.coming for one in done]}
        for is_new, rows in sides.items():
            self.con.register(f"new_{is_new}", pa.concat_tables(rows))
        found = " UNION ALL ".join(
            f"SELECT *, {is_new} AS is_new FROM (FROM new_{is_new} EXCEPT FROM new_{not is_new})"
            for is_new in sides
        )
        return self.con.sql(found).to_arrow_table()

    def _put_file(self, name: str, made: Path | None) -> None:
        if made is None:
            lake.drop(self.fact.name, name)
        else:
            lake.put(made, lake.month_file(self.fact.name, name))

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

    def _names_with_keys(self) -> set[str]:
        """The files that hold a changed row now: it may have moved to another month.

        What is settled is searched only for rows that are in no other file: it is much, and few.
        """
        moving, settled = lake.parted(self.fact.name)
        found = self._found(moving, "keys")
        names = {month for month, _key in found}
        known = pa.array([key for _month, key in found], pa.string())
        self.con.register("known", pa.table({"key": known}))
        elsewhere = "(SELECT key FROM keys EXCEPT SELECT key FROM known)"
        if settled and self._number(f"SELECT count(*) FROM {elsewhere}"):
            names |= {month + lake.SETTLED for month, _key in self._found(settled, elsewhere)}
        return names

    def _found(self, paths: list[Path], keys: str) -> list[tuple[str, str]]:
        """The rows of these files with one of these keys: the month of the file, and the key."""
        if not paths:
            return []
        options = "hive_partitioning = true, hive_types_autocast = false"
        return self.con.execute(
            f"SELECT month, {self.fact.key} FROM read_parquet({_listed(paths)}, {options}) "
            f"WHERE {self.fact.key} IN (SELECT key FROM {keys})"
        ).fetchall()

    def _write(self, months: Iterable[str], query: Any) -> list[str]:
        return [name for month in sorted(months) for name in self._write_month(month, query(month))]

    def _write_month(self, month: str, query: str) -> list[str]:
        """Put the month's new files in place. None where nothing in it would be different."""
        self.con.execute(f"CREATE OR REPLACE TEMP VIEW new AS {query}")
        settled = self._settled()
        if not self._is_different(month, settled):
            return []
        # What is settled first: a row is there twice for a moment, and never missing.
        parts = {month + lake.SETTLED: settled, month: f"NOT ({settled})"}
        made = {name: self._copy(name, condition) for name, condition in parts.items()}
        if (
            settled == "false"
            and not lake.month_file(self.fact.name, month + lake.SETTLED).exists()
        ):
            del made[month + lake.SETTLED]
        self._put_together(made)
        return list(made)

    def _put_together(self, made: dict[str, Path | None], each: Any = map) -> None:
        """Put files in place. Where rows go from one to another, a killed process leaves a note."""
        note = lake.exchanging(self.fact.name)
        moves = any(name.endswith(lake.SETTLED) for name in made)
        is_first = moves and len(made) > 1 and not note.exists()
        if is_first:
            lake.put_text("", note)
        list(each(lambda name: self._put_file(name, made[name]), made))
        if is_first:
            note.unlink()

    def _settled(self) -> str:
        """Which of the new rows of a month are settled; none where they are too few for a file."""
        if not self.fact.ends:
            return "false"
        before = clock.now() - SETTLES_AFTER
        condition = f"coalesce({self.fact.ends} < TIMESTAMPTZ '{before.isoformat()}', false)"
        found = self._number(f"SELECT count(*) FROM new WHERE {condition}")
        return condition if found >= SETTLED_LEAST else "false"

    def _copy(self, name: str, condition: str) -> Path | None:
        made = self.folder / f"{name}.parquet"
        rows = f"FROM new WHERE {condition}"
        if not self._number(f"SELECT count(*) {rows}"):
            return None
        self.con.execute(
            f"COPY (SELECT * {rows} ORDER BY {self.fact.moment}, {self.fact.key}) "
            f"TO {_text(made)} (FORMAT parquet, COMPRESSION zstd)"
        )
        return made

    def _is_different(self, month: str, settled: str) -> bool:
        """Whether the month has other rows than now, or many of them have settled meanwhile."""
        paths = _held(self.fact, month)
        rows = self._number("SELECT count(*) FROM new")
        if not paths or not rows:
            return bool(paths) or rows > 0
        old = _parquet(paths)
        if rows != self._number(f"SELECT count(*) FROM {old}"):
            return True
        other = f"SELECT count(*) FROM (FROM new EXCEPT ALL SELECT {self.columns} FROM {old})"
        return self._number(other) > 0 or self._has_settled(month, settled)

    def _has_settled(self, month: str, settled: str) -> bool:
        path = lake.month_file(self.fact.name, month)
        if settled == "false" or not path.exists():
            return False
        found = self._number(f"SELECT count(*) FROM {_parquet([path])} WHERE {settled}")
        return found >= SETTLED_LEAST

    def _number(self, query: str) -> int:
        found = self.con.execute(query).fetchone()
        assert found is not None
        return int(found[0])


def _plain(rows: pa.Table, fact: Fact) -> pa.Table:
    return rows.select(fact.schema.names).cast(fact.schema)


def _text(path: Path) -> str:
    return "'" + str(path).replace("'", "''") + "'"


def _listed(paths: Iterable[Path]) -> str:
    return "[" + ", ".join(_text(path) for path in paths) + "]"


def _parquet(paths: Iterable[Path]) -> str:
    """The files as a table; without the month that stands in the names of their folders."""
    return f"read_parquet({_listed(paths)}, hive_partitioning = false)"


def _held(fact: Fact, month: str) -> list[Path]:
    """The files there are of a month."""
    both = (lake.month_file(fact.name, name) for name in (month, month + lake.SETTLED))
    return [path for path in both if path.exists()]


def _old(fact: Fact, month: str) -> str:
    """The month as it is in the lake; an empty table of the same columns where it is not there."""
    paths = _held(fact, month)
    return _parquet(paths) if paths else "(SELECT * FROM staged WHERE false)"
