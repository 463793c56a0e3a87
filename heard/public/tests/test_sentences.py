"""Plain words for figures, without making them better than they are."""

from typing import Any

import pytest
from django.utils import translation

from heard.measures.definitions import measures
from heard.measures.models import Result
from heard.public.pictures import line, top_of
from heard.public.sentences import lasting, likely, out_of, range_told, says, told, value_told


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (0.0, "no"), (0.004, "hardly any"), (0.02, "about 2 of 100"), (0.04, "about 1 of 20"),
        (0.5, "about 5 of 10"), (0.94, "about 9 of 10"), (0.96, "about 19 of 20"),
        (0.99, "about 99 of 100"), (0.998, "nearly all"), (1.0, "all"),
    ],
)  # fmt: skip
def test_shares(value: float, words: str) -> None:
    assert out_of(value) == words


def test_a_share_short_of_all_is_never_called_all() -> None:
    for k in range(1, 10_000):
        said = out_of(k / 10_000)
        assert said not in {"all", "no"}
        assert told(k / 10_000, "share") not in {"100%", "100.0%", "0%", "0.0%"}
        if said.startswith("about"):
            part, whole = (int(word) for word in said.split() if word.isdigit())
            assert 0 < part < whole
            assert abs(part / whole - k / 10_000) <= 0.0501


def test_exact_shares_are_told_as_such() -> None:
    assert (told(1.0, "share"), told(0.0, "share"), told(0.5, "share")) == ("100%", "0%", "50%")


@pytest.mark.parametrize(
    ("days", "words"),
    [
        (0.0001, "1 minute"), (0.02, "29 minutes"), (0.5, "12 hours"), (1.0, "24 hours"),
        (2.0, "2 days"), (2.04, "2 days"), (3.44, "3.4 days"), (30.2, "30 days"),
    ],
)  # fmt: skip
def test_times(days: float, words: str) -> None:
    assert lasting(days) == words


@pytest.mark.parametrize(
    ("ends", "value", "between", "table"),
    [
        ((1.875, 2.2, 2.6), "2.2 days", "likely between 1.9 and 2.6 days", "1.9 – 2.6 days"),
        ((1.5, 1.96, 2.6), "47 hours", "likely between 36 and 62 hours", "36 – 62 hours"),
        ((0.2, 1.9, 9.0), "1.9 days", "likely between 0.2 and 9 days", "0.2 – 9 days"),
        ((0.01, 0.03, 0.2), "43 minutes", "likely between 14 and 288 minutes",
         "14 – 288 minutes"),
        ((0.02, 0.04, 0.5), "1 hour", "likely between 0.5 and 12 hours", "0.5 – 12 hours"),
        ((0.0, 0.0, 0.5), "0 hours", "likely between 0 and 12 hours", "0 – 12 hours"),
        ((3.01, 3.02, 3.04), "3 days", "likely very near 3 days", "3 days – 3 days"),
        ((30.0, 45.2, 1200.0), "45 days", "likely between 30 and 1,200 days", "30 – 1,200 days"),
        ((None, 1.5, 3.0), "36 hours", "", "– – 72 hours"),
        ((0.5, 12.0, None), "12 days", "", "0.5 days – –"),
        ((None, None, None), "–", "", "– – –"),
    ],
)  # fmt: skip
def test_a_time_and_its_interval_are_told_in_one_unit(
    ends: tuple[Any, Any, Any], value: str, between: str, table: str
) -> None:
    made = Result(period="2026-03", n=20, low=ends[0], value=ends[1], high=ends[2])
    assert value_told(made, "days") == value
    assert likely(made, "days") == between
    assert range_told(made, "days") == table


def test_one_unit_in_spanish_too() -> None:
    made = Result(measure="days_to_close", period="2026-03", n=20, low=1.5, value=1.96, high=2.6)
    card = measures()["days_to_close"]
    with translation.override("es"):
        assert value_told(made, "days") == "47 horas"
        assert likely(made, "days") == "probablemente entre 36 y 62 horas"
        assert "47 horas" in says(card, card.statistic(), made)
        made.high = 4.5
        assert likely(made, "days") == "probablemente entre 1.5 y 4.5 días"
        assert "2 días" in says(card, card.statistic(), made)


def test_a_figure_hidden_for_a_smaller_one_says_so() -> None:
    card = measures()["remedy_money"]
    hidden = Result(measure=card.key, n=40, suppressed=True, detail={"companion": True}, by="all")
    assert "one of the groups that make it up has too few" in says(card, card.statistic(), hidden)
    hidden.by = "division"
    assert "a smaller group beside it has too few" in says(card, card.statistic(), hidden)
    with translation.override("es"):
        assert "tiene muy pocos casos" not in says(card, card.statistic(), hidden)
        hidden.by = "all"
        assert "tiene muy pocos casos para mostrarse" in says(card, card.statistic(), hidden)


@pytest.mark.django_db
@pytest.mark.parametrize("language", ["en", "es"])
def test_every_statistic_has_its_sentence(language: str) -> None:
    with translation.override(language):
        for card in measures().values():
            for statistic in card.statistics:
                row = Result(measure=card.key, period="2026-03", n=20, value=0.5)
                assert says(card, statistic, row).endswith(".")


def row(period: str, value: float | None, **more: Any) -> Result:
    return Result(period=period, n=20, value=value, low=value, high=value, **more)


def test_a_line_has_gaps_where_nothing_may_be_shown() -> None:
    statistic = measures()["on_time"].statistic()
    months = [f"2026-0{number}" for number in range(1, 8)]
    values = [0.5, 0.6, None, 0.7, 0.8, 0.8, 0.9]
    made = line(
        statistic, [row(*pair) for pair in zip(months, values, strict=True)], months, "2026-07"
    )
    assert made is not None
    assert len(made.paths) == 2
    assert [dot.hollow for dot in made.dots] == [False] * 5 + [True]
    assert made.dots[0].y == 50.0  # a share of one half stands in the middle: the scale begins at 0
    assert made.top == 1.0


def test_scales_begin_at_nought_and_end_above_the_largest() -> None:
    statistic = measures()["days_to_close"].statistic()
    for value in (0.003, 0.9, 1.0, 7.2, 99.0, 12345.0):
        top = top_of(statistic, [row("2026-01", value)])
        assert value <= top * 1.001
        assert top <= 2.1 * value


def test_nothing_to_draw() -> None:
    statistic = measures()["on_time"].statistic()
    assert line(statistic, [row("2026-01", None)], ["2026-01"], "2026-02") is None


def test_a_month_in_which_nothing_came_in_is_a_nought() -> None:
    statistic = measures()["cases_received"].statistic()
    made = line(
        statistic,
        [row("2026-01", 4.0), row("2026-03", 2.0)],
        ["2025-12", "2026-01", "2026-02", "2026-03"],
        "2026-04",
    )
    assert made is not None
    assert [(dot.row.period, dot.row.value) for dot in made.dots] == [
        ("2026-01", 4.0), ("2026-02", 0.0), ("2026-03", 2.0),
    ]  # fmt: skip
    assert len(made.paths) == 1
