"""Page, JSON-LD, JSON, iCalendar and door sign say the same, whatever the hours."""

import io
import json
import random
import re
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from icalendar import Calendar as Feed
from pypdf import PdfReader

from heard.core import clock
from heard.places.hours import EPOCH
from heard.places.models import Closure, Counter, Office, SpecialDay
from heard.places.publish.sign import MOST_EXCEPTIONS
from heard.places.reads import OpenOffice, open_offices
from heard.places.spans import clipped, joined
from heard.places.tests.test_due_against_oracle import (
    near_a_change,
    rule_text,
    some_calendar,
    times_text,
)
from heard.places.timetable import today_at

Openings = set[tuple[datetime, datetime]]
DAYS = 28
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
REASON = {"en": "Training", "es": "Capacitación"}

pytestmark = pytest.mark.django_db


def at(day: date, text: str) -> datetime:
    return datetime.fromisoformat(f"{day.isoformat()}T{text}")


def opening(day: date, opens: str, closes: str) -> tuple[datetime, datetime]:
    """An opening from two clock times; a close not after the opening is of the next day."""
    start = at(day, opens)
    if (opens, closes) == ("00:00", "23:59"):
        return start, start + timedelta(days=1)
    end = at(day, closes) if closes != "24:00" else at(day, "00:00") + timedelta(days=1)
    return start, end if end > start else end + timedelta(days=1)


