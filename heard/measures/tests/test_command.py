"""``heard measures show``: pure output, and plain words for bad input."""

import csv
import io
import json
import tomllib
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from heard.facts.tests.making import make_answers, make_cases, utc
from heard.measures import definitions
from heard.measures.refresh import refresh

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.only_measures("cases_received", "on_time", "days_to_close", "satisfaction"),
]
KEYS = ["measure", "definition", "period", "group", "n", "value", "low", "high", "suppressed"]


@pytest.fixture
def figures(service: Any) -> None:
    """August: 12 in time, 4 late, 3 finished in September."""
    july, august = utc("2011-07-20 12:00"), utc("2011-08-10 12:00")
    make_cases(service, 12, july, due_at=august, closed_at=august)
    make_cases(service, 4, july, due_at=july, closed_at=august)
    make_cases(service, 3, july, due_at=august, closed_at=utc("2011-09-10 12:00"))
    make_answers(service, [5, 5, 1, 1], august)
    refresh()


def show(*words: str) -> Any:
    out = io.StringIO()
    call_command("measures", "show", *words, stdout=out)
    return out.getvalue()


def test_the_promised_form(figures: None) -> None:
    text = show("on_time", "--by", "department", "--period", "2011-08", "--format", "json")
    (row,) = json.loads(text)
    assert list(row) == KEYS
    assert row["measure"] == "on_time"
    assert row["definition"] == "on_time-closed-v1"
    assert (row["period"], row["group"], row["n"]) == ("2011-08", "works", 16)
    assert row["value"] == 0.75
    assert 0 < row["low"] < 0.75 < row["high"] < 1
    assert row["suppressed"] is False


def test_the_other_cohort(figures: None) -> None:
    (row,) = json.loads(
        show("on_time", "--cohort", "due", "--period", "2011-08", "--format", "json")
    )
    assert (row["group"], row["n"], row["value"]) == ("all", 15, 0.8)


def test_all_periods_without_one(figures: None) -> None:
    rows = json.loads(show("on_time", "--format", "json"))
    assert [(row["period"], row["suppressed"]) for row in rows] == [
        ("2011-08", False),
        ("2011-09", True),
    ]
    assert rows[1] | {"value": None, "low": None, "high": None} == rows[1]


@pytest.mark.parametrize("way", ["median", "p90"])
def test_statistics(figures: None, way: str) -> None:
    (row,) = json.loads(
        show("days_to_close", "--statistic", way, "--period", "2011-08", "--format", "json")
    )
    assert (row["n"], row["value"]) == (16, 21.0)


def test_csv_is_csv(figures: None) -> None:
    rows = list(csv.DictReader(io.StringIO(show("satisfaction", "--format", "csv"))))
    assert [list(row) for row in rows] == [KEYS]
    assert (rows[0]["n"], rows[0]["value"], rows[0]["suppressed"]) == ("4", "", "true")


def test_counts_are_whole_numbers(figures: None) -> None:
    (row,) = json.loads(show("cases_received", "--format", "json"))
    assert row["value"] == row["n"] == 19
    assert isinstance(row["value"], int)


def test_a_table_for_people(figures: None) -> None:
    text = show("on_time")
    assert text.splitlines()[0].split() == KEYS
    assert "0.7500" in text


@pytest.mark.parametrize("form", ["json", "csv", "table"])
def test_an_empty_city(town: Any, form: str) -> None:
    refresh()
    text = show("on_time", "--by", "service", "--format", form)
    assert text.strip() == {"json": "[]", "csv": ",".join(KEYS)}.get(form, "  ".join(KEYS))


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["nonsense"], "cases_received, on_time, days_to_close, satisfaction"),
        (["on_time", "--by", "planet"], "department, division, service, channel, district"),
        (["on_time", "--period", "2011"], "2011-08 to 2011-09"),
        (["on_time", "--period", "2011-13"], "2011-08 to 2011-09"),
        (["on_time", "--period", "August"], "2011-08"),
        (["on_time", "--cohort", "opened"], "closed, due"),
        (["satisfaction", "--statistic", "mean"], "index, top2"),
    ],
)
def test_bad_input_is_answered_with_what_there_is(
    figures: None, words: list[str], said: str
) -> None:
    with pytest.raises(CommandError, match=said) as fault:
        show(*words)
    assert fault.value.returncode == 2


def test_what_there_is(capsys: Any) -> None:
    call_command("measures", "list")
    lines = capsys.readouterr().out.splitlines()
    listed = [line.split()[0] for line in lines]
    assert listed[:4] == ["cases_received", "on_time", "days_to_close", "satisfaction"]
    cards = Path(definitions.__file__).parent / "cards"
    read = {card.stem: tomllib.loads(card.read_text()) for card in cards.glob("*.toml")}
    computed = [key for key, card in read.items() if not card.get("entered")]
    assert sorted(listed) == sorted(computed)
    assert len(read) > len(computed) >= 40
