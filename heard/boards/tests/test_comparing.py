"""Like with like only, with an interval, and "cannot be told apart" where that is the truth."""

import csv
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from heard.boards.comparing import DIFFERENT, beside, comparable
from heard.boards.models import Outside, OutsideFile, Peer
from heard.boards.outside import check, decide, take
from heard.boards.tests.conftest import LAST, NOW, course, received
from heard.core.errors import NotAllowed, Refused
from heard.core.models import Event
from heard.measures.definitions import measure
from heard.measures.models import Result
from heard_stats import two_proportions

pytestmark = pytest.mark.django_db
HEAD = "publisher,title,measure,period,unit,value,numerator,denominator,low,high,n,definition,source,link,same_version"  # noqa: E501
GOOD = [
    "Rivertown",
    "On time",
    "on_time",
    LAST,
    "share",
    "",
    "300",
    "400",
    "",
    "",
    "",
    "Closed by the due date.",
    "Yearbook 2026, p. 3",
    "https://rivertown.example/",
    "1",
]


def line(**changes: str) -> str:
    cells = dict(zip(HEAD.split(","), GOOD, strict=True)) | changes
    return ",".join(f'"{cells[name]}"' for name in HEAD.split(","))


def data(*lines: str) -> bytes:
    return "\n".join([HEAD, *lines]).encode()


def peer(name: str = "Rivertown", **changes: Any) -> Peer:
    card = measure("on_time")
    one = {
        "key": "on_time", "statistic": "closed", "version": card.version, "name": card.name,
        "definition": card.definition, "unit": "share", "page": "https://river.example/on_time/",
        "series": [{"period": LAST, "definition": 1, "n": 400, "value": 0.75, "low": 0.705,
                    "high": 0.79, "suppressed": False}],
    } | changes  # fmt: skip
    return Peer.objects.create(
        url=f"https://{name}.example/m.json",
        name=name,
        added_at=NOW,
        good_at=NOW,
        document={"city": name, "as_of": "", "measures": [one]},
    )


@pytest.fixture
def ours(town: Any) -> None:
    received()
    course([0.8, 0.81, 0.85])


def only() -> Any:
    (found,) = beside(measure("on_time"))
    return found


def test_a_share_is_compared_as_the_statistics_say(ours: None) -> None:
    peer()
    found = only()
    known = two_proportions(300, 400, 340, 400)
    assert (found.gap.value, found.gap.low, found.gap.high) == pytest.approx(
        (0.1, known.low, known.high)
    )
    assert found.gap.word == "we do better"
    assert "+10" in found.gap.sentence


def test_what_cannot_be_told_apart_is_called_so(ours: None) -> None:
    point = {"period": LAST, "definition": 1, "n": 400, "value": 0.83, "low": 0.79, "high": 0.87,
             "suppressed": False}  # fmt: skip
    peer(series=[point])
    assert only().gap.word == "cannot be told apart"
    assert "chance alone may have made it" in only().gap.sentence


def test_many_at_once_are_held_to_more(ours: None) -> None:
    peer("a")
    alone = only().gap
    for name in "bcde":
        peer(name)
    among = beside(measure("on_time"))[0].gap
    assert among is not None
    assert among.low < alone.low < alone.high < among.high


@pytest.mark.parametrize(
    "changes",
    [
        {"version": 2},
        {"statistic": "due"},
        {"unit": "score"},
        {"definition": {"en": "Closed within a week."}},
        {"series": [{"period": LAST, "definition": 2, "n": 400, "value": 0.75, "low": 0.7,
                     "high": 0.8, "suppressed": False}]},
    ],
    ids=["version", "way", "unit", "words", "older"],
)  # fmt: skip
def test_another_definition_is_never_compared(
    ours: None, client: Client, changes: dict[str, Any]
) -> None:
    peer(**changes)
    found = only()
    assert found.gap is None
    assert found.why is DIFFERENT
    page = client.get("/results/compare/?measure=on_time").content.decode()
    assert "Defined differently" in page
    assert measure("on_time").definition["en"][:40] in page
    assert "we do better" not in page


def test_other_periods_and_totals(ours: None) -> None:
    point = {"period": "2019-01", "definition": 1, "n": 9, "value": 0.75, "low": 0.7, "high": 0.8,
             "suppressed": False}  # fmt: skip
    row = peer(series=[point])
    assert "no finished period" in str(only().why)
    card = measure("cases_received")
    row.document["measures"][0] |= {
        "key": "cases_received", "statistic": "count", "unit": "count",
        "definition": card.definition, "series": [point | {"period": LAST, "value": 900.0,
                                                           "low": 850.0, "high": 950.0}],
    }  # fmt: skip
    row.save()
    (found,) = beside(card)
    assert found.gap is None
    assert "depends on the size" in str(found.why)


