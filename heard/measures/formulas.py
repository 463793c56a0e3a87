"""What each measure counts, as Ibis expressions over the facts.

A cohort gives one row per thing that counts in a period: the period, the groups, and a value that
is null where the thing is of the period but does not enter the figure (it is then "left out").
"""

import hashlib
import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache, partial
from pathlib import Path
from typing import Any

import ibis

from heard.measures import compiled
from heard.measures.cells import MONTH, first_day, index, keys
from heard.measures.conditions import BadFormula
from heard.measures.declared import for_kinds, formula
from heard.measures.definitions import Definition, measures

log = logging.getLogger("heard.measures")

Table = Any  # an Ibis table or column; Ibis has no types to check
Cohort = Callable[[Table, datetime], Table]


def _cohort(rows: Table, day: Table, **values: Table) -> Table:
    period = keys(rows, day.strftime("%Y-%m"), index(day))
    return rows.filter(day.notnull()).select(**period, **values)


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


CLOSING = "closing-"  # how the versions of the survey begin that follows a closed request


def answers(responses: Table, as_of: datetime) -> Table:
    """Answers of the invited that count, by the local month given in; null where not rated.

    Of the survey that follows a closed request; others may ask for satisfaction with another thing.
    """
    closing = responses.filter(responses.wording.startswith(CLOSING))
    given = closing.filter(closing.counts & (closing.pool == "invited"))
    return _cohort(given, given.answered_on, value=given.satisfaction)


def asked(responses: Table, as_of: datetime) -> Table:
    """Invitations by the local month they were sent in, and whether an answer that counts came.

    To the same survey as ``answers``.
    """
    closing = responses.filter(responses.wording.startswith(CLOSING))
    invited = closing.filter(closing.asked_in == "invited")
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


def counted(rows: Table) -> dict[str, Table]:
    return {"n": rows.value.count(), "left_out": rows.value.isnull().sum()}


def shares(rows: Table) -> dict[str, Table]:
    return {**counted(rows), "x": rows.value.cast("int64").sum().fill_null(0)}


def values(rows: Table) -> dict[str, Table]:
    return {**counted(rows), "values": rows.value.collect()}


def scale(rows: Table) -> dict[str, Table]:
    steps = {f"gave_{step}": (rows.value == step).sum().fill_null(0) for step in range(1, 6)}
    return {**counted(rows), **steps}


def money(rows: Table) -> dict[str, Table]:
    squares = (rows.value * rows.value).sum().fill_null(0)
    return {**counted(rows), "total": rows.value.sum().fill_null(0), "squares": squares}


@dataclass(frozen=True)
class Series:
    """A cohort, what is added up over each group of it, and the statistics made of that.

    ``days``: the date columns that decide the period; only rows with a date of that month in one of
    them are of that month. ``spans``: a row is of every month from the first of ``days`` to the
    last (to the moment, where the last is null). ``depends_on_moment``: the same rows may give
    other sums as time passes. ``digest`` tells one formula of a measure from another.
    """

    measure: str
    statistics: tuple[str, ...]
    fact: str
    cohort: Cohort
    sums: Callable[[Table], dict[str, Table]]
    days: tuple[str, ...] = ()
    depends_on_moment: bool = False
    spans: bool = False
    digest: str = ""

    @property
    def name(self) -> str:
        """What tells it from every other, and from itself with another formula."""
        return f"{self.measure}/{'+'.join(self.statistics)}@{self.digest or _written()}"


@cache
def _written() -> str:
    """A digest of the formulas written in this file: whichever changes, all are computed anew."""
    return hashlib.sha256(Path(__file__).read_bytes()).hexdigest()[:16]


_on_finish = partial(Series, fact="cases", days=("finished_on",))
_on_contact = partial(Series, fact="contacts", days=("contacted_on",))

WRITTEN = (
    Series("cases_received", ("count",), "cases", received, counted, days=("received_on",)),
    _on_finish("on_time", ("closed",), cohort=on_time_closed, sums=shares),
    Series(
        "on_time", ("due",), "cases", on_time_due, shares, days=("due_on",), depends_on_moment=True
    ),
    _on_finish("days_to_close", ("median", "p90"), cohort=finished, sums=values),
    _on_finish("late_by", ("median", "p90"), cohort=late_by, sums=values),
    Series(
        "warned_before", ("share",), "cases", warned_before, shares, days=("due_on",),
        depends_on_moment=True,
    ),
    _on_finish("promises_moved", ("any",), cohort=moved, sums=shares),
    _on_finish("promises_moved", ("late",), cohort=moved_late, sums=shares),
    Series("satisfaction", ("index", "top2"), "responses", answers, scale, days=("answered_on",)),
    Series("remedies_given", ("count",), "remedies", remedies_given, counted, days=("given_on",)),
    Series("remedy_money", ("total",), "remedies", remedy_money, money, days=("given_on",)),
    _on_contact("contacts_received", ("count",), cohort=contacts_taken, sums=counted),
    _on_contact(
        "first_contact_resolution", ("all",), cohort=first_contact, sums=shares,
        depends_on_moment=True,
    ),
    _on_contact(
        "first_contact_resolution", ("without_case",),
        cohort=partial(first_contact, but_cases=True), sums=shares, depends_on_moment=True,
    ),
    _on_contact("avoidable_contact", ("all",), cohort=avoidable, sums=shares),
    *(
        _on_contact(
            "avoidable_contact", (cause,), cohort=partial(avoidable, cause=cause), sums=shares
        )
        for cause in CAUSES
    ),
)  # fmt: skip
ASKED = Series("satisfaction", (), "responses", asked, shares, days=("asked_on",))


def all_series() -> tuple[Series, ...]:
    """Everything that is computed: written here, declared on cards, and built by people."""
    return (*WRITTEN, *declared())


def declared() -> tuple[Series, ...]:
    """Series of the measures whose card carries a formula.

    One that cannot be counted is left out, and the others go on: what is published of it stays.
    """
    found = []
    for card in measures().values():
        if card.formula is None:
            continue
        try:
            found.append(series_of(card))
        except BadFormula as bad:
            log.error("The measure %s cannot be counted: %s", card.key, bad)
    return tuple(found)


def series_of(card: Definition) -> Series:
    """The series of a card that carries a formula. Raises ``BadFormula``."""
    assert card.formula is not None
    made = formula(card.formula)
    for_kinds(made, tuple(one.kind for one in card.statistics))
    return Series(
        card.key,
        tuple(one.key for one in card.statistics),
        made.fact,
        partial(compiled.cohort, formula=made),
        compiled.sums_of(made.take),
        days=made.days,
        depends_on_moment=made.depends_on_moment,
        spans=made.open is not None,
        digest=made.digest(),
    )


def summed(series: Series, facts: Table, by: str, as_of: datetime) -> Table:
    """One row per period and group, with the sums; ``by="all"`` takes all groups together."""
    rows = series.cohort(facts, as_of)
    group = ibis.literal("all") if by == "all" else rows[by]
    keyed = rows.mutate(group=group)
    sums = keyed.group_by(MONTH, "group").aggregate(**series.sums(keyed))
    # Written out last: words for every row would take longer than all the rest.
    period = first_day(sums[MONTH]).strftime("%Y-%m")
    named = [name for name in sums.columns if name not in (MONTH, "group")]
    return sums.select(period.name("period"), "group", *named)
