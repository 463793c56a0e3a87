"""The one score: recomputed from its downloads by pandas, never backwards, missing is missing."""

import io
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pandas as pd
import pytest
from django.test import Client

from heard.boards.composing import Part, choose, keep_scores, switch
from heard.boards.history import history
from heard.boards.models import Recipe, Score
from heard.boards.telling import Names
from heard.boards.tests.conftest import LAST, NOW, course, months, received
from heard.core import clock
from heard.core.errors import NotAllowed, Refused
from heard.measures.models import Result
from heard.targets.models import Target
from heard.targets.program import touch

pytestmark = pytest.mark.django_db
PARTS = [Part("on_time", "closed", 2.0), Part("late_by", "median", 1.0)]
WHY = {"en": "What people notice most.", "es": "Lo que más se nota."}


def target(measure: str, statistic: str, month: str, value: float, way: str = "up") -> None:
    day = date.fromisoformat(f"{month}-01")
    last = (day + timedelta(days=32)).replace(day=1) - timedelta(days=1)
    Target.objects.create(
        measure=measure, statistic=statistic, kind="month", period=month, first=day, last=last,
        direction=way, value=value, set_at=NOW,
    )  # fmt: skip


def again() -> None:
    """Compute anew an hour later, after something of the program changed."""
    with clock.at(NOW + timedelta(hours=1)):
        touch()
        kept = Score.objects.get(month=LAST)
        Score.objects.filter(pk=kept.pk).update(value=-1)
        assert keep_scores() >= 1
        assert not Score.objects.filter(value=-1).exists()


@pytest.fixture
def parts(computed: Callable[[], None], staff: Any) -> Any:
    """Six months of two measures with targets; the last month of one is missing."""
    received()
    course([0.80, 0.82, 0.90, 0.70, 0.88, 0.86])
    for month, days in zip(months(6), (2.0, 0.0, 4.0, 3.0, 2.5, None), strict=True):
        if days is not None:
            Result.objects.create(
                measure="late_by", statistic="median", definition=1, period=month, by="all",
                group="all", n=50, value=days, low=max(days - 1, 0), high=days + 1.5,
            )  # fmt: skip
    for place, month in enumerate(months(6)):
        target("on_time", "closed", month, 0.85 if place < 3 else 0.8)
        target("late_by", "median", month, 2.0, "down")
    lead = staff("cx_lead").as_actor()
    choose(PARTS, why=WHY, actor=lead)
    return lead


def test_off_until_it_is_switched_on(parts: Any, client: Client) -> None:
    assert keep_scores() == 0
    page = client.get("/results/composite/")
    assert "publishes no single score" in page.content.decode()
    assert client.get("/results/composite/scores.csv").status_code == 404
    switch(on=True, actor=parts)
    assert keep_scores() == 6
    assert keep_scores() == 0
    assert client.get("/results/composite/scores.csv").status_code == 200
    switch(on=False, actor=parts)
    assert client.get("/results/composite/parts.csv").status_code == 404


def test_pandas_makes_the_same_score_from_the_downloads(parts: Any, client: Client) -> None:
    switch(on=True, actor=parts)
    keep_scores()
    rows = pd.read_csv(io.BytesIO(client.get("/results/composite/parts.csv").content))
    given = pd.read_csv(io.BytesIO(client.get("/results/composite/scores.csv").content))
    lower = rows["better"] == "lower"
    over = rows["value"].where(~lower, rows["target"])
    under = rows["target"].where(~lower, rows["value"])
    made = (over / under).clip(upper=2.0).where(under != 0, 2.0).where(over != under, 1.0)
    rows["made"] = made.where(rows["value"].notna() & rows["target"].notna())
    pd.testing.assert_series_equal(rows["made"], rows["score"], check_names=False, rtol=1e-12)
    there = rows[rows["made"].notna()].copy()
    there["part"] = there["made"] * there["weight"]
    there["down"] = ((there["made"] - there["score_low"]) * there["weight"]) ** 2
    by = there.groupby("month")
    again = by["part"].sum() / by["weight"].sum()
    pd.testing.assert_series_equal(
        again, given.set_index("month")["value"], check_names=False, rtol=1e-12
    )
    low = again - by["down"].sum() ** 0.5 / by["weight"].sum()
    pd.testing.assert_series_equal(
        low, given.set_index("month")["low"], check_names=False, rtol=1e-12
    )
    # The part's figures are those anybody downloads for the measure itself.
    measure = pd.read_csv(io.BytesIO(client.get("/results/on_time.csv").getvalue()))
    theirs = measure.query("dimension == 'all' and statistic == 'closed'").set_index("period")
    mine = rows[rows["measure"] == "on_time"].set_index("month")["value"]
    pd.testing.assert_series_equal(mine, theirs["value"], check_names=False, rtol=1e-12)


