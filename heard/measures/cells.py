"""The cells of a cube: every combination of month and groups that occurs, and what adds them up.

Where many series look at the same rows, the rows are numbered by cell once, and each series adds
up by that number: six words for each row of ten million take an engine ten times as long. The
number is made of the month, and of a hash of the groups that is tried for being of one kind each.
"""

from dataclasses import dataclass, field
from typing import Any

import ibis
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from heard.facts import engine
from heard.measures.definitions import ALL, BY, NO_GROUP

Table = Any  # an Ibis table or column; Ibis has no types to check
CELL = "cell"  # the number of a row: its month's, then its place
PLACE = "place"  # the number of its groups
GROUPS = 2**48  # as many places as there can be
FIRST, LAST = "first_wanted", "last_wanted"  # months of a row of several that are asked for
TRIES = 9


def keys(rows: Table, period: Table, month: Table) -> dict[str, Table]:
    """What a row is counted under: its month and groups, or the number that stands for them.

    ``month``: the period's, as months since the year 0.
    """
    if PLACE in rows.columns:
        return {CELL: month * GROUPS + rows[PLACE]}
    groups = {by: ibis.ifelse(rows[by] == "", NO_GROUP, rows[by]) for by in BY}
    return {"period": period, **groups}


def index(day: Table) -> Table:
    """Months since the year 0: the same number throughout a month."""
    return day.year().cast("int64") * 12 + day.month().cast("int64") - 1


Codes = tuple[Any, list[str]]  # of each row or place the number of its word, and the words


@dataclass(frozen=True)
class Order:
    """The rows of a grouping by month and group, and for each cell the place of its row."""

    periods: list[str]
    groups: list[str]
    rows: Any


@dataclass(frozen=True)
class Cells:
    """Cells by their place: the code of each one's word in every grouping, and the words' list.

    ``numbers``: of the cells, ascending, where rows carry them.
    """

    codes: dict[str, Codes]
    numbers: Any = None
    _orders: dict[str, Order] = field(default_factory=dict)

    def order(self, by: str) -> Order:
        """Which cells make up each row of a grouping."""
        if by not in self._orders:
            self._orders[by] = self._order(by)
        return self._orders[by]

    def _order(self, by: str) -> Order:
        periods, period_names = self.codes["period"]
        groups, group_names = (np.zeros_like(periods), [ALL]) if by == ALL else self.codes[by]
        codes = periods.astype(np.int64) * len(group_names) + groups
        there = np.bincount(codes, minlength=len(period_names) * len(group_names)) > 0
        found = np.flatnonzero(there)
        return Order(
            [period_names[code // len(group_names)] for code in found.tolist()],
            [group_names[code % len(group_names)] for code in found.tolist()],
            (np.cumsum(there) - 1)[codes],
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
class Places:
    """The places of the rows held, ascending, and the words of their groups."""

    numbers: Any
    words: dict[str, Codes]

    def cells(self, numbers: Any) -> Cells:
        """Cells by their numbers."""
        return Cells(_codes(numbers, self.numbers, self.words), numbers)


def spelled(rows: pa.Table) -> Cells:
    """The cells of a table that has a row for each, with its words."""
    return Cells({name: _coded(rows.column(name)) for name in ("period", *BY)})


def hold(connection: Any, name: str, query: str) -> Places:
    """Hold the rows of a query, each with the number of its groups' place."""
    for salt in range(TRIES):
        place = f"(hash({salt}, {', '.join(BY)}) >> 16)::BIGINT AS {PLACE}"
        engine.hold(connection, name, f"SELECT *, {place} FROM ({query})")  # noqa: S608 - our own names
        known = _places(connection, name)
        places = known.column(PLACE).to_numpy()
        if len(np.unique(places)) == len(places):
            return Places(places, {by: _coded(known.column(by)) for by in BY})
    raise RuntimeError(f"{len(places):,} groups in {name} cannot be told apart by a hash.")


def of_day(connection: Any, name: str, day: str, places: Places) -> Cells:
    """All cells of the rows that a table or view has, by the month of a day."""
    month = f"12 * CAST(year({day}) AS BIGINT) + month({day}) - 1"
    there = f"SELECT DISTINCT ({month}) * {GROUPS} + {PLACE} AS {CELL} FROM {name}"  # noqa: S608
    in_order = f"{there} WHERE {day} IS NOT NULL ORDER BY {CELL}"
    return places.cells(connection.con.sql(in_order).to_arrow_table().column(CELL).to_numpy())


def months(numbers: Any) -> list[str]:
    """The months of cells by their numbers."""
    return [_spelled(month) for month in np.unique(numbers // GROUPS).tolist()]


def _spelled(month: int) -> str:
    return f"{month // 12:04}-{month % 12 + 1:02}"


def _places(connection: Any, name: str) -> pa.Table:
    """The words of every place there is, as they stand in the rows, ordered by place."""
    known = f"SELECT DISTINCT {PLACE}, {', '.join(BY)} FROM {name}"  # noqa: S608
    words = ", ".join(f"CASE WHEN {by} = '' THEN '{NO_GROUP}' ELSE {by} END AS {by}" for by in BY)
    found = f"SELECT {PLACE}, {words} FROM ({known}) ORDER BY {PLACE}"  # noqa: S608
    table: pa.Table = connection.con.sql(found).to_arrow_table()
    return table


def _codes(numbers: Any, places: Any, words: dict[str, Codes]) -> dict[str, Codes]:
    """The codes of cells by their numbers."""
    of_month = numbers // GROUPS
    first, last = (int(of_month.min()), int(of_month.max())) if len(numbers) else (0, -1)
    placed = np.searchsorted(places, numbers % GROUPS)
    return {"period": (of_month - first, [*map(_spelled, range(first, last + 1))])} | {
        by: (codes[placed], known) for by, (codes, known) in words.items()
    }


def _coded(column: Any) -> tuple[Any, list[str]]:
    """A number for each row's word, in the order of the words."""
    column = column.combine_chunks()
    words = pc.unique(column)
    words = words.take(pc.sort_indices(words))
    return pc.index_in(column, words).to_numpy(zero_copy_only=False), words.to_pylist()
