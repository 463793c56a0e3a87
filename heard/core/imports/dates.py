"""Dates as files write them: read in the formats a mapping names, day and month never swapped."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

from heard.core.errors import Refused
from heard.core.imports.registry import RowRejected

ORDERS = ("ymd", "mdy", "dmy")
YEARS = range(1900, 2200)
END_OF_DAY = time(23, 59, 59)

_ISO = re.compile(r"\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d.*)?")
_NUMBERS = re.compile(
    r"(\d{1,4})[-/.](\d{1,2})[-/.](\d{1,4})"
    r"(?:[T ,]\s*(\d{1,2}):(\d\d)(?::(\d\d)(?:\.\d{1,9})?)?\s*([ap])?\.?(?:m\.?)?)?",
    re.IGNORECASE,
)
_DAY_OR_MONTH_FIRST = re.compile(r"(\d{1,2})[-/.](\d{1,2})[-/.]\d{4}\b")
_HAS_TIME = re.compile(r"%[HIXcsT]")


@dataclass(frozen=True, slots=True)
class Moment:
    """A date as read: local time, or with its own offset; ``day_only`` where no time is said."""

    said: datetime
    day_only: bool
    zone: ZoneInfo

    def start(self, *, fold: int = 0) -> datetime:
        """The moment in UTC; a day alone begins at local midnight.

        ``fold`` 1 takes the second of two equal clock times in the night summer time ends.
        """
        return self._utc(self.said.replace(fold=fold) if fold else self.said)

    def end(self) -> datetime:
        """The moment in UTC; a day alone lasts until 23:59:59 local time."""
        return self._utc(datetime.combine(self.day, END_OF_DAY)) if self.day_only else self.start()

    @property
    def day(self) -> date:
        """The calendar day, as said."""
        return self.said.date()

    def _utc(self, said: datetime) -> datetime:
        return (said if said.tzinfo else said.replace(tzinfo=self.zone)).astimezone(UTC)


class DateReader:
    """Reads dates in the formats of a mapping.

    A format is ``iso`` (2011-07-01 01:32:33, offset allowed), one of ``ymd``, ``mdy`` and ``dmy``
    (numbers in this order with ``-``, ``/`` or ``.`` between, 24-hour or am/pm), or a pattern of
    Python's ``strptime``.
    """

    def __init__(self, formats: Sequence[str], zone: str, order: str = "") -> None:
        if order:
            formats = ["iso", order]
        self.formats = tuple(formats)
        self.zone = ZoneInfo(zone)
        self.order = _order_of(self.formats)

    def read(self, text: str, *, midnight_is_day: bool = False) -> Moment:
        """The moment, or ``RowRejected`` saying which formats were tried."""
        for wanted in self.formats:
            found = _read_one(text, wanted)
            if found is None:
                continue
            said, day_only = found
            if said.year not in YEARS:
                raise RowRejected(
                    f"The year of “{text}” cannot be right. Mend the date, or let the mapping "
                    "list it under [null]."
                )
            if midnight_is_day and said.time() == time(0):
                day_only = True
            return Moment(said, day_only, self.zone)
        raise RowRejected(
            f"“{text[:60]}” is not a date in a form this import reads "
            f"({', '.join(self.formats)}). Mend it, or add its form to [dates] in the mapping."
        )


def _read_one(text: str, wanted: str) -> tuple[datetime, bool] | None:
    if wanted == "iso":
        if not _ISO.fullmatch(text):
            return None
        try:
            return datetime.fromisoformat(text), len(text) == 10
        except ValueError:
            return None
    if wanted in ORDERS:
        return _read_numbers(text, wanted)
    try:
        # Naive on purpose: the zone of the mapping is added where no offset was read.
        return datetime.strptime(text, wanted), not _HAS_TIME.search(wanted)  # noqa: DTZ007
    except ValueError:
        return None


def _read_numbers(text: str, order: str) -> tuple[datetime, bool] | None:
    match = _NUMBERS.fullmatch(text)
    if match is None:
        return None
    parts = dict(zip(order, match.group(1, 2, 3), strict=True))
    if len(parts["y"]) != 4:
        return None
    hour, minute, second, half = match.group(4, 5, 6, 7)
    clock = int(hour or 0)
    if half:
        if not 1 <= clock <= 12:
            return None
        clock = clock % 12 + (12 if half.lower() == "p" else 0)
    try:
        said = datetime(  # noqa: DTZ001 - the zone is added later
            int(parts["y"]), int(parts["m"]), int(parts["d"]),
            clock, int(minute or 0), int(second or 0),
        )  # fmt: skip
    except ValueError:
        return None
    return said, hour is None


def _order_of(formats: Sequence[str]) -> str:
    """``mdy`` or ``dmy`` where a format starts with one of them, else empty."""
    orders = set()
    for wanted in formats:
        if wanted in ("mdy", "dmy"):
            orders.add(wanted)
        elif re.match(r"%m\W%d\W%[yY]", wanted):
            orders.add("mdy")
        elif re.match(r"%d\W%m\W%[yY]", wanted):
            orders.add("dmy")
    if len(orders) == 2:
        raise Refused(
            "The mapping reads dates both month first and day first; 03/04/2022 would be a guess. "
            "Keep one under [dates] formats, and use --date-order for the other files."
        )
    return orders.pop() if orders else ""


@dataclass(slots=True)
class DateEvidence:
    """What the dates of a whole file say about their order, and how many can be read."""

    read: int = 0
    unread: int = 0
    example: str = ""
    counts: dict[str, int] = field(default_factory=lambda: {"mdy": 0, "dmy": 0})
    first: dict[str, tuple[str, int]] = field(default_factory=dict)

    def see(self, text: str, line: int) -> None:
        """Note a date that can only be day first or only month first."""
        match = _DAY_OR_MONTH_FIRST.match(text)
        if match is None:
            return
        one, two = int(match[1]), int(match[2])
        order = "dmy" if 12 < one <= 31 and two <= 12 else "mdy" if one <= 12 < two <= 31 else ""
        if order:
            self.counts[order] += 1
            self.first.setdefault(order, (text, line))

    def try_reading(self, reader: DateReader, text: str) -> None:
        """Count whether the reader can read it."""
        try:
            reader.read(text)
        except RowRejected:
            self.unread += 1
            self.example = self.example or text[:40]
        else:
            self.read += 1

    def check(self, reader: DateReader, column: str) -> None:
        """Refuse a file whose dates contradict the order they would be read in."""
        if self.unread and not self.read:
            raise Refused(
                f"None of the {self.unread:,} dates in column “{column}” can be read, for example "
                f"“{self.example}”. This import reads: {', '.join(reader.formats)}. "
                f"{self._advice()}"
            )
        if not reader.order:
            return
        other = "dmy" if reader.order == "mdy" else "mdy"
        if self.counts[other] and self.counts[other] >= self.counts[reader.order]:
            text, line = self.first[other]
            raise Refused(
                f"The dates would be read {_said(reader.order)}, but “{text}” on line {line:,} can "
                f"only be {_said(other)}. If the file is {_said(other)}, run this again with "
                f"--date-order {other}."
            )

    def _advice(self) -> str:
        day, month = self.counts["dmy"], self.counts["mdy"]
        if day and not month:
            return "They are day first: run this again with --date-order dmy."
        if month and not day:
            return "They are month first: run this again with --date-order mdy."
        if day and month:
            return "Some are day first and some month first: split the file, or mend it."
        if _DAY_OR_MONTH_FIRST.match(self.example):
            return (
                "They do not tell whether the day or the month comes first: run this again with "
                "--date-order dmy or --date-order mdy, whichever is true."
            )
        return "Add their form to [dates] formats in the mapping."


def _said(order: str) -> str:
    return "day first" if order == "dmy" else "month first"
