"""Computing figures from the lake, with the engine. For the worker and the console."""

import logging
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import partial
from typing import Any

from heard.facts import engine, lake
from heard.facts.refresh import rows_held
from heard.facts.sources import FACTS
from heard.measures import cells, cubes
from heard.measures.cells import Cells, Codes
from heard.measures.conditions import MOST_GROUPS
from heard.measures.cubes import Parts, Row
from heard.measures.definitions import ALL, BY, Statistic, measure
from heard.measures.figures import Figure, figure, protected
from heard.measures.formulas import ASKED, Series, all_series
from heard.measures.slices import (
    AT_ONCE,
    Class,
    Periods,
    Slice,
    classes,
    condition,
    everything,
    named,
)

log = logging.getLogger("heard.measures")

Block = tuple[str, str, str]  # measure, statistic, by
Asked = dict[tuple[str, str], tuple[int, int]]  # period and group: asked, and answered
AHEAD = 3  # cubes


@dataclass(frozen=True)
class Cube:
    """What adds up to the sums of a series, and the cells of its rows; without these, nothing."""

    parts: Parts
    cells: Cells | None = None

    def rows(self, by: str, months: Slice) -> list[Row]:
        """The sums of one grouping in these months."""
        if self.cells is None:
            return []
        found = cubes.added(self.parts, by, self.cells)
        return [row for row in found if months.takes(row["period"])]


Asking = tuple[Series, Slice, Cube]


@dataclass(frozen=True)
class Made:
    """The figures of one statistic for some months, in all groupings: all that there are."""

    measure: str
    statistic: str
    months: Slice
    figures: dict[str, list[Figure]]


def all_figures(as_of: datetime) -> Iterator[tuple[Block, list[Figure]]]:
    """Every block of figures: one measure, one statistic, one grouping, over all periods.

    ``as_of``: dates after this moment are not judged yet.
    """
    connection = engine.connect()
    blocks: dict[Block, list[Figure]] = {}
    try:
        engine.set_moment(connection, as_of)
        for made in figures(connection, dict.fromkeys(all_series())):
            for by, some in made.figures.items():
                blocks.setdefault((made.measure, made.statistic, by), []).extend(some)
    finally:
        engine.close(connection)
    yield from blocks.items()


def figures(
    connection: Any, wanted: Mapping[Series, Periods], failed: set[Series] | None = None
) -> Iterator[Made]:
    """The figures of these series, of these months (None: of all), as of the moment that was set.

    Rows of a portion of months are read once, and all series that look at the same days are asked
    of them. A series that cannot be counted gives nothing and is added to ``failed``.
    """
    failed = set() if failed is None else failed
    asked = _asked(connection, wanted)
    for series, months, cube in _ahead(_cubes(connection, wanted, failed)):
        definition = measure(series.measure)
        sums = {by: cube.rows(by, months) for by in (ALL, *BY)}
        for key in series.statistics:
            made = _figures(definition.statistic(key), series, sums, asked, months)
            yield Made(series.measure, key, months, made)


def _figures(
    statistic: Statistic,
    series: Series,
    sums: dict[str, list[Row]],
    asked: dict[str, Asked],
    months: Slice,
) -> dict[str, list[Figure]]:
    found = {by: [figure(statistic, by, row) for row in rows] for by, rows in sums.items()}
    if series.fact == ASKED.fact:
        found = {by: _with_asked(asked[by], some, by, months) for by, some in found.items()}
    return _protect_all(statistic, found)


def _cubes(
    connection: Any, wanted: Mapping[Series, Periods], failed: set[Series]
) -> Iterator[Asking]:
    """The sums of every series, portion by portion."""
    for fact, kinds in classes(wanted).items():
        rows = 0
        if engine.table(connection, fact, name=f"{fact}_files") is not None:
            rows = rows_held(FACTS[fact])
        for is_whole in (True, False):
            some = {
                kind: ours
                for kind, several in kinds.items()
                if (ours := [one for one in several if (wanted[one] is None) == is_whole])
            }
            without_days = {kind: ours for kind, ours in some.items() if not kind.days}
            for kind, ours in without_days.items():
                del some[kind]
                yield from _fact_cubes(connection, {kind: ours}, wanted, failed, rows)
            if some:
                yield from _fact_cubes(connection, some, wanted, failed, rows)


