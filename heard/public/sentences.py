"""What a figure says, in one plain sentence."""

import calendar
import math
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from heard.core.words import said
from heard.measures.definitions import ALL, Definition, Statistic
from heard.measures.models import Result
from heard.measures.periods import first_day, this_month
from heard.ui.telling import NOTHING, day_told, number, share
from heard.ui.telling import told as ui_told


def told(value: float | None, unit: str) -> str:
    """A value in its unit (``count``, ``share``, ``score``, ``days``, ``dollars``), or a dash."""
    if not isinstance(value, int | float):
        return NOTHING
    if unit == "share":
        return _share_told(value)
    if unit == "dollars":
        return ui_told(value, "dollars")
    return lasting(value) if unit == "days" else number(value)


def _share_told(value: float) -> str:
    """A percentage; 100% and 0% only where that is exact."""
    if 0 < value < 1 and not 0.005 < value < 0.995:
        return share(min(max(value, 0.001), 0.999), 1)
    return share(value)


def value_told(row: Any, unit: str) -> str:
    """The value of a figure; a length of time in the unit that fits its interval as well."""
    if not row or row.value is None or unit != "days":
        return told(row.value if row else None, unit)
    return lasting(row.value, clock_of(row.value, row.low, row.high))


def ends_told(row: Any, unit: str) -> tuple[str, str] | None:
    """Both ends of the interval of a figure, times in one unit, which the second end names."""
    if row is None or row.low is None or row.high is None:
        return None
    if unit != "days":
        return told(row.low, unit), told(row.high, unit)
    return span_told(row.low, row.high, clock_of(row.value, row.low, row.high))


def range_told(row: Any, unit: str) -> str:
    """``45 – 62 hours``, for a table; a dash for each end there is none of."""
    ends = ends_told(row, unit)
    if ends is None and unit == "days" and row is not None:
        clock = clock_of(row.value, row.low, row.high)
        ends = tuple(  # type: ignore[assignment]
            NOTHING if end is None else lasting(end, clock) for end in (row.low, row.high)
        )
    return " – ".join(ends or (told(row.low, unit), told(row.high, unit)))


def span_told(low: float, high: float, clock: str) -> tuple[str, str]:
    """From how long to how long: ``45`` and ``62 hours``; alike where both round to the same."""
    first, last = lasting(low, clock), lasting(high, clock)
    return (last, last) if first == last else (_in(low, clock)[0], last)


def likely(row: Any, unit: str) -> str:
    """Where the true value likely lies; empty where that cannot be said."""
    ends = ends_told(row, unit)
    if ends is None:
        return ""
    low, high = ends
    if low == high:
        return _("likely very near {value}").format(value=low)
    return _("likely between {low} and {high}").format(low=low, high=high)


def month_told(month: str) -> str:
    """``August 2011``."""
    return day_told(first_day(month), "month")


def out_of(value: float) -> str:
    """A share in words anybody can picture, to be followed by what it is a share of.

    "about 8 of 10", "about 19 of 20", "nearly all"; "all" and "no" only where that is exact.
    """
    if value <= 0:
        return pgettext("… of them", "no")
    if value >= 1:
        return pgettext("… of them", "all")
    if value > 0.995:
        return pgettext("… of them", "nearly all")
    if value < 0.005:
        return pgettext("… of them", "hardly any")
    steps = 10 if 0.05 <= value < 0.95 else 20 if 0.025 <= value < 0.975 else 100
    k = min(max(round(value * steps), 1), steps - 1)
    return _("about {k} of {all}").format(k=k, all=steps)


CLOCKS = {"minutes": 1440, "hours": 24, "days": 1}  # how many make a day
LONGEST = {"minutes": 1 / 4, "hours": 4.0, "days": math.inf}  # what is still told in each, in days


