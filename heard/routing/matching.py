"""What rules say about a case: pure decisions, without a database, the same live and on trial."""

import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from heard.routing.models import Give, Hours, RuleVersion

_WORD = re.compile(r"[^\W_]+")

# Whether the division of this id is open at a moment.
IsOpen = Callable[[int, datetime], bool]


def folded(text: str) -> str:
    """The words of a text in small letters without accents, each between blanks."""
    if not text.isascii():
        marks = unicodedata.normalize("NFKD", text)
        text = "".join(letter for letter in marks if not unicodedata.combining(letter))
    return f" {' '.join(_WORD.findall(text.casefold()))} "


def needle(phrase: str) -> str:
    """What is looked for: whole words in their order; with a ``*`` at the end, a beginning."""
    plain = folded(phrase).strip()
    if not plain:
        return ""
    return f" {plain}" if phrase.rstrip().endswith("*") else f" {plain} "


@dataclass(frozen=True, slots=True)
class Asked:
    """What rules look at. ``text`` is folded; ``division`` is where the case is."""

    service: str
    district: str
    channel: str
    language: str
    text: str
    received_at: datetime
    division: int


class Prepared:
    """One version of a rule, made ready to be asked of many cases."""

    def __init__(self, version: RuleVersion) -> None:
        self.version = version
        self.exact = [
            (name, frozenset(values))
            for name, values in (
                ("service", version.services),
                ("district", version.districts),
                ("channel", version.channels),
                ("language", version.languages),
            )
            if values
        ]
        self.needles = [found for phrase in version.words if (found := needle(phrase))]
        self.weekdays = frozenset(int(day) for day in version.weekdays)
        self.hours = Hours(version.hours)
        if self.hours == Hours.BETWEEN and (version.starts is None or version.ends is None):
            raise ValueError("The rule has no times of the day.")

    @property
    def reads_words(self) -> bool:
        """Whether the text of a case is needed."""
        return bool(self.needles)

    def holds(self, asked: Asked, division: int, zone: ZoneInfo, is_open: IsOpen) -> bool:
        """Whether every condition holds; ``division`` is where earlier rules have sent it."""
        if any(getattr(asked, name) not in values for name, values in self.exact):
            return False
        if self.needles:
            found = (one in asked.text for one in self.needles)
            if not (all(found) if self.version.all_words else any(found)):
                return False
        return self._in_time(asked.received_at, division, zone, is_open)

    def _in_time(self, at: datetime, division: int, zone: ZoneInfo, is_open: IsOpen) -> bool:
        if self.hours == Hours.ANY and not self.weekdays:
            return True
        local = at.astimezone(zone)
        day, time = local.date(), local.time()
        if self.hours == Hours.BETWEEN:
            starts, ends = self.version.starts, self.version.ends
            assert starts is not None
            assert ends is not None
            if starts < ends:
                if not starts <= time < ends:
                    return False
            elif time < ends:  # a night belongs to the day it began on
                day -= timedelta(1)
            elif time < starts:
                return False
        if self.weekdays and day.weekday() not in self.weekdays:
            return False
        if self.hours in (Hours.OPEN, Hours.CLOSED):
            return is_open(division, at) == (self.hours == Hours.OPEN)
        return True


@dataclass(slots=True)
class Decision:
    """What the rules say of one case: who decided what, and who would have said otherwise.

    ``matched`` are all whose conditions hold, ``used`` those that said something first.
    ``overruled`` are pairs: the version that lost, and the one before it that won.
    """

    division: int
    give: RuleVersion | None = None
    moved_by: RuleVersion | None = None
    matched: list[RuleVersion] = field(default_factory=list)
    used: list[RuleVersion] = field(default_factory=list)
    overruled: list[tuple[RuleVersion, RuleVersion]] = field(default_factory=list)
    faults: list[tuple[RuleVersion, str]] = field(default_factory=list)


def decide(
    tests: Sequence[Prepared], asked: Asked, *, zone: ZoneInfo, is_open: IsOpen, to_the_end: bool
) -> Decision:
    """Ask the rules in their order. What an earlier one said stands; one that stops ends it.

    ``to_the_end`` goes on after a stop, only to see who else would have spoken (for a trial).
    """
    said = Decision(asked.division)
    stopped_by: RuleVersion | None = None
    for test in tests:
        version = test.version
        try:
            holds = test.holds(asked, said.division, zone, is_open)
        except Exception as error:  # one broken rule must not keep a case from its way
            said.faults.append((version, f"{type(error).__name__}: {error}"))
            continue
        if not holds:
            continue
        said.matched.append(version)
        if stopped_by is not None:
            if _differs(version, said):
                said.overruled.append((version, stopped_by))
            continue
        _take(version, said)
        if not version.goes_on:
            if not to_the_end:
                break
            stopped_by = version
    return said


def _take(version: RuleVersion, said: Decision) -> None:
    spoke = False
    if version.division_id is not None:
        if said.moved_by is None:
            said.division, said.moved_by, spoke = version.division_id, version, True
        elif version.division_id != said.division:
            said.overruled.append((version, said.moved_by))
    if version.give != Give.NOBODY:
        if said.give is None:
            said.give, spoke = version, True
        elif _way(version) != _way(said.give):
            said.overruled.append((version, said.give))
    if spoke or not version.goes_on:
        said.used.append(version)


def _differs(version: RuleVersion, said: Decision) -> bool:
    """Whether a rule that was not asked any more would have changed something."""
    elsewhere = version.division_id is not None and version.division_id != said.division
    otherwise = version.give != Give.NOBODY and (
        said.give is None or _way(version) != _way(said.give)
    )
    return elsewhere or otherwise


def _way(version: RuleVersion) -> tuple[str, int | None, int | None]:
    return version.give, version.person_id, version.team_id
