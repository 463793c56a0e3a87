"""Hours as people say them, in the language of the page."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from itertools import groupby

from babel import Locale, dates
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from heard.core.words import said
from heard.places.public_holidays import holiday_words
from heard.places.timetable import WHOLE_DAY, Day, Minutes, Standing
from heard.ui.telling import locale

NBSP, GLUE = "\N{NO-BREAK SPACE}", "\N{WORD JOINER}"  # a time is not torn at a line's end
MONDAY = date(2024, 1, 1)  # any week that begins on a Monday


def weekday(number: int) -> str:
    """The name of a weekday (Monday 0), with a capital where it begins a line."""
    name = str(dates.format_date(MONDAY + timedelta(number), "EEEE", locale=locale()))
    return name[:1].upper() + name[1:]


def clock_words(minutes: int) -> str:
    """``8:00 AM``; midnight and noon as such, since 12:00 AM is often misread."""
    if minutes % 1440 == 0:
        return _("midnight")
    if minutes % 1440 == 720:
        return _("noon")
    moment = time(minutes // 60 % 24, minutes % 60)
    return str(dates.format_time(moment, "short", locale=locale()))


def times_words(times: tuple[Minutes, ...]) -> str:
    """All times of one day in a line: ``8:00 AM – noon, 1:00 PM – 5:00 PM``."""
    if not times:
        return _("Closed")
    if times == WHOLE_DAY:
        return _("Open 24 hours")
    return ", ".join(
        f"{clock_words(start)} –{GLUE} {clock_words(end)}".replace(" ", NBSP)
        for start, end in times
    )


def week_lines(usual: Sequence[tuple[Minutes, ...]]) -> list[str]:
    """The usual week in as few lines as it takes: ``Monday to Friday: 8:00 AM – 5:00 PM``."""
    lines = []
    for times, days in groupby(range(7), key=lambda day: usual[day]):
        first, *rest = days
        named = weekday(first)
        if rest:
            last = str(dates.format_date(MONDAY + timedelta(rest[-1]), "EEEE", locale=locale()))
            named = pgettext("days of the week", "{first} to {last}").format(first=named, last=last)
        lines.append(
            pgettext("hours of some days", "{days}: {hours}").format(
                days=named, hours=times_words(times)
            )
        )
    return lines


def day_words(day: date) -> str:
    """``Thursday, December 24``."""
    words = _long_day(day)
    return words[:1].upper() + words[1:]


def _long_day(day: date) -> str:
    pattern = "EEEE, MMMM d" if locale() == "en_US" else "EEEE, d 'de' MMMM"
    return str(dates.format_date(day, pattern, locale=locale()))


def why_words(day: Day) -> str:
    """Why a day is not as usual; "" where nothing was said."""
    reasons = [said(words) for words in day.reasons]
    if day.holiday:
        reasons.append(_("Public holiday: {name}").format(name=holiday_words(day.holiday)))
    return " ".join(reasons)


def standing_words(standing: Standing | None, now: datetime) -> str:
    """``Open now, until 5:00 PM``; ``Closed now. Opens Monday at 8:00 AM``; "" without hours."""
    if standing is None:
        return ""
    change = standing.changes_at
    if change is None:
        return _("Open day and night") if standing.is_open else _("Closed until further notice")
    local = now.astimezone(change.tzinfo)
    clock = clock_words(change.hour * 60 + change.minute)
    day = _near(change.date(), local.date())
    if standing.is_open:
        soon = change - now < timedelta(hours=18)
        if soon:
            return _("Open now, until {time}").format(time=clock)
        return _("Open now, until {day}, {time}").format(day=day, time=clock)
    if change.date() == local.date():
        return _("Closed now. Opens today at {time}").format(time=clock)
    return _("Closed now. Opens {day} at {time}").format(day=day, time=clock)


def _near(day: date, today: date) -> str:
    distance = (day - today).days
    if distance == 0:
        return _("today")
    if distance == 1:
        return _("tomorrow")
    if 1 < distance < 7:
        name = str(dates.format_date(day, "EEEE", locale=locale()))
        return pgettext("opens on a weekday", "on {weekday}").format(weekday=name)
    return _long_day(day)


def language_name(code: str) -> str:
    """A language in the words of the page: ``Spanish``; the code where it is not known."""
    name = Locale.parse(locale()).languages.get(code, code)
    return str(name)
