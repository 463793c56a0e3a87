"""The rows facts are made of: days in the case's own zone, and nothing personal."""

from datetime import date
from typing import Any

import pytest

from heard.cases import facts as case_facts
from heard.cases.closing import decline, withdraw
from heard.cases.models import Case
from heard.cases.understanding import confirm_understanding, state_understanding
from heard.facts.sources import FACTS
from heard.facts.tests.making import make_answers, make_case, utc
from heard.voice import facts as response_facts

pytestmark = pytest.mark.django_db


def only(rows: Any) -> Any:
    (row,) = rows
    return row


@pytest.mark.parametrize(
    ("closed", "day"),
    [
        ("2026-04-01 05:30", date(2026, 3, 31)),  # 23:30 of the 31st in Denver, summer time
        ("2026-04-01 06:00", date(2026, 4, 1)),
        ("2026-03-01 06:59", date(2026, 2, 28)),  # 23:59 in Denver, standard time
        ("2026-03-01 07:00", date(2026, 3, 1)),
    ],
)
def test_a_case_counts_on_its_local_day(service: Any, closed: str, day: date) -> None:
    make_case(service, utc("2026-02-20 12:00"), closed_at=utc(closed))
    assert only(case_facts.rows()).finished_on == day


def test_the_zone_of_the_case_goes_before_the_citys(service: Any) -> None:
    make_case(
        service, utc("2026-04-01 03:30"), zone="America/New_York", due_at=utc("2026-05-01 03:59")
    )
    row = only(case_facts.rows())
    assert (row.received_on, row.due_on) == (date(2026, 3, 31), date(2026, 4, 30))
    assert row.zone == "America/New_York"


@pytest.mark.parametrize(
    ("late", "due", "on_time"), [(0, True, True), (1, True, False), (0, False, None)]
)
def test_on_time_is_to_the_second_and_unknown_without_a_promise(
    service: Any, late: int, due: bool, on_time: bool | None
) -> None:
    moment = utc("2026-03-05 12:00")
    make_case(
        service,
        utc("2026-03-01 00:00"),
        due_at=moment if due else None,
        closed_at=moment.replace(second=late),
    )
    row = only(case_facts.rows())
    assert (row.on_time, row.has_promise) == (on_time, due)
    assert row.days_to_close == pytest.approx(4.5, abs=1e-4)


def test_resolved_is_finished_and_its_time_stands_when_it_is_closed_later(service: Any) -> None:
    make_case(
        service, utc("2026-03-01 00:00"), state="closed",
        resolved_at=utc("2026-03-02 00:00"), closed_at=utc("2026-03-05 00:00"),
    )  # fmt: skip
    assert only(case_facts.rows()).days_to_close == 1.0


def test_withdrawn_and_declined_are_set_aside(case: Any, staff: Any, service: Any) -> None:
    withdraw(case, actor=case.customer.as_actor())
    other = make_case(service, case.received_at)
    decline(other, words="Not ours: the county mends it.", actor=staff().as_actor())
    for row in case_facts.rows():
        assert row.finished_at is None
        assert row.on_time is None
        assert row.set_aside_at is not None


def test_what_was_understood_is_counted(case: Any, staff: Any) -> None:
    said = state_understanding(case, "A hole in front of the house.", actor=staff().as_actor())
    confirm_understanding(said, actor=case.customer.as_actor())
    row = only(case_facts.rows())
    assert (row.understanding_asked, row.understanding_confirmed) == (1, 1)


def test_a_service_that_is_not_public_stays_out(case: Any, service: Any) -> None:
    service.is_public = False
    service.save()
    make_answers(service, [5], utc("2026-03-01 12:00"))
    assert list(case_facts.rows()) == []
    assert list(response_facts.rows()) == []
    assert case_facts.count() == response_facts.count() == 0


def test_rows_hold_nothing_personal(case: Any, service: Any) -> None:
    make_answers(service, [None], utc("2026-03-01 12:00"))
    Case.objects.update(title="Ana's hole", outcome_words="We met Ana.")
    told = repr([*case_facts.rows(), *response_facts.rows()])
    for personal in ("Ana", "hoyo", "Elm", "ana@home", "only words"):
        assert personal not in told


def test_spam_and_tests_are_marked_and_do_not_count(service: Any) -> None:
    asked = utc("2026-03-31 12:00")
    make_answers(service, [5], asked, silent=1)
    make_answers(service, [1], asked, is_spam=True)
    make_answers(service, [1], asked, is_test=True)
    rows = list(response_facts.rows())
    assert sorted((r.answered, r.is_spam, r.is_test, r.counts) for r in rows) == [
        (False, False, False, False),
        (True, False, False, True),
        (True, False, True, False),
        (True, True, False, False),
    ]
    assert {r.asked_on for r in rows} == {date(2026, 3, 31)}


def test_columns_are_those_of_the_lake() -> None:
    assert case_facts.CaseFact._fields == tuple(FACTS["cases"].schema.names)
    assert response_facts.ResponseFact._fields == tuple(FACTS["responses"].schema.names)


def test_rows_are_read_with_one_query(service: Any, django_assert_num_queries: Any) -> None:
    for number in (1, 30):
        for _ in range(number):
            make_case(service, utc("2026-03-01 12:00"))
        make_answers(service, [5] * number, utc("2026-03-01 12:00"))
        list(case_facts.rows())  # the city's row is kept from here on
        with django_assert_num_queries(2):
            list(case_facts.rows())
            list(response_facts.rows())
