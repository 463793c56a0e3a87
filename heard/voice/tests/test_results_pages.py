"""The pages of results: what stands on them, who may see them, how often they ask the database."""

import csv
import io
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from heard.core import clock
from heard.people.models import Department, Division
from heard.voice.models import Pool, Version
from heard.voice.tests.making import make
from heard.voice.tests.surveying import asks, survey

pytestmark = pytest.mark.django_db
RESULTS = reverse("voice:survey_results", args=["visits"])
FILE = reverse("voice:survey_results_csv", args=["visits"])
ALL = reverse("voice:results")


def words(page: Any) -> str:
    return str(page.content.decode())


def fill(version: Version, n: int = 12, **more: Any) -> None:
    """Answers to every kind of question."""
    rows = {"desk": 4, "wait": 2, "forms": 5}
    given = {
        "effort": 6, "recommend": 9, "thumbs": 1, "trust": 5, "trust_why": {"ease": 1, "other": 0},
        "again": "yes", "named": {"desk": 1, "wait": 1, "forms": 0}, "rows": rows,
        "acsi": {"satisfaction": 8, "expectation": 7, "ideal": 7},
    }  # fmt: skip
    kept = {"more": given, "ease": 4, "comment": "Thanks."}
    make([4] * n, clock.now() - timedelta(3), version=version, given=kept, **more)


def rows_of(page: Any) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(words(page).removeprefix("\ufeff"))))


def test_every_question_stands_on_the_page_with_its_n(desk: Client, division: Any) -> None:
    version = survey()
    fill(version, silent=12)
    make([3] * 2, clock.now() - timedelta(3), version=version)
    page = words(desk.get(RESULTS))
    for one in version.questions:
        assert f'id="q-{one["key"]}"' in page
    assert "14 of 26" not in page
    assert "54% of 26 people asked" in page
    assert "+100" in page  # all promoters
    assert "adds up" not in page
    assert "do not add up to 100%" in page
    assert "2 skipped it" in page
    assert "Read those that were reviewed" in page


def test_a_thousand_answers_are_written_with_a_separator(desk: Client, division: Any) -> None:
    version = survey(asks("csat", "satisfaction"))
    make([5] * 1234, clock.now() - timedelta(3), version=version)
    assert "1,234" in words(desk.get(RESULTS))
    report = words(desk.get(reverse("voice:report"), {"instrument": "visits"}))
    assert "1,234 answers" in report
    assert "1234" not in report


def test_a_break_is_seen_and_said(desk: Client, division: Any) -> None:
    fill(survey())
    page = words(desk.get(RESULTS))
    assert "The series breaks here" not in page
    fill(survey(asks("effort", "", "Was it easy, now?")))
    page = words(desk.get(RESULTS))
    assert "The words of this question changed" in page
    assert page.count("The series breaks here") == 1
    assert "Was it easy, now?" in page
    assert "About effort" in page


def test_pools_stand_apart_unless_asked_for(desk: Client, division: Any) -> None:
    version = survey(asks("csat", "satisfaction"))
    make([5] * 12, clock.now() - timedelta(3), version=version)
    make([1] * 20, clock.now() - timedelta(3), version=version, pool=Pool.KIOSK)
    page = words(desk.get(RESULTS))
    assert "kiosk (20)" in page
    assert "<strong>12</strong> answers" in page
    both = words(desk.get(RESULTS, {"pools": ["invited", "kiosk"]}))
    assert "<strong>32</strong> answers" in both
    assert "several pools taken as one, as you asked" in both


def test_a_filter_that_gives_a_small_group_away_shows_nothing(desk: Client, division: Any) -> None:
    version = survey(asks("csat", "satisfaction"))
    for channel, n in (("web", 30), ("phone", 14), ("counter", 4)):
        make([4] * n, clock.now() - timedelta(3), version=version, channel=channel)
    assert "Index, 0 to 100" in words(desk.get(RESULTS, {"channel": "web"}))
    for channel in ("counter", "phone"):  # small; and who would give it away
        page = words(desk.get(RESULTS, {"channel": channel}))
        assert "could be worked out by subtraction" in page
        assert "Index, 0 to 100" not in page
        assert rows_of(desk.get(FILE, {"channel": channel})) == []