def flat(found: Openings, first: date) -> list[tuple[int, int]]:
    """Openings as joined minutes of the wall clock, of whole days alone: what they all mean."""
    low = at(first, "00:00")
    spans = joined(
        (int((a - low).total_seconds()) // 60, int((b - low).total_seconds()) // 60)
        for a, b in found
    )
    # The night before the first day and that after the last are nobody's to tell.
    return clipped(spans, 24 * 60, (DAYS - 1) * 1440)


def by_engine(found: OpenOffice, first: date) -> Openings:
    assert found.calendar is not None
    spans = found.calendar.wall_spans(first, first + timedelta(DAYS + 1))
    return {(EPOCH + timedelta(seconds=a), EPOCH + timedelta(seconds=b)) for a, b in spans}


def week_and_days(
    usual: dict[int, list[tuple[str, str]]], special: dict[date, list[tuple[str, str]]], first: date
) -> Openings:
    found: Openings = set()
    for n in range(DAYS):
        day = first + timedelta(n)
        times = special.get(day, usual.get(day.weekday(), []))
        found |= {opening(day, *pair) for pair in times}
    return found


def by_page(client: Client, code: str, first: date) -> Openings:
    html = client.get(f"/offices/{code}/").content.decode()
    usual: dict[int, list[tuple[str, str]]] = {}
    special: dict[date, list[tuple[str, str]]] = {}
    for kind, key, row in re.findall(r'<tr data-(usual|day)="([^"]+)">(.*?)</tr>', html, re.DOTALL):
        cell = row.split("</th>")[1].split("</td>")[0]
        clocks = re.findall(r'<time datetime="([^"]+)">', cell)
        if clocks == ["P1D"]:
            clocks = ["00:00", "24:00"]
        assert bool(clocks) != ("Closed" in cell)
        pairs = list(zip(clocks[::2], clocks[1::2], strict=True))
        if kind == "usual":
            usual[int(key)] = pairs
        else:
            special[date.fromisoformat(key)] = pairs
    assert len(usual) == 7
    return week_and_days(usual, special, first)


def by_jsonld(data: dict[str, Any], first: date) -> Openings:
    usual: dict[int, list[tuple[str, str]]] = {}
    special: dict[date, list[tuple[str, str]]] = {}
    for spec in data["openingHoursSpecification"]:
        number = WEEKDAYS.index(spec["dayOfWeek"])
        usual.setdefault(number, []).append((spec["opens"], spec["closes"]))
    for spec in data["specialOpeningHoursSpecification"]:
        assert spec["validFrom"] == spec["validThrough"]
        times = special.setdefault(date.fromisoformat(spec["validFrom"]), [])
        if (spec["opens"], spec["closes"]) != ("00:00", "00:00"):
            times.append((spec["opens"], spec["closes"]))
    return week_and_days(usual, special, first)


def by_json(data: dict[str, Any]) -> Openings:
    return {
        opening(date.fromisoformat(day["date"]), opens, closes)
        for day in data["days"]
        for opens, closes in day["open"]
    }


def by_feed(content: bytes) -> Openings:
    events = Feed.from_ical(content).walk("VEVENT")
    opened = [e for e in events if "OPEN" in e["categories"].cats]
    found: Openings = set()
    for event in opened:
        start, end = event["dtstart"].dt, event["dtend"].dt
        assert isinstance(start, datetime)
        assert isinstance(end, datetime)
        found.add((start.replace(tzinfo=None), end.replace(tzinfo=None)))
    return found


def clock_of_words(words: str, ends: bool) -> str:
    if words == "noon":
        return "12:00"
    if words == "midnight":
        return "24:00" if ends else "00:00"
    return datetime.strptime(words, "%I:%M %p").replace(tzinfo=UTC).strftime("%H:%M")


def pairs_of_words(words: str) -> list[tuple[str, str]]:
    if words == "Closed":
        return []
    if words == "Open 24 hours":
        return [("00:00", "24:00")]
    pairs = []
    for span in words.split(", "):
        start, end = span.split(" – ")
        pairs.append((clock_of_words(start, False), clock_of_words(end, True)))
    return pairs


def by_sign(content: bytes, first: date) -> tuple[Openings, int]:
    """What the English half of the paper says, and how many different days it lists."""
    reader = PdfReader(io.BytesIO(content))
    assert len(reader.pages) == 1
    text = re.sub(r"[\s\u202f\xa0]+", " ", reader.pages[0].extract_text().replace("\u2060", ""))
    english = text.split("Ayuntamiento")[0]
    week, _title, ahead = english.partition("Different on these days")
    parts = re.split(rf"({'|'.join(WEEKDAYS)}) ", week)
    usual = {
        WEEKDAYS.index(name): pairs_of_words(words.strip())
        for name, words in zip(parts[1::2], parts[2::2], strict=True)
    }
    special = {}
    for line in ahead.split("•")[1:]:
        match = re.match(r" \w+, (\w+ \d+): ([^(•]*?)(?: \(|$| There are more)", line.rstrip())
        assert match, line
        near = datetime.strptime(f"{match[1]} {first.year}", "%B %d %Y").replace(tzinfo=UTC).date()
        day = near if near >= first else near.replace(year=first.year + 1)
        special[day] = pairs_of_words(match[2].strip())
    return week_and_days(usual, special, first), len(special)


def some_office(r: random.Random, start: datetime) -> Office:
    """An office with random hours, special days and closures, as rows."""
    zone = r.choice(("America/Denver", "America/New_York", "Europe/London"))
    oracle = some_calendar(r, start, zone)
    office = Office.objects.create(
        code=f"o{r.randrange(10**9)}",
        name={"en": "City Hall", "es": "Ayuntamiento"},
        address="1 Main",
        hours="; ".join(rule_text(rule) for rule in oracle.rules),
        jurisdiction=oracle.jurisdiction,
        zone=zone,
    )
    for day, times in oracle.special.items():
        SpecialDay.objects.create(
            office=office, day=day, times=times_text(times), reason=REASON, announced_at=start
        )
    for low, high in oracle.closures:
        Closure.objects.create(
            office=office,
            starts_at=low.replace(tzinfo=UTC),
            ends_at=high.replace(tzinfo=UTC),
            reason=REASON,
            announced_at=start,
        )
    return office


@pytest.mark.parametrize("seed", range(30))
def test_every_publication_says_what_the_engine_says(seed: int, client: Client, town: Any) -> None:
    r = random.Random(seed)
    now = near_a_change(r, "America/Denver")
    office = some_office(r, now)
    with clock.at(now):
        found = open_offices([office])[0]
        first = today_at(found.zone, now)
        truth = flat(by_engine(found, first), first)
        path = f"/offices/{office.code}"
        assert flat(by_page(client, office.code, first), first) == truth, office.hours
        jsonld = json.loads(client.get(f"{path}/hours.jsonld").content)
        assert flat(by_jsonld(jsonld, first), first) == truth, office.hours
        inline = re.search(
            r'<script type="application/ld\+json">(.*?)</script>',
            client.get(f"{path}/").content.decode(),
        )
        assert inline is not None
        assert json.loads(inline[1]) == jsonld
        data = json.loads(client.get(f"{path}/hours.json").content)
        assert flat(by_json(data), first) == truth, office.hours
        assert flat(by_feed(client.get(f"{path}/hours.ics").content), first) == truth, office.hours
        said, listed = by_sign(client.get(f"{path}/door-sign.pdf").content, first)
        if listed < MOST_EXCEPTIONS:
            assert flat(said, first) == truth, office.hours


def test_one_counter_that_closes_is_told_everywhere(client: Client, town: Any) -> None:
    noon = datetime(2026, 5, 4, 18, tzinfo=UTC)
    office = Office.objects.create(
        code="hall", name={"en": "City Hall", "es": "Ayuntamiento"}, address="1 Main",
        hours="Mo-Fr 08:00-17:00",
    )  # fmt: skip
    counter = Counter.objects.create(
        office=office, code="permits", name={"en": "Permits", "es": "Permisos"}
    )
    Closure.objects.create(
        office=office, counter=counter, reason=REASON, announced_at=noon,
        starts_at=noon + timedelta(days=1), ends_at=noon + timedelta(days=1, hours=2),
    )  # fmt: skip
    with clock.at(noon):
        data = json.loads(client.get("/offices/hall/hours.json").content)
        assert [(c["counter"], c["reason"]) for c in data["closures"]] == [("permits", REASON)]
        feed = client.get("/offices/hall/hours.ics").content.decode()
        assert "SUMMARY:City Hall\\, Permits: closed" in feed
        pdf = client.get("/offices/hall/door-sign.pdf").content
        text = " ".join(PdfReader(io.BytesIO(pdf)).pages[0].extract_text().split())
        assert "Permits: closed from" in text
        assert "Permisos: cerrada del" in text
        # The office itself stays open.
        assert client.get("/offices/hall/hours.json").json()["open_now"] is True


def test_the_door_sign_is_an_accessible_document(client: Client, town: Any) -> None:
    office = some_office(random.Random(1), datetime(2026, 11, 23, 17, 0, tzinfo=UTC))
    reader = PdfReader(io.BytesIO(client.get(f"/offices/{office.code}/door-sign.pdf").content))
    root: Any = reader.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"] == "en"
    assert b"pdfuaid" in root["/Metadata"].get_data()
    assert reader.metadata is not None
    assert reader.metadata.title == "City Hall, Testville"


def test_words_of_an_office_cannot_end_the_script_they_stand_in(client: Client, town: Any) -> None:
    nasty = "</script><script>alert(1)</script>"
    Office.objects.create(code="x", name={"en": nasty}, address="<!--", hours="24/7")
    html = client.get("/offices/x/").content.decode()
    assert "<script>alert" not in html
    inline = re.search(r'ld\+json">(.*?)</script>', html)
    assert inline is not None
    assert json.loads(inline[1])["name"] == nasty
