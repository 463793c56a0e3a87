"""10,000 random calendars, promises, pauses and zones: due times equal those of a walk."""

import random
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from heard.places.calendars import Calendar, Definition
from heard.places.clocks import Pause, Promised, Unit, due
from heard.places.hours import MONTHS, WEEKDAYS, wall
from heard.places.tests.oracle import OracleCalendar, OracleRule, walk_due

pytestmark = pytest.mark.xdist_group("walks")  # the minutes of a zone are written down once
BATCHES, PER_BATCH = 40, 250
ZONES = [
    "America/Denver",
    "America/Denver",
    "America/New_York",
    "America/Los_Angeles",
    "America/Phoenix",
    "America/St_Johns",
    "America/Havana",
    "America/Santiago",
    "Europe/London",
    "Europe/Berlin",
    "Atlantic/Azores",
    "Africa/Cairo",
    "Africa/Casablanca",
    "Asia/Beirut",
    "Asia/Kathmandu",
    "Australia/Lord_Howe",
    "Pacific/Chatham",
    "UTC",
]
JURISDICTIONS = ("US", "US-CO", "US-CA", "GB-SCT", "DE-BW", "MX", "")
TIMES: tuple[tuple[tuple[int, int], ...], ...] = (
    ((8 * 60, 17 * 60),),
    ((8 * 60, 12 * 60), (13 * 60, 17 * 60)),
    ((9 * 60 + 15, 16 * 60 + 45),),
    ((22 * 60, 26 * 60),),
    ((18 * 60, 32 * 60),),
    ((0, 24 * 60),),
    ((0, 3 * 60), (20 * 60, 24 * 60)),
    ((1 * 60 + 30, 2 * 60 + 30), (10 * 60, 14 * 60)),
    ((7 * 60, 9 * 60), (11 * 60, 13 * 60 + 37), (15 * 60, 19 * 60)),
)


def times_text(times: tuple[tuple[int, int], ...]) -> str:
    return ",".join(f"{a // 60:02d}:{a % 60:02d}-{b // 60:02d}:{b % 60:02d}" for a, b in times)


def rule_text(rule: OracleRule) -> str:
    days = [WEEKDAYS[d] for d in sorted(rule.weekdays)]
    if rule.only_holidays:
        days = ["PH"]
    elif rule.on_holidays:
        days = [*days, "PH"]
    elif rule.nth:
        days = [f"{day}[{rule.nth}]" for day in days]
    season = ""
    if len(rule.months) < 12:
        season = ",".join(MONTHS[m - 1] for m in sorted(rule.months))
    if rule.month_day:
        season, days = f"{MONTHS[rule.month_day[0] - 1]} {rule.month_day[1]:02d}", []
    parts = [season, ",".join(days), times_text(rule.times) or "off"]
    return " ".join(part for part in parts if part)


def some_rules(r: random.Random) -> tuple[OracleRule, ...]:
    """A general rule or two, then exceptions."""
    if r.random() < 0.05:
        return (OracleRule(times=((0, 24 * 60),)),)
    week = r.sample(range(7), k=r.randint(2, 7))
    cut = r.randint(1, len(week))
    rules = [OracleRule(weekdays=frozenset(week[:cut]), times=r.choice(TIMES))]
    if week[cut:]:
        rules.append(OracleRule(weekdays=frozenset(week[cut:]), times=r.choice(TIMES)))
    if r.random() < 0.3:
        months = frozenset(r.sample(range(1, 13), k=r.randint(1, 4)))
        days = frozenset(r.sample(range(7), k=r.randint(1, 7)))
        rules.append(OracleRule(days, months, times=r.choice((*TIMES, ()))))
    if r.random() < 0.3:
        nth = r.choice((1, 2, 3, 4, -1))
        rules.append(OracleRule(frozenset([r.randrange(7)]), nth=nth, times=r.choice((*TIMES, ()))))
    if r.random() < 0.7:
        rules.append(OracleRule(only_holidays=True, times=r.choice((*TIMES, (), (), ()))))
    elif r.random() < 0.3:
        rules.append(OracleRule(frozenset([6]), on_holidays=True, times=r.choice(TIMES)))
    if r.random() < 0.2:
        rules.append(OracleRule(month_day=(r.randint(1, 12), r.randint(1, 28)), times=()))
    return tuple(rules)