def clock_of(value: float | None, low: float | None = None, high: float | None = None) -> str:
    """The unit of a length of time: its own alone, or the one that fits both of its ends too.

    That is the unit of the value, and a longer one where the upper end would be a large number.
    """
    ends = [days for days in (low, high) if days is not None]
    middle = value if value is not None else max(ends, default=0.0)
    known = list(CLOCKS)
    own = "minutes" if 0 < middle < 1 / 24 else "hours" if 0 < middle < 2 else "days"
    if middle == 0 and ends and max(ends) > 0:
        own = clock_of(max(ends))
    return next(c for c in known[known.index(own) :] if max([middle, *ends]) <= LONGEST[c])


def lasting(days: float, clock: str = "") -> str:
    """A length of time as one would say it: ``40 minutes``, ``9 hours``, ``3.4 days``.

    In ``clock`` (``minutes``, ``hours`` or ``days``) where it stands beside others.
    """
    clock = clock or clock_of(days)
    text, many = _in(days, clock)
    if clock == "minutes":
        return ngettext("{n} minute", "{n} minutes", many).format(n=text)
    if clock == "hours":
        return ngettext("{n} hour", "{n} hours", many).format(n=text)
    return ngettext("{n} day", "{n} days", many).format(n=text)


def _in(days: float, clock: str) -> tuple[str, int]:
    """How many of a unit, and the number whose plural that takes."""
    n = days * CLOCKS[clock]
    if clock == "minutes" and n > 0:
        n = max(1.0, n)
    if 0 < n < 0.95:  # a part of an hour or a day: its first digit that is not nought
        n = float(f"{n:.0e}")
        digits = -math.floor(math.log10(n))
    else:
        digits = 1 if clock == "days" and n < 10 and round(n, 1) != round(n) else 0
    return number(n, digits), 1 if number(n, digits) == "1" else 2


def says(card: Definition, statistic: Statistic, row: Result | None) -> str:
    """The sentence of one figure; why there is none, where there is none."""
    if row is None or (row.n == 0 and row.value is None):
        return _nothing(card, row)
    if row.is_companion:
        return not_shown(row)
    if row.suppressed or row.value is None:
        return ngettext(
            "{n} so far: too few to show without pointing at single people.",
            "{n} so far: too few to show without pointing at single people.",
            row.n,
        ).format(n=number(row.n))
    special = _SENTENCES.get((card.key, statistic.key))
    text = special(row, row.value) if special else _general(statistic, row, row.value)
    return text[0].upper() + text[1:]


def not_shown(row: Result) -> str:
    """Why a figure is not shown although it is of enough: for the sake of a smaller group."""
    if row.by == ALL:
        return _(
            "Not shown: one of the groups that make it up has too few to show, and its figure "
            "could be worked out from this one."
        )
    return _(
        "Not shown: a smaller group beside it has too few to show, and its figure could be worked "
        "out from this one."
    )


def _general(statistic: Statistic, row: Result, value: float) -> str:
    """The sentence of a measure that has none of its own: what was counted, in words."""
    what = said(statistic.name)
    if statistic.unit == "share":
        return _("{share}: {what}.").format(share=out_of(value), what=what)
    if statistic.quantile is not None:
        part = share(statistic.quantile) if statistic.quantile != 0.5 else _("half")
        return _("{part} within {value}: {what}.").format(
            part=part, value=value_told(row, statistic.unit), what=what
        )
    if statistic.unit == "score":
        return _("{value} of 100 points: {what}.").format(value=number(value), what=what)
    return _("{value}: {what}.").format(value=value_told(row, statistic.unit), what=what)


def _nothing(card: Definition, row: Result | None) -> str:
    if row is not None and row.detail.get("asked"):
        return _("{asked} people were asked; nobody has answered yet.").format(
            asked=number(row.detail["asked"])
        )
    if row is not None and row.left_out and card.key == "on_time":
        return _("Nothing finished here had a promised date.")
    return _("There is nothing to count yet.")


def _received(row: Result, value: float) -> str:
    day = first_day(row.period)
    days = calendar.monthrange(day.year, day.month)[1]
    if row.period < this_month() and value >= 2 * days:
        return _("about {n} requests a day.").format(n=number(value / days))
    return ngettext("{n} request came in.", "{n} requests came in.", int(value)).format(
        n=number(value)
    )