def _fact_cubes(
    connection: Any,
    kinds: Mapping[Class, list[Series]],
    wanted: Mapping[Series, Periods],
    failed: set[Series],
    rows: int,
) -> Iterator[Asking]:
    """The sums of series of one fact: rows are held once for all the days they look at."""
    several = [series for ours in kinds.values() for series in ours]
    fact, is_numbered = several[0].fact, connection.name == "duckdb"
    for portion in _portions(connection, kinds, wanted, rows):
        groups = None
        if rows and is_numbered:
            groups = cells.hold(connection, f"{fact}_held", _rows(connection, kinds, portion))
        for kind, ours in kinds.items():
            found = _kind_cubes(connection, kind, portion, groups) if rows else _no_cubes
            for series in ours:
                months = portion.of(wanted[series])
                if months.is_empty:
                    continue
                try:
                    made = found(series)
                except Exception:
                    # One measure's failure stops neither the others nor what is shown of it.
                    log.exception("%s cannot be counted; what is shown of it stays.", series.name)
                    failed.add(series)
                    continue
                yield series, months, made
    if rows:
        engine.let_go(connection, fact, is_view=True)
        if is_numbered:
            engine.let_go(connection, f"{fact}_held")


def _rows(connection: Any, kinds: Mapping[Class, list[Series]], portion: Slice) -> str:
    """The rows that any of these classes looks at, each once."""
    fact = next(iter(kinds)).fact
    series = [one for ours in kinds.values() for one in ours]
    columns = ", ".join(sorted(set().union(*(cubes.needed(one) for one in series))))
    conditions = [condition(portion, kind.days, spans=kind.spans) for kind in kinds]
    if "" in conditions:
        return f"SELECT {columns} FROM {fact}_files"  # noqa: S608 - our own names, as below
    moving, settled = lake.parted(fact)
    asked = []
    if moving:
        engine.table(connection, fact, name=f"{fact}_moving", files=moving)
        any_of_them = " OR ".join(f"({one})" for one in conditions)
        asked.append(f"SELECT {columns} FROM {fact}_moving WHERE {any_of_them}")  # noqa: S608
    if settled:
        # Each asked for alone, so that an engine can skip files: joined by OR, it reads them all.
        engine.table(connection, fact, name=f"{fact}_settled", files=settled)
        for place, one in enumerate(conditions):
            but = "".join(f" AND NOT coalesce(({other}), false)" for other in conditions[:place])
            asked.append(f"SELECT {columns} FROM {fact}_settled WHERE ({one}){but}")  # noqa: S608
    return " UNION ALL ".join(asked)


def _kind_cubes(
    connection: Any, kind: Class, portion: Slice, groups: dict[str, Codes] | None
) -> Callable[[Series], Cube]:
    """Let the fact's name stand for the rows of a class, and say how its series are asked."""
    fact, days, spans = kind
    where = condition(portion, days, spans=spans)
    kept = f" WHERE {where}" if where else ""
    if groups is None:
        engine.view(connection, fact, f"SELECT * FROM {fact}_files{kept}")  # noqa: S608
        return partial(_cube_of_words, connection)
    carried = {cells.ROW: "rowid"}
    if spans:
        first, last = portion.window()
        carried |= {cells.FIRST: f"{first}::BIGINT", cells.LAST: f"{last}::BIGINT"}
    more = ", ".join(f"{what} AS {name}" for name, what in carried.items())
    engine.view(connection, fact, f"SELECT *, {more} FROM {fact}_held{kept}")  # noqa: S608
    return partial(_cube, connection, groups=groups, carried=tuple(carried))


def _no_cubes(series: Series) -> Cube:
    return Cube({})


def _ahead(source: Iterator[Asking]) -> Iterator[Asking]:
    """What the engine gives, asked in a thread of its own while figures are made of the last."""
    with ThreadPoolExecutor(1) as turn:
        waiting = deque(turn.submit(next, source, None) for _place in range(AHEAD))
        while (found := waiting.popleft().result()) is not None:
            waiting.append(turn.submit(next, source, None))
            yield found


