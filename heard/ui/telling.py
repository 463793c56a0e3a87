"""Numbers and times as people read them, in the language of the page and the city's zone."""

from datetime import date, datetime
from typing import Literal

from babel import dates, numbers
from django.utils import timezone
from django.utils.translation import get_language, ngettext, pgettext
from django.utils.translation import gettext as _

from heard.core import clock

Kind = Literal["number", "share", "index", "days", "hours", "cents", "dollars"]
TimeForm = Literal["human", "moment", "day", "short", "time", "month", "ago"]
NOTHING = "–"


def locale() -> str:
    """The CLDR name of the page's language as it is written in the United States."""
    return {"es": "es_US"}.get((get_language() or "en").split("-")[0], "en_US")


def number(value: float | None, digits: int = 0) -> str:
    """``12,345`` or ``3.4``."""
    if value is None:
        return NOTHING
    pattern = "#,##0" + (f".{'0' * digits}" if digits else "")
    return str(numbers.format_decimal(value, format=pattern, locale=locale()))


def share(value: float | None, digits: int = 0) -> str:
    """A share between 0 and 1 as a percentage, ``84%``."""
    if value is None:
        return NOTHING
    sign = "\N{NO-BREAK SPACE}%" if locale() == "es_US" else "%"
    return number(value * 100, digits) + sign


def told(value: float | None, kind: Kind = "number") -> str:
    """A measure's value with its unit: ``84%``, ``3.4 days``, ``$20``, ``72``."""
    if value is None:
        return NOTHING
    match kind:
        case "share":
            return share(value)
        case "index":
            return number(value, 0 if value == round(value) else 1)
        case "days":
            text = number(value, 0 if value >= 10 or value == round(value) else 1)
            return ngettext("{n} day", "{n} days", 1 if value == 1 else 2).format(n=text)
        case "hours":
            text = number(value, 0 if value >= 10 or value == round(value) else 1)
            return ngettext("{n} hour", "{n} hours", 1 if value == 1 else 2).format(n=text)
        case "cents":
            return str(numbers.format_currency(value / 100, "USD", locale=locale()))
        case "dollars":
            form = "¤#,##0" if abs(value) >= 100 or value == round(value) else "¤#,##0.00"
            return str(
                numbers.format_currency(
                    value, "USD", format=form, currency_digits=False, locale=locale()
                )
            )
        case _:
            return number(value, 0 if value == round(value) else 1)


def interval(low: float | None, high: float | None, kind: Kind = "number") -> str:
    """``between 81% and 87%``; nothing where there is no interval."""
    if low is None or high is None:
        return ""
    return _("between {low} and {high}").format(low=told(low, kind), high=told(high, kind))


def local(moment: datetime) -> datetime:
    """The moment in the zone the page is read in."""
    return moment.astimezone(timezone.get_current_timezone())


def _date(day: date, skeleton: str) -> str:
    return str(dates.format_skeleton(skeleton, day, locale=locale()))


def _time(moment: datetime) -> str:
    return str(dates.format_time(moment, "short", tzinfo=moment.tzinfo, locale=locale()))


def day_told(day: date, form: TimeForm = "day") -> str:
    """A calendar day: ``March 4, 2026``; short: ``Mar 4``; month: ``March 2026``."""
    match form:
        case "month":
            return _date(day, "yMMMM")
        case "short":
            return _date(day, "MMMd")
        case _:
            return str(dates.format_date(day, "long", locale=locale()))


def month_short(day: date) -> str:
    """The month of a day where there is little room: ``Mar 2026``."""
    return _date(day, "yMMM")


def time_told(moment: datetime, form: TimeForm = "human") -> str:
    """A moment in words.

    human: ``today, 3:15 PM``, ``Mar 4, 3:15 PM``, with the year where it is another one.
    moment: ``March 4, 2026, 3:15 PM``. ago: ``2 days ago`` or ``in 3 hours``.
    """
    here = local(moment)
    match form:
        case "day" | "short" | "month":
            return day_told(here.date(), form)
        case "time":
            return _time(here)
        case "ago":
            return str(
                dates.format_timedelta(moment - clock.now(), add_direction=True, locale=locale())
            )
        case "moment":
            day = day_told(here.date())
        case _:
            day = _near_day(here.date(), local(clock.now()).date())
    return pgettext("a day and a time", "{day}, {time}").format(day=day, time=_time(here))


def _near_day(day: date, today: date) -> str:
    near = {0: _("today"), -1: _("yesterday"), 1: _("tomorrow")}
    distance = (day - today).days
    if distance in near:
        return near[distance]
    return _date(day, "MMMd" if day.year == today.year else "yMMMd")