def test_scores_are_joined_from_their_intervals(town: Any) -> None:
    received()
    Result.objects.create(
        measure="satisfaction", statistic="index", definition=1, period=LAST, by="all", group="all",
        n=200, value=72.0, low=69.0, high=75.0,
    )  # fmt: skip
    card = measure("satisfaction")
    peer(
        key="satisfaction", statistic="index", unit="score", definition=card.definition,
        version=card.version,
        series=[{"period": LAST, "definition": card.version, "n": 100, "value": 70.0, "low": 66.0,
                 "high": 74.0, "suppressed": False}],
    )  # fmt: skip
    (found,) = beside(card)
    assert found.gap is not None
    assert (found.gap.low, found.gap.high) == pytest.approx((2 - 5, 2 + 5))


def test_a_file_takes_four_eyes_and_lists_what_it_refused(
    ours: None, staff: Any, client: Client
) -> None:
    lead, other = staff("cx_lead").as_actor(), staff("administrator").as_actor()
    text = data(
        line(), line(), line(period="2026-13"), line(period="2025-01", numerator="500"),
        line(period="2025-02", measure="nothing"), line(period="2025-03", source=""),
        line(period="2025-04", unit="score", value="70", numerator="", denominator=""),
        line(period="2025-05", link="javascript:alert(1)"),
        line(period="2025-06", same_version="9"),
        line(period="2025-07", numerator="", denominator="", value="80", low="85", high="90"),
    )  # fmt: skip
    row = take(text, name="others.csv", actor=lead, key="k")
    assert take(text, name="others.csv", actor=lead, key="k") == row
    assert (row.taken, [one["line"] for one in row.rejected]) == (1, list(range(3, 12)))
    assert comparable() == []
    with pytest.raises(NotAllowed):
        decide(row, publish=True, actor=lead)
    decide(row, publish=True, actor=other)
    with pytest.raises(Refused):
        decide(row, publish=False, actor=other)
    assert only().gap.word == "we do better"
    page = client.get("/results/compare/").content.decode()
    assert "Yearbook 2026, p. 3" in page
    again = take(data(line()), name="others.csv", actor=lead)
    assert (again.taken, again.unchanged) == (0, 1)
    assert Event.objects.filter(kind="outside.taken").count() == 2


def test_a_later_file_corrects_an_earlier_one(ours: None, staff: Any) -> None:
    lead, other = staff("cx_lead").as_actor(), staff("administrator").as_actor()
    for numerator in ("300", "340"):
        row = take(data(line(numerator=numerator)), name="a.csv", actor=lead)
        decide(row, publish=True, actor=other)
    assert only().theirs.value == pytest.approx(0.85)
    assert Outside.objects.count() == 2


def test_without_a_version_it_stands_beside(ours: None, staff: Any) -> None:
    row = take(data(line(same_version="")), name="a.csv", actor=staff("cx_lead").as_actor())
    decide(row, publish=True, actor=staff("administrator").as_actor())
    assert only().is_different
    assert "Closed by the due date." in only().theirs.definition


@pytest.mark.parametrize(
    "text", [b"", b"a,b\n1,2\n", b"PK\x03\x04xx", HEAD.encode(), b"\0" * 50], ids=str
)
def test_files_that_are_none(town: Any, staff: Any, text: bytes) -> None:
    with pytest.raises(Refused):
        take(text, name="x.csv", actor=staff("cx_lead").as_actor())
    assert not OutsideFile.objects.exists()


def test_real_published_series(town: Any, staff: Any, real_data: Path) -> None:
    """New York's printed indicators in percent, each year a figure with its source."""
    years: Callable[[dict[str, str]], list[str]] = lambda row: sorted(  # noqa: E731
        name for name in row if name.isdecimal() and len(name) == 4
    )
    lines = []
    with (real_data / "nyc_mmr_indicators_a.csv").open(encoding="utf-8-sig", newline="") as opened:
        for place, row in enumerate(csv.DictReader(opened)):
            for year in years(row):
                lines.append(line(
                    publisher="City of New York", title=f"Indicator {place}", period=year,
                    measure="late_by", unit="count", value=row[year], numerator="", denominator="",
                    same_version="", source="Mayor's Management Report",
                ))  # fmt: skip
            if place > 60:
                break
    found = check(data(*lines))
    assert len(found.figures) > 100
    assert len(found.figures) + len(found.rejected) == len(lines)
    assert {type(one.value) for one in found.figures} == {float}
