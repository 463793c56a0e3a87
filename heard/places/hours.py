"""Opening hours in the OpenStreetMap ``opening_hours`` syntax: checked, then read by a library.

The library evaluates; this module decides what may reach it. An expression is taken only when
every part of it is of a kind whose meaning has been proved right against stated intervals;
anything else is refused with the reason and the nearest thing that works (ADR 10).

Times on the wall are plain whole seconds since 1970-01-01 00:00 of the place's own clock.
"""

import functools
import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.utils.translation import gettext as _
from opening_hours import OpeningHours, State

from heard.core.errors import Refused
from heard.core.text import clean_line
from heard.places.spans import Span, clipped, joined, without

LONGEST = 255
EXAMPLE = "Mo-Fr 08:00-17:00; PH off"
WEEKDAYS = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
DAY = 86_400
EPOCH = datetime(1970, 1, 1)  # noqa: DTZ001 - a wall clock has no zone

_W = "(?:Mo|Tu|We|Th|Fr|Sa|Su)"
_M = f"(?:{'|'.join(MONTHS)})"
_YEAR = r"(?:19|20)\d\d"
_OFFSET = r"(?: [+-]\d{1,2} days?)?"
_NTH = rf"{_W}\[(?:-?[1-5])(?:,-?[1-5])*\]"
_POINT = rf"(?:{_YEAR} )?(?:{_M} (?:{_NTH}{_OFFSET}|\d{{1,2}})|easter{_OFFSET})"
_DATES = rf"{_POINT}(?:-(?:{_POINT}|\d{{1,2}}))?"
_MONTH_RANGE = rf"(?:{_YEAR} )?{_M}(?:-{_M})?"
_YEARS = rf"{_YEAR}(?:-{_YEAR}|\+)?"
_WEEKS = r"week ?\d{1,2}(?:-\d{1,2})?(?:,\d{1,2}(?:-\d{1,2})?)*"
_SEASON_PART = rf"(?:{_DATES}|{_MONTH_RANGE}|{_YEARS})(?!\d|:\d)"
_SEASON = rf"(?:{_SEASON_PART}(?:,(?:{_SEASON_PART}))*(?: {_WEEKS})?|{_WEEKS})"
_DAYS_PART = rf"(?:{_NTH}{_OFFSET}|{_W}(?:-{_W})?|PH)"
_TIME = r"\d{1,2}:\d\d ?- ?\d{1,2}:\d\d"

RULE = re.compile(
    rf"(?:(?P<always>24/7)|(?P<season>{_SEASON})?:? ?"
    rf"(?P<days>{_DAYS_PART}(?:,{_DAYS_PART})*)?)"
    rf"(?: ?(?P<times>{_TIME}(?:, ?{_TIME})*))?"
    r'(?: ?(?P<state>open|closed|off))?(?: ?(?P<comment>"[^"]*"))?'
)
_CASED = {w.lower(): w for w in (*WEEKDAYS, *MONTHS, "PH")}
_CASED |= {w: w for w in ("easter", "week", "day", "days", "open", "closed", "off", "sh")}


