"""Every figure is the same on DuckDB and on a real Spark session over the same files."""

import random
import shutil
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from heard.contacts.models import Contact
from heard.facts import engine, lake
from heard.facts.refresh import refresh as refresh_facts
from heard.facts.sources import FACTS, Fact
from heard.facts.tests.making import make_answers, make_cases, utc
from heard.measures.compute import all_figures
from heard.measures.definitions import measures
from heard.measures.formulas import all_series
from heard.remedies.models import Kind, Remedy

pytestmark = [pytest.mark.django_db, pytest.mark.timeout(600)]
NOW = utc("2026-05-20 12:00")


# A few hundred rows are sooner read than a program for reading them is compiled.
SMALL = {
    "spark.sql.codegen.wholeStage": "false",
    "spark.sql.codegen.factoryMode": "NO_CODEGEN",
    "spark.sql.shuffle.partitions": "1",
    "spark.sql.adaptive.enabled": "false",
}


# Nor is it run often enough for the best machine code.
JAVA = "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC"


@pytest.fixture
def spark(settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A Spark session in this process, for as long as the test takes."""
    monkeypatch.setenv("JAVA_TOOL_OPTIONS", JAVA)
    sql = pytest.importorskip("pyspark.sql", reason="pyspark is not installed")
    if shutil.which("java") is None:
        pytest.skip("Spark needs Java")
    settings.HEARD_FACTS_ENGINE = "local[1]"
    yield
    session = sql.SparkSession.getActiveSession()
    if session is not None:
        session.stop()


@pytest.fixture
def quarter(service: Any, staff: Any, customer: Any) -> None:
    """Three months of cases of every kind, answers, contacts and remedies, by a seeded chance."""
    r = random.Random(7)
    kind = Kind.objects.create(code="refund", name={"en": "Refund"}, has_amount=True)
    for number in range(40):
        received = utc("2026-03-01 12:00") + timedelta(hours=r.randrange(24 * 75))
        due = received + timedelta(days=r.randrange(1, 9)) if r.random() < 0.8 else None
        closed = received + timedelta(hours=r.randrange(1, 300)) if r.random() < 0.7 else None
        channel = r.choice(("web", "phone", "mail"))
        answer_due = received + timedelta(hours=24)
        made = make_cases(
            service, r.randrange(1, 9), received, due_at=due, closed_at=closed, channel=channel,
            first_response_due=answer_due if due else None,
            first_response_at=received + timedelta(hours=r.randrange(1, 60)),
        )  # fmt: skip
        if number % 4 == 0:
            ratings = [r.choice((1, 2, 3, 4, 5, None)) for _answer in range(r.randrange(1, 9))]
            make_answers(service, ratings, received, silent=r.randrange(5))
        for _contact in range(r.randrange(6)):
            Contact.objects.create(
                at=received, changed_at=received, channel=channel, reason="question",
                service=service, division=service.division,
                customer=r.choice((customer, None)), settled=r.random() < 0.6,
                handed_off=r.random() < 0.3, avoidable=r.choice(("", "no", "closure", "chasing")),
            )  # fmt: skip
        if number % 3 == 0:
            Remedy.objects.create(
                case=made[0], kind=kind, division=service.division, cents=r.randrange(1, 9000),
                reason="Late", staff=staff(), by_authority_of=staff(), given_at=received,
                given_on=received.date(),
            )  # fmt: skip


def invent(fact: Fact, r: random.Random) -> None:
    """Rows of a fact of which the rooms made none here, with the words that formulas ask for."""
    words: dict[str, set[str]] = {}
    for card in measures().values():
        given = card.formula or {}
        for name, _operator, *value in [*given.get("where", ()), *given.get("counts", ())]:
            told = value[0] if value and isinstance(value[0], list) else value
            words.setdefault(name, set()).update(one for one in told if isinstance(one, str))
    rows: dict[str, list[dict[str, Any]]] = {}
    for number in range(90):
        at = utc("2026-03-01 12:00") + timedelta(hours=r.randrange(24 * 75))
        row = {column.name: invented(column, at, words, r) for column in fact.schema}
        days = {name: row[name.removesuffix("_on") + "_at"] for name in row if name.endswith("_on")}
        row |= {name: moment and moment.date() for name, moment in days.items()}
        row |= {fact.key: f"{fact.name}-{number}", fact.moment: at, fact.day: at.date()}
        rows.setdefault(f"{at:%Y-%m}", []).append(row)
    for month, some in rows.items():
        place = lake.month_file(fact.name, month)
        place.parent.mkdir(parents=True)
        pq.write_table(pa.Table.from_pylist(some, schema=fact.schema), place)


def invented(column: Any, at: Any, words: dict[str, set[str]], r: random.Random) -> Any:
    if column.type == pa.string():
        return r.choice(sorted({"", "other", *words.get(column.name, ())}))
    if pa.types.is_timestamp(column.type):
        return r.choice((None, at + timedelta(hours=r.randrange(90))))
    return r.random() < 0.5 if pa.types.is_boolean(column.type) else r.randrange(1, 6)


def figures() -> dict[Any, Any]:
    return {block: sorted(rows, key=repr) for block, rows in all_figures(NOW)}


def test_duckdb_and_spark_agree_on_every_figure(quarter: None, settings: Any, spark: None) -> None:
    refresh_facts()
    for fact in FACTS.values():
        if not lake.months(fact.name):
            invent(fact, random.Random(fact.name))
    session = engine.connect()
    for name, value in SMALL.items():
        session.raw_sql(f"SET {name}={value}")
    by_spark = figures()
    settings.HEARD_FACTS_ENGINE = "duckdb"
    by_duckdb = figures()
    assert by_spark == by_duckdb
    assert {block[0] for block, rows in by_duckdb.items() if rows} == {
        s.measure for s in all_series()
    }
    shown = [row for rows in by_duckdb.values() for row in rows if row.value is not None]
    assert len(shown) > 50
