"""The course of every question over time: right per period, broken, hidden where it would tell."""

import csv
import io
from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from heard.core import clock
from heard.voice.reports.periods import period_name, period_of, without_gaps
from heard.voice.reports.pictures import Mark, Scale, pictures
from heard.voice.reports.slices import Slice
from heard.voice.results.counting import counted, versions_of
from heard.voice.results.courses import Course
from heard.voice.results.questions import results
from heard.voice.tests.making import make
from heard.voice.tests.surveying import EVERY_KIND, asks, survey
from heard_stats import csat_index, wilson

YEAR = Slice(date(2026, 1, 1), date(2026, 6, 30), instrument="visits")
NOW = datetime(2026, 6, 20, 18, tzinfo=UTC)


def at(month: int) -> datetime:
    return datetime(2026, month, 10, 18, tzinfo=UTC)


def courses(step: Any = "month") -> dict[str, Course | None]:
    found = results(counted(YEAR, versions_of(["visits"]), "", step))
    return {result.key: result.course for result in found}


@pytest.mark.django_db
def test_each_month_is_counted_by_itself_with_n_and_interval() -> None:
    version = survey(asks("csat", "satisfaction"), asks("thumbs"))
    make([5] * 12 + [1] * 3, at(1), version=version, given={"more": {"thumbs": 1}})
    make([3] * 20, at(2), version=version, given={"more": {"thumbs": 0}})
    found = courses()
    course, thumbs = found["satisfaction"], found["thumbs"]
    assert course is not None
    assert thumbs is not None
    first, second = course.steps
    exact = csat_index([3, 0, 0, 0, 12])
    assert (first.period, first.n) == ("2026-01", 15)
    assert first.values[0] is not None
    assert (first.values[0].value, first.values[0].low) == (exact.value, exact.low)
    assert (second.n, second.values[0] and second.values[0].value) == (20, 50)
    assert second.is_real  # 80 to 50, far beyond chance
    assert not first.is_real
    up = thumbs.steps[0].values[0]
    assert up is not None
    ends = wilson(15, 15)
    assert (up.value, up.low, up.high) == (1, ends.low, ends.high)
    assert course.has_pictures


@pytest.mark.django_db
def test_no_line_runs_across_other_words() -> None:
    first = survey(asks("effort"))
    for month in (1, 2):
        make([None] * 12, at(month), version=first, given={"more": {"effort": 6}})
    second = survey(asks("effort", "", "Was it easy, now?"))
    for month in (2, 3, 4):  # both wordings were answered in February
        make([None] * 12, at(month), version=second, given={"more": {"effort": 2}})
    course = courses()["effort"]
    assert course is not None
    told = [(step.period, step.series[-1], step.breaks) for step in course.steps]
    assert told == [
        ("2026-01", "1", False), ("2026-02", "1", False), ("2026-02", "2", True),
        ("2026-03", "2", False), ("2026-04", "2", False),
    ]  # fmt: skip
    wide, _narrow = course.lines[0].pictures
    assert [len(line.split()) for line in wide.lines] == [2, 3]
    assert len(wide.breaks) == 1
    assert not any(step.is_real for step in course.steps)  # 6 to 2: another question


@pytest.mark.django_db
def test_a_small_month_is_hidden_and_who_would_give_it_away() -> None:
    version = survey(asks("csat", "satisfaction"))
    for month, n in ((1, 40), (2, 4), (3, 12), (4, 30)):
        make([4] * n, at(month), version=version)
    course = courses()["satisfaction"]
    assert course is not None
    assert [step.n for step in course.steps] == [40, None, None, 30]
    assert [step.values[0] is None for step in course.steps] == [False, True, True, False]
    assert course.hidden
    quarters = courses("quarter")["satisfaction"]
    assert quarters is not None
    assert [(step.period, step.n) for step in quarters.steps] == [("2026-Q1", 56), ("2026-Q2", 30)]


@pytest.mark.django_db
def test_a_month_without_answers_is_a_hole_and_one_month_is_no_course() -> None:
    version = survey(asks("csat", "satisfaction"))
    make([4] * 12, at(1), version=version)
    assert courses()["satisfaction"] is None
    make([4] * 12, at(3), version=version)
    course = courses()["satisfaction"]
    assert course is not None
    assert [step.n for step in course.steps] == [12, 0, 12]
    wide, _narrow = course.lines[0].pictures
    assert wide.lines == ()
    assert len(wide.dots) == 2


@pytest.mark.django_db
def test_options_and_rows_have_a_line_each_on_one_scale() -> None:
    version = survey(*EVERY_KIND)
    rows = {"desk": 5, "wait": 2, "forms": 4}
    given = {"more": {"again": "yes", "rows": rows, "named": {"desk": 1, "wait": 0, "forms": 0}}}
    for month in (1, 2):
        make([4] * 12, at(month), version=version, given=given)
    found = courses()
    for key in ("again", "rows", "named"):
        course = found[key]
        assert course is not None
        assert [len(line.pictures) for line in course.lines] == [1] * len(course.lines)
        assert len({line.pictures[0].ticks for line in course.lines}) == 1
    assert found["rows"] is not None
    values = [value and value.value for value in found["rows"].steps[0].values]
    assert values == [1, 0, 1]


@pytest.mark.django_db
def test_page_and_file_hold_the_course(desk: Client, division: Any) -> None:
    version = survey(asks("csat", "satisfaction"))
    for month, n in ((3, 40), (4, 4), (5, 30), (6, 12)):
        make([4] * n, at(month), version=version)
    shown, file = (
        reverse(name, args=["visits"])
        for name in ("voice:survey_results", "voice:survey_results_csv")
    )
    with clock.at(NOW):
        by_quarter = desk.get(shown).content.decode()  # few answers a month: quarters
        assert "Q2 2026" in by_quarter
        page = desk.get(shown, {"over": "month"}).content.decode()
        assert "Month by month" in page
        assert "Apr 2026" in page
        raw = desk.get(file, {"over": "month"}).content.decode()
    rows = [
        row for row in csv.DictReader(io.StringIO(raw.removeprefix("\ufeff")))
        if row["about"] == "course"
    ]  # fmt: skip
    told = [(row["period"], row["n"], row["hidden"]) for row in rows]
    assert told == [
        ("2026-03", "40", ""), ("2026-04", "", "yes"), ("2026-05", "30", ""),
        ("2026-06", "", "yes"),
    ]  # fmt: skip


def test_periods_are_named_and_stand_in_their_order() -> None:
    assert without_gaps(["2025-11", "2026-02"]) == ["2025-11", "2025-12", "2026-01", "2026-02"]
    assert without_gaps(["2025-Q3", "2026-Q1"]) == ["2025-Q3", "2025-Q4", "2026-Q1"]
    assert without_gaps([]) == []
    assert period_of(date(2026, 5, 31), "quarter") == "2026-Q2"
    assert period_name("2026-05") == "May 2026"
    assert period_name("2026-Q2") == "Q2 2026"


@pytest.mark.parametrize(("low", "high"), [(0.0, 0.0), (1.0, 1.0), (0.4, 0.6), (0.0, 1.0)])
def test_every_range_fits_into_the_drawing(low: float, high: float) -> None:
    marks = [Mark(f"2026-0{n}", (low + high) / 2, low, high) for n in (1, 2, 3)]
    for picture in pictures(marks, Scale(0, 1, "share")):
        assert len(picture.ticks) >= 3
        for dot in picture.dots:
            assert 0 <= dot.high <= dot.y <= dot.low <= picture.bottom
            assert picture.left <= dot.x <= picture.right
