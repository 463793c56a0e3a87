"""Targets: set ahead, judged with the interval, never written backwards."""

from typing import Any

import pytest

from heard.core.errors import NotAllowed, Refused
from heard.measures.definitions import measure
from heard.measures.models import Result
from heard.targets.models import Restatement, Target
from heard.targets.reads import city_judgements, of_group
from heard.targets.services import Goal, set_program, set_target
from heard.targets.subjects import of_card
from heard.targets.telling import bound_told, limits_told
from heard_stats import share

pytestmark = pytest.mark.django_db
ON_TIME = of_card(measure("on_time"), measure("on_time").statistic())


def goal(**values: Any) -> Goal:
    usual = {
        "measure": "on_time", "statistic": "closed", "period": "2026-05", "direction": "up",
        "value": 0.8,
    }  # fmt: skip
    return Goal(**(usual | values))  # type: ignore[arg-type]


def month(period: str, x: int, n: int, **values: Any) -> Result:
    found = share(x, n)
    usual: dict[str, Any] = {
        "measure": "on_time", "statistic": "closed", "definition": 1, "period": period, "by": "all",
        "group": "all", "n": n, "value": found.value, "low": found.low, "high": found.high,
    }  # fmt: skip
    return Result.objects.create(**(usual | values))


def test_a_target_without_a_period_is_refused(lead: Any) -> None:
    with pytest.raises(Refused, match="A target needs a period") as error:
        set_target(goal(period=" "), actor=lead)
    assert error.value.field == "period"
    assert not Target.objects.exists()


@pytest.mark.parametrize(
    ("values", "words", "field"),
    [
        ({"period": "2026-04"}, "This period is over", "period"),
        ({"measure": "none"}, "no such measure", "measure"),
        ({"statistic": "median"}, "not counted in that way", "measure"),
        ({"direction": "down"}, "higher is better", "direction"),
        ({"value": 1.2}, "between 0 and 100", "value"),
        ({"value": float("nan")}, "not a number", "value"),
        ({"group": "works"}, "Choose the group", "group"),
    ],
)
def test_targets_that_make_no_sense(
    lead: Any, values: dict[str, Any], words: str, field: str
) -> None:
    with pytest.raises(Refused, match=words) as error:
        set_target(goal(**values), actor=lead)
    assert error.value.field == field


def test_only_who_keeps_targets_sets_them(staff: Any) -> None:
    with pytest.raises(NotAllowed):
        set_target(goal(), actor=staff("manager").as_actor())


def test_a_running_target_changes_in_public_with_a_reason(lead: Any) -> None:
    set_target(goal(period="2026-07"), actor=lead)
    set_target(goal(period="2026-07", value=0.85), actor=lead)  # not begun: nothing to tell
    assert not Restatement.objects.exists()
    set_target(goal(), actor=lead)
    with pytest.raises(Refused, match="Say why"):
        set_target(goal(value=0.7), actor=lead)
    set_target(goal(value=0.7, why={"en": "A storm."}), actor=lead)
    told = Restatement.objects.get()
    assert (told.what, told.old, told.new, told.why["en"]) == ("target", 0.8, 0.7, "A storm.")
    assert Target.objects.get(period="2026-05").value == 0.7


def test_once_per_key(lead: Any) -> None:
    first = set_target(goal(), actor=lead, key="k")
    assert set_target(goal(value=0.1), actor=lead, key="k").pk == first.pk
    assert Target.objects.get().value == 0.8


@pytest.mark.parametrize(
    ("x", "n", "word"),
    [
        (95, 100, "on target so far"),
        (81, 100, "too close to call"),
        (60, 100, "below target so far"),
    ],
)
def test_the_verdict_takes_the_interval(lead: Any, x: int, n: int, word: str) -> None:
    set_target(goal(), actor=lead)
    month("2026-05", x, n)
    found = of_group(ON_TIME, "2026-05").judged
    assert [one.word for one in found] == [word]
    if word == "too close to call":
        assert "The figure is 81%" in found[0].sentence
        assert "the target lies within" in found[0].sentence


def test_a_fiscal_year_is_pooled_not_averaged(lead: Any) -> None:
    set_program(fiscal_start=7, stale_after=2, actor=lead)
    set_target(goal(period="FY2026"), actor=lead)
    month("2025-07", 900, 1000)
    month("2026-04", 0, 10)
    (found,) = of_group(ON_TIME, "2026-04").judged
    assert found.figure.value == 900 / 1010  # the mean of the two rates would be 45%
    assert (found.figure.low, found.figure.n) == (share(900, 1010).low, 1010)
    assert found.word == "on target so far"
    month("2025-06", 0, 5000)  # the year before
    assert of_group(ON_TIME, "2026-04").judged[0].figure.n == 1010


def test_what_cannot_be_judged_says_why(lead: Any) -> None:
    late = measure("days_to_close")
    set_target(
        goal(
            measure="days_to_close", statistic="median", period="2026-Q2", direction="down",
            value=5.0,
        ),
        actor=lead,
    )  # fmt: skip
    month("2026-04", 1, 2, measure="days_to_close", statistic="median", value=3.0)
    (found,) = of_group(of_card(late, late.statistic("median")), "2026-04").judged
    assert "not judged: The median of a longer time" in found.sentence
    set_target(goal(period="2026-Q2"), actor=lead)
    month("2026-04", 0, 3, suppressed=True, value=None, low=None, high=None)
    (found,) = of_group(ON_TIME, "2026-04").judged
    assert "too few to show" in found.sentence
    assert of_group(ON_TIME, "2027-01").judged == []


@pytest.mark.parametrize(
    ("low", "high", "values", "told"),
    [
        (451.4, 620.8, [500.0, 560.0, None], ("452", "620")),  # the counts that lie within
        (4.2, 4.8, [4.0, 5.0], ("4.2", "4.8")),  # none lies within
        (451.4, 620.8, [500.5, 560.0], ("451.4", "620.8")),  # no counts: a ratio of two
        (0.0, 12.6, [3.0], ("0", "12")),
    ],
)
def test_limits_of_whole_counts_are_whole(
    low: float, high: float, values: list[float | None], told: tuple[str, str]
) -> None:
    assert limits_told(low, high, "count", values) == told
    assert limits_told(0.5, 0.8, "share", [1.0]) == ("50%", "80%")


def test_the_interval_of_a_count_is_told_in_whole_numbers() -> None:
    assert [bound_told(end, "count", [498.0]) for end in (455.2, 543.7)] == ["455", "544"]
    assert bound_told(2.35, "count", [2.4]) == "2.4"
    assert bound_told(None, "count", [498.0]) == "–"


def test_no_year_moves_under_its_targets(lead: Any) -> None:
    set_target(goal(period="2026"), actor=lead)
    with pytest.raises(Refused, match="cannot be moved"):
        set_program(fiscal_start=7, stale_after=2, actor=lead)
    set_program(fiscal_start=1, stale_after=5, actor=lead)


def test_the_city_page_asks_once(lead: Any, django_assert_num_queries: Any) -> None:
    rows = [month("2026-04", 90, 100), month("2026-05", 95, 100)]
    set_target(goal(), actor=lead)
    with django_assert_num_queries(1):
        assert city_judgements(rows, "2026-05")["on_time"].word == "on target so far"
    set_target(goal(period="2026-Q2"), actor=lead)
    set_target(goal(period="2026"), actor=lead)
    with django_assert_num_queries(1):
        found = city_judgements(rows, "2026-05")
    assert found["on_time"].period.code == "2026-05"
