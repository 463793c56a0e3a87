"""What counts in a month, and what does not."""

from datetime import timedelta
from typing import Any

import pytest
from django.db.models import Q

from heard.cases.closing import decline, withdraw
from heard.core import clock
from heard.facts.tests.making import make_answers, make_case, make_cases, utc
from heard.measures.definitions import measure
from heard.measures.models import Result
from heard.measures.reads import results
from heard.measures.refresh import refresh
from heard.voice.models import Invitation

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.only_measures("cases_received", "on_time", "days_to_close", "satisfaction"),
]
MAY = utc("2026-05-20 12:00")


def one(key: str, way: str | None = None, **where: Any) -> Result:
    card = measure(key)
    return results(card, card.statistic(way), **where).get()


def all_of(key: str, way: str | None = None, **where: Any) -> list[Result]:
    card = measure(key)
    return list(results(card, card.statistic(way), **where))


def test_both_cohorts_of_on_time(service: Any) -> None:
    """March's finished and March's due are different cases; both figures are right."""
    due = utc("2026-03-15 12:00")
    february, march, april = (utc(f"2026-0{m}-10 12:00") for m in (2, 3, 4))
    make_cases(service, 12, february, due_at=due, closed_at=march)  # in time
    make_cases(service, 6, february, due_at=due, closed_at=april)  # late, finished in April
    make_cases(service, 2, february, due_at=due)  # late, still open
    make_cases(service, 4, february, due_at=february, closed_at=march)  # due in February
    make_cases(service, 5, february, closed_at=march)  # nothing promised
    with clock.at(MAY):
        refresh()
    closed = one("on_time", "closed", period="2026-03")
    assert (closed.n, closed.value, closed.left_out) == (16, 12 / 16, 5)
    due_row = one("on_time", "due", period="2026-03")
    assert (due_row.n, due_row.value, due_row.left_out) == (20, 12 / 20, 0)


def test_a_date_to_come_is_not_judged_until_it_has_passed(service: Any) -> None:
    with clock.at(MAY):
        make_cases(service, 10, MAY - timedelta(days=3), due_at=MAY - timedelta(minutes=1))
        make_cases(service, 10, MAY - timedelta(days=3), due_at=MAY + timedelta(minutes=1))
        refresh()
        assert one("on_time", "due").n == 10
    with clock.at(MAY + timedelta(minutes=6)):  # nobody touched a case; time passed
        refresh()
        row = one("on_time", "due")
        assert (row.n, row.value) == (20, 0.0)


def test_nothing_is_won_by_declining_a_late_case(service: Any, staff: Any, customer: Any) -> None:
    before, late = MAY - timedelta(days=5), MAY - timedelta(days=1)
    with clock.at(before - timedelta(days=1)):
        made = make_cases(service, 12, clock.now(), due_at=MAY - timedelta(days=3))
    with clock.at(before):
        decline(made[0], words="The county mends this road.", actor=staff().as_actor())
        withdraw(made[1], actor=customer.as_actor())
    with clock.at(late):
        decline(made[2], words="Too late anyway.", actor=staff().as_actor())
    with clock.at(MAY):
        refresh()
    due = one("on_time", "due")
    assert (due.n, due.left_out, due.value) == (10, 2, 0.0)
    assert one("cases_received").n == 12
    assert all_of("on_time", "closed") == all_of("days_to_close") == []


def test_a_month_ends_at_local_midnight(service: Any) -> None:
    """23:30 of 31 March in Denver counts in March; so does a case of another zone by its own."""
    make_cases(service, 10, utc("2026-03-01 12:00"), closed_at=utc("2026-04-01 05:30"))
    make_cases(
        service, 10, utc("2026-03-01 12:00"), closed_at=utc("2026-04-01 05:30"),
        zone="America/New_York",
    )  # fmt: skip
    with clock.at(MAY):
        refresh()
    assert {row.period: row.n for row in all_of("days_to_close")} == {"2026-03": 10, "2026-04": 10}


def test_a_reopened_case_counts_when_it_is_finished_again(service: Any) -> None:
    made = make_cases(
        service, 10, utc("2026-03-01 12:00"), due_at=utc("2026-03-05 12:00"),
        closed_at=utc("2026-03-04 12:00"),
    )  # fmt: skip
    again = made[0]
    again.closed_at, again.times_reopened = utc("2026-04-02 12:00"), 1
    again.save()
    with clock.at(MAY):
        refresh()
    assert {row.period: row.n for row in all_of("on_time")} == {"2026-03": 9, "2026-04": 1}


def test_satisfaction_and_how_many_answered(service: Any) -> None:
    asked = utc("2026-03-10 12:00")
    make_answers(service, [5] * 6 + [4] * 3 + [1] * 3 + [None], asked, silent=27)
    make_answers(service, [1], asked, is_spam=True)
    make_answers(service, [1], asked, is_test=True)
    of_another = make_answers(service, [1] * 9 + [None], asked, silent=3)  # after another thing
    ids = [answer.invitation_id for answer in of_another]
    Invitation.objects.filter(Q(pk__in=ids) | Q(pk__gt=max(ids))).update(wording="permits-1")
    with clock.at(MAY):
        refresh()
    index = one("satisfaction")
    assert (index.n, index.value, index.left_out) == (12, 68.75, 1)
    assert index.detail == {"gave": [3, 0, 0, 3, 6], "asked": 42, "answered": 13}
    assert one("satisfaction", "top2").value == 0.75


def test_asked_and_not_answered_is_a_row_without_a_figure(service: Any) -> None:
    make_answers(service, [], utc("2026-03-10 12:00"), silent=30)
    with clock.at(MAY):
        refresh()
    row = one("satisfaction")
    assert (row.n, row.value, row.suppressed) == (0, None, False)
    assert row.detail == {"asked": 30, "answered": 0}


def test_groups_have_their_codes_and_those_without_one_are_named(service: Any) -> None:
    from heard.places.models import District

    district = District.objects.create(code="d1", name={"en": "One"})
    make_case(service, utc("2026-03-10 12:00"), district=district, channel="phone")
    make_case(service, utc("2026-03-10 12:00"))
    with clock.at(MAY):
        refresh()
    found = {
        by: {row.group: row.n for row in all_of("cases_received", by=by)}
        for by in ("department", "division", "service", "channel", "district")
    }
    assert found == {
        "department": {"works": 2},
        "division": {"streets": 2},
        "service": {"pothole": 2},
        "channel": {"phone": 1, "web": 1},
        "district": {"d1": 1, "none": 1},
    }
