"""Opening hours, kept as ``Mo-Fr 08:00-17:00; PH off``, said as people say them."""

import re
from datetime import date, time

from babel import dates
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from heard.ui.telling import locale

DAYS = ["Mo", "Tu", "We", "Th", "Fr", "Sa", "Su"]
_RULE = re.compile(
    r"(?P<days>(?:Mo|Tu|We|Th|Fr|Sa|Su)(?:[-,](?:Mo|Tu|We|Th|Fr|Sa|Su))*)\s+"
    r"(?P<hours>off|closed|\d\d:\d\d-\d\d:\d\d(?:,\s*\d\d:\d\d-\d\d:\d\d)*)"
)


def hours_in_words(hours: str) -> list[str]:
    """A line for each rule; what is not understood is shown as it was written."""
    return [_rule(part.strip()) for part in hours.split(";") if part.strip()]


def _rule(rule: str) -> str:
    if rule in {"24/7", "Mo-Su 00:00-24:00"}:
        return _("Open day and night, every day")
    if rule in {"PH off", "PH closed"}:
        return _("Closed on public holidays")
    found = _RULE.fullmatch(rule)
    if found is None:
        return rule
    days = _days(found["days"])
    if found["hours"] in {"off", "closed"}:
        return _("{days}: closed").format(days=days)
    try:
        spans = [_span(span.strip()) for span in found["hours"].split(",")]
    except ValueError:
        return rule
    return _("{days}: {hours}").format(days=days, hours=", ".join(spans))


def _days(text: str) -> str:
    parts = []
    for part in text.split(","):
        first, _dash, last = part.partition("-")
        said = _day(first)
        if last:
            said = pgettext("days of the week", "{first} to {last}").format(
                first=said, last=_day(last)
            )
        parts.append(said)
    joined = ", ".join(parts)
    return joined[:1].upper() + joined[1:]


def _day(code: str) -> str:
    monday = date(2024, 1, 1)  # any week that begins on a Monday
    day = monday.replace(day=1 + DAYS.index(code))
    return str(dates.format_date(day, "EEEE", locale=locale()))


def _span(text: str) -> str:
    start, _dash, end = text.partition("-")
    return pgettext("times of day", "{start} to {end}").format(start=_time(start), end=_time(end))


def _time(text: str) -> str:
    hour, _colon, minute = text.partition(":")
    moment = time(0 if hour == "24" else int(hour), int(minute))
    if moment == time(12):
        return _("noon")
    # "8 AM" is read at a glance; the minutes stand only where they are not nought.
    form = "short" if moment.minute else "h\N{NO-BREAK SPACE}a"
    return str(dates.format_time(moment, form, locale=locale()))
