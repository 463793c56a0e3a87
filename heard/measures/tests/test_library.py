"""Every declared measure of the library, counted a second time in plain Python.

What each line says about a measure is written out here on its own; no formula of a card is read.
"""

from calendar import monthrange
from collections import defaultdict
from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

import numpy as np
import pandas as pd
import pytest

from heard.facts.sources import FACTS
from heard.measures.definitions import AREAS, measures
from heard.measures.formulas import series_of
from heard.measures.templates import templates
from heard.measures.tests.making import AS_OF, lake_of
from heard.measures.trying import figures_of

Row = Any
Test = Callable[[Row], bool]
DAY = 86_400
TODAY = date(2026, 5, 20)


class R(dict[str, Any]):
    """A row whose columns read as attributes."""

    __getattr__ = dict.__getitem__


def always(row: Row) -> bool:
    return True


def invited(r: Row) -> bool:
    return bool(r.counts and r.pool == "invited")


def customers(r: Row) -> bool:
    return bool(r.channel != "staff")


def known_outcome(r: Row) -> bool:
    return bool(r.outcome != "")


def took(begin: str, end: str) -> Callable[[Row], float]:
    """Days between two moments, in whole seconds as a clock shows them."""
    return lambda r: (int(r[end].timestamp()) - int(r[begin].timestamp())) / DAY


def ended(outcome: str) -> tuple[Any, ...]:
    return ("cases", "ended_on", always, known_outcome, lambda r: r.outcome == outcome)