def _closed(row: Result, value: float) -> str:
    return _("{share} requests were finished by their promised date.").format(share=out_of(value))


def _due(row: Result, value: float) -> str:
    return _("{share} requests that fell due were finished by then.").format(share=out_of(value))


def _median(row: Result, value: float) -> str:
    return _("half of the requests were finished within {time}.").format(
        time=value_told(row, "days")
    )


def _p90(row: Result, value: float) -> str:
    return _("9 of 10 requests were finished within {time}.").format(time=value_told(row, "days"))


def _late_median(row: Result, value: float) -> str:
    return _("half of the late ones were at most {time} late.").format(time=value_told(row, "days"))


def _late_p90(row: Result, value: float) -> str:
    return _("9 of 10 late ones were at most {time} late.").format(time=value_told(row, "days"))


def _warned(row: Result, value: float) -> str:
    return _("before {share} broken promises, staff had been warned.").format(share=out_of(value))


def _moved(row: Result, value: float) -> str:
    return _("{share} requests had their promised date moved.").format(share=out_of(value))


def _told_late(row: Result, value: float) -> str:
    return _("in {share} requests we told the customer a later date.").format(share=out_of(value))


def _index(row: Result, value: float) -> str:
    return _("customers gave us {value} of 100 points.").format(value=number(value))


def _top2(row: Result, value: float) -> str:
    return _("{share} customers who answered were satisfied.").format(share=out_of(value))


def _contacts(row: Result, value: float) -> str:
    return ngettext(
        "people spoke with us {n} time.", "people spoke with us {n} times.", int(value)
    ).format(n=number(value))


def _first_contact(row: Result, value: float) -> str:
    return _("{share} contacts were settled at once, and nobody had to come back.").format(
        share=out_of(value)
    )


def _avoidable(row: Result, value: float) -> str:
    return _("{share} contacts were needed only because we had not done well before.").format(
        share=out_of(value)
    )


def _remedies(row: Result, value: float) -> str:
    return ngettext(
        "staff made it right on the spot {n} time.", "staff made it right on the spot {n} times.",
        int(value),
    ).format(n=number(value))  # fmt: skip


def _money(row: Result, value: float) -> str:
    return _("{money} was waived, refunded or given to make it right.").format(
        money=told(value, "dollars")
    )


_SENTENCES = {
    ("remedies_given", "count"): _remedies,
    ("remedy_money", "total"): _money,
    ("contacts_received", "count"): _contacts,
    **{("first_contact_resolution", key): _first_contact for key in ("all", "without_case")},
    **{
        ("avoidable_contact", key): _avoidable
        for key in ("all", "clarification", "signposting", "repeat", "chasing", "closure")
    },
    ("cases_received", "count"): _received,
    ("on_time", "closed"): _closed,
    ("on_time", "due"): _due,
    ("days_to_close", "median"): _median,
    ("days_to_close", "p90"): _p90,
    ("late_by", "median"): _late_median,
    ("late_by", "p90"): _late_p90,
    ("warned_before", "share"): _warned,
    ("promises_moved", "any"): _moved,
    ("promises_moved", "late"): _told_late,
    ("satisfaction", "index"): _index,
    ("satisfaction", "top2"): _top2,
}


def answered(row: Result | None) -> str:
    """How many of those asked answered; empty where nobody was asked."""
    if row is None or not row.detail.get("asked"):
        return ""
    asked, came = row.detail["asked"], row.detail["answered"]
    return _("{share} of those asked answered ({came} of {asked}).").format(
        share=share(came / asked), came=number(came), asked=number(asked)
    )


def left_out(statistic: Statistic, row: Result | None) -> str:
    """How many rows of the period did not enter, and why; empty where none."""
    if row is None or not row.left_out or not statistic.left_out:
        return ""
    return _("Not in this figure: {n} {why}.").format(
        n=number(row.left_out), why=said(statistic.left_out)
    )
