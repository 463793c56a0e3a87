"""Which figures can be other than they are stored: of which series, in which months.

From the files that the stored figures were made of, a way of changed rows leads to the files of
now (``facts.changes``). A series looks at one row at a time, so its figures can differ only in
months in which a row that went and the row that came are not counted alike; and, where it asks what
has fallen due, in months of rows whose day came meanwhile. Both are found by the series' own
expression, over the few rows in question. Where the way is lost, or what makes a figure has
changed, all of its months are wanted.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import ibis
import ibis.expr.operations as ops
import pyarrow as pa

from heard.core.city import city_zone
from heard.facts import changes, engine
from heard.facts.sources import FACTS
from heard.measures import cubes
from heard.measures.definitions import measure
from heard.measures.formulas import ASKED, Series, all_series
from heard.measures.models import Snapshot
from heard.measures.slices import Periods, between

# What figures are made by, besides cards: another house may make others of the same rows.
CODE = ("cells", "compiled", "compute", "conditions", "cubes", "declared", "figures", "formulas")
Digests = dict[str, str]
Windows = tuple[tuple[str, timedelta], ...]  # columns, and how long after them a row counts other


def digests() -> Digests:
    """What makes each series of figures: its formula, the card's way to count it, the code."""
    return {identity(series): _digest(series) for series in (*all_series(), ASKED)}


def wanted(
    connection: Any, last: Snapshot | None, made_by: Digests, as_of: datetime
) -> dict[Series, Periods]:
    """The months of each series to compute; None for all. The moment is set when it returns."""
    series = (*all_series(), ASKED)
    ways = {fact: _way(fact, last) for fact in {one.fact for one in series}}
    found: dict[Series, Periods] = {}
    for one in series:
        known = last is not None and last.digests.get(identity(one)) == made_by[identity(one)]
        if not known or ways[one.fact] is None or not one.days:
            found[one] = frozenset() if _is_as_it_was(one, known, ways) else None
    followed = [one for one in series if one not in found]
    if last is not None and followed:
        engine.set_moment(connection, last.as_of)
        by_rows, by_time = _followed(connection, followed, ways, last.as_of, as_of)
        for one, months in by_rows.items():
            found[one] = months | by_time.get(one, frozenset())
    engine.set_moment(connection, as_of)
    return _with_asked(found)


def _followed(
    connection: Any,
    series: Sequence[Series],
    ways: Mapping[str, list[Path] | None],
    before: datetime,
    now: datetime,
) -> tuple[dict[Series, frozenset[str]], dict[Series, frozenset[str]]]:
    """Months that differ by rows and by time; both at once where an engine is ours alone."""
    if connection.name != "duckdb":
        by_rows = _by_rows(connection, series, ways)
        return by_rows, _by_time(connection, series, before, now)
    other = engine.connect()
    try:
        with ThreadPoolExecutor(1) as turn:
            asked = turn.submit(_by_rows, connection, series, ways)
            by_time = _by_time(other, series, before, now)
            return asked.result(), by_time
    finally:
        engine.close(other)


def _is_as_it_was(series: Series, known: bool, ways: Mapping[str, list[Path] | None]) -> bool:
    """Of a series that says nothing of its days: whether not a row is different."""
    return known and ways[series.fact] == [] and not series.depends_on_moment


def _with_asked(found: dict[Series, Periods]) -> dict[Series, Periods]:
    """Each figure of answers also says how many were asked in its month."""
    asked = found.pop(ASKED)
    for series, months in found.items():
        if series.fact == ASKED.fact:
            found[series] = None if asked is None or months is None else months | asked
    return found


def identity(series: Series) -> str:
    """A series' name that stays whatever its formula is."""
    return f"{series.measure}/{'+'.join(series.statistics)}"


def _digest(series: Series) -> str:
    definition = measure(series.measure)
    ways = [
        {name: part for name, part in asdict(statistic).items() if not isinstance(part, dict)}
        for statistic in definition.statistics
        if statistic.key in series.statistics
    ]
    said = json.dumps([series.name, definition.version, ways, _code()], sort_keys=True)
    return hashlib.sha256(said.encode()).hexdigest()[:20]


@cache
def _code() -> str:
    """A digest of the code that figures are made by: a new house computes them all anew."""
    import heard_stats

    here = Path(__file__).parent
    files = [here / f"{name}.py" for name in CODE]
    files += [here.parent / "facts" / "engine.py", *Path(heard_stats.__file__).parent.glob("*.py")]
    told = hashlib.sha256()
    for path in sorted(files):
        told.update(path.read_bytes())
    return told.hexdigest()[:16]


def _way(fact: str, last: Snapshot | None) -> list[Path] | None:
    """The changes that lead from the files of the stored figures to those of now."""
    if last is None:
        return None
    before = {
        file["month"]: (file["bytes"], file["made"]) for file in last.files if file["fact"] == fact
    }
    return changes.since(fact, before)


def _by_rows(
    connection: Any, series: Iterable[Series], ways: Mapping[str, list[Path] | None]
) -> dict[Series, frozenset[str]]:
    """Months in which the rows that went and those that came are not counted alike."""
    held = [fact for fact, way in ways.items() if way]
    for fact in held:
        engine.table(connection, fact, name=f"{fact}_way", files=ways[fact] or ())
        engine.hold(connection, _changed(fact), f"SELECT * FROM {fact}_way")  # noqa: S608
    found = {
        one: _unlike_months(connection, one) if ways[one.fact] else frozenset[str]()
        for one in series
    }
    for fact in held:
        engine.let_go(connection, _changed(fact))
    return found