class TooManyGroups(ValueError):
    """A grouping that falls into more parts than can be shown: a code that is none, most likely."""


def _cube_of_words(connection: Any, series: Series) -> Cube:
    sums = cubes.cube(connection, series)
    return _bounded(Cube(cubes.parts_of_sums(sums), cells.spelled(sums)), series)


def _cube(
    connection: Any, series: Series, *, groups: dict[str, Codes], carried: tuple[str, ...]
) -> Cube:
    singles = cubes.single(connection, series, carried=carried)
    parts = cubes.parts_of_values(singles, cubes.names(series))
    return _bounded(Cube(parts, cells.numbered(singles, groups)), series)


def _bounded(made: Cube, series: Series) -> Cube:
    assert made.cells is not None
    for by in BY:
        groups = made.cells.count(by, at_most=MOST_GROUPS)
        if groups > MOST_GROUPS:
            raise TooManyGroups(f"{series.fact} fall into {groups:,} groups by {by}.")
    return made


def _portions(
    connection: Any,
    kinds: Mapping[Class, list[Series]],
    wanted: Mapping[Series, Periods],
    rows: int,
) -> Iterator[Slice]:
    fact = next(iter(kinds)).fact
    months = len(lake.months(fact))
    periods = [wanted[one] for ours in kinds.values() for one in ours]
    if any(some is None for some in periods):
        days = tuple(sorted({day for kind in kinds for day in kind.days}))
        ends = _ends(connection, fact, days) if days and rows > AT_ONCE else None
        yield from everything(*ends, rows / months) if ends else (Slice(),)
        return
    together = frozenset[str]().union(*(some or () for some in periods))
    yield from named(together, rows / max(1, months))


def _ends(connection: Any, fact: str, days: tuple[str, ...]) -> tuple[str, str] | None:
    """The first and the last month there are rows in."""
    table = engine.table(connection, fact, name=f"{fact}_files")
    assert table is not None
    ends = [end for day in days for end in (table[day].min(), table[day].max())]
    named = {f"end_{place}": end for place, end in enumerate(ends)}
    row = connection.to_pyarrow(table.aggregate(**named)).to_pylist()[0]
    found = [day for day in row.values() if isinstance(day, date)]
    return (f"{min(found):%Y-%m}", f"{max(found):%Y-%m}") if found else None


def _asked(connection: Any, wanted: Mapping[Series, Periods]) -> dict[str, Asked]:
    """How many were asked in each period and group, and how many of them answered."""
    found: dict[str, Asked] = {by: {} for by in (ALL, *BY)}
    periods = [months for series, months in wanted.items() if series.fact == ASKED.fact]
    if not periods:
        return found
    some = [months for months in periods if months is not None]
    together = frozenset[str]().union(*some) if len(some) == len(periods) else None
    for _series, months, cube in _cubes(connection, {ASKED: together}, set()):
        for by, cell in found.items():
            for row in cube.rows(by, months):
                cell[row["period"], row["group"]] = (row["n"], row["x"])
    return found


def _with_asked(asked: Asked, figures: list[Figure], by: str, months: Slice) -> list[Figure]:
    """Figures that also say how many were asked in their period; 0 answers where none came yet."""
    made = []
    for one in figures:
        n, x = asked.get((one.period, one.group), (0, 0))
        made.append(replace(one, detail={**one.detail, "asked": n, "answered": x}))
    known = {(one.period, one.group) for one in figures}
    for (period, group), (n, x) in asked.items():
        if (period, group) not in known and months.takes(period):
            detail = {"asked": n, "answered": x}
            made.append(
                Figure(period, by, group, 0, None, None, None, suppressed=False, detail=detail)
            )
    return made


def _protect_all(statistic: Statistic, figures: dict[str, list[Figure]]) -> dict[str, list[Figure]]:
    totals = figures[ALL]
    done = {}
    for by in BY:
        totals, done[by] = protected(statistic, totals, figures[by])
    return {ALL: totals, **done}