def test_missing_is_missing_and_zero_is_perfect(parts: Any) -> None:
    switch(on=True, actor=parts)
    keep_scores()
    last = Score.objects.get(month=LAST)
    assert [p["score"] is None for p in last.parts] == [False, True]
    assert len(last.counted) == 1
    assert last.value == pytest.approx(0.86 / 0.8)
    zero = Score.objects.get(month=months(6)[1])
    assert zero.parts[1]["score"] == 2.0
    Target.objects.filter(measure="on_time", period=LAST).delete()
    again()
    last.refresh_from_db()
    assert (last.value, last.why, last.counted) == (None, "few", [])


def test_no_target_is_applied_to_a_time_it_was_not_set_for(parts: Any) -> None:
    switch(on=True, actor=parts)
    keep_scores()
    before = {row.month: row.value for row in Score.objects.all()}
    target("on_time", "closed", "2026-05", 0.5)
    again()
    assert {row.month: row.value for row in Score.objects.all()} == before
    goals = [row.parts[0]["target"] for row in Score.objects.all()]
    assert goals == [0.85, 0.85, 0.85, 0.8, 0.8, 0.8]


def test_a_new_recipe_breaks_the_line_and_leaves_the_past(parts: Any) -> None:
    switch(on=True, actor=parts)
    keep_scores()
    before = {row.month: row.value for row in Score.objects.all()}
    choose([Part("on_time", "closed", 1.0), Part("satisfaction", "index", 1.0)],
           why={"en": "Answers count."}, actor=parts)  # fmt: skip
    with clock.at(NOW + timedelta(days=31)):
        course([0.9], last="2026-05")
        Result.objects.create(
            measure="cases_received", statistic="count", definition=1, period="2026-05", by="all",
            group="all", n=400, value=400,
        )  # fmt: skip
        target("on_time", "closed", "2026-05", 0.9)
        keep_scores()
        made = history(Names())
    assert {m.row.month: m.row.value for m in made.months[:-1]} == before
    assert made.months[-1].broken
    assert "Answers count." in made.months[-1].why
    assert len(made.breaks) == 1
    assert [len(one.dots) for one in made.drawn] == [6, 1]


def test_a_changed_definition_of_a_part_breaks_it_too(parts: Any) -> None:
    switch(on=True, actor=parts)
    keep_scores()
    row = Score.objects.get(month=LAST)
    row.parts[0]["definition"] = 2
    row.save()
    assert [m.broken for m in history(Names()).months] == [False] * 5 + [True]


@pytest.mark.parametrize(
    ("chosen", "field"),
    [
        ([Part("on_time", "closed", 1.0)], "parts"),
        ([PARTS[0], PARTS[0]], "parts"),
        ([PARTS[0], Part("cases_received", "count", 1.0)], "parts"),
        ([PARTS[0], Part("nothing", "here", 1.0)], "parts"),
        ([PARTS[0], Part("late_by", "median", 0.0)], "parts"),
        ([PARTS[0], Part("late_by", "median", float("nan"))], "parts"),
    ],
)
def test_parts_that_make_no_score(town: Any, staff: Any, chosen: Any, field: str) -> None:
    with pytest.raises(Refused) as refused:
        choose(chosen, why=WHY, actor=staff("cx_lead").as_actor())
    assert refused.value.field == field
    assert not Recipe.objects.exists()


def test_who_may_and_in_which_order(town: Any, staff: Any) -> None:
    with pytest.raises(NotAllowed):
        choose(PARTS, why=WHY, actor=staff("manager").as_actor())
    with pytest.raises(Refused, match="Choose first"):
        switch(on=True, actor=staff("cx_lead").as_actor())
    for _twice in range(2):
        choose(PARTS, why=WHY, actor=staff("cx_lead").as_actor(), key="once")
    assert Recipe.objects.count() == 1