def _unlike_months(connection: Any, series: Series) -> frozenset[str]:
    key = "changed", series.name, series.days
    found = engine.answer(connection, key, lambda: _unlike(series))
    return frozenset(found.column("period").to_pylist())


def _unlike(series: Series) -> Any:
    columns = changes.schema(FACTS[series.fact])
    rows = cubes.shape(series, name=_changed(series.fact), columns=columns)
    gone, come = (
        series.cohort(rows.filter(rows.is_new if is_new else ~rows.is_new), engine.moment()).mutate(
            side=ibis.literal(1 if is_new else -1)
        )
        for is_new in (False, True)
    )
    both = ibis.union(gone, come)
    alike = [name for name in both.columns if name != "side"]
    counted = both.group_by(*alike).aggregate(side=both.side.sum())
    return counted.filter(counted.side != 0).select("period").distinct()


def _changed(fact: str) -> str:
    return f"{fact}_changes"


def _by_time(
    connection: Any, series: Sequence[Series], before: datetime, now: datetime
) -> dict[Series, frozenset[str]]:
    """Months whose figures differ because time passed, though no row is different."""
    first, last = sorted((before, now))
    found = {one: _by_day(one, first, last) for one in series if one.depends_on_moment}
    for fact in {one.fact for one in found}:
        several = [one for one in found if one.fact == fact]
        due = _due((_windows(one) for one in several), first, last)
        if not due or engine.table(connection, fact, name=f"{fact}_files") is None:
            continue
        engine.hold(connection, fact, _near(fact, several, due))
        engine.set_moment(connection, before)
        then = {one: _cells(connection, one) for one in several}
        engine.set_moment(connection, now)
        for one in several:
            different = then[one] ^ _cells(connection, one)
            found[one] |= frozenset(cell[0] for cell in different)
        engine.let_go(connection, fact)
    return found


def _near(fact: str, several: Iterable[Series], conditions: Iterable[str]) -> str:
    """The rows of which some moment lies near, each once.

    Each condition is asked for alone: joined by OR, an engine reads every column of every row.
    """
    columns = sorted({FACTS[fact].key}.union(*(cubes.needed(one) for one in several)))
    asked = f"SELECT {', '.join(columns)} FROM {fact}_files WHERE "  # noqa: S608 - our own names
    return " UNION ".join(asked + condition for condition in conditions)


def _by_day(series: Series, first: datetime, last: datetime) -> frozenset[str]:
    """What lies open is counted in each month up to today's, so a new day alone may add to it."""
    if not series.spans:
        return frozenset()
    begin, end = (moment.astimezone(city_zone()).date() for moment in (first, last))
    return frozenset(between(f"{begin:%Y-%m}", f"{end:%Y-%m}") if begin != end else ())


def _cells(connection: Any, series: Series) -> set[tuple[Any, ...]]:
    """How the rows held are counted, without saying which row is which."""

    def query() -> Any:
        schema = FACTS[series.fact].schema
        columns = pa.schema([schema.field(name) for name in sorted(cubes.needed(series))])
        rows = series.cohort(cubes.shape(series, columns=columns), engine.moment())
        return rows.group_by(*rows.columns).aggregate(rows=rows.count()).relocate("period")

    found = engine.answer(connection, ("cells", series.name, series.days), query)
    return set(zip(*(column.to_pylist() for column in found.columns), strict=True))


_known_windows: dict[tuple[str, tuple[str, ...]], Windows] = {}


def _windows(series: Series) -> Windows:
    """The moments a series compares with the present one, and how much later or earlier."""
    key = series.name, series.days
    if key not in _known_windows:
        query = series.cohort(cubes.shape(series), engine.moment())
        lengths = {timedelta(0)} | {
            _length(literal)
            for literal in query.op().find(ops.Literal)
            if literal.dtype.is_interval()
        }
        schema = FACTS[series.fact].schema
        moments = [
            name for name in cubes.needed(series) if pa.types.is_timestamp(schema.field(name).type)
        ]
        both = {sign * length for length in lengths for sign in (1, -1)}
        _known_windows[key] = tuple((name, length) for name in moments for length in both)
    return _known_windows[key]


def _length(literal: Any) -> timedelta:
    if isinstance(literal.value, timedelta):
        return literal.value
    return timedelta(**{literal.dtype.unit.plural: literal.value})


def _due(windows: Iterable[Windows], first: datetime, last: datetime) -> list[str]:
    """Conditions for rows of which a moment lay between, or so long before or after.

    One for each column: by ranges of one column alone an engine can skip files.
    """
    second = timedelta(seconds=1)
    found: dict[str, set[str]] = {}
    for name, length in (window for some in windows for window in some):
        begin, end = _spelled(first - length - second), _spelled(last - length + second)
        within = f"({name} >= TIMESTAMP '{begin}' AND {name} <= TIMESTAMP '{end}')"
        found.setdefault(name, set()).add(within)
    return [" OR ".join(sorted(ranges)) for _name, ranges in sorted(found.items())]


def _spelled(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M:%S.%f}"
