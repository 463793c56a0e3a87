"""The sums of a series: asked of the engine once, and added up to each grouping here.

Of rows that are held, the engine gives the value of each; otherwise a row per period and
combination of all groups, with sums. Every sum can be added up: counts and whole numbers exactly,
others with one rounding in whatever order they come, values by putting them together. So six
groupings cost one query, and the same rows always give the same sums.
"""

import math
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Any

import ibis
import ibis.expr.operations as ops
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from heard.facts import engine
from heard.facts.sources import FACTS
from heard.measures.cells import MONTH, ROW, Cells, Order
from heard.measures.definitions import BY
from heard.measures.formulas import Series

Row = dict[str, Any]  # period, group, and the sums
VALUE, OUTSIDE = "value", "outside"  # of a single row
VALUES = "values"  # the sum that is all the values themselves
EXACT = 2**53  # up to here a float holds every whole number


def shape(series: Series, *, name: str = "", columns: pa.Schema | None = None) -> Any:
    """The rows of the series' fact, bound to no connection."""
    schema = columns or FACTS[series.fact].schema
    return ibis.table(ibis.Schema.from_pyarrow(schema), name=name or series.fact)


def cube(connection: Any, series: Series) -> pa.Table:
    """The sums of the rows under the fact's name, by period and all groups together.

    Only the columns it needs are asked for: what is held need not have others.
    """

    def query() -> Any:
        rows = series.cohort(_asked_for(series, ()), engine.moment())
        return rows.group_by("period", *BY).aggregate(**series.sums(rows))

    return engine.answer(connection, ("cube", series.name, series.days), query)


def single(connection: Any, series: Series, *, carried: Sequence[str]) -> pa.Table:
    """The value of each row under the fact's name that is of a period, with its number and month.

    ``carried``: columns that the rows have besides those of the fact, their number among them.
    Values of which the order counts come ascending.
    """

    def query() -> Any:
        rows = series.cohort(_asked_for(series, carried), engine.moment())
        columns = {VALUE: rows.value.cast("float64")}
        if OUTSIDE in rows.columns:
            columns[OUTSIDE] = rows.outside.cast("int64")
        found = rows.select(ROW, MONTH, **columns)
        return found.order_by(VALUE) if VALUES in names(series) else found

    return engine.answer(connection, ("single", series.name, series.days, tuple(carried)), query)


def _asked_for(series: Series, carried: Sequence[str]) -> Any:
    schema = FACTS[series.fact].schema
    used = [schema.field(name) for name in sorted(needed(series))]
    more = [pa.field(name, pa.int64()) for name in carried]
    return shape(series, columns=pa.schema([*used, *more]))


_known_names: dict[tuple[str, tuple[str, ...]], tuple[str, ...]] = {}


def names(series: Series) -> tuple[str, ...]:
    """The names of the sums of a series."""
    key = series.name, series.days
    if key not in _known_names:
        rows = series.cohort(shape(series), engine.moment())
        _known_names[key] = tuple(series.sums(rows))
    return _known_names[key]


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


Parts = dict[str, Any]  # by the name of a sum: what each row of cells adds to it


def parts_of_sums(sums: pa.Table) -> Parts:
    """What the rows of an aggregated table add to its sums, lists as they are."""
    found: Parts = {}
    for name in sums.column_names:
        column = sums.column(name).combine_chunks()
        if pa.types.is_list(column.type) or pa.types.is_large_list(column.type):
            found[name] = column
        elif pa.types.is_integer(column.type):
            found[name] = column.fill_null(0).to_numpy(zero_copy_only=False)
        elif column.type != pa.string():
            found[name] = column.cast(pa.float64()).fill_null(0.0).to_numpy()
    return found


def parts_of_values(singles: pa.Table, wanted: Sequence[str]) -> Parts:
    """What each single value adds to the sums of these names.

    A missing value is not a number, and of no step of a scale.
    """
    values = singles.column(VALUE).to_numpy()
    return {
        name: singles.column(OUTSIDE).to_numpy() if name == OUTSIDE else PARTS[name](values)
        for name in wanted
    }


PARTS: dict[str, Callable[[Any], Any]] = {
    "n": lambda values: ~np.isnan(values),
    "left_out": np.isnan,
    "x": lambda values: np.nan_to_num(values).astype(np.int64),
    "promoters": lambda values: values >= 9,
    "detractors": lambda values: values <= 6,
    **{f"gave_{step}": partial(np.equal, step) for step in range(1, 6)},
    "total": np.nan_to_num,
    "squares": lambda values: np.nan_to_num(values) ** 2,
    VALUES: lambda values: values,
}


def added(parts: Parts, by: str, cells: Cells) -> list[Row]:
    """The sums of one grouping, ordered by period and group."""
    order = cells.order(by)
    if not len(order.places):
        return []
    there = np.flatnonzero(np.bincount(order.places, minlength=order.size))
    sums = {name: _sum(name, part, order, there) for name, part in parts.items()}
    named = ("period", "group", *sums)
    every = zip(there.tolist(), *sums.values(), strict=True)
    return [dict(zip(named, (*order.named(place), *row), strict=True)) for place, *row in every]


def _sum(name: str, part: Any, order: Order, there: Any) -> list[Any]:
    if name == VALUES:
        return _values(part, order, there)
    return (_exactly if part.dtype.kind == "f" else _counted)(part, order, there)


def _values(part: Any, order: Order, there: Any) -> list[Any]:
    """The values themselves, ascending; ``part``: as a list of each row, or as they are."""
    if not isinstance(part, pa.Array):
        return _by_place(part, order.places, there)
    places = np.repeat(order.places, pc.list_value_length(part).fill_null(0).to_numpy())
    values = pc.list_flatten(part).to_numpy(zero_copy_only=False)
    ascending = np.argsort(values)
    return _by_place(values[ascending], places[ascending], there)


def _counted(values: Any, order: Order, there: Any) -> list[int]:
    """Whole numbers added up, exactly."""
    if values.dtype.kind == "b" or np.abs(values).sum(dtype=np.float64) < EXACT:
        sums = np.bincount(order.places, values, minlength=order.size).astype(np.int64)
    else:
        sums = np.zeros(order.size, dtype=np.int64)
        np.add.at(sums, order.places, values)
    found: list[int] = sums[there].tolist()
    return found


def _exactly(values: Any, order: Order, there: Any) -> list[float]:
    """Numbers added up with one rounding."""
    ordered = np.argsort(order.places, kind="stable")
    return [math.fsum(some) for some in _split(values[ordered], order.places[ordered], there)]


def _by_place(values: Any, places: Any, there: Any) -> list[Any]:
    """Ascending values, those that are missing last, parted by their places without these."""
    is_value = ~np.isnan(values)
    values, places = values[is_value], places[is_value]
    small = places.astype(np.uint16 if there[-1] < 2**16 else np.int64)
    order = np.argsort(small, kind="stable")  # small numbers by their digits: fast
    return list(_split(values[order], small[order], there))


def _split(values: Any, places: Any, there: Any) -> Iterator[Any]:
    """The values of each place; both are in the order of the places."""
    ends = np.searchsorted(places, there.astype(places.dtype), side="right").tolist()
    begin = 0
    for end in ends:
        yield values[begin:end]
        begin = end
