"""Sums of a series at their finest, asked of the engine once; added up to each grouping here.

A cube has a row per period and combination of all groups. Every sum can be added up: counts and
whole numbers exactly, others with one rounding in whatever order they come, lists by joining them.
So six groupings cost one query, and the same rows always give the same sums.
"""

import math
from collections.abc import Iterator
from typing import Any

import ibis
import ibis.expr.operations as ops
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from heard.facts import engine
from heard.facts.sources import FACTS
from heard.measures.cells import CELL, Cells, Order
from heard.measures.definitions import BY
from heard.measures.formulas import Series

Row = dict[str, Any]  # period, group, and the sums


def shape(series: Series, *, name: str = "", columns: pa.Schema | None = None) -> Any:
    """The rows of the series' fact, bound to no connection."""
    schema = columns or FACTS[series.fact].schema
    return ibis.table(ibis.Schema.from_pyarrow(schema), name=name or series.fact)


def cube(connection: Any, series: Series, *, numbered: str = "") -> pa.Table:
    """The sums of the rows held under the fact's name, by period and all groups together.

    Only the columns it needs are asked for: what is held need not have others. ``numbered``: by
    the number of the cell; the column of it, or of what it is made of, in the rows held.
    """
    by = (CELL,) if numbered else ("period", *BY)

    def query() -> Any:
        schema = FACTS[series.fact].schema
        used = [schema.field(name) for name in sorted(needed(series))]
        columns = pa.schema([*used, pa.field(numbered, pa.int64())] if numbered else used)
        rows = series.cohort(shape(series, columns=columns), engine.moment())
        return rows.group_by(*by).aggregate(**series.sums(rows))

    return engine.answer(connection, ("cube", series.name, series.days, numbered), query)


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


def rolled(sums: pa.Table, by: str, cells: Cells, places: Any = None) -> list[Row]:
    """The sums of one grouping, ordered by period and group.

    ``places``: of the cells that the sums are of; None where they are of each, in order.
    """
    if not sums.num_rows:
        return []
    found = cells.order(by)
    columns = [
        (name, _added(sums.column(name).combine_chunks(), found, places))
        for name in sums.column_names
        if name != CELL and sums.schema.field(name).type != pa.string()
    ]
    names = ("period", "group", *(name for name, _values in columns))
    rows = zip(found.periods, found.groups, *(values for _name, values in columns), strict=True)
    made = (dict(zip(names, row, strict=True)) for row in rows)
    if places is None:
        return list(made)
    there = np.zeros(len(found.order), dtype=np.int64)
    there[places] = 1
    has_rows = np.add.reduceat(there[found.order], found.starts) > 0
    return [row for row, is_one in zip(made, has_rows.tolist(), strict=True) if is_one]


def _added(column: Any, found: Order, places: Any) -> list[Any]:
    if pa.types.is_list(column.type) or pa.types.is_large_list(column.type):
        return list(_joined(column, found, places))
    if pa.types.is_integer(column.type):
        values = _placed(column.fill_null(0), found, places)
        added: list[int] = np.add.reduceat(values, found.starts).tolist()
        return added
    values = _placed(column.cast(pa.float64()).fill_null(0.0), found, places)
    ends = [*found.starts[1:].tolist(), len(values)]
    return [math.fsum(values[a:b]) for a, b in zip(found.starts.tolist(), ends, strict=True)]


def _placed(column: Any, found: Order, places: Any) -> Any:
    """The values in the order of a grouping; 0 in a cell without a row."""
    values = column.to_numpy(zero_copy_only=False)
    if places is None:
        return values[found.order]
    everywhere = np.zeros(len(found.order), dtype=values.dtype)
    everywhere[places] = values
    return everywhere[found.order]


def _joined(column: Any, found: Order, places: Any) -> Iterator[Any]:
    """The lists of each group as one, without what is missing in them."""
    lengths = pc.list_value_length(column).fill_null(0)
    rows = found.order
    if places is not None:
        row_of = np.full(len(found.order), -1, dtype=np.int64)
        row_of[places] = np.arange(len(column))
        rows = row_of[found.order]
        rows = rows[rows >= 0]
    values = pc.list_flatten(column.take(pa.array(rows))).to_numpy(zero_copy_only=False)
    ends = np.add.reduceat(_placed(lengths, found, places), found.starts).cumsum().tolist()
    begin = 0
    for end in ends:
        some = values[begin:end]
        yield some[~np.isnan(some)] if some.dtype.kind == "f" else some
        begin = end