def near_a_change(r: random.Random, zone: str) -> datetime:
    """A moment some days before the clocks change, or any moment of the year."""
    start = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(seconds=r.randrange(2 * 365 * 86_400))
    if r.random() < 0.6:
        place = ZoneInfo(zone)
        offset = start.astimezone(place).utcoffset()
        for days in range(1, 250):
            if (start + timedelta(days)).astimezone(place).utcoffset() != offset:
                return start + timedelta(days - 1, -r.randrange(6 * 86_400))
    if r.random() < 0.3:
        return start.replace(month=12, day=r.randint(20, 31))
    return start


def some_calendar(r: random.Random, start: datetime, zone: str) -> OracleCalendar:
    today = start.date()
    special: dict[date, tuple[tuple[int, int], ...]] = {
        today + timedelta(r.randint(-1, 12)): r.choice((*TIMES, (), ()))
        for _ in range(r.choice((0, 0, 1, 3)))
    }
    closures = []
    for _ in range(r.choice((0, 0, 1, 2))):
        low = datetime.fromisoformat(today.isoformat()) + timedelta(
            days=r.randint(-1, 10), minutes=r.randrange(1440)
        )
        closures.append((low, low + timedelta(minutes=r.choice((30, 240, 1440, 5000)))))
    return OracleCalendar(zone, some_rules(r), r.choice(JURISDICTIONS), special, tuple(closures))


def definition_of(oracle: OracleCalendar) -> Definition:
    return Definition(
        hours="; ".join(rule_text(rule) for rule in oracle.rules),
        zone=oracle.zone,
        jurisdiction=oracle.jurisdiction,
        special=tuple((day, times_text(times)) for day, times in sorted(oracle.special.items())),
        closures=tuple((wall(a), wall(b)) for a, b in oracle.closures),
    )


def some_pauses(r: random.Random, start: datetime) -> list[tuple[datetime, datetime | None]]:
    pauses: list[tuple[datetime, datetime | None]] = []
    for _ in range(r.choice((0, 0, 1, 2, 4))):
        low = start + timedelta(seconds=r.randint(-40_000, 6 * 86_400))
        length = r.choice((0, 1, 37, 3600, 86_400, r.randrange(5 * 86_400)))
        pauses.append((low, low + timedelta(seconds=length)))
    if r.random() < 0.1:
        pauses.append((start + timedelta(seconds=r.randint(0, 4 * 86_400)), None))
    r.shuffle(pauses)
    return pauses


AMOUNTS = {Unit.HOURS: 90, Unit.DAYS: 9, Unit.BUSINESS_HOURS: 30, Unit.BUSINESS_DAYS: 5}


@pytest.mark.parametrize("batch", range(BATCHES))
def test_due_times_equal_those_of_a_walk(batch: int) -> None:
    r = random.Random(1000 + batch)
    for _ in range(PER_BATCH):
        zone = r.choice(ZONES)
        start = near_a_change(r, zone)
        oracle = some_calendar(r, start, zone)
        unit = r.choice(list(Unit))
        amount = r.randint(1, AMOUNTS[unit])
        pauses = some_pauses(r, start)
        cap = r.choice((None, 0, 7200, r.randrange(6 * 86_400)))
        definition = definition_of(oracle)
        told = due(
            start,
            Promised(amount, unit),
            Calendar(definition),
            [Pause(a, b) for a, b in pauses],
            None if cap is None else timedelta(seconds=cap),
        )
        walked = walk_due(oracle, start, amount, unit, pauses, cap)
        assert told.at == walked, (definition, start, amount, unit, pauses, cap)


def test_the_walk_itself_counts_as_a_person_would() -> None:
    """The oracle is checked on a case that can be counted on fingers."""
    week = OracleCalendar(
        "America/Denver",
        (
            OracleRule(frozenset(range(5)), times=((480, 720), (780, 1020))),
            OracleRule(only_holidays=True),
        ),
        "US",
    )
    friday = datetime(2026, 11, 20, 16, 30, tzinfo=ZoneInfo("America/Denver"))
    assert walk_due(week, friday, 8, "business_hours", [], None) == datetime(
        2026, 11, 23, 16, 30, tzinfo=ZoneInfo("America/Denver")
    )
    # Thanksgiving, the 26th, is left out.
    assert walk_due(week, friday, 4, "business_days", [], None) == datetime(
        2026, 11, 27, 17, 0, tzinfo=ZoneInfo("America/Denver")
    )
    assert date(2026, 11, 26).strftime("%a") == "Thu"
