"""Declared formulas as Ibis expressions, with operations that every engine has."""

from collections.abc import Sequence
from datetime import datetime
from functools import partial
from typing import Any

import ibis

from heard.facts import engine
from heard.measures.cells import FIRST, LAST, first_day, index, keys
from heard.measures.conditions import Condition
from heard.measures.declared import AGE, Formula

Table = Any  # an Ibis table or column; Ibis has no types to check
SECONDS_A_DAY = 86_400


def cohort(facts: Table, as_of: Table | datetime, *, formula: Formula) -> Table:
    """A row per thing that counts in a period; see ``formulas.Series``.

    ``value`` is null where the row is left out. ``outside`` marks rows that count though they are
    not of what the share is of: then the share is of the wrong rows, and has no figure.
    """
    rows = _by_month(facts, as_of, formula)
    if formula.where:
        rows = rows.filter(*_all_of(rows, formula.where, as_of))
    enters = _true(rows, formula.of, as_of)
    values: dict[str, Table] = {}
    if formula.take == "share":
        counts = _true(rows, formula.counts, as_of)
        values["value"] = ibis.ifelse(enters, counts, ibis.null("boolean"))
        values["outside"] = counts & ~enters
    elif formula.take == "count":
        values["value"] = ibis.ifelse(enters, True, ibis.null("boolean"))
    else:
        amount = _amount(rows, formula)
        values["value"] = ibis.ifelse(enters, amount, ibis.null(amount.type()))
    return rows.select(**keys(rows, rows.period, rows.month), **values)


def sums_of(take: str) -> Any:
    """What is added up over the rows of a cohort; see ``formulas.Series``."""
    return {
        "count": _counted, "share": _shares, "mean": _mean, "sum": _mean, "quantile": _values,
        "scale": partial(_steps, first=1, last=5), "recommend": _recommended,
    }[take]  # fmt: skip


def _counted(rows: Table) -> dict[str, Table]:
    return {"n": rows.value.count(), "left_out": rows.value.isnull().sum()}


def _shares(rows: Table) -> dict[str, Table]:
    found = {"x": rows.value, "outside": rows.outside}
    return {
        **_counted(rows),
        **{name: column.cast("int64").sum().fill_null(0) for name, column in found.items()},
    }


def _values(rows: Table) -> dict[str, Table]:
    return {**_counted(rows), "values": rows.value.collect()}


def _mean(rows: Table) -> dict[str, Table]:
    """Whole numbers are added exactly, in whatever order an engine takes them.

    Squares outgrow 64 bits soon; a decimal of 38 digits holds them.
    """
    whole = rows.value.cast("decimal(18, 0)")
    squares = (whole * whole).sum().cast("float64").fill_null(0.0)
    return {**_counted(rows), "total": rows.value.sum().fill_null(0), "squares": squares}


def _steps(rows: Table, *, first: int, last: int) -> dict[str, Table]:
    steps = range(first, last + 1)
    gave = {f"gave_{step}": (rows.value == step).sum().fill_null(0) for step in steps}
    return {**_counted(rows), **gave}


def _recommended(rows: Table) -> dict[str, Table]:
    for_us, against = (rows.value >= 9).sum(), (rows.value <= 6).sum()
    return {
        **_counted(rows), "promoters": for_us.fill_null(0), "detractors": against.fill_null(0)
    }  # fmt: skip


def _by_month(facts: Table, as_of: Table | datetime, formula: Formula) -> Table:
    """The rows with their month as ``period``; a row that lies open has one for each month."""
    if formula.open is None:
        day = facts[formula.day]
        return facts.filter(day.notnull()).mutate(period=day.strftime("%Y-%m"), month=index(day))
    begin, end = (facts[name] for name in formula.open)
    today = engine.today(as_of)
    # What ended after the moment of counting was still open at it.
    ended = end.notnull() & (end <= today)
    last = ibis.ifelse(ended, index(end) - 1, index(today))
    first = index(begin)
    if FIRST in facts.columns:
        first, last = ibis.greatest(first, facts[FIRST]), ibis.least(last, facts[LAST])
    rows = facts.mutate(first_month=first, last_month=last)
    rows = rows.filter(begin <= today, rows.first_month <= rows.last_month)
    months = ibis.range(rows.first_month, rows.last_month + 1)
    rows = rows.mutate(month=months.unnest())
    period = first_day(rows.month).strftime("%Y-%m")
    next_first = first_day(rows.month + 1)
    began = rows[formula.open[0]]
    # The running month is counted up to today.
    age = ibis.ifelse(
        next_first > today, today.delta(began, unit="day"), next_first.delta(began, unit="day") - 1
    )
    return rows.mutate(period=period, **{AGE: age})


def _amount(rows: Table, formula: Formula) -> Table:
    """What is added up: whole numbers; of the time between two moments, days or whole seconds."""
    if formula.between is None:
        column = rows[formula.column]
        return column.cast("float64" if formula.take == "quantile" else "int64")
    begin, end = (rows[name].epoch_seconds().cast("int64") for name in formula.between)
    seconds = end - begin
    return seconds.cast("float64") / SECONDS_A_DAY if formula.take == "quantile" else seconds


def _true(rows: Table, conditions: Sequence[Condition], as_of: Table | datetime) -> Table:
    found = ibis.literal(True)
    for one in _all_of(rows, conditions, as_of):
        found = found & one
    return found


def _all_of(rows: Table, conditions: Sequence[Condition], as_of: Table | datetime) -> list[Table]:
    return [_one(rows, one, as_of).fill_null(False) for one in conditions]


def _one(rows: Table, condition: Condition, as_of: Table | datetime) -> Table:
    column = rows[condition.column]
    match condition.operator:
        case "empty":
            return column == "" if condition.type == "text" else column.isnull()
        case "filled":
            return column != "" if condition.type == "text" else column.notnull()
        case "true":
            return column
        case "false":
            return ~column
        case "in":
            return column.isin(list(condition.value))
    return _compare(column, condition.operator, _other(rows, condition, as_of))


def _compare(column: Table, operator: str, other: Table) -> Table:
    match operator:
        case "is" | "=":
            return column == other
        case "is not" | "!=":
            return column != other
        case "<":
            return column < other
        case "<=":
            return column <= other
        case ">":
            return column > other
    return column >= other


def _other(rows: Table, condition: Condition, as_of: Table | datetime) -> Table:
    if condition.other:
        return rows[condition.other]
    if condition.back is not None:
        moment = ibis.literal(as_of) if isinstance(as_of, datetime) else as_of
        return moment - ibis.interval(days=condition.back) if condition.back else moment
    if condition.type == "day":
        return ibis.date(condition.value)
    if condition.type == "moment":
        return ibis.literal(datetime.fromisoformat(f"{condition.value}T00:00:00+00:00"))
    return ibis.literal(condition.value)
