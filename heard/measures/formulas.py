"""What each measure counts, as Ibis expressions over the facts.

A cohort gives one row per thing that counts in a period: the period, the groups, and a value that
is null where the thing is of the period but does not enter the figure (it is then "left out").
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
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
    due = cases.filter(cases.due_at <= as_of)
    in_time = (due.set_aside_at <= due.due_at).fill_null(False)
    kept = due.on_time.fill_null(False)
    return _cohort(due, due.due_on, value=ibis.ifelse(in_time, ibis.null("boolean"), kept))


def late_by(cases: Table, as_of: datetime) -> Table:
    """Finished cases by the month they were finished in: days after the date, where it was late."""
    late = ibis.ifelse(cases.days_late > 0, cases.days_late, ibis.null("float64"))
    return _cohort(cases, cases.finished_on, value=late)


def warned_before(cases: Table, as_of: datetime) -> Table:
    """Broken promises by the month of their date: was somebody warned before it passed?

    Null where the date came from a file: our clocks did not run for it.
    """
    due = cases.filter(cases.due_at <= as_of)
    in_time = (due.set_aside_at <= due.due_at).fill_null(False) | due.on_time.fill_null(False)
    broken = due.filter(~in_time)
    warned = (broken.warned_at < broken.due_at).fill_null(False)
    return _cohort(
        broken, broken.due_on, value=ibis.ifelse(broken.has_clock, warned, ibis.null("boolean"))
    )


def _moved(cases: Table, moved: Table) -> Table:
    known = cases.has_promise & cases.has_clock
    return _cohort(cases, cases.finished_on, value=ibis.ifelse(known, moved, ibis.null("boolean")))


def moved(cases: Table, as_of: datetime) -> Table:
    """Finished cases by the month they were finished in: did we move their date, for any reason?"""
    return _moved(cases, cases.times_moved > 0)


def moved_late(cases: Table, as_of: datetime) -> Table:
    """The same, where the last reason was that we would be late and said so."""
    return _moved(cases, (cases.times_moved > 0) & (cases.moved_for == "late"))


def answers(responses: Table, as_of: datetime) -> Table:
    """Answers of the invited that count, by the local month given in; null where not rated."""
    given = responses.filter(responses.counts & (responses.pool == "invited"))
    return _cohort(given, given.answered_on, value=given.satisfaction)


def asked(responses: Table, as_of: datetime) -> Table:
    """Invitations by the local month they were sent in, and whether an answer that counts came."""
    invited = responses.filter(responses.asked_in == "invited")
    return _cohort(invited, invited.asked_on, value=invited.counts)


RETURNS_WITHIN = timedelta(days=14)
CAUSES = ("clarification", "signposting", "repeat", "chasing", "closure")


def contacts_taken(contacts: Table, as_of: datetime) -> Table:
    """Contacts by the local month they were in."""
    return _cohort(contacts, contacts.contacted_on, value=ibis.literal(True))


def first_contact(contacts: Table, as_of: datetime, *, but_cases: bool = False) -> Table:
    """Contacts by the local month they were in, and whether the first was the last.

    Null where that is not known: for 14 days, until then they may still come back, whatever was
    written down; and where we do not know who it was. ``but_cases`` leaves out contacts with which
    a case began: what needs a crew is never done in a talk.
    """
    if but_cases:
        contacts = contacts.filter(~contacts.opened_case)
    is_known = contacts.known & (contacts.contacted_at <= as_of - RETURNS_WITHIN)
    resolved = contacts.settled & ~contacts.handed_off & contacts.came_back_at.isnull()
    return _cohort(
        contacts, contacts.contacted_on, value=ibis.ifelse(is_known, resolved, ibis.null("boolean"))
    )


def avoidable(contacts: Table, as_of: datetime, *, cause: str = "") -> Table:
    """Contacts by the local month they were in, and whether they were avoidable (for one cause).

    Null where nobody judged it.
    """
    said = contacts.avoidable
    found = (said == cause) if cause else (said != "no")
    return _cohort(
        contacts, contacts.contacted_on, value=ibis.ifelse(said != "", found, ibis.null("boolean"))
    )


def remedies_given(remedies: Table, as_of: datetime) -> Table:
    """Remedies by the local month they were given in."""
    return _cohort(remedies, remedies.given_on, value=ibis.literal(True))


def remedy_money(remedies: Table, as_of: datetime) -> Table:
    """The dollars of each remedy that is worth money, by the local month it was given in."""
    worth = remedies.filter(remedies.has_amount)
    return _cohort(worth, worth.given_on, value=worth.cents.cast("float64") / 100)


def _counted(rows: Table) -> dict[str, Table]:
    return {"n": rows.value.count(), "left_out": rows.value.isnull().sum()}


def _shares(rows: Table) -> dict[str, Table]:
    return {**_counted(rows), "x": rows.value.cast("int64").sum().fill_null(0)}


def _values(rows: Table) -> dict[str, Table]:
    return {**_counted(rows), "values": rows.value.collect()}


def _scale(rows: Table) -> dict[str, Table]:
    steps = {f"gave_{step}": (rows.value == step).sum().fill_null(0) for step in range(1, 6)}
    return {**_counted(rows), **steps}


def _money(rows: Table) -> dict[str, Table]:
    squares = (rows.value * rows.value).sum().fill_null(0)
    return {**_counted(rows), "total": rows.value.sum().fill_null(0), "squares": squares}


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
    Series("late_by", ("median", "p90"), "cases", late_by, _values),
    Series("warned_before", ("share",), "cases", warned_before, _shares),
    Series("promises_moved", ("any",), "cases", moved, _shares),
    Series("promises_moved", ("late",), "cases", moved_late, _shares),
    Series("satisfaction", ("index", "top2"), "responses", answers, _scale),
    Series("remedies_given", ("count",), "remedies", remedies_given, _counted),
    Series("remedy_money", ("total",), "remedies", remedy_money, _money),
    Series("contacts_received", ("count",), "contacts", contacts_taken, _counted),
    Series("first_contact_resolution", ("all",), "contacts", first_contact, _shares),
    Series(
        "first_contact_resolution",
        ("without_case",),
        "contacts",
        partial(first_contact, but_cases=True),
        _shares,
    ),
    Series("avoidable_contact", ("all",), "contacts", avoidable, _shares),
    *(
        Series("avoidable_contact", (cause,), "contacts", partial(avoidable, cause=cause), _shares)
        for cause in CAUSES
    ),
)
ASKED = Series("satisfaction", (), "responses", asked, _shares)


def summed(series: Series, facts: Table, by: str, as_of: datetime) -> Table:
    """One row per period and group, with the sums; ``by="all"`` takes all groups together."""
    rows = series.cohort(facts, as_of)
    group = ibis.literal("all") if by == "all" else rows[by]
    keyed = rows.mutate(group=group)
    return keyed.group_by("period", "group").aggregate(**series.sums(keyed))
