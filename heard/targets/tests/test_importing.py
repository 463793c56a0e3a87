"""Files of figures: every line that is not taken says why; the rest waits for review."""

from typing import Any

import pytest

from heard.core.errors import NotAllowed, Refused
from heard.targets.entering import pass_batch
from heard.targets.importing import MOST_GROUPS, take
from heard.targets.models import Batch, Entry, OwnMeasure
from heard.targets.ratios import find_circle
from heard.targets.reads import of_own_measure
from heard.targets.services import declare
from heard.targets.tests.conftest import own

pytestmark = pytest.mark.django_db


@pytest.fixture
def imported(lead: Any) -> OwnMeasure:
    return declare(own("bus", kind="imported"), actor=lead)


def test_each_rejected_line_has_its_reason(imported: OwnMeasure, lead: Any, csv_of: Any) -> None:
    data = csv_of(
        "Period,Value,Numerator,Denominator,Group",
        "2026-01,91.5%,,,",
        "2026-02,,90,100,",
        ",,80,100,",  # a merged cell
        "2026-03,,80,0,",
        "2026-03,104,,,",
        "2026-02,90,,,",
        "May,90,,,",
        "2026-03,lots,,,",
        ",,,,",  # an empty line is no fault
        "2026-03,,110,100,",
        "2026-03,,9,10,North",
    )
    batch = take(imported, data, name="bus.csv", actor=lead)
    assert batch.taken == 3
    told = {row["line"]: row["reason"] for row in batch.rejected}
    assert sorted(told) == [4, 5, 6, 7, 8, 9, 11]
    assert "cells were merged" in told[4]
    assert "denominator is zero" in told[5]
    assert "between 0 and 100" in told[6]
    assert "already on line 3" in told[7]
    assert "“May” is not a period" in told[8]
    assert "“lots” is not a number" in told[9]
    assert "larger than the whole" in told[11]
    values = dict(Entry.objects.values_list("period", "value"))
    assert values["2026-01"] == pytest.approx(0.915)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"PK\x03\x04rest", "Save it as CSV"),
        (b"", "first line must name the columns"),
        (b"month;figure\n2026-01;3", "first line must name the columns"),
        (b"period,value,value\n2026-01,1,2", "“value” is there twice"),
        (b"period,value\n", "no lines below"),
        (b"period,value\n\x00", "not a text file"),
    ],
)
def test_files_that_are_none(imported: OwnMeasure, lead: Any, data: bytes, words: str) -> None:
    with pytest.raises(Refused, match=words):
        take(imported, data, name="x.csv", actor=lead)
    assert not Batch.objects.exists()


def test_a_hundred_thousand_groups(imported: OwnMeasure, lead: Any, csv_of: Any) -> None:
    lines = (f"2026-01,50,group {n}" for n in range(100_000))
    data = csv_of("period,value,group", *lines)
    with pytest.raises(Refused, match="more than 500 groups"):
        take(imported, data, name="x.csv", actor=lead)
    assert not Entry.objects.exists()
    assert MOST_GROUPS == 500


def test_the_same_file_again_changes_nothing(
    imported: OwnMeasure, lead: Any, other: Any, csv_of: Any
) -> None:
    data = csv_of("period;value", "2026-01;91.5", "2026-02;92")
    first = take(imported, data, name="x.csv", actor=lead)
    again = take(imported, data, name="x.csv", actor=lead)
    assert (first.taken, again.taken, again.unchanged) == (2, 0, 2)
    pass_batch(first, publish=False, actor=other)
    pass_batch(first, publish=True, actor=other)
    changed = take(imported, csv_of("period,value", "2026-01,80"), name="y.csv", actor=lead)
    assert "published as another figure" in changed.rejected[0]["reason"]


def test_four_eyes_for_a_file_too(
    imported: OwnMeasure, lead: Any, other: Any, csv_of: Any, django_assert_num_queries: Any
) -> None:
    batch = take(imported, csv_of("period,value", "2026-01,80"), name="x.csv", actor=lead)
    with pytest.raises(NotAllowed):
        pass_batch(batch, publish=False, actor=lead)
    assert pass_batch(batch, publish=True, actor=other) == 0  # nothing is reviewed yet
    assert pass_batch(batch, publish=False, actor=other) == 1
    assert pass_batch(batch, publish=True, actor=other) == 1
    assert [p.value for p in of_own_measure(imported).course.points] == [0.8]


def test_measures_that_go_round_in_a_circle(lead: Any) -> None:
    declare(own("a"), actor=lead)
    parts = {"kind": "ratio", "numerator": "a", "denominator": "cases_received"}
    declare(own("b", **parts), actor=lead)
    with pytest.raises(Refused, match="c → c"):
        declare(own("c", **(parts | {"denominator": "c"})), actor=lead)
    with pytest.raises(Refused, match="Choose the measure"):
        declare(own("c", **(parts | {"denominator": "gone"})), actor=lead)
    OwnMeasure.objects.filter(key="a").update(kind="ratio", numerator="b", denominator="b")
    circle = OwnMeasure.objects.get(key="b")
    assert find_circle("b", {"b": ("a", "x"), "a": ("b", "b")}) == ["b", "a", "b"]
    assert of_own_measure(circle).course.points == ()  # a page all the same, without a figure


def test_a_ratio_divides_and_never_by_zero(lead: Any, other: Any, csv_of: Any) -> None:
    for key in ("money", "calls"):
        declare(own(key, unit="count", kind="imported"), actor=lead)
    ratio = declare(
        own("cost", unit="dollars", kind="ratio", numerator="money", denominator="calls"),
        actor=lead,
    )
    for key, lines in (("money", ["2026-01,500", "2026-02,90", "2026-03,7"]),
                       ("calls", ["2026-01,100", "2026-02,0"])):  # fmt: skip
        measure = OwnMeasure.objects.get(key=key)
        batch = take(measure, csv_of("period,value", *lines), name="x", actor=lead)
        pass_batch(batch, publish=False, actor=other)
        pass_batch(batch, publish=True, actor=other)
    points = of_own_measure(ratio).course.points
    assert [(p.period.code, p.value) for p in points] == [("2026-01", 5.0)]


@pytest.mark.parametrize("key", ["on_time", "changes", "visits"])
def test_a_name_that_is_taken(visits: OwnMeasure, lead: Any, key: str) -> None:
    with pytest.raises(Refused, match="is taken"):
        declare(own(key), actor=lead)
