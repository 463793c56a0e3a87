"""One formula tried on the lake as it is: figures of the last months, without keeping anything.

For the worker and tests: it needs the engine.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from heard.facts import engine
from heard.measures.definitions import ALL, BY, Definition, Statistic, read_card
from heard.measures.figures import OUTSIDE, Figure, figure
from heard.measures.formulas import Series, series_of, summed

MONTHS = 13  # a year, and the month that is running


def tried(card: Mapping[str, Any], as_of: datetime) -> list[dict[str, Any]]:
    """The city's figures of a card that carries a formula, the last months, by statistic.

    Raises ``conditions.BadFormula``. A fact that has no rows yet gives no figures.
    """
    made = read_card(card)
    figures = _with_engine(made, as_of, lambda c, s: figures_of(c, s, made.statistics, last=MONTHS))
    return [
        {
            "key": one.key, "kind": one.kind, "unit": one.unit, "name": one.name,
            "rows": [_row(row) for row in (figures or {}).get(one.key, [])],
        }
        for one in made.statistics
    ]  # fmt: skip


def widest(card: Mapping[str, Any], as_of: datetime) -> int:
    """How many groups the grouping with the most of them has."""
    return int(_with_engine(read_card(card), as_of, _widest) or 0)


def _widest(connection: Any, series: Series) -> int:
    rows = series.cohort(connection.table(series.fact), engine.moment())
    found = connection.to_pyarrow(rows.aggregate(**{by: rows[by].nunique() for by in BY}))
    return max(int(groups) for groups in found.to_pylist()[0].values())


def _with_engine(card: Definition, as_of: datetime, ask: Any) -> Any:
    series = series_of(card)
    connection = engine.connect()
    try:
        engine.set_moment(connection, as_of)
        if engine.table(connection, series.fact) is None:
            return None
        return ask(connection, series)
    finally:
        engine.close(connection)


def _row(one: Figure) -> dict[str, Any]:
    return {
        "period": one.period, "n": one.n, "value": one.value, "low": one.low, "high": one.high,
        "left_out": one.left_out, "suppressed": one.suppressed,
        "outside": int(one.detail.get(OUTSIDE, 0)),
    }  # fmt: skip


def figures_of(
    connection: Any,
    series: Series,
    statistics: Sequence[Statistic],
    *,
    by: str = ALL,
    last: int | None = None,
) -> dict[str, list[Figure]]:
    """Figures of a series over the table of its fact in a connection, oldest month first."""
    query = summed(series, connection.table(series.fact), by, engine.moment())
    if last is not None:
        query = query.order_by(query.period.desc()).limit(last)
    found = sorted(_plain(connection, query), key=lambda row: (row["period"], row["group"]))
    return {one.key: [figure(one, by, row) for row in found] for one in statistics}


def _plain(connection: Any, query: Any) -> list[dict[str, Any]]:
    found = connection.to_pyarrow(query).to_pylist()
    for row in found:
        if "values" in row:
            row["values"] = [value for value in row["values"] or [] if value is not None]
    return found  # type: ignore[no-any-return]
