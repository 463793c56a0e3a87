"""Sums of a series at their finest, asked of the engine once; added up to each grouping here.

A cube has a row per period and combination of all groups. Every sum can be added up: counts and
whole numbers exactly, others with one rounding in whatever order they come, lists by joining them.
So six groupings cost one query, and the same rows always give the same sums.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import ibis
import ibis.expr.operations as ops
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from heard.facts import engine
from heard.facts.sources import FACTS
from heard.measures.definitions import ALL
from heard.measures.formulas import Series

Row = dict[str, Any]  # period, group, and the sums


def shape(series: Series, *, name: str = "", columns: pa.Schema | None = None) -> Any:
    """The rows of the series' fact, bound to no connection."""
    schema = columns or FACTS[series.fact].schema
    return ibis.table(ibis.Schema.from_pyarrow(schema), name=name or series.fact)


def cube(connection: Any, series: Series, groupings: tuple[str, ...]) -> pa.Table:
    """The sums of the rows held under the fact's name, by period and all groupings together.

    Only the columns it needs are asked for: what is held need not have others.
    """

    def query() -> Any:
        schema = FACTS[series.fact].schema
        used = pa.schema([schema.field(name) for name in sorted(needed(series))])
        rows = series.cohort(shape(series, columns=used), engine.moment())
        return rows.group_by("period", *groupings).aggregate(**series.sums(rows))

    return engine.answer(connection, ("cube", series.name, series.days, groupings), query)


_known: dict[tuple[str, tuple[str, ...]], frozenset[str]] = {}


def needed(series: Series) -> frozenset[str]:
    """The columns of the fact that the series looks at; to read others would be for nothing."""
    key = series.name, series.days
    if key not in _known:
        _known[key] = frozenset(_looked_at(series))
    return _known[key]


def _looked_at(series: Series) -> set[str]:
    rows = series.cohort(shape(series), engine.moment())
    sums = rows.aggregate(**series.sums(rows)).op()
    used = _needed(sums, set(sums.schema.names), series.fact)
    used |= _needed(rows.op(), set(rows.columns), series.fact)
    return used | set(series.days)


def _needed(node: Any, names: set[str], fact: str) -> set[str]:
    """The columns of the fact's table that these columns of a step are made of."""
    if isinstance(node, ops.UnboundTable):
        return names if node.name == fact else set()
    if isinstance(node, ops.Project):
        values, passed = [node.values[name] for name in names], set[str]()
    elif isinstance(node, ops.Filter):
        values, passed = list(node.predicates), names
    elif isinstance(node, ops.Aggregate):
        values, passed = [*node.groups.values(), *node.metrics.values()], set()
    else:
        return set(FACTS[fact].schema.names)  # a step we do not know may look at anything
    fields = (field for value in values for field in value.find(ops.Field))
    looked_at = {field.name for field in fields if field.rel == node.parent}
    return _needed(node.parent, looked_at | passed, fact)


@dataclass(frozen=True)
class Order:
    """Which rows of a cube make one row of a grouping: they lie together in ``order``."""

    periods: list[str]
    groups: list[str]
    order: Any
    starts: Any


def rolled(cells: pa.Table, by: str) -> list[Row]:
    """The sums of one grouping, ordered by period and group."""
    if not cells.num_rows:
        return []
    found = _order(cells, by)
    sums = [
        (name, _added(cells.column(name).combine_chunks(), found))
        for name in cells.column_names
        if cells.schema.field(name).type != pa.string()
    ]
    names = ("period", "group", *(name for name, _values in sums))
    columns = (found.periods, found.groups, *(values for _name, values in sums))
    return [dict(zip(names, row, strict=True)) for row in zip(*columns, strict=True)]


def _order(cells: pa.Table, by: str) -> Order:
    periods, period_names = _codes(cells, "period")
    groups, group_names = (np.zeros_like(periods), [ALL]) if by == ALL else _codes(cells, by)
    codes = periods.astype(np.int64) * len(group_names) + groups
    order = np.argsort(codes, kind="stable")
    found, starts = np.unique(codes[order], return_index=True)
    return Order(
        [period_names[code // len(group_names)] for code in found.tolist()],
        [group_names[code % len(group_names)] for code in found.tolist()],
        order,
        starts,
    )


def _codes(cells: pa.Table, name: str) -> tuple[Any, list[str]]:
    """A number for each row's word, in the order of the words."""
    column = cells.column(name).combine_chunks()
    words = pc.unique(column)
    words = words.take(pc.sort_indices(words))
    return pc.index_in(column, words).to_numpy(zero_copy_only=False), words.to_pylist()


def _added(column: Any, found: Order) -> list[Any]:
    if pa.types.is_list(column.type) or pa.types.is_large_list(column.type):
        return list(_joined(column, found))
    if pa.types.is_integer(column.type):
        values = column.fill_null(0).to_numpy(zero_copy_only=False)[found.order]
        added: list[int] = np.add.reduceat(values, found.starts).tolist()
        return added
    values = column.cast(pa.float64()).fill_null(0.0).to_numpy(zero_copy_only=False)[found.order]
    ends = [*found.starts[1:].tolist(), len(values)]
    return [math.fsum(values[a:b]) for a, b in zip(found.starts.tolist(), ends, strict=True)]


def _joined(column: Any, found: Order) -> Iterator[Any]:
    """The lists of each group as one, without what is missing in them."""
    lists = column.take(pa.array(found.order))
    lengths = pc.list_value_length(lists).fill_null(0).to_numpy(zero_copy_only=False)
    values = pc.list_flatten(lists).to_numpy(zero_copy_only=False)
    ends = np.add.reduceat(lengths, found.starts).cumsum().tolist()
    begin = 0
    for end in ends:
        some = values[begin:end]
        yield some[~np.isnan(some)] if some.dtype.kind == "f" else some
        begin = end
