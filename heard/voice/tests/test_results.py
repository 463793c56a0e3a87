"""Figures of each kind of question, against plain calculation by hand."""

import math
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from statsmodels.stats.proportion import proportion_confint

from heard.core import clock
from heard.voice.models import Pool, Response, Version
from heard.voice.reports.slices import Slice
from heard.voice.results.counting import counted, versions_of
from heard.voice.results.figures import Figures, Value, tell
from heard.voice.results.importance import importance
from heard.voice.results.questions import Part, Result, results
from heard.voice.tests.making import make
from heard.voice.tests.surveying import asks, survey

NOW = datetime(2026, 3, 20, 12, tzinfo=UTC)
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _in_march(division: Any) -> Any:
    with clock.at(NOW):
        yield


def give(version: Version, *many: Any, **more: Any) -> None:
    """Answers to the questions that have no column: each of ``many`` is what one person said."""
    for given in many:
        make([None], NOW - timedelta(2), version=version, given={"more": given}, **more)


def read(**more: Any) -> dict[str, Result]:
    of = Slice(NOW.date() - timedelta(300), NOW.date(), instrument="visits", **more)
    found = counted(of, versions_of(["visits"]))
    return {one.key: one for one in results(found)}


def part(key: str, **more: Any) -> Part:
    return read(**more)[key].parts[0]


def line(found: Figures, key: str) -> Value:
    return next(one for one in found.lines if one.key == key)


def bars(found: Figures, key: str) -> dict[str, Value]:
    return {row.key: row for row in next(one for one in found.bars if one.key == key).rows}


def near(value: Value, expected: float, low: float, high: float) -> None:
    assert value.value == pytest.approx(expected, abs=5e-4)
    assert value.low == pytest.approx(low, abs=5e-4)
    assert value.high == pytest.approx(high, abs=5e-4)


def wilson(x: int, n: int) -> tuple[float, float]:
    low, high = proportion_confint(x, n, method="wilson")
    return float(low), float(high)


def test_satisfaction_is_an_index_and_the_share_of_the_two_best() -> None:
    version = survey()
    ratings = [5] * 8 + [4] * 4 + [3] * 2 + [2] * 4 + [1] * 2 + [None] * 5
    make(ratings, NOW - timedelta(2), version=version)
    found = part("satisfaction")
    assert (found.asked, found.answered, found.skipped) == (25, 20, 5)
    # Weights 100, 75, 50, 25 and 0: 800 and 300 and 100 and 100 points, of 20 answers.
    assert line(found.figures, "index").value == pytest.approx(65)
    near(line(found.figures, "top2"), 12 / 20, *wilson(12, 20))
    assert [row.count for row in bars(found.figures, "spread").values()] == [8, 4, 2, 4, 2]


def test_ease_has_a_column_too() -> None:
    version = survey()
    make([None] * 12, NOW - timedelta(2), version=version, given={"ease": 4})
    assert line(part("ease").figures, "index").value == pytest.approx(75)


def test_effort_is_a_mean_and_the_share_that_found_it_easy() -> None:
    version = survey()
    steps = [7] * 5 + [6] * 3 + [5] * 2 + [4] * 4 + [1] * 6
    give(version, *({"effort": step} for step in steps), {"thumbs": 1})
    found = part("effort")
    mean = line(found.figures, "mean")
    assert mean.value == pytest.approx((35 + 18 + 10 + 16 + 6) / 20)
    assert mean.low is not None
    assert mean.high is not None
    assert 1 <= mean.low < 4.25 < mean.high <= 7
    near(line(found.figures, "easy"), 10 / 20, *wilson(10, 20))
    assert (found.answered, found.skipped) == (20, 1)


def test_recommend_leaves_those_who_skipped_out_of_the_denominator() -> None:
    version = survey()
    given = [{"recommend": 10}] * 60 + [{"recommend": 7}] * 25 + [{"recommend": 0}] * 15
    give(version, *given, *[{"thumbs": 0}] * 10)
    found = part("recommend")
    nps = line(found.figures, "nps")
    assert (found.answered, found.skipped) == (100, 10)
    assert nps.value == 45
    assert nps.se == pytest.approx(100 * math.sqrt((0.75 - 0.45**2) / 100))  # 7.40
    assert nps.low == pytest.approx(29.3, abs=0.05)
    assert nps.high == pytest.approx(58.0, abs=0.05)
    groups = bars(found.figures, "groups")
    near(groups["promoters"], 0.6, *wilson(60, 100))
    near(groups["detractors"], 0.15, *wilson(15, 100))


