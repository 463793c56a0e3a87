"""Computing all figures from the lake, with the engine. For the worker and the console."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from typing import Any

from heard.facts import engine
from heard.measures.definitions import ALL, BY, Statistic, measure
from heard.measures.figures import Figure, figure, protected
from heard.measures.formulas import ASKED, SERIES, Series, summed

Block = tuple[str, str, str]  # measure, statistic, by
Cells = dict[tuple[str, str], tuple[int, int]]


def all_figures(as_of: datetime) -> Iterator[tuple[Block, list[Figure]]]:
    """Every block of figures: one measure, one statistic, one grouping, over all periods.

    ``as_of``: dates after this moment are not judged yet.
    """
    connection = engine.connect()
    try:
        engine.set_moment(connection, as_of)
        facts = {fact: engine.table(connection, fact) for fact in {one.fact for one in SERIES}}
        for number, series in enumerate(SERIES):
            yield from _series_figures(connection, number, series, facts[series.fact])
    finally:
        engine.close(connection)


def _series_figures(
    connection: Any, number: int, series: Series, facts: Any | None
) -> Iterator[tuple[Block, list[Figure]]]:
    definition = measure(series.measure)
    statistics = [definition.statistic(key) for key in series.statistics]
    if facts is None:
        for statistic in statistics:
            yield from (((series.measure, statistic.key, by), []) for by in (ALL, *BY))
        return
    rows = engine.shape(facts, series.fact)
    sums = {by: _sums(connection, number, series, rows, by) for by in (ALL, *BY)}
    for statistic in statistics:
        figures = {
            by: _with_asked(asked, [figure(statistic, by, row) for row in rows], by)
            for by, (rows, asked) in sums.items()
        }
        for by, protected_rows in _protect_all(statistic, figures).items():
            yield (series.measure, statistic.key, by), protected_rows


def _sums(
    connection: Any, number: int, series: Series, facts: Any, by: str
) -> tuple[list[dict[str, Any]], Cells]:
    def query() -> Any:
        return summed(series, facts, by, engine.moment()).order_by("period", "group")

    found = engine.answer(connection, (number, by, facts.schema()), query)
    values = found.column("values") if "values" in found.column_names else None
    rows = (found.drop_columns(["values"]) if values is not None else found).to_pylist()
    if values is not None:
        for row, cell in zip(rows, values, strict=True):
            # A group in which every value is missing (nothing was promised) comes as null itself.
            row["values"] = [] if cell.values is None else cell.values.drop_null().to_numpy()
    return rows, _asked(connection, facts, by) if series.fact == ASKED.fact else {}


def _asked(connection: Any, facts: Any, by: str) -> Cells:
    """How many were asked in each period and group, and how many of them answered."""

    def query() -> Any:
        return summed(ASKED, facts, by, engine.moment())

    found = engine.answer(connection, ("asked", by, facts.schema()), query).to_pylist()
    return {(row["period"], row["group"]): (row["n"], row["x"]) for row in found}


def _with_asked(asked: Cells, figures: list[Figure], by: str) -> list[Figure]:
    """Figures that also say how many were asked in their period; 0 answers where none came yet."""
    if not asked:
        return figures
    made = []
    for one in figures:
        n, x = asked.get((one.period, one.group), (0, 0))
        made.append(replace(one, detail={**one.detail, "asked": n, "answered": x}))
    known = {(one.period, one.group) for one in figures}
    for (period, group), (n, x) in asked.items():
        if (period, group) not in known:
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
