"""Sums of a series at their finest, asked of the engine once; added up to each grouping here.

A cube has a row per period and combination of all groups. Every sum can be added up: counts and
whole numbers exactly, others with one rounding in whatever order they come, values by putting them
together. So six groupings cost one query, and the same rows always give the same sums.
"""

import math
from collections.abc import Iterator, Sequence
from typing import Any

import ibis
import ibis.expr.operations as ops
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from heard.facts import engine
from heard.facts.sources import FACTS
from heard.measures.cells import CELL, Cells
from heard.measures.definitions import BY
from heard.measures.formulas import Series

Row = dict[str, Any]  # period, group, and the sums
VALUES = "values"  # the sum that is all the values themselves
EXACT = 2**53  # up to here a float holds every whole number


def shape(series: Series, *, name: str = "", columns: pa.Schema | None = None) -> Any:
    """The rows of the series' fact, bound to no connection."""
    schema = columns or FACTS[series.fact].schema
    return ibis.table(ibis.Schema.from_pyarrow(schema), name=name or series.fact)


def cube(connection: Any, series: Series, *, carried: Sequence[str] = ()) -> pa.Table:
    """The sums of the rows held under the fact's name, by period and all groups together.

    Only the columns it needs are asked for: what is held need not have others. ``carried``: columns
    of the rows held that say their place; then sums are by the number of the cell, and single
    values are not put into lists, but given as they are, ascending, each with its cell.
    """
    by = (CELL,) if carried else ("period", *BY)

    def query() -> Any:
        schema = FACTS[series.fact].schema
        used = [schema.field(name) for name in sorted(needed(series))]
        columns = pa.schema([*used, *(pa.field(name, pa.int64()) for name in carried)])
        rows = series.cohort(shape(series, columns=columns), engine.moment())
        sums = series.sums(rows)
        if carried and VALUES in sums:
            return rows.select(CELL, rows.value.name(VALUES)).order_by(VALUES)
        return rows.group_by(*by).aggregate(**sums)

    return engine.answer(connection, ("cube", series.name, series.days, tuple(carried)), query)


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
    order = cells.order(by)
    rows = order.rows if places is None else order.rows[places]
    there = np.flatnonzero(np.bincount(rows, minlength=len(order.periods)))
    known = {name: sums.column(name).combine_chunks() for name in sums.column_names}
    columns = {
        name: _added(column, rows, there)
        for name, column in known.items()
        if name not in (CELL, VALUES) and column.type != pa.string()
    }
    if VALUES in known:
        columns |= _together(known[VALUES], rows, there)
    periods = [order.periods[place] for place in there.tolist()]
    groups = [order.groups[place] for place in there.tolist()]
    names = ("period", "group", *columns)
    return [
        dict(zip(names, row, strict=True))
        for row in zip(periods, groups, *columns.values(), strict=True)
    ]


def _added(column: Any, rows: Any, there: Any) -> list[Any]:
    """The sum over each row of a grouping."""
    if pa.types.is_integer(column.type):
        values = column.fill_null(0).to_numpy(zero_copy_only=False)
        return _counted(rows, values, there)
    values = column.cast(pa.float64()).fill_null(0.0).to_numpy(zero_copy_only=False)
    order = np.argsort(rows, kind="stable")
    return [math.fsum(some) for some in _split(values[order], rows[order], there)]


def _counted(rows: Any, values: Any, there: Any) -> list[int]:
    """Whole numbers added up, exactly."""
    if np.abs(values).sum(dtype=np.float64) < EXACT:
        found: list[int] = np.bincount(rows, values)[there].astype(np.int64).tolist()
        return found
    sums = np.zeros(int(rows.max()) + 1, dtype=np.int64)
    np.add.at(sums, rows, values)
    exact: list[int] = sums[there].tolist()
    return exact


def _together(column: Any, rows: Any, there: Any) -> dict[str, list[Any]]:
    """The values of each row of a grouping, ascending; of single ones also how many there are."""
    if pa.types.is_list(column.type) or pa.types.is_large_list(column.type):
        rows = np.repeat(rows, pc.list_value_length(column).fill_null(0).to_numpy())
        values = pc.list_flatten(column).to_numpy(zero_copy_only=False)
        order = np.argsort(values)
        values, rows = values[order], rows[order]
        is_value = ~np.isnan(values)
        return {VALUES: _by_row(values[is_value], rows[is_value], there)}
    values = column.to_numpy(zero_copy_only=False)
    is_value = ~np.isnan(values)
    left_out = np.bincount(rows, ~is_value)[there].astype(np.int64).tolist()
    values, rows = values[is_value], rows[is_value]
    found = np.bincount(rows, minlength=int(there[-1]) + 1)[there].tolist()
    return {"n": found, "left_out": left_out, VALUES: _by_row(values, rows, there)}


def _by_row(values: Any, rows: Any, there: Any) -> list[Any]:
    """Ascending values parted by their rows."""
    small = rows.astype(np.uint16 if there[-1] < 2**16 else np.int64)
    order = np.argsort(small, kind="stable")  # small numbers by their digits: fast
    return list(_split(values[order], small[order], there))


def _split(values: Any, rows: Any, there: Any) -> Iterator[Any]:
    """The values of each row of a grouping; both are in the order of the rows."""
    ends = np.searchsorted(rows, there, side="right").tolist()
    begin = 0
    for end in ends:
        yield values[begin:end]
        begin = end
