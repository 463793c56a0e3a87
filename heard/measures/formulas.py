"""What each measure counts, as Ibis expressions over the facts.

A cohort gives one row per thing that counts in a period: the period, the groups, and a value that
is null where the thing is of the period but does not enter the figure (it is then "left out").
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import ibis

from heard.measures.definitions import BY, NO_GROUP

Table = Any  # an Ibis table or column; Ibis has no types to check
Cohort = Callable[[Table, datetime], Table]


def _cohort(rows: Table, day: Table, **values: Table) -> Table:
    groups = {by: ibis.ifelse(rows[by] == "", NO_GROUP, rows[by]) for by in BY}
    return rows.filter(day.notnull()).select(period=day.strftime("%Y-%m"), **groups, **values)


def received(cases: Table, as_of: datetime) -> Table:
    """Cases by the local month they were received in."""
    return _cohort(cases, cases.received_on, value=ibis.literal(True))


def finished(cases: Table, as_of: datetime) -> Table:
    """Finished cases by the local month they were finished in, with the days they took."""
    return _cohort(cases, cases.finished_on, value=cases.days_to_close)


def on_time_closed(cases: Table, as_of: datetime) -> Table:
    """Finished cases by the local month they were finished in; null where nothing was promised."""
    return _cohort(cases, cases.finished_on, value=cases.on_time)


def on_time_due(cases: Table, as_of: datetime) -> Table:
    """Cases whose date has passed, by the local month of that date; open ones are late.

    Null where the case was withdrawn, declined or handed over before its date. What was still open
    when the date passed is late, so that nothing is won by declining a late case.
    """
    due = cases.filter(cases.due_at <= ibis.literal(as_of))
    in_time = (due.set_aside_at <= due.due_at).fill_null(False)
    kept = due.on_time.fill_null(False)
    return _cohort(due, due.due_on, value=ibis.ifelse(in_time, ibis.null("boolean"), kept))


def answers(responses: Table, as_of: datetime) -> Table:
    """Answers that count, by the local month they were given in; null where not rated."""
    given = responses.filter(responses.counts)
    return _cohort(given, given.answered_on, value=given.satisfaction)


def asked(responses: Table, as_of: datetime) -> Table:
    """Invitations by the local month they were sent in, and whether an answer that counts came."""
    return _cohort(responses, responses.asked_on, value=responses.counts)


def _counted(rows: Table) -> dict[str, Table]:
    return {"n": rows.value.count(), "left_out": rows.value.isnull().sum()}


def _shares(rows: Table) -> dict[str, Table]:
    return {**_counted(rows), "x": rows.value.cast("int64").sum().fill_null(0)}


def _values(rows: Table) -> dict[str, Table]:
    return {**_counted(rows), "values": rows.value.collect()}


def _scale(rows: Table) -> dict[str, Table]:
    steps = {f"gave_{step}": (rows.value == step).sum().fill_null(0) for step in range(1, 6)}
    return {**_counted(rows), **steps}


@dataclass(frozen=True)
class Series:
    """A cohort, what is added up over each group of it, and the statistics made of that."""

    measure: str
    statistics: tuple[str, ...]
    fact: str
    cohort: Cohort
    sums: Callable[[Table], dict[str, Table]]


SERIES = (
    Series("cases_received", ("count",), "cases", received, _counted),
    Series("on_time", ("closed",), "cases", on_time_closed, _shares),
    Series("on_time", ("due",), "cases", on_time_due, _shares),
    Series("days_to_close", ("median", "p90"), "cases", finished, _values),
    Series("satisfaction", ("index", "top2"), "responses", answers, _scale),
)
ASKED = Series("satisfaction", (), "responses", asked, _shares)


def summed(series: Series, facts: Table, by: str, as_of: datetime) -> Table:
    """One row per period and group, with the sums; ``by="all"`` takes all groups together."""
    rows = series.cohort(facts, as_of)
    group = ibis.literal("all") if by == "all" else rows[by]
    keyed = rows.mutate(group=group)
    return keyed.group_by("period", "group").aggregate(**series.sums(keyed))
