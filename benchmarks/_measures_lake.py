"""A synthetic lake in the house's own layout, written by DuckDB: ten million cases in minutes.

Ten years up to ``NOW``: 8 departments, 40 divisions, 200 services of unequal weight, 12 districts,
nine channels. Times to finish are exponential with a mean of 2 to 32 days by service, one case in
twenty takes twenty times as long; what is not finished by ``NOW`` is open. Seasons and growth are
left out. One invitation in ten cases, one contact in ten, one remedy in a hundred.
"""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

NOW = datetime(2026, 6, 18, 18, tzinfo=UTC)
ZONE = "America/Denver"
YEARS = 10
SERVICES, DIVISIONS, DEPARTMENTS, DISTRICTS = 200, 40, 8, 12
CHANNELS = ("web", "phone", "counter", "email", "sms", "app", "social", "api", "staff")
LETTERS = "23456789BCDFGHJKMNPQRSTWXZ"


def months() -> list[tuple[date, date]]:
    """First day and last day (not of it any more) of every month there are rows in."""
    firsts = [
        date(NOW.year - YEARS + (NOW.month + step - 1) // 12, (NOW.month + step - 1) % 12 + 1, 1)
        for step in range(1, YEARS * 12 + 1)
    ]
    return list(zip(firsts, [*firsts[1:], NOW.date() + timedelta(days=1)], strict=True))


def write(folder: Path, cases: int) -> dict[str, int]:
    """Write the months of all facts under the folder; how many rows of each."""
    con = duckdb.connect(config={"memory_limit": "700MB", "threads": 2})
    con.execute("SET TimeZone = 'UTC'")
    spelled = [f"substr('{LETTERS}', 1 + (h // {26**place} % 26)::int, 1)" for place in range(8)]
    letters = " || ".join([*spelled[:4], "'-'", *spelled[4:]])
    con.execute(f"CREATE MACRO spelled(h) AS {letters}")
    con.execute("CREATE MACRO chance(i, k) AS (hash(i * 64 + k) >> 11)::double / 9007199254740992")
    con.execute(f"CREATE MACRO local_day(moment) AS (moment AT TIME ZONE '{ZONE}')::date")
    made = {}
    for fact, share in (("cases", 1), ("responses", 10), ("contacts", 10), ("remedies", 100)):
        made[fact] = cases // share
        _write_fact(con, folder, fact, cases // share)
    con.close()
    return made


def _write_fact(con: Any, folder: Path, fact: str, rows: int) -> None:
    from heard.facts.sources import FACTS

    known = FACTS[fact]
    spans = months()
    days = (spans[-1][1] - spans[0][0]).days
    for first, last in spans:
        begin, end = (rows * (day - spans[0][0]).days // days for day in (first, last))
        place = folder / fact / f"month={first:%Y-%m}"
        place.mkdir(parents=True)
        columns = ", ".join(_column(field, EXPRESSIONS[fact]) for field in known.schema)
        con.execute(
            f"CREATE OR REPLACE TEMP TABLE made AS "
            f"SELECT {columns} FROM ({STEPS[fact](begin, end, first, last)})"
        )
        for part, condition in _parts(con, known).items():
            con.execute(
                f"COPY (FROM made WHERE {condition} ORDER BY {known.moment}, {known.key}) "
                f"TO '{place / part}' (FORMAT parquet, COMPRESSION zstd)"
            )


def _parts(con: Any, fact: Any) -> dict[str, str]:
    """The files of a month and the rows of each: what ended long ago lies apart, if it is much."""
    from heard.facts.merge import SETTLED_LEAST, SETTLES_AFTER

    if fact.ends:
        settled = f"coalesce({fact.ends} < TIMESTAMPTZ '{NOW - SETTLES_AFTER}', false)"
        count = con.execute(f"SELECT count(*) FROM made WHERE {settled}").fetchone()[0]
        if count >= SETTLED_LEAST:
            return {"settled.parquet": settled, "part.parquet": f"NOT {settled}"}
    return {"part.parquet": "true"}


SQL_TYPES = {
    pa.string(): "VARCHAR", pa.bool_(): "BOOLEAN", pa.int32(): "INTEGER", pa.int64(): "BIGINT",
    pa.float64(): "DOUBLE", pa.date32(): "DATE", pa.timestamp("us", tz="UTC"): "TIMESTAMPTZ",
}  # fmt: skip


def _column(field: pa.Field, expressions: dict[str, str]) -> str:
    """A column of the fact; empty where this benchmark does not know it."""
    empty = "''" if field.type == pa.string() else "NULL"
    return f"CAST({expressions.get(field.name, empty)} AS {SQL_TYPES[field.type]}) AS {field.name}"


def _moments(begin: int, end: int, first: date, last: date) -> str:
    """A numbered row with its moment (local, spread over the month), service and district."""
    seconds = 86_400 * (min(last, NOW.date()) - first).days  # nothing on the last day, so far
    return f"""
        SELECT i, s, s % {DIVISIONS} AS v, s % {DEPARTMENTS} AS p,
            (TIMESTAMP '{first}' + to_seconds(floor({seconds - 1} * chance(i, 1))::int))
                AT TIME ZONE '{ZONE}' AS began,
            ['{"', '".join(CHANNELS)}'][1 + floor(9 * pow(chance(i, 3), 1.6))::int] AS channel,
            CASE WHEN chance(i, 4) < 0.05 THEN '' ELSE
                'k' || floor({DISTRICTS} * chance(i, 5))::int END AS district
        FROM (SELECT i, floor({SERVICES} * pow(chance(i, 2), 1.5))::int AS s
              FROM range({begin}, {end}) AS t(i))"""


def _cases(begin: int, end: int, first: date, last: date) -> str:
    return f"""
        SELECT *, ended <= {_now()} AS is_over, ended <= {_now()} AND chance(i, 9) < 0.95 AS done,
            began + to_hours(24 * (3 + s % 25)) AS promised
        FROM (SELECT *, began + to_seconds(ceil(-ln(1 - chance(i, 6)) * 86400 * (2 + s % 31)
                  * CASE WHEN chance(i, 7) < 0.05 THEN 20 ELSE 1 END)::bigint) AS ended
              FROM ({_moments(begin, end, first, last)}))"""


def _responses(begin: int, end: int, first: date, last: date) -> str:
    return f"""
        SELECT *, chance(i, 12) < 0.35 AND later <= {_now()} AS given,
            1 + floor(5 * pow(chance(i, 13), 0.6))::int AS rating
        FROM (SELECT *, began + to_seconds(ceil(86400 * 5 * chance(i, 11))::int) AS later
              FROM ({_moments(begin, end, first, last)}))"""


def _now() -> str:
    return f"TIMESTAMPTZ '{NOW.isoformat()}'"


STEPS = {"cases": _cases, "responses": _responses, "contacts": _moments, "remedies": _moments}
_PLACED = {
    "department": "'p' || p", "division": "'v' || v", "service": "'s' || s",
    "channel": "channel", "district": "district", "zone": f"'{ZONE}'",
}  # fmt: skip
_HAS_PROMISE = "s % 7 > 0"
_DUE = f"CASE WHEN {_HAS_PROMISE} THEN promised END"
_DONE_AT = "CASE WHEN done THEN ended END"
_ANSWERED = (
    f"CASE WHEN began < {_now()} - INTERVAL 1 DAY "
    "THEN began + to_seconds(floor(90000 * chance(i, 15))::int) END"
)
_ANSWER_DUE = f"CASE WHEN {_HAS_PROMISE} THEN began + INTERVAL 1 DAY END"
_HOUR = f"hour(began AT TIME ZONE '{ZONE}')"
_WEEKDAY = f"isodow(began AT TIME ZONE '{ZONE}')"
_LATE = "greatest(0, epoch(ended) - epoch(promised)) / 86400"
EXPRESSIONS: dict[str, dict[str, str]] = {
    "cases": {
        **_PLACED,
        "reference": "spelled(i * 20876 + 7)",
        "state": "CASE WHEN done THEN 'closed' WHEN is_over THEN 'declined' ELSE 'in_progress' END",
        "outcome": "CASE WHEN done THEN 'done' WHEN is_over THEN 'not_possible' ELSE '' END",
        "received_at": "began",
        "received_on": "local_day(began)",
        "first_response_at": _ANSWERED,
        "first_response_due_on": f"local_day({_ANSWER_DUE})",
        "first_response_on": f"local_day({_ANSWERED})",
        "first_response_due_at": _ANSWER_DUE,
        "due_at": _DUE,
        "due_on": f"local_day({_DUE})",
        "finished_at": _DONE_AT,
        "finished_on": f"local_day({_DONE_AT})",
        "set_aside_at": "CASE WHEN is_over AND NOT done THEN ended END",
        "ended_at": "CASE WHEN is_over THEN ended END",
        "ended_on": "local_day(CASE WHEN is_over THEN ended END)",
        "is_repeat": "false",
        "language": "'en'",
        "received_hour": _HOUR,
        "received_weekday": _WEEKDAY,
        "out_of_hours": f"{_WEEKDAY} > 5 OR NOT {_HOUR} BETWEEN 8 AND 16",
        "has_promise": _HAS_PROMISE,
        "on_time": f"CASE WHEN done AND {_HAS_PROMISE} THEN ended <= promised END",
        "days_to_close": "CASE WHEN done THEN epoch_us(ended - began) / 86400000000.0 END",
        "times_reopened": "0",
        "understanding_asked": "0",
        "understanding_confirmed": "0",
        "days_late": f"CASE WHEN done AND {_HAS_PROMISE} THEN {_LATE} END",
        "has_clock": _HAS_PROMISE,
        "warned_at": f"CASE WHEN {_HAS_PROMISE} AND ended > promised "
        "AND chance(i, 18) < 0.8 THEN promised - INTERVAL 1 DAY END",
        "times_moved": f"({_HAS_PROMISE} AND chance(i, 19) < 0.06)::int",
        "moved_for": f"CASE WHEN {_HAS_PROMISE} AND chance(i, 19) < 0.06 THEN 'late' ELSE '' END",
    },
    "responses": {
        **_PLACED,
        "reference": "'R' || i",
        "language": "CASE WHEN chance(i, 14) < 0.2 THEN 'es' ELSE 'en' END",
        "asked_at": "began",
        "asked_on": "local_day(began)",
        "answered": "given",
        "answered_at": "CASE WHEN given THEN later END",
        "answered_on": "local_day(CASE WHEN given THEN later END)",
        "satisfaction": "CASE WHEN given AND chance(i, 16) < 0.97 THEN rating END",
        "ease": "CASE WHEN given AND chance(i, 20) < 0.9 THEN rating END",
        "solved": "CASE WHEN NOT given THEN '' WHEN chance(i, 21) < 0.7 THEN 'yes' ELSE 'no' END",
        "has_comment": "given AND chance(i, 22) < 0.3",
        "trust": "CASE WHEN given THEN 1 + floor(5 * chance(i, 29))::int END",
        "recommend": "CASE WHEN given THEN floor(11 * chance(i, 30))::int END",
        "wants_answer": "given AND chance(i, 31) < 0.1",
        "is_spam": "false",
        "is_test": "false",
        "counts": "given",
        "pool": "'invited'",
        "wording": "'closing-1'",
        "asked_in": "'invited'",
    },
    "contacts": {
        **_PLACED,
        "reference": "'C' || i",
        "reason": "'question'",
        "contacted_at": "began",
        "contacted_on": "local_day(began)",
        "known": "chance(i, 23) < 0.7",
        "settled": "chance(i, 24) < 0.6",
        "handed_off": "chance(i, 25) < 0.1",
        "opened_case": "chance(i, 26) < 0.4",
        "language": "'en'",
        "seconds": "30 + floor(900 * chance(i, 32))::int",
        "avoidable": "['', 'no', 'no', 'clarification', 'signposting', 'repeat', 'chasing', "
        "'closure'][1 + floor(8 * chance(i, 27))::int]",
    },
    "remedies": {
        **_PLACED,
        "reference": "'M' || i",
        "kind": "'refund'",
        "has_amount": "true",
        "cents": "100 + floor(9900 * chance(i, 28))::int",
        "allowed": "false",
        "given_at": "began",
        "given_on": "local_day(began)",
    },
}  # fmt: skip
