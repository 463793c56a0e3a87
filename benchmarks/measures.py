"""Facts, figures and the results pages: how long, with how much memory.

The cases are synthetic: eight divisions, 40 services, two years, seasons left out. Say how many
with ``HEARD_BENCH_CASES`` (100,000 by default).
"""

import os
import random
import resource
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

CASES = int(os.environ.get("HEARD_BENCH_CASES", "100000"))
BY_HAND = """
SELECT strftime(finished_on, '%Y-%m') AS period, department AS grp,
       count(on_time) AS n, avg(on_time::int) AS value
FROM read_parquet({files}) WHERE finished_on IS NOT NULL GROUP BY ALL ORDER BY ALL
"""


def main() -> None:
    """Make a house in a temporary folder, fill it, and measure."""
    with tempfile.TemporaryDirectory(prefix="heard-bench-") as folder:
        os.environ |= {"HEARD_DATA": folder, "DATABASE_URL": f"sqlite:///{folder}/heard.sqlite3"}
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "heard.settings")
        import django

        django.setup()
        from django.core.management import call_command

        call_command("migrate", verbosity=0)
        _timed(f"make {CASES:,} synthetic cases", _fill)
        _measure()


def _timed(what: str, run: Callable[[], Any]) -> Any:
    began = time.perf_counter()
    result = run()
    took = time.perf_counter() - began
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"  {what:52} {took * 1000:10,.1f} ms   (memory so far {memory:,.0f} MB)")
    return result


def _fill() -> None:
    from heard.cases.models import Case, Channel
    from heard.catalogue.models import Service
    from heard.core.models import City
    from heard.people.models import Department, Division

    City.objects.create(name="Bench", zone="America/Denver")
    services = []
    for code in range(40):
        department, _new = Department.objects.get_or_create(
            code=f"p{code % 4}", defaults={"name": {"en": f"Department {code % 4}"}}
        )
        division, _new = Division.objects.get_or_create(
            code=f"d{code % 8}",
            defaults={"name": {"en": f"Division {code % 8}"}, "department": department},
        )
        services.append(
            Service.objects.create(code=f"s{code}", name={"en": "S"}, division=division)
        )
    number = count()
    chance, start, now = random.Random(1), datetime(2024, 1, 1, tzinfo=UTC), datetime.now(UTC)

    def made() -> Case:
        service = chance.choice(services)
        received = start + timedelta(days=730 * chance.random())
        closed = received + timedelta(days=chance.expovariate(0.2))
        return Case(
            reference=f"B{next(number):09}", service=service,
            division_id=service.division_id, received_at=received,
            closed_at=closed, state="closed", channel=chance.choice(Channel.values),
            due_at=received + timedelta(days=7), changed_at=now - timedelta(hours=1),
        )  # fmt: skip

    for begin in range(0, CASES, 10_000):
        Case.objects.bulk_create(
            (made() for _ in range(min(10_000, CASES - begin))), batch_size=2000
        )


def _measure() -> None:
    import duckdb
    from django.db import connection
    from django.test import Client

    from heard.cases.models import Case
    from heard.facts import lake
    from heard.facts.refresh import refresh as refresh_facts
    from heard.measures.refresh import refresh

    _timed("facts, all of them", refresh_facts)
    Case.objects.filter(pk=Case.objects.first().pk).update(changed_at=datetime.now(UTC))
    refresh_facts()  # the filling is now further back than the overlap
    _timed("facts, nothing new", refresh_facts)
    _timed("figures, all of them", refresh)
    _timed("figures, nothing new", refresh)
    some = list(Case.objects.values_list("pk", flat=True)[:1000])
    Case.objects.filter(pk__in=some).update(
        closed_at=datetime.now(UTC), changed_at=datetime.now(UTC)
    )
    _timed("facts, after 1,000 changed cases", refresh_facts)
    _timed("figures, after them", refresh)
    files = [str(path) for path in lake.files("cases")]
    _timed(
        "on_time by department, handwritten SQL, same files",
        lambda: duckdb.sql(BY_HAND.format(files=files)).fetchall(),
    )
    _timed("on_time by department, through Ibis", _through_ibis)
    client = Client(SERVER_NAME="localhost")
    for address in ("/results/", "/results/on_time/?by=service", "/results/division/d1/"):
        client.get(address)
        _timed(f"page {address}", lambda address=address: client.get(address))  # type: ignore[misc]
    connection.close()


def _through_ibis() -> Any:
    from heard.facts import engine
    from heard.measures.formulas import SERIES, summed

    series = next(one for one in SERIES if one.statistics == ("closed",))
    connection = engine.connect()
    table = engine.table(connection, "cases")
    return connection.to_pyarrow(summed(series, table, "department", datetime.now(UTC)))


if __name__ == "__main__":
    main()
