"""Formulas that cannot be counted are refused in plain words; one that fails stops nothing else."""

import json
from typing import Any

import pytest

from heard.core import clock
from heard.facts.tests.making import make_answers, make_cases, utc
from heard.measures import compute
from heard.measures.conditions import BadFormula
from heard.measures.declared import formula
from heard.measures.definitions import BUILT, measures
from heard.measures.figures import figure
from heard.measures.formulas import all_series
from heard.measures.models import Result, Snapshot
from heard.measures.refresh import refresh
from heard_stats import mean_interval, mean_interval_of_sums

pytestmark = pytest.mark.only_measures("cases_received", "phone_share", "satisfaction")

MAY = utc("2026-05-20 12:00")
PHONE = ["channel", "is", "phone"]
SHARE = {"fact": "cases", "day": "received_on", "take": "share", "counts": [PHONE]}


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"fact": "weather"}, "no_fact"),
        ({"take": "guess"}, "no_way"),
        ({"day": "opened_on"}, "no_column"),
        ({"day": "received_at"}, "no_day"),
        ({"open": ["received_on", "received_at"]}, "no_day"),
        ({"counts": [["shoe_size", "is", "9"]]}, "no_column"),
        ({"counts": [["channel", "<", "b"]]}, "no_operator"),
        ({"counts": [["times_reopened", "is", "1"]]}, "no_operator"),
        ({"counts": [["times_reopened", ">", "many"]]}, "bad_value"),
        ({"counts": [["times_reopened", ">", True]]}, "bad_value"),
        ({"counts": [["times_reopened", ">", float("nan")]]}, "bad_value"),
        ({"counts": [["received_at", "<", "yesterday"]]}, "bad_value"),
        ({"counts": [["due_at", "<", "@received_on"]]}, "other_type"),
        ({"counts": [["days_late", "<", "@now"]]}, "bad_value"),
        ({"counts": [["channel", "is"]]}, "no_value"),
        ({"counts": [["channel", "in", []]]}, "no_value"),
        ({"counts": [["channel"]]}, "not_a_condition"),
        ({"counts": "channel"}, "not_a_condition"),
        ({"counts": [PHONE] * 13}, "too_many"),
        ({"counts": []}, "no_counts"),
        ({"of": [PHONE]}, "same"),
        ({"take": "mean", "column": "channel"}, "not_whole"),
        ({"take": "mean", "column": "days_to_close"}, "not_whole"),
        ({"take": "quantile", "between": ["received_at", "received_on"]}, "two_moments"),
        ({"take": "quantile", "between": ["received_at"]}, "two_moments"),
        ({"take": "scale", "column": "days_to_close"}, "not_a_scale"),
        ({"sql": "DROP TABLE cases"}, "unknown"),
    ],
)
def test_a_formula_that_cannot_be_counted_is_refused(change: dict[str, Any], code: str) -> None:
    with pytest.raises(BadFormula) as caught:
        formula(SHARE | change)
    assert caught.value.code == code
    assert "{" not in str(caught.value)


def test_a_formula_reads_back_as_it_was_kept() -> None:
    for card in measures().values():
        if card.formula is not None:
            made = formula(card.formula)
            assert formula(json.loads(json.dumps(made.plain()))) == made
    assert formula(SHARE).digest() != formula(SHARE | {"day": "ended_on"}).digest()


def test_what_depends_on_the_moment_says_so() -> None:
    told = {one.name: one.depends_on_moment for one in all_series()}
    depends = {name.split("/")[0] for name, does in told.items() if does}
    assert {"backlog", "backlog_age", "call_backs_on_time", "follow_up_on_time"} <= depends
    assert not {"digital_share", "heard_rate", "reopened"} & depends


def test_the_mean_of_sums_is_the_mean_of_the_values() -> None:
    values = [31, 95, 600, 600, 1_000_000_007, 3]
    sums = (len(values), sum(values), sum(one * one for one in values))
    whole, summed = mean_interval(values), mean_interval_of_sums(*sums)
    assert (summed.value, summed.n) == (whole.value, whole.n)
    assert summed.low == pytest.approx(whole.low, rel=1e-9)
    assert summed.high == pytest.approx(whole.high, rel=1e-9)
    assert mean_interval_of_sums(0, 0, 0).value is None
    assert mean_interval_of_sums(1, 5, 25).low is None
    assert mean_interval_of_sums(2, 10, 50).low is None


def test_a_share_of_the_wrong_rows_has_no_figure() -> None:
    statistic = measures()["reopened"].statistic()
    sums = {"period": "2026-04", "group": "all", "n": 20, "left_out": 12, "x": 15, "outside": 0}
    assert figure(statistic, "all", sums).value == 0.75
    wrong = figure(statistic, "all", sums | {"outside": 12})
    assert (wrong.value, wrong.low, wrong.detail) == (None, None, {"outside": 12})
    empty = figure(statistic, "all", sums | {"n": 0, "x": 0})
    assert empty.value is None


@pytest.mark.django_db
def test_one_that_fails_stops_neither_the_others_nor_what_is_published(
    service: Any, monkeypatch: Any
) -> None:
    with clock.at(MAY):
        make_cases(service, 20, utc("2026-04-10 12:00"))
        make_cases(service, 12, utc("2026-04-10 12:00"), channel="phone")
        refresh()
        shown = Result.objects.get(measure="phone_share", by="all", period="2026-04").value
        make_cases(service, 8, utc("2026-04-12 12:00"), channel="phone")
        cube = compute._cube

        def broken(connection: Any, series: Any, **known: Any) -> Any:
            if series.measure == "phone_share":
                raise compute.TooManyGroups("cases fall into 100,000 groups by service.")
            return cube(connection, series, **known)

        monkeypatch.setattr(compute, "_cube", broken)
        refresh()
        assert Result.objects.get(measure="phone_share", by="all", period="2026-04").value == shown
        assert Result.objects.get(measure="cases_received", by="all", period="2026-04").n == 40
        assert "failed" in Snapshot.objects.get().digests.values()
        assert not refresh().computed  # not again and again while nothing changes
        monkeypatch.setattr(compute, "_cube", cube)
        make_answers(service, [5], utc("2026-04-12 12:00"))
        refresh()
        healed = Result.objects.get(measure="phone_share", by="all", period="2026-04")
        assert healed.value == 20 / 40


@pytest.mark.django_db
def test_100_000_groups_are_refused_and_the_others_go_on(service: Any, monkeypatch: Any) -> None:
    monkeypatch.setattr(compute, "MOST_GROUPS", 2)
    for channel in ("web", "phone", "app"):
        make_cases(service, 10, utc("2026-04-10 12:00"), channel=channel)
    make_answers(service, [5] * 12, utc("2026-04-10 12:00"))
    with clock.at(MAY):
        refresh()
    assert not Result.objects.filter(measure="cases_received").exists()
    assert Result.objects.get(measure="satisfaction", statistic="index", by="all").n == 12


@pytest.mark.django_db
def test_a_file_of_built_measures_that_is_broken_is_no_end(own_lake: Any, settings: Any) -> None:
    before = len(measures())
    settings.HEARD_DATA.mkdir(exist_ok=True)
    (settings.HEARD_DATA / BUILT).write_text("{not json")
    assert len(measures()) == before
