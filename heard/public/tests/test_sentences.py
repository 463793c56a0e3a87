"""Plain words for figures, without making them better than they are."""

from typing import Any

import pytest
from django.utils import translation

from heard.measures.definitions import measures
from heard.measures.models import Result
from heard.public.pictures import line, top_of
from heard.public.sentences import lasting, out_of, says, told


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
