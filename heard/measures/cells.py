"""The cells of a cube: every combination of month and groups that occurs, and what adds them up.

Where many series look at the same rows, the rows are numbered by cell once, and each series adds
up by that number: six words for each row of ten million take an engine ten times as long.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import ibis
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from heard.facts import engine
from heard.measures.definitions import ALL, BY, NO_GROUP

Table = Any  # an Ibis table or column; Ibis has no types to check
CELL = "cell"  # the column of a row's number: its month's, then its groups'
PLACE = "place"  # of its groups' alone, where a row is of several months
GROUPS = 2**32  # more groups than there will ever be


def keys(rows: Table, period: Table, month: Table | None = None) -> dict[str, Table]:
    """What a row is counted under: its month and groups, or the number that stands for them.

    ``month``: as a number since the year 0, where a row is of several.
    """
    if CELL in rows.columns:
        return {CELL: rows[CELL]}
    if PLACE in rows.columns and month is not None:
        return {CELL: month * GROUPS + rows[PLACE]}
    groups = {by: ibis.ifelse(rows[by] == "", NO_GROUP, rows[by]) for by in BY}
    return {"period": period, **groups}


Codes = tuple[Any, list[str]]  # of each row or place the number of its word, and the words


@dataclass(frozen=True)
class Order:
    """Which cells make one row of a grouping: they lie together in ``order``."""

    periods: list[str]
    groups: list[str]
    order: Any
    starts: Any


@dataclass(frozen=True)
class Cells:
    """Cells by their place: the code of each one's word in every grouping, and the words' list.

    ``numbers``: of the cells, ascending, where rows carry them.
    """

    codes: dict[str, Codes]
    numbers: Any = None
    _orders: dict[str, Order] = field(default_factory=dict)

    def order(self, by: str) -> Order:
        """The order that brings the cells of one month and group together."""
        if by not in self._orders:
            self._orders[by] = self._order(by)
        return self._orders[by]

    def _order(self, by: str) -> Order:
        periods, period_names = self.codes["period"]
        groups, group_names = (np.zeros_like(periods), [ALL]) if by == ALL else self.codes[by]
        codes = periods.astype(np.int64) * len(group_names) + groups
        order = np.argsort(codes, kind="stable")
        found, starts = np.unique(codes[order], return_index=True)
        return Order(
            [period_names[code // len(group_names)] for code in found.tolist()],
            [group_names[code % len(group_names)] for code in found.tolist()],
            order,
            starts,
        )

    def groups(self, by: str, places: Any, *, at_most: int) -> int:
        """In how many groups these cells lie; not counted where there are no more words than that.

        ``places``: of the cells; None for all.
        """
        codes, words = self.codes[by]
        if len(words) <= at_most:
            return len(words)
        return len(np.unique(codes if places is None else codes[places]))

    def places(self, numbers: Any) -> Any:
        """Where the cells of these numbers are."""
        return np.searchsorted(self.numbers, numbers)


@dataclass(frozen=True)
class Numbered:
    """Rows that carry a number in ``column``, and the words of the groups of each place."""

    column: str
    words: dict[str, Codes]
    shared: Cells | None = None  # where the rows of all series lie in the same cells

    def cells(self, numbers: Any) -> tuple[Cells, Any]:
        """The cells of these numbers, and the places of these among them; None for all in order."""
        if self.shared is not None:
            return self.shared, self.shared.places(numbers)
        return Cells(self.codes(numbers)), None

    def codes(self, numbers: Any) -> dict[str, Codes]:
        """The codes of cells by their numbers."""
        months, periods = np.unique(numbers // GROUPS, return_inverse=True)
        names = [f"{month // 12:04}-{month % 12 + 1:02}" for month in months.tolist()]
        places = numbers % GROUPS
        return {"period": (periods, names)} | {
            by: (codes[places], words) for by, (codes, words) in self.words.items()
        }


def spelled(rows: pa.Table) -> Cells:
    """The cells of a table that has a row for each, with its words."""
    return Cells({name: _coded(rows.column(name)) for name in ("period", *BY)})


def number(connection: Any, fact: str, days: Sequence[str], columns: Sequence[str]) -> Numbered:
    """Number the rows held under the fact's name by their groups, and by the month of their day.

    Where two days make a row one of several months, its number is that of its groups alone.
    """
    groups = f"{fact}_groups"
    words = ", ".join(f"CASE WHEN {by} = '' THEN '{NO_GROUP}' ELSE {by} END AS {by}" for by in BY)
    known = f"SELECT DISTINCT {', '.join(BY)} FROM {fact}"  # noqa: S608 - our own names, as below
    placed = f"SELECT row_number() OVER () - 1 AS {PLACE}, * FROM ({known})"  # noqa: S608
    engine.hold(connection, groups, placed)
    in_order = f"SELECT {words} FROM {groups} ORDER BY {PLACE}"  # noqa: S608
    table = connection.con.sql(in_order).to_arrow_table()
    same = " AND ".join(f"{fact}.{by} IS NOT DISTINCT FROM g.{by}" for by in BY)
    kept = ", ".join(f"{fact}.{name}" for name in columns)
    of_several = len(days) > 1
    month = f"(12 * CAST(year({days[0]}) AS BIGINT) + month({days[0]}) - 1)"
    said = f"g.{PLACE}" if of_several else f"{month} * {GROUPS} + g.{PLACE}"
    name = PLACE if of_several else CELL
    engine.hold(
        connection,
        fact,
        f"SELECT {kept}, CAST({said} AS BIGINT) AS {name} "  # noqa: S608
        f"FROM {fact} JOIN {groups} g ON {same}",
    )
    engine.let_go(connection, groups)
    found = Numbered(name, {by: _coded(table.column(by)) for by in BY})
    if of_several:
        return found
    there = f"SELECT DISTINCT {CELL} FROM {fact} WHERE {CELL} IS NOT NULL ORDER BY {CELL}"  # noqa: S608
    numbers = connection.con.sql(there).to_arrow_table().column(CELL).to_numpy()
    return replace(found, shared=Cells(found.codes(numbers), numbers))


def _coded(column: Any) -> tuple[Any, list[str]]:
    """A number for each row's word, in the order of the words."""
    column = column.combine_chunks()
    words = pc.unique(column)
    words = words.take(pc.sort_indices(words))
    return pc.index_in(column, words).to_numpy(zero_copy_only=False), words.to_pylist()
