"""What a figure's working page shows, made ahead: expressions as SQL, and the files they read.

For the worker and the console: Ibis is loaded here. Web processes read the files.
"""

import hashlib
import json
import os
from functools import cache
from pathlib import Path
from typing import Any

import ibis
import pyarrow.parquet as pq

from heard.facts import engine, lake
from heard.facts.sources import FACTS
from heard.measures.definitions import ALL, BY
from heard.measures.formulas import Series, all_series, summed
from heard.measures.shown import FILES, expressions, expressions_file, files_shown
from heard.measures.store import snapshot

Expressions = dict[str, dict[str, Any]]


def write(*, at_most: int | None = None) -> tuple[int, int]:
    """Turn into SQL the formulas that changed, and note the files of the latest figures.

    Gives how many formulas, and how many wait; ``at_most`` keeps one run of a regular job short.
    """
    _note_files()
    wanted: dict[str, list[Series]] = {}
    for series in all_series():
        wanted.setdefault(series.measure, []).append(series)
    done = left = 0
    for measure, ones in wanted.items():
        known = expressions(measure)
        stale = [one for one in ones if not _is_known(one, known)]
        room = len(stale) if at_most is None else max(0, at_most - done)
        for one in stale[:room]:
            known |= _expressions(one)
        if stale[:room] or known.keys() != _ways(ones):
            _put(expressions_file(measure), {way: known[way] for way in _ways(ones) & known.keys()})
        done, left = done + len(stale[:room]), left + len(stale[room:])
    return done, left


def _ways(ones: list[Series]) -> set[str]:
    return {way for one in ones for way in one.statistics}


def _is_known(one: Series, known: Expressions) -> bool:
    return all(known.get(way, {}).get("name") == _name(one) for way in one.statistics)


def _name(one: Series) -> str:
    """What decides the SQL: the formula, and the columns of its fact."""
    columns = hashlib.sha256(str(FACTS[one.fact].schema).encode()).hexdigest()[:8]
    return f"{one.name}/{columns}"


@cache
def _compiler() -> Any:
    return ibis.duckdb.connect()


_known: dict[str, dict[str, Any]] = {}  # by name: turning a formula into SQL takes its time


def _expressions(one: Series) -> Expressions:
    name, fact = _name(one), FACTS[one.fact]
    if name not in _known:
        _known[name] = {
            "name": name, "fact": one.fact, "open": fact.is_open_data, "sql": sql_of(one),
        }  # fmt: skip
    return dict.fromkeys(one.statistics, _known[name])


def sql_of(one: Series) -> dict[str, str]:
    """The SQL of a formula by grouping.

    Groupings differ in one column alone, which stands in the text twice: under its own name, and as
    the group. So it is compiled once, and the group's column put in place of the first one's.
    """
    first = BY[0]
    text = compiled(one, first)
    columns = {by: _column(text, by) for by in BY}
    group = f'{columns[first]} AS "group"'
    if text.count(group) != 1 or not all(columns.values()):
        return {by: compiled(one, by) for by in (ALL, *BY)}
    wanted = {ALL: "'all'", **columns}
    return {by: text.replace(group, f'{column} AS "group"') for by, column in wanted.items()}


def _column(text: str, by: str) -> str:
    """What a grouping's column is made of, as it stands in the text; empty where it does not."""
    end = f' AS "{by}"'
    lines = [line.strip().rstrip(",") for line in text.splitlines()]
    found = {line.removesuffix(end) for line in lines if line.endswith(end)}
    return found.pop() if len(found) == 1 else ""


def compiled(one: Series, by: str) -> str:
    """The SQL of one grouping, from the compiler."""
    rows = ibis.table(ibis.Schema.from_pyarrow(FACTS[one.fact].schema), name=one.fact)
    return str(_compiler().compile(summed(one, rows, by, engine.moment()), pretty=True))


def _note_files() -> None:
    """Rows and digest of each file the latest figures came from; only new ones are read."""
    latest = snapshot()
    known = {(one["fact"], one["month"], one["made"], one["bytes"]): one for one in files_shown()}
    noted = []
    for file in latest.files if latest else []:
        found = known.get((file["fact"], file["month"], file["made"], file["bytes"]))
        noted.append(found or {**file, **_about(file)})
    if noted != list(known.values()):
        _put(lake.root() / FILES, noted)


def _about(file: dict[str, Any]) -> dict[str, Any]:
    place = lake.month_file(file["fact"], file["month"])
    try:
        rows = pq.read_metadata(place).num_rows
        with place.open("rb") as opened:
            digest = hashlib.file_digest(opened, "sha256").hexdigest()
        made = place.stat().st_mtime_ns
    except FileNotFoundError:
        made = None
    if made != file["made"]:  # made anew since the figures were; the next ones will name it
        return {"rows": None, "sha256": ""}
    return {"rows": rows, "sha256": digest}


def _put(final: Path, content: Any) -> None:
    final.parent.mkdir(parents=True, exist_ok=True)
    made = final.with_suffix(f".{os.getpid()}.new")
    made.write_text(json.dumps(content, indent=1), encoding="utf-8")
    lake.put(made, final)
