"""The cells of a cube: every combination of month and groups that occurs, and what adds them up.

Where many series look at the same rows, the rows are numbered by cell once, and each series adds
up by that number: six words for each row of ten million take an engine ten times as long. The
number is made of the month, and of a hash of the groups that is tried for being of one kind each.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
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
GROUPS = 2**48  # as many places as there can be
FIRST, LAST = "first_wanted", "last_wanted"  # months of a row of several that are asked for
TRIES = 9


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
class Numbered:
    """Rows that carry the number of their cell, or of the place of their groups.

    ``columns``: what they carry; ``places``: all there are, ascending; ``words``: of their groups.
    """

    columns: tuple[str, ...]
    places: Any
    words: dict[str, Codes]
    shared: Cells | None = None  # where the rows of all series lie in the same cells

    def cells(self, numbers: Any) -> tuple[Cells, Any]:
        """The cells of these numbers, and the places of these among them; None for all in order."""
        if self.shared is not None:
            return self.shared, self.shared.places(numbers)
        return Cells(_codes(numbers, self.places, self.words)), None


def spelled(rows: pa.Table) -> Cells:
    """The cells of a table that has a row for each, with its words."""
    return Cells({name: _coded(rows.column(name)) for name in ("period", *BY)})


def hold(
    connection: Any, fact: str, query: str, days: Sequence[str], window: tuple[int, int]
) -> Numbered:
    """Hold the rows of a query under the fact's name, each with its number.

    It is that of its groups, and of the month of its day. Where two days make a row one of several
    months, it is that of its groups alone, and only the months of the ``window`` are asked for.
    """
    for salt in range(TRIES):
        of_several = len(days) > 1
        more = _numbers(days, salt)
        if of_several:
            more = f"{more}, {window[0]}::BIGINT AS {FIRST}, {window[1]}::BIGINT AS {LAST}"
        engine.hold(connection, fact, f"SELECT rows.*, {more} FROM ({query}) AS rows")  # noqa: S608 - our own names
        known = _places(connection, fact, PLACE if of_several else CELL)
        places = known.column(PLACE).to_numpy()
        if len(np.unique(places)) == len(places):
            break
    else:
        raise RuntimeError(f"{len(places):,} groups of {fact} cannot be told apart by a hash.")
    words = {by: _coded(known.column(by)) for by in BY}
    if of_several:
        return Numbered((PLACE, FIRST, LAST), places, words)
    there = f"SELECT DISTINCT {CELL} FROM {fact} WHERE {CELL} IS NOT NULL ORDER BY {CELL}"  # noqa: S608
    numbers = connection.con.sql(there).to_arrow_table().column(CELL).to_numpy()
    return Numbered((CELL,), places, words, Cells(_codes(numbers, places, words), numbers))


def _numbers(days: Sequence[str], salt: int) -> str:
    place = f"(hash({salt}, {', '.join(BY)}) >> 16)::BIGINT"
    if len(days) > 1:
        return f"{place} AS {PLACE}"
    month = f"12 * CAST(year({days[0]}) AS BIGINT) + month({days[0]}) - 1"
    return f"({month}) * {GROUPS} + {place} AS {CELL}"


def _places(connection: Any, fact: str, column: str) -> pa.Table:
    """The words of every place there is, as they stand in the rows, ordered by place."""
    place = f"{column} % {GROUPS} AS {PLACE}"
    known = f"SELECT DISTINCT {place}, {', '.join(BY)} FROM {fact} WHERE {column} IS NOT NULL"  # noqa: S608
    words = ", ".join(f"CASE WHEN {by} = '' THEN '{NO_GROUP}' ELSE {by} END AS {by}" for by in BY)
    found = f"SELECT {PLACE}, {words} FROM ({known}) ORDER BY {PLACE}"  # noqa: S608
    table: pa.Table = connection.con.sql(found).to_arrow_table()
    return table


def _codes(numbers: Any, places: Any, words: dict[str, Codes]) -> dict[str, Codes]:
    """The codes of cells by their numbers."""
    months = numbers // GROUPS
    first, last = (int(months.min()), int(months.max())) if len(months) else (0, -1)
    names = [f"{month // 12:04}-{month % 12 + 1:02}" for month in range(first, last + 1)]
    placed = np.searchsorted(places, numbers % GROUPS)
    return {"period": (months - first, names)} | {
        by: (codes[placed], known) for by, (codes, known) in words.items()
    }


def _coded(column: Any) -> tuple[Any, list[str]]:
    """A number for each row's word, in the order of the words."""
    column = column.combine_chunks()
    words = pc.unique(column)
    words = words.take(pc.sort_indices(words))
    return pc.index_in(column, words).to_numpy(zero_copy_only=False), words.to_pylist()