def test_a_few_of_many_are_not_told_as_nobody() -> None:
    assert (tell(6 / 1548, "share"), tell(0, "share"), tell(0.05, "share")) == ("0.4%", "0%", "5%")
    assert tell(1547 / 1548, "share") == "99.9%"
    assert (tell(45, "points"), tell(-6.3, "points"), tell(0.2, "points")) == ("+45", "−6", "0")
    assert tell(None, "index") == "–"


def test_thumbs_are_a_share() -> None:
    version = survey()
    give(version, *[{"thumbs": 1}] * 9, *[{"thumbs": 0}] * 6)
    near(line(part("thumbs").figures, "up"), 0.6, *wilson(9, 15))


def test_reasons_for_trust_count_only_those_they_were_offered_to() -> None:
    version = survey()
    offered = {"ease": 1, "humanity": 0, "other": None}  # null: not on this person's form
    plain = {"ease": 0, "humanity": None, "other": None}
    give(version, *[{"trust": 5, "trust_why": offered}] * 12)
    give(version, *[{"trust": 4, "trust_why": plain}] * 8)
    give(version, *[{"trust": 1, "trust_why": {"ease": 1, "humanity": 1}}] * 3)
    give(version, *[{"trust": 3, "trust_why": {"ease": 1}}] * 10)  # neither agrees nor disagrees
    found = part("trust").figures
    near(line(found, "top2"), 20 / 33, *wilson(20, 33))
    agree, disagree = bars(found, "agree"), bars(found, "disagree")
    near(agree["ease"], 12 / 20, *wilson(12, 20))
    near(agree["humanity"], 0, *wilson(0, 12))  # of the twelve it was offered to
    assert "other" not in agree
    assert disagree["ease"].hidden
    assert disagree["ease"].value is None


def test_choices_have_intervals_and_several_need_not_add_up() -> None:
    version = survey()
    both = {"desk": 1, "wait": 1, "forms": 0}
    give(version, *[{"again": "yes", "named": both}] * 9, *[{"again": "no"}] * 3)
    give(version, *[{"named": {"desk": 1, "wait": 0, "forms": 0}}] * 3)
    near(bars(part("again").figures, "options")["yes"], 0.75, *wilson(9, 12))
    named = part("named").figures
    near(bars(named, "options")["desk"], 1, *wilson(12, 12))
    near(bars(named, "options")["wait"], 0.75, *wilson(9, 12))
    assert "do not add up" in named.bars[0].note


def test_rows_of_a_matrix_are_sorted_and_each_has_its_own_n() -> None:
    version = survey()
    give(version, *[{"rows": {"desk": 2, "wait": 5}}] * 10, *[{"rows": {"desk": 4}}] * 5)
    give(version, *[{"rows": {"forms": 5}}] * 4)
    rows = bars(part("rows").figures, "rows")
    assert list(rows) == ["wait", "desk", "forms"]
    near(rows["desk"], 5 / 15, *wilson(5, 15))
    assert "2.7" in rows["desk"].beside  # (10*2 + 5*4) / 15
    assert rows["forms"].hidden


def test_acsi_weighs_three_ratings_alike() -> None:
    version = survey()
    three = {"satisfaction": 8, "expectation": 7, "ideal": 6}
    give(version, *[{"acsi": three}] * 12, *[{"acsi": {"satisfaction": 1}}] * 3)
    found = part("acsi").figures
    score = line(found, "acsi")
    assert score.value == pytest.approx(100 * (7 + 6 + 5) / 3 / 9)
    assert score.n == 12  # all three ratings
    assert bars(found, "ratings")["satisfaction"].value == pytest.approx((12 * 8 + 3) / 15)


def test_comments_are_counted() -> None:
    version = survey()
    make([4] * 3, NOW - timedelta(2), version=version, given={"comment": "Thanks."})
    make([4] * 9, NOW - timedelta(2), version=version)
    assert (part("comment").answered, part("comment").skipped) == (3, 9)


@pytest.mark.parametrize("given", [[], [4], [4] * 9])
def test_nobody_one_and_nine_give_no_figure(given: list[int]) -> None:
    version = survey()
    make(given, NOW - timedelta(2), version=version)
    give(version, *({"effort": 4, "recommend": 9} for _one in given))
    for one in read().values():
        assert one.parts[0].figures == Figures()


