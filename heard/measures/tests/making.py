"""A small made-up lake: rows of every fact by a seeded chance, in a DuckDB connection."""

import random
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import ibis
import pyarrow as pa

from heard.facts import engine
from heard.facts.sources import FACTS
from heard.facts.tests.making import utc

AS_OF = utc("2026-05-20 12:00")
FIRST = utc("2026-01-03 02:00")
DENVER = ZoneInfo("America/Denver")
WORDS: dict[str, tuple[str, ...]] = {
    "channel": ("web", "phone", "app", "staff", "counter", "social"),
    "division": ("streets", "parks"),
    "department": ("works",),
    "district": ("d1", "d2", ""),
    "service": ("pothole", "tree"),
    "language": ("en", "en", "es"),
    "outcome": ("done", "done", "nothing_found", "not_possible", "referred", "withdrawn",
                "already_known", ""),
    "answer": ("confirmed", "corrected", ""),
    "reason": ("progress", "question", "request"),
    "avoidable": ("no", "closure", ""),
    "tone": ("praise", "complaint", "neither", ""),
    "state": ("done", "not_reached", "withdrawn", "waiting"),
    "solved": ("yes", "partly", "no", ""),
    "review": ("published", "held", "waiting", ""),
    "mood": ("positive", "negative", ""),
    "pool": ("invited", "invited", "kiosk"),
    "asked_in": ("invited", "invited", "open"),
}  # fmt: skip
NUMBERS: dict[str, tuple[int, ...]] = {
    "satisfaction": (1, 2, 3, 4, 5), "ease": (1, 2, 3, 4, 5), "trust": (1, 2, 3, 4, 5),
    "recommend": tuple(range(11)), "cents": (500, 1250, 2099, 10_000), "seconds": (30, 95, 600),
    "times_reopened": (0, 0, 0, 1, 2), "understanding_asked": (0, 1, 2),
}  # fmt: skip
MAY_BE_EMPTY = {"satisfaction", "ease", "trust", "recommend", "seconds"}
# Moments that follow the first one, and after how many days at most; some never come.
LATER = {
    "first_response_at": 3, "first_response_due_at": 2, "due_at": 9, "ended_at": 60,
    "finished_at": 30, "answered_at": 6, "first_tried_at": 3, "settled_at": 4, "came_back_at": 20,
}  # fmt: skip
ALWAYS = {"due_at", "first_response_due_at"}


def rows_of(fact: str, number: int = 400) -> list[dict[str, Any]]:
    """Rows of a fact with every column filled as its name and type ask for."""
    r, about = random.Random(f"library {fact}"), FACTS[fact]
    return [_row(r, about, n) for n in range(number)]


def _row(r: random.Random, fact: Any, number: int) -> dict[str, Any]:
    begin = FIRST + timedelta(seconds=r.randrange(136 * 86_400))
    moments = {fact.moment: begin}
    for name, days in LATER.items():
        if name in fact.schema.names and (name in ALWAYS or r.random() < 0.8):
            moments[name] = begin + timedelta(seconds=r.randrange(days * 86_400))
    row = {field.name: _value(r, field, moments, number) for field in fact.schema}
    row[fact.day] = _day(begin)
    return row


def _value(r: random.Random, field: pa.Field, moments: dict[str, datetime], number: int) -> Any:
    name = field.name
    if name == "reference":
        return f"r{number}"
    if name in moments:
        return moments[name]
    if name.endswith("_on"):
        return _day(moments.get(name[:-3] + "_at"))
    if pa.types.is_timestamp(field.type):
        return None
    if name in MAY_BE_EMPTY and r.random() < 0.3:
        return None
    if pa.types.is_string(field.type):
        return r.choice(WORDS.get(name, ("",)))
    if pa.types.is_boolean(field.type):
        return r.random() < 0.6
    if pa.types.is_floating(field.type):
        return r.random() * 3
    return r.choice(NUMBERS.get(name, (0, 1, 2)))


def _day(moment: datetime | None) -> date | None:
    return moment.astimezone(DENVER).date() if moment else None


def lake_of(*facts: str) -> tuple[Any, dict[str, list[dict[str, Any]]]]:
    """A DuckDB connection that holds made-up rows of these facts, and the rows."""
    connection = ibis.duckdb.connect()
    connection.raw_sql("SET TimeZone = 'UTC'")
    made = {fact: rows_of(fact) for fact in facts}
    for fact, rows in made.items():
        table = pa.Table.from_pylist(rows, schema=FACTS[fact].schema)
        connection.con.register(fact, table)
    engine.set_moment(connection, AS_OF)
    return connection, made