class HoursRefused(Refused):
    """Hours that cannot be taken. ``nearest`` is an expression that can, "" where none is near.

    ``partial`` tells that the nearest leaves out what cannot be taken.
    """

    def __init__(self, reason: str, *, nearest: str = "", partial: bool = False) -> None:
        if not nearest:
            lead = _("For example: {hours}")
        elif partial:
            lead = _("What can be taken of it: {hours}")
        else:
            lead = _("Did you mean: {hours}")
        super().__init__(f"{reason} {lead.format(hours=nearest or EXAMPLE)}", field="hours")
        self.reason, self.nearest, self.partial = reason, nearest, partial


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule of an expression: when (season, days, times) and whether open then.

    ``adds`` tells a rule after a comma from one that overrides.
    """

    text: str
    adds: bool
    season: str
    days: tuple[str, ...]
    times: str
    opens: bool
    comment: str

    @property
    def for_holidays(self) -> bool:
        """Whether the rule speaks of public holidays."""
        return "PH" in self.days

    def on_days(self, first: date, last: date, holidays: Collection[date]) -> list[int]:
        """Beginnings (wall seconds) of the days it speaks of, from ``first`` up to ``last``.

        The library knows holidays by country alone, and we need those of a state: it is asked for
        all days but holidays.
        """
        others = ",".join(day for day in self.days if day != "PH")
        days: set[int] = set()
        if others or not self.for_holidays:
            text = " ".join(part for part in (self.season, others) if part) or "Mo-Su"
            for start, end, state, _comment in _library(text).intervals(
                _midnight(first), _midnight(last)
            ):
                if state == State.OPEN:
                    days.update(range(wall(start), wall(end), DAY))
        if self.for_holidays:
            days.update(wall_of_day(day) for day in holidays if first <= day < last)
        return sorted(days)


@dataclass(frozen=True, slots=True)
class Hours:
    """An expression that is understood. Make one with :func:`read_hours`."""

    text: str
    rules: tuple[Rule, ...]

    @property
    def speaks_of_holidays(self) -> bool:
        """Whether it says what happens on public holidays."""
        return any(rule.for_holidays for rule in self.rules)

    def spans(self, first: date, last: date, holidays: Collection[date]) -> list[Span]:
        """Open spans on the wall clock from the day ``first`` up to, not with, the day ``last``.

        A rule speaks for its days from midnight to midnight and puts aside what earlier rules said
        of them, unless it adds (after a comma) or closes given times only. Times past midnight
        reach into the next day, also into one with a rule of its own.
        """
        low, high = wall_of_day(first), wall_of_day(last)
        found: list[Span] = []
        for rule in self.rules:
            days = rule.on_days(first - timedelta(2), last, holidays)
            times = minutes_of(rule.times)
            whole = joined((day, day + DAY) for day in days)
            spans = joined((day + a * 60, day + b * 60) for day in days for a, b in times)
            if not rule.opens:
                found = without(found, spans if times else whole)
            else:
                kept = found if rule.adds else without(found, whole)
                found = joined([*kept, *(spans if times else whole)])
        return clipped(found, low, high)


def read_hours(text: str) -> Hours:
    """Understand an expression, or raise ``HoursRefused`` with the reason and what is near."""
    from heard.places.spelling import nearest_hours

    tidy = _squeeze(text)
    try:
        return _read(tidy)
    except HoursRefused as refused:
        near, partial = nearest_hours(refused.nearest or text)
        raise HoursRefused(refused.reason, nearest=near, partial=partial) from None


@functools.lru_cache(maxsize=2000)
def _read(tidy: str) -> Hours:
    if not tidy:
        raise HoursRefused(_("Say when it is open."))
    if len(tidy) > LONGEST:
        raise HoursRefused(
            _("These hours are longer than {limit} characters.").format(limit=LONGEST)
        )
    _refuse_known(tidy)
    rules = tuple(_rule(part, adds) for part, adds in _parts(tidy))
    hours = Hours(tidy, rules)
    _refuse_traps(hours)
    try:
        parsed = OpeningHours(tidy)
    except Exception as error:  # the library's own ParserError is not exported
        raise HoursRefused(_("These hours cannot be read.")) from error
    if parsed.warnings:
        raise HoursRefused(_("These hours cannot be read for certain."))
    return hours


def _refuse_known(text: str) -> None:
    """Give the reason where we know why; what is merely unknown is found later."""
    bare = re.sub(r'"[^"]*"', "", text)
    reasons = (
        (r"sunrise|sunset|dawn|dusk", _("Times of the sun change daily; give times of the clock.")),
        (r"\bSH\b", _("School holidays are not known here; announce a closure instead.")),
        (r"\|\|", _("Rules with || are not supported; use ; between rules.")),
        (r"\d\+", _("An open end (+) does not say when it closes.")),
        (r"\bunknown\b", _("Hours must be open or closed, not unknown.")),
        (r"PH [+-]\d", _("Days before or after a holiday are not supported; give their dates.")),
    )
    for pattern, reason in reasons:
        years = re.sub(rf"{_YEAR}\+", "", bare) if pattern == r"\d\+" else bare
        if re.search(pattern, years, re.IGNORECASE):
            raise HoursRefused(reason)


def _squeeze(text: str) -> str:
    """Blanks, letter case and a last semicolon brought in order: what cannot change the meaning."""
    pieces = re.split(r'("[^"]*")', clean_line(text[: 4 * LONGEST]))
    for i in range(0, len(pieces), 2):
        piece = re.sub(r"[A-Za-z]+", lambda m: _CASED.get(m[0].lower(), m[0]), pieces[i])
        piece = re.sub(r"\s+([,;:])", r"\1", piece)
        piece = re.sub(r";(?=\S)", "; ", piece)
        piece = re.sub(r"\b(\d):(?=\d\d)", r"0\1:", piece)
        pieces[i] = re.sub(r"(?<=\d) ?- ?(?=\d\d:)", "-", piece)
    return "".join(pieces).strip().rstrip(";").strip()


def _parts(text: str) -> list[tuple[str, bool]]:
    """The rules of an expression, each with whether a comma (and not a semicolon) led to it."""
    found: list[tuple[str, bool]] = []
    for block in re.split(r';\s*(?=(?:[^"]*"[^"]*")*[^"]*$)', text):
        start = 0
        # A comma begins a new rule when times, a state or a comment stand before it and days after.
        for comma in re.finditer(r',\s*(?=(?:[^"]*"[^"]*")*[^"]*$)', block):
            before, after = block[start : comma.start()], block[comma.end() :]
            ends = re.search(r'(?:\d\d:\d\d|open|closed|off|24/7|")$', before)
            if ends and not re.match(r"\d{1,2}:\d\d", after):
                found.append((before, start > 0))
                start = comma.end()
        found.append((block[start:], start > 0))
    return [(part.strip(), adds) for part, adds in found]


def _rule(text: str, adds: bool) -> Rule:
    match = RULE.fullmatch(text)
    if match is None or not text:
        raise HoursRefused(_("“{part}” is not understood.").format(part=text))
    days = tuple(re.split(r",(?![^\[]*\])", match["days"])) if match["days"] else ()
    return Rule(
        text=text,
        adds=adds,
        season=(match["season"] or "").strip(),
        days=days,
        times=match["times"] or "",
        opens=match["state"] not in {"off", "closed"},
        comment=match["comment"] or "",
    )


def _refuse_traps(hours: Hours) -> None:
    """What the library would take, but not as people mean it."""
    for number, rule in enumerate(hours.rules):
        if rule.comment and rule.opens and not re.search(r'open ?"', rule.text):
            fixed = hours.text.replace(rule.comment, f"open {rule.comment}", 1)
            raise HoursRefused(_("With a comment, say whether it is open."), nearest=fixed)
        if rule.adds and not rule.opens:
            fixed = hours.text.replace(f", {rule.text}", f"; {rule.text}")
            raise HoursRefused(_("A closing rule stands after a semicolon."), nearest=fixed)
        if rule.for_holidays and rule.season:
            raise HoursRefused(_("Give public holidays a rule of their own, without a season."))
        if re.search(r", ", rule.text.split('"')[0].replace(rule.times, "")):
            raise HoursRefused(_("Write days without a blank after the comma."))
        _refuse_dayless(hours, number)
        if number and rule.adds and not rule.times:
            raise HoursRefused(_("A rule after a comma needs times."))
        _refuse_times(rule)


def _refuse_dayless(hours: Hours, number: int) -> None:
    """Times alone after a rule with days: some read every day, some the same days."""
    rule, before = hours.rules[number], hours.rules[:number]
    if not before or rule.adds or not rule.opens or rule.season or rule.days:
        return
    if "24/7" in rule.text or not any(r.days or r.season for r in before):
        return
    others = [r.text for r in before]
    if rule.times and before[-1].times and others[-1].endswith(before[-1].times):
        others[-1] += f",{rule.times}"
    else:
        others.append(f"Mo-Su {rule.text}")
    raise HoursRefused(
        _("“{part}” does not say for which days.").format(part=rule.text),
        nearest="; ".join(others),
    )


def _refuse_times(rule: Rule) -> None:
    for span in filter(None, re.split(r", ?", rule.times)):
        ((start, end),) = minutes_of(span)
        if start >= 24 * 60 or end > 48 * 60 or re.search(r":[6-9]", span):
            raise HoursRefused(_("“{span}” is not a time of the day.").format(span=span))


def minutes_of(times: str) -> list[Span]:
    """Times such as ``08:00-12:00,13:00-17:00`` in minutes of the day, past midnight over 1440."""
    found = []
    for span in re.findall(r"(\d+):(\d\d) ?- ?(\d+):(\d\d)", times):
        start, end = int(span[0]) * 60 + int(span[1]), int(span[2]) * 60 + int(span[3])
        found.append((start, end if end > start else end + 24 * 60))
    return sorted(found)


@functools.lru_cache(maxsize=2000)
def _library(text: str) -> OpeningHours:
    return OpeningHours(text)


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day)  # noqa: DTZ001 - a wall clock has no zone


def wall(moment: datetime) -> int:
    """Seconds of a wall clock without zone since 1970."""
    return round((moment.replace(tzinfo=None) - EPOCH).total_seconds())


def wall_of_day(day: date) -> int:
    """Seconds of the wall clock at the beginning of a day."""
    return (day.toordinal() - 719_163) * DAY