# Fact, day, which rows it is of, which of these enter, which count (or the value).
SHARES: dict[str, tuple[str, str, Test, Test, Test]] = {
    "digital_share": ("cases", "received_on", always, customers,
                      lambda r: r.channel in ("web", "app", "email", "sms", "social", "api")),
    "phone_share": ("cases", "received_on", always, customers, lambda r: r.channel == "phone"),
    "out_of_hours": ("cases", "received_on", always, customers, lambda r: r.out_of_hours),
    "other_language": ("cases", "received_on", always, always, lambda r: r.language != "en"),
    "call_backs_on_time": ("calls", "due_on", lambda r: r.due_at <= AS_OF,
                           lambda r: r.state != "withdrawn",
                           lambda r: bool(r.first_tried_at and r.first_tried_at <= r.due_at)),
    "call_backs_reached": ("calls", "asked_on", always,
                           lambda r: r.state in ("done", "not_reached"),
                           lambda r: r.state == "done" and r.reached),
    "without_a_case": ("contacts", "contacted_on", always, always, lambda r: not r.opened_case),
    "handed_off": ("contacts", "contacted_on", always, always, lambda r: r.handed_off),
    "asking_where": ("contacts", "contacted_on", always, always, lambda r: r.reason == "progress"),
    "complaints_answered": ("mentions", "posted_on", always, lambda r: r.tone == "complaint",
                            lambda r: r.answered_at is not None),
    "praise_in_public": ("mentions", "posted_on", always, lambda r: r.tone != "",
                         lambda r: r.tone == "praise"),
    "heard_rate": ("understandings", "asked_on", always, always,
                   lambda r: r.answer == "confirmed"),
    "understood_first": ("understandings", "asked_on", always, lambda r: r.answer != "",
                         lambda r: r.answer == "confirmed"),
    "understanding_written": ("cases", "finished_on", always, always,
                              lambda r: r.understanding_asked > 0),
    "first_response_on_time": ("cases", "first_response_due_on",
                               lambda r: r.first_response_due_at <= AS_OF, always,
                               lambda r: bool(r.first_response_at
                                              and r.first_response_at <= r.first_response_due_at)),
    "reopened": ("cases", "finished_on", always, always, lambda r: r.times_reopened > 0),
    "within_a_day": ("cases", "finished_on", always, always, lambda r: r.days_to_close <= 1),
    "work_done": ended("done"),
    "nothing_found": ended("nothing_found"),
    "declined": ended("not_possible"),
    "handed_over": ended("referred"),
    "withdrawn": ended("withdrawn"),
    "told_before": ended("already_known"),
    "solved": ("responses", "answered_on", invited, lambda r: r.solved != "",
               lambda r: r.solved == "yes"),
    "dissatisfied": ("responses", "answered_on", invited, lambda r: r.satisfaction is not None,
                     lambda r: r.satisfaction < 3),
    "response_rate": ("responses", "asked_on", lambda r: r.asked_in == "invited", always,
                      lambda r: r.counts),
    "comments_given": ("responses", "answered_on", invited, always, lambda r: r.has_comment),
    "wants_answer": ("responses", "answered_on", invited, always, lambda r: r.wants_answer),
    "spam_share": ("responses", "answered_on", lambda r: not r.is_test, always,
                   lambda r: r.is_spam),
    "comments_published": ("responses", "answered_on", lambda r: r.counts,
                           lambda r: r.review in ("published", "held"),
                           lambda r: r.review == "published"),
    "praise_share": ("responses", "answered_on", lambda r: r.counts, lambda r: r.mood != "",
                     lambda r: r.mood == "positive"),
    "follow_up_on_time": ("alerts", "due_on", lambda r: r.due_at <= AS_OF, always,
                          lambda r: bool(r.settled_at and r.settled_at <= r.due_at)),
    "answers_helped": ("votes", "voted_on", always, always, lambda r: r.helped),
    "remedies_allowed": ("remedies", "given_on", always, always, lambda r: r.allowed),
}  # fmt: skip
VALUES: dict[str, tuple[str, str, Test, Test, Callable[[Row], Any]]] = {
    "call_time": ("contacts", "contacted_on", lambda r: r.channel == "phone",
                  lambda r: r.seconds is not None, lambda r: r.seconds),
    "remedy_average": ("remedies", "given_on", always, lambda r: r.has_amount, lambda r: r.cents),
    "call_back_wait": ("calls", "asked_on", always, lambda r: r.first_tried_at is not None,
                       took("asked_at", "first_tried_at")),
    "post_answer_time": ("mentions", "answered_on", always, always,
                         took("posted_at", "answered_at")),
    "first_response_time": ("cases", "first_response_on", always, always,
                            took("received_at", "first_response_at")),
    "follow_up_time": ("alerts", "settled_on", always, always, took("made_at", "settled_at")),
    "ease": ("responses", "answered_on", invited, lambda r: r.ease is not None, lambda r: r.ease),
    "trust": ("responses", "answered_on", invited, lambda r: r.trust is not None,
              lambda r: r.trust),
    "recommend": ("responses", "answered_on", invited, lambda r: r.recommend is not None,
                  lambda r: r.recommend),
}  # fmt: skip
# What pandas makes of the values of a month that enter.
MADE: dict[tuple[str, str], Callable[[pd.Series], float]] = {
    ("call_time", "mean"): lambda v: v.mean() / DAY,
    ("remedy_average", "mean"): lambda v: v.mean() / 100,
    **{
        (key, way): (lambda v, q=q: v.quantile(q))  # type: ignore[misc]
        for key in ("call_back_wait", "post_answer_time", "first_response_time", "follow_up_time")
        for way, q in (("median", 0.5), ("p90", 0.9))
    },
    **{(key, "index"): lambda v: 25 * (v.mean() - 1) for key in ("ease", "trust")},
    **{(key, "top2"): lambda v: (v > 3).mean() for key in ("ease", "trust")},
    ("recommend", "net"): lambda v: 100 * ((v > 8).mean() - (v < 7).mean()),
}


@pytest.fixture
def lake(town: Any) -> Iterator[Any]:
    connection, rows = lake_of(*FACTS)
    yield connection, {fact: [R(row) for row in made] for fact, made in rows.items()}
    connection.disconnect()


def by_month(rows: list[Row], day: str, of: Test) -> dict[str, list[Row]]:
    found = defaultdict(list)
    for row in rows:
        if row[day] is not None and of(row):
            found[f"{row[day]:%Y-%m}"].append(row)
    return dict(sorted(found.items()))


