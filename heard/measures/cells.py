"""What rows are counted under: their month and groups, and where these lie in each grouping.

Words are slow to group by, and every series groups by the same ones. So the rows that are held have
a number, their groups are made numbers once, and an engine that answers with the numbers of rows
and their values leaves the adding up to arrays.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import ibis
import numpy as np
import pyarrow as pa

from heard.facts import engine
from heard.measures.definitions import ALL, BY, NO_GROUP

Table = Any  # an Ibis table or column; Ibis has no types to check
ROW = "row"  # the number of a row that is held
MONTH = "month_number"  # the month it is counted in, as months since the year 0
FIRST, LAST = "first_wanted", "last_wanted"  # months of a row of several that are asked for

Codes = tuple[Any, list[str]]  # of each row the number of its word, and the words


def keys(rows: Table, period: Table, month: Table) -> dict[str, Table]:
    """What a row is counted under: its month and groups, or the month and the row's own number.

    ``month``: the period's, as months since the year 0.
    """
    if ROW in rows.columns:
        return {ROW: rows[ROW], MONTH: month}
    groups = {by: ibis.ifelse(rows[by] == "", NO_GROUP, rows[by]) for by in BY}
    return {"period": period, MONTH: month, **groups}


def index(day: Table) -> Table:
    """Months since the year 0: the same number throughout a month."""
    return day.year().cast("int64") * 12 + day.month().cast("int64") - 1


def first_day(month: Table) -> Table:
    """The first day of a month that is given as such a number."""
    year, place = (month // 12).cast("int32"), (month % 12 + 1).cast("int32")
    return ibis.date(year, place, ibis.literal(1))


@dataclass(frozen=True)
class Order:
    """Every month with every group, whether there are rows or not; ``places``: of each row."""

    periods: list[str]
    groups: list[str]
    places: Any

    @property
    def size(self) -> int:
        """How many places there are."""
        return len(self.periods) * len(self.groups)

    def named(self, place: int) -> tuple[str, str]:
        """The month and the group of a place."""
        return self.periods[place // len(self.groups)], self.groups[place % len(self.groups)]


@dataclass(frozen=True)
class Cells:
    """The months and groups that some sums, or single values, are of; words as numbers.

    ``rows``: which of the rows with a group each is of; None for all, as they come.
    """

    periods: Codes
    groups: Mapping[str, Codes]
    rows: Any = None

    def order(self, by: str) -> Order:
        """What makes up a grouping, ordered by period and group."""
        periods, names = self.periods
        if by == ALL:
            return Order(names, [ALL], periods)
        words = self.groups[by][1]
        return Order(names, words, periods * len(words) + self._of(by))

    def count(self, by: str, *, at_most: int) -> int:
        """In how many groups they lie; not counted where there are no more words than that."""
        words = self.groups[by][1]
        return len(words) if len(words) <= at_most else len(np.unique(self._of(by)))

    def _of(self, by: str) -> Any:
        codes = self.groups[by][0]
        return codes if self.rows is None else codes[self.rows]


def spelled(rows: pa.Table) -> Cells:
    """The cells of a table that has a row for each, with its words."""
    coded = {name: _coded(rows.column(name)) for name in ("period", *BY)}
    return Cells(coded.pop("period"), coded)


def numbered(rows: pa.Table, groups: Mapping[str, Codes]) -> Cells:
    """The cells of single values, which say the number of their row and their month."""
    months = rows.column(MONTH).to_numpy()
    first, last = (int(months.min()), int(months.max())) if len(months) else (0, -1)
    names = [f"{month // 12:04}-{month % 12 + 1:02}" for month in range(first, last + 1)]
    return Cells((months - first, names), groups, rows.column(ROW).to_numpy())


def hold(connection: Any, name: str, query: str) -> dict[str, Codes]:
    """Hold the rows of a query; the groups of each, by its number ``rowid``."""
    engine.hold(connection, name, query)
    words = f"SELECT rowid AS {ROW}, {', '.join(BY)} FROM {name} ORDER BY {ROW}"  # noqa: S608
    table = connection.con.sql(words).to_arrow_table()
    return {by: _coded(table.column(by)) for by in BY}


def _coded(column: Any) -> Codes:
    """A number for each row's word, in the order of the words; an empty one stands for no group."""
    coded = column.combine_chunks().dictionary_encode()
    words = [word or NO_GROUP for word in coded.dictionary.to_pylist()]
    known = sorted(set(words))
    place = {word: number for number, word in enumerate(known)}
    return np.array([place[word] for word in words], np.int64)[coded.indices.to_numpy()], known
