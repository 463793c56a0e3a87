"""Dates in the forms of a mapping."""

from datetime import UTC, datetime

import pytest

from heard.core.imports.dates import DateReader
from heard.core.imports.registry import RowRejected

ZONE = "America/New_York"


@pytest.mark.parametrize(
    ("formats", "text", "utc"),
    [
        (["iso"], "2011-07-01 01:32:33", (2011, 7, 1, 5, 32, 33)),
        (["iso"], "2011-07-01T01:32:33.5", (2011, 7, 1, 5, 32, 33, 500_000)),
        (["iso"], "2008-04-11T08:29:14-04:00", (2008, 4, 11, 12, 29, 14)),
        (["iso"], "2024-01-01T00:00Z", (2024, 1, 1)),
        (["mdy"], "12/31/2017 11:59:58 PM", (2018, 1, 1, 4, 59, 58)),
        (["mdy"], "01/02/2018 12:56:09 AM", (2018, 1, 2, 5, 56, 9)),
        (["mdy"], "1/2/2018 12:00 p.m.", (2018, 1, 2, 17)),
        (["dmy"], "21/01/2022 13:47", (2022, 1, 21, 18, 47)),
        (["dmy"], "21.01.2022", (2022, 1, 21, 5)),
        (["ymd"], "2022/1/9 08:00:00", (2022, 1, 9, 13)),
        (["iso", "%d %b %Y %H:%M"], "5 Jul 2012 10:00", (2012, 7, 5, 14)),
        (["%m/%d/%y"], "07/04/12", (2012, 7, 4, 4)),
    ],
)
def test_forms(formats: list[str], text: str, utc: tuple[int, ...]) -> None:
    assert DateReader(formats, ZONE).read(text).start() == datetime(*utc, tzinfo=UTC)  # type: ignore[misc, arg-type]


@pytest.mark.parametrize(
    ("order", "text"),
    [
        ("mdy", "21/01/2022"),
        ("dmy", "01/21/2022"),
        ("mdy", "13:00 01/02/2022"),
        ("mdy", "01/02/2022 13:00 PM"),
        ("mdy", "01/02/2022 25:00"),
        ("mdy", "01/02/22"),
        ("ymd", "02/01/2022"),
        ("iso", "20220102"),
        ("iso", "2022-W01-1"),
        ("iso", "2022-02-30"),
        ("iso", "0001-01-01"),
    ],
)
def test_what_is_no_date_is_rejected_not_guessed(order: str, text: str) -> None:
    with pytest.raises(RowRejected):
        DateReader([order], ZONE).read(text)


def test_a_day_alone_lasts_from_midnight_to_midnight() -> None:
    day = DateReader(["iso"], ZONE).read("2011-11-06")  # 25 hours long in New York
    assert day.day_only
    assert day.start() == datetime(2011, 11, 6, 4, tzinfo=UTC)
    assert day.end() == datetime(2011, 11, 7, 4, 59, 59, tzinfo=UTC)


def test_midnight_may_stand_for_a_day() -> None:
    reader = DateReader(["mdy"], ZONE)
    assert reader.read("12/30/2017 12:00:00 AM", midnight_is_day=True).day_only
    assert not reader.read("12/30/2017 12:00:00 AM").day_only
    assert not reader.read("12/30/2017 12:00:01 AM", midnight_is_day=True).day_only