def compare(lake: Any, key: str, way: str, expected: dict[str, tuple[int, int, float]]) -> None:
    card = measures()[key]
    assert card.formula is not None
    found = figures_of(lake[0], series_of(card), card.statistics)[way]
    assert {one.period: (one.n, one.left_out) for one in found} == {
        month: (n, out) for month, (n, out, _value) in expected.items()
    }
    counted = card.statistic(way).kind == "count"
    for one in found:
        n, _out, value = expected[one.period]
        if n >= 10 or counted:
            assert one.value == pytest.approx(value, rel=1e-12, abs=1e-12), (key, one.period)
            ends = [end for end in (one.low, one.value, one.high) if end is not None]
            assert ends == sorted(ends)
        else:
            assert one.suppressed
    assert sum(one.value is not None for one in found) >= 3, "too few to prove anything"


@pytest.mark.django_db
def test_every_share_is_the_share_counted_by_hand(lake: Any) -> None:
    for key, (fact, day, of, enters, counts) in SHARES.items():
        expected = {}
        for month, rows in by_month(lake[1][fact], day, of).items():
            entered = [row for row in rows if enters(row)]
            share = sum(bool(counts(row)) for row in entered) / len(entered) if entered else 0
            expected[month] = (len(entered), len(rows) - len(entered), share)
        compare(lake, key, "share", expected)


@pytest.mark.django_db
def test_every_mean_median_and_score_is_what_pandas_says(lake: Any) -> None:
    for (key, way), made in MADE.items():
        fact, day, of, enters, value = VALUES[key]
        expected = {}
        for month, rows in by_month(lake[1][fact], day, of).items():
            values = [value(row) for row in rows if enters(row)]
            out = len(rows) - len(values)
            expected[month] = (len(values), out, made(pd.Series(values)) if values else 0.0)
        compare(lake, key, way, expected)


def open_at(rows: list[Row], year: int, month: int) -> list[int]:
    """The ages in days of what was open in the last moment of a month, or is today."""
    end = min(date(year, month, monthrange(year, month)[1]), TODAY)
    return [
        (end - row.received_on).days
        for row in rows
        if row.received_on <= end
        # What ended after today, as far as today knows, is still open.
        and (row.ended_on is None or row.ended_on > end)
    ]


@pytest.mark.django_db
def test_the_backlog_is_what_was_open_in_the_last_moment_of_each_month(lake: Any) -> None:
    ages = {f"2026-{m:02}": open_at(lake[1]["cases"], 2026, m) for m in range(1, 6)}
    assert all(len(open_) > 20 for open_ in ages.values())
    compare(lake, "backlog", "count", {m: (len(v), 0, len(v)) for m, v in ages.items()})
    for way, q in (("median", 50), ("p90", 90)):
        expected = {m: (len(v), 0, float(np.percentile(v, q))) for m, v in ages.items()}
        compare(lake, "backlog_age", way, expected)
    old = {m: (len(v), 0, sum(age > 90 for age in v) / len(v)) for m, v in ages.items()}
    compare(lake, "backlog_old", "share", old)


def test_nothing_of_the_library_is_left_unproved() -> None:
    state = {"backlog", "backlog_age", "backlog_old"}
    declared = {card.key for card in measures().values() if card.formula is not None}
    assert declared == {*SHARES, *VALUES, *state}
    assert len(measures()) >= 40


def test_every_card_has_all_its_words_in_both_languages_and_says_where_it_is_from() -> None:
    for card in (*measures().values(), *templates().values()):
        for words in (card.name, card.definition, card.why, card.limits, card.origin):
            assert set(words) == {"en", "es"}, card.key
            assert all(len(text) > 3 for text in words.values()), card.key
            assert words["en"] != words["es"], card.key
        assert card.area in AREAS
    for card in measures().values():
        assert card.source in FACTS
        for one in card.statistics:
            said = [one.name, one.says, *([one.left_out] if one.left_out else [])]
            assert all(words["en"] and words["es"] for words in said), (card.key, one.key)


def test_orders_and_keys_do_not_collide() -> None:
    keys = [*measures(), *templates()]
    assert len(keys) == len(set(keys))
    assert all(key.isidentifier() and len(key) <= 40 for key in keys)
    assert {card.area for card in measures().values()} >= set(AREAS) - {"people"}
    assert {card.area for card in templates().values()} >= {"people", "money"}
