"""Computing figures from the lake, with the engine. For the worker and the console."""

import logging
from collections import deque
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from heard.facts import engine, lake
from heard.facts.refresh import rows_held
from heard.facts.sources import FACTS
from heard.measures import cells, cubes
from heard.measures.cells import Cells, Numbered
from heard.measures.conditions import MOST_GROUPS
from heard.measures.cubes import Row
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
    """The sums of a series, and the cells they are of; without them, of no rows."""

    sums: Any = None
    cells: Cells | None = None
    places: Any = None  # of the cells there are sums for; None where there are for each

    def rows(self, by: str, months: Slice) -> list[Row]:
        """The sums of one grouping in these months."""
        if self.cells is None:
            return []
        found = cubes.rolled(self.sums, by, self.cells, self.places)
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
    rows: dict[str, int] = {}
    for kind, several in classes(wanted).items():
        if (fact := kind[0]) not in rows:
            files = engine.table(connection, fact, name=f"{fact}_files")
            rows[fact] = 0 if files is None else rows_held(FACTS[fact])
        whole = {one: wanted[one] for one in several if wanted[one] is None}
        partly = {one: wanted[one] for one in several if wanted[one] is not None}
        for group in (whole, partly):
            if group:
                yield from _class_cubes(connection, kind, group, failed, rows[fact])


def _class_cubes(
    connection: Any,
    kind: Class,
    wanted: Mapping[Series, Periods],
    failed: set[Series],
    rows: int,
) -> Iterator[Asking]:
    fact, days, spans = kind
    columns = sorted(set().union(*(cubes.needed(series) for series in wanted)))
    # Rows are worth numbering where several series share them.
    numbered = connection.name == "duckdb" and len(wanted) > 1 and (len(days) == 1 or spans)
    for portion in _portions(connection, kind, wanted, rows):
        known = None
        if rows:
            where = condition(portion, days, spans=spans)
            asked_for = f"SELECT {', '.join(columns)} FROM {fact}_files"  # noqa: S608 - our names
            asked_for += f" WHERE {where}" if where else ""
            if numbered:
                known = cells.hold(connection, fact, asked_for, days, portion.window())
            else:
                engine.hold(connection, fact, asked_for)
        ours = {
            one: months for one, end in wanted.items() if not (months := portion.of(end)).is_empty
        }
        if not rows:
            yield from ((series, months, Cube()) for series, months in ours.items())
            continue
        for series in ours:
            try:
                made = _cube(connection, series, known)
            except Exception:
                # One measure's failure stops neither the others nor what is shown of it.
                log.exception("%s cannot be counted; what is shown of it stays.", series.name)
                failed.add(series)
                continue
            yield series, ours[series], made
    if rows:
        engine.let_go(connection, fact)


def _ahead(source: Iterator[Asking]) -> Iterator[Asking]:
    """What the engine gives, asked in a thread of its own while figures are made of the last."""
    with ThreadPoolExecutor(1) as turn:
        waiting = deque(turn.submit(next, source, None) for _place in range(AHEAD))
        while (found := waiting.popleft().result()) is not None:
            waiting.append(turn.submit(next, source, None))
            yield found


class TooManyGroups(ValueError):
    """A grouping that falls into more parts than can be shown: a code that is none, most likely."""


def _cube(connection: Any, series: Series, known: Numbered | None) -> Cube:
    if known is None:
        sums = cubes.cube(connection, series)
        found, places = cells.spelled(sums), None
    else:
        sums = cubes.cube(connection, series, carried=known.columns)
        found, places = known.cells(sums.column(cells.CELL).to_numpy())
    for by in BY:
        groups = found.groups(by, places, at_most=MOST_GROUPS)
        if groups > MOST_GROUPS:
            raise TooManyGroups(f"{series.fact} fall into {groups:,} groups by {by}.")
    return Cube(sums, found, places)


def _portions(
    connection: Any, kind: Class, wanted: Mapping[Series, Periods], rows: int
) -> Iterator[Slice]:
    fact, days, _spans = kind
    months = len(lake.months(fact))
    if any(periods is None for periods in wanted.values()):
        ends = _ends(connection, fact, days) if days and rows > AT_ONCE else None
        yield from everything(*ends, rows / months) if ends else (Slice(),)
        return
    together = frozenset[str]().union(*(periods or () for periods in wanted.values()))
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