@pytest.mark.parametrize("given", [{"days": "x"}, {"pools": "x"}, {"by": "x"}, {"channel": "x"}])
def test_bad_filters_are_told_and_break_nothing(
    desk: Client, division: Any, given: dict[str, str]
) -> None:
    survey(asks("csat", "satisfaction"))
    page = desk.get(RESULTS, given)
    assert page.status_code == 200
    assert "is not one of the available choices" in words(page)


def test_a_survey_without_answers_or_words_says_so(desk: Client, division: Any) -> None:
    version = survey(asks("csat", "satisfaction"))
    assert "No answers in this period" in words(desk.get(RESULTS))
    Version.objects.filter(pk=version.pk).update(published_at=None)
    assert "Nothing is published yet" in words(desk.get(RESULTS))
    assert desk.get(reverse("voice:survey_results", args=["nothing"])).status_code == 404


def test_the_file_holds_the_same_figures(desk: Client, division: Any) -> None:
    fill(survey())
    fill(survey(asks("thumbs")), 3)
    rows = rows_of(desk.get(FILE, {"by": "division"}))
    nps = next(row for row in rows if row["statistic"] == "nps" and row["about"] == "question")
    assert (nps["value"], nps["n"], nps["unit"][:6]) == ("100.0", "12", "points")
    assert nps["pools"] == "invited"
    thumbs = next(row for row in rows if row["series"] == "thumbs@1" and row["statistic"] == "up")
    assert (thumbs["value"], thumbs["count"], thumbs["n"]) == ("1.0", "15", "15")
    group = [row for row in rows if row["about"] == "group" and row["question"] == "effort"]
    assert [row["name"] for row in group] == ["Streets"] or group[0]["hidden"] == ""


def test_the_file_hides_what_the_page_hides(desk: Client, division: Any) -> None:
    fill(survey(), 4)
    rows = rows_of(desk.get(FILE))
    assert rows
    assert {row["hidden"] for row in rows} == {"yes"}
    assert not any(row["value"] or row["n"] or row["asked"] for row in rows)


def test_words_that_begin_like_a_formula_stay_words(desk: Client, division: Any) -> None:
    fill(survey(asks("thumbs", "", "=1+1")))
    assert "'=1+1" in words(desk.get(FILE))


def test_who_may_see_results(client: Client, staff: Any, division: Any) -> None:
    survey(asks("csat", "satisfaction"))
    other = Division.objects.create(
        department=Department.objects.get(), code="parks", name={"en": "Parks"}
    )
    for role, status in (("agent", 403), ("field_worker", 403), ("manager", 200),
                         ("cx_lead", 200), ("administrator", 200)):  # fmt: skip
        client.force_login(staff(role))
        for address in (RESULTS, FILE, ALL):
            assert client.get(address).status_code == status, (role, address)
        restraint = client.get(reverse("voice:restraint")).status_code
        assert restraint == (200 if role in ("cx_lead", "administrator") else 403)
    client.force_login(staff("manager"))
    assert client.get(RESULTS, {"division": "streets"}).status_code == 200
    for address in (RESULTS, FILE):
        assert client.get(address, {"division": other.code}).status_code == 403
    page = words(client.get(RESULTS))
    assert "Words and rules" not in page
    assert "Parks" not in page


def test_the_number_of_queries_does_not_grow(desk: Client, division: Any) -> None:
    desk.get(ALL)  # the surveys a house begins with are there from now on
    fill(survey(asks("csat", "satisfaction"), asks("effort")))
    fill(survey(asks("recommend"), code="first"))
    counts = []
    for n in (0, 40):
        if n:
            fill(survey(), n, division="parks")
            fill(survey(asks("effort"), code="second"), n)
        with CaptureQueriesContext(connection) as seen:
            desk.get(RESULTS, {"by": "division", "channel": "web"})
            desk.get(ALL)
        counts.append(len(seen))
    assert counts[0] == counts[1]


def test_all_surveys_stand_in_one_table(desk: Client, division: Any) -> None:
    version = survey(asks("recommend"), asks("thumbs"))
    fill(version, silent=36)
    page = words(desk.get(ALL))
    assert RESULTS in page
    assert "+100" in page
    assert "25%" in page
    assert "of 48 asked" in page
    assert reverse("voice:survey_results", args=["closing"]) in page
    assert "no answers yet" in page
    assert reverse("voice:results") in words(desk.get(reverse("voice:surveys")))