def test_all_skipped_is_no_zero() -> None:
    version = survey()
    give(version, *[{"thumbs": 1}] * 12)
    found = part("recommend")
    assert (found.answered, found.skipped, found.figures) == (0, 12, Figures())


def test_a_change_of_words_sets_the_figures_apart() -> None:
    first = survey(asks("csat", "satisfaction"), asks("effort"))
    make([5] * 12, NOW - timedelta(60), version=first, given={"more": {"effort": 7}})
    second = survey(asks("csat", "satisfaction"), asks("effort", "", "Was it easy, now?"),
                    asks("thumbs"))  # fmt: skip
    make([1] * 12, NOW - timedelta(2), version=second, given={"more": {"effort": 1, "thumbs": 1}})
    found = read()
    assert not found["satisfaction"].is_broken  # its words stayed
    assert line(found["satisfaction"].parts[0].figures, "index").value == pytest.approx(50)
    new, old = found["effort"].parts
    assert [new.question.revision, old.question.revision] == [2, 1]
    assert line(new.figures, "mean").value == 1
    assert line(old.figures, "mean").value == 7
    assert found["effort"].not_asked == 0
    assert found["thumbs"].not_asked == 12


def test_other_pools_spam_and_tests_are_not_counted_unasked() -> None:
    version = survey()
    make([5] * 12, NOW - timedelta(2), version=version)
    make([1] * 20, NOW - timedelta(2), version=version, pool=Pool.KIOSK)
    spam = make([1] * 20, NOW - timedelta(2), version=version, given={"more": {"effort": 1}})
    Response.objects.filter(pk__in=[one.pk for one in spam[:10]]).update(is_spam=True)
    Response.objects.filter(pk__in=[one.pk for one in spam[10:]]).update(is_test=True)
    found = read()
    assert (found["satisfaction"].parts[0].answered, found["effort"].parts[0].answered) == (12, 0)
    both = read(pools=(Pool.INVITED, Pool.KIOSK))
    assert both["satisfaction"].parts[0].answered == 32


def test_groups_hide_the_small_one_and_who_would_give_it_away() -> None:
    version = survey()
    for division, n in (("streets", 30), ("parks", 14), ("water", 4)):
        make([4] * n, NOW - timedelta(2), version=version, division=division)
    of = Slice(NOW.date() - timedelta(9), NOW.date(), instrument="visits")
    found = results(counted(of, versions_of(["visits"]), "division"), {"streets": "Streets"})
    groups = {group.name: group.value for group in found[0].parts[0].groups}
    assert groups["Streets"] is not None
    assert groups["Streets"].value == 75
    assert groups["water"] is None
    assert groups["parks"] is None  # else water is the rest of the total


def joint(n: int, *, version: Version | None = None) -> Any:
    """The desk decides about satisfaction; the wait does not; people name the wait."""
    version = version or survey()
    for place in range(n):
        desk = 1 + place % 5
        rows = {"desk": desk, "wait": 1 + place * 7 % 5 if place % 3 else 3, "forms": 4}
        rows["forms"] += place % 2
        more = {"rows": rows, "named": {"desk": place % 2, "wait": 1, "forms": 0}}
        make([desk], NOW - timedelta(2), version=version, given={"more": more})
    of = Slice(NOW.date() - timedelta(9), NOW.date(), instrument="visits")
    return importance(counted(of, versions_of(["visits"])))


def test_importance_puts_what_matters_and_fails_first() -> None:
    found = joint(60)
    assert found.n == 60
    first = found.points[0]
    assert (first.name, first.quadrant) == ("Desk", "improve first")
    assert first.importance > 0.8
    assert found.r2 == pytest.approx(1)
    assert sum(point.importance for point in found.points) == pytest.approx(found.r2)
    assert "Only 60" in found.caution
    wait = next(point for point in found.points if point.name == "Wait")
    assert wait.stated is not None
    assert wait.stated.importance == 1  # everybody named it
    assert wait.stated.rating == pytest.approx(1 - wait.satisfied)


def test_importance_says_nothing_of_few() -> None:
    assert "too few" in joint(20).why
    assert joint(0, version=survey(asks("csat", "satisfaction"))) is None
