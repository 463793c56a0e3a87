"""The six weeks ahead as a picture: which days are open, shorter, closed, or holidays."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.utils.translation import gettext as _

from heard.places.publish.wording import day_words, times_words, why_words
from heard.places.timetable import Day, HasHours, Timetable, timetable, today_at

WEEKS = 6
CELL, GAP = 16, 4  # of the small picture, in its own units
OPEN, SHORTER, OTHER, SHUT, HOLIDAY, REST = (
    "open", "shorter", "other", "closed", "holiday", "rest",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Cell:
    """One day of the picture. ``share`` is how much of the longest usual day is open."""

    day: date
    state: str
    times: str
    why: str
    share: float
    x: int
    y: int
    is_today: bool
    is_past: bool

    @property
    def word(self) -> str:
        """The state in a word, so that no colour has to be told apart."""
        return state_words()[self.state]

    @property
    def told(self) -> str:
        """The day in a line: ``Thursday, November 26: Holiday. Closed``."""
        line = f"{day_words(self.day)}: {self.times}"
        return f"{line}. {self.why}" if self.why else line

    @property
    def differs(self) -> bool:
        """Whether it is not as the usual week says."""
        return self.state not in (OPEN, REST)

    @property
    def right(self) -> int:
        """Where it ends, from the left."""
        return self.x + CELL

    @property
    def bottom(self) -> int:
        """Where it ends, from the top."""
        return self.y + CELL

    @property
    def height(self) -> int:
        """How high its bar stands in the small picture."""
        return round(self.share * CELL) if self.share < 1 else CELL

    @property
    def top(self) -> int:
        """Where its bar begins."""
        return self.y + CELL - self.height


@dataclass(frozen=True, slots=True)
class Picture:
    """Weeks from Monday to Sunday, the present one first."""

    weeks: tuple[tuple[Cell, ...], ...]

    @property
    def cells(self) -> Iterator[Cell]:
        """All days."""
        return (cell for week in self.weeks for cell in week)

    @property
    def different(self) -> list[Cell]:
        """Days ahead that are not as usual."""
        return [cell for cell in self.cells if cell.differs and not cell.is_past]

    @property
    def width(self) -> int:
        """Of the small picture: a column for each weekday."""
        return 7 * (CELL + GAP)

    @property
    def height(self) -> int:
        """Of the small picture: a line for each week."""
        return len(self.weeks) * (CELL + GAP)


def state_words() -> dict[str, str]:
    """Each state in a word or two, in the order of a legend."""
    return {
        OPEN: _("Open as usual"),
        SHORTER: _("Shorter"),
        OTHER: _("Other hours"),
        SHUT: _("Closed"),
        HOLIDAY: _("Holiday"),
        REST: _("Closed as usual"),
    }


def picture(found: HasHours, now: datetime) -> Picture | None:
    """The picture of the present week and the five after it; None without hours."""
    today = today_at(found.zone, now)
    monday = today - timedelta(today.weekday())
    table = timetable(found, monday, WEEKS)
    if table is None:
        return None
    longest = max(_minutes(times) for times in table.usual) or 1
    cells = [_cell(table, day, n, longest, today) for n, day in enumerate(table.days)]
    return Picture(tuple(tuple(cells[n : n + 7]) for n in range(0, len(cells), 7)))


def state_of(table: Timetable, day: Day) -> str:
    """How a day stands to the usual week."""
    usual = table.usual[day.day.weekday()]
    if day.holiday and not day.times and usual:
        return HOLIDAY
    if day.times == usual:
        return OPEN if usual else REST
    if not day.times:
        return SHUT
    return SHORTER if _minutes(day.times) < _minutes(usual) else OTHER


def _cell(table: Timetable, day: Day, number: int, longest: int, today: date) -> Cell:
    return Cell(
        day.day, state_of(table, day), times_words(day.times), why_words(day),
        min(1.0, _minutes(day.times) / longest),
        number % 7 * (CELL + GAP), number // 7 * (CELL + GAP),
        day.day == today, day.day < today,
    )  # fmt: skip


def _minutes(times: tuple[tuple[int, int], ...]) -> int:
    return sum(end - start for start, end in times)
