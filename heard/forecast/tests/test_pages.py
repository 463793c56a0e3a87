"""The screens: who sees them, what they say, and at what cost."""

import re
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from heard.catalogue.models import Service
from heard.forecast.making import make
from heard.forecast.models import Forecast, Kind, Method, Run
from heard.forecast.tests.making import MONDAY, series, weekly

pytestmark = pytest.mark.django_db
HOME = "/desk/forecast/"


def keep(kind: str, code: str, weeks: int = 12, **fields: Any) -> Forecast:
    one = series(weekly(weeks), kind, code)
    row = make(one, one)
    for name, value in fields.items():
        setattr(row, name, value)
    row.save()
    return row


@pytest.fixture
def made(service: Service) -> Forecast:
    """A city, its phone, and potholes, as the worker leaves them."""
    as_of = MONDAY + timedelta(84)
    Run.objects.create(
        pk=1, started_at=datetime(2026, 3, 30, 9, tzinfo=UTC), finished_at=datetime.now(UTC),
        since=MONDAY, as_of=as_of, cases=1584, done=3, total=3,
    )  # fmt: skip
    keep(Kind.CITY, "all")
    keep(Kind.CHANNEL, "phone")
    return keep(Kind.SERVICE, "pothole")


@pytest.fixture
def lead(client: Client, staff: Any) -> Client:
    client.force_login(staff("cx_lead"))
    return client


def text(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


@pytest.mark.parametrize(("role", "status"), [
    ("agent", 403), ("field_worker", 403), ("manager", 200), ("cx_lead", 200),
    ("administrator", 200),
])  # fmt: skip
def test_who_may_look(client: Client, staff: Any, role: str, status: int, made: Forecast) -> None:
    client.force_login(staff(role))
    for address in ("", "backtest/", "staffing/", "service/pothole/"):
        assert client.get(HOME + address).status_code == status


def test_a_house_without_forecasts_says_so(lead: Client, service: Service) -> None:
    assert "No forecast yet" in text(lead, HOME)
    assert "No forecast yet" in text(lead, HOME + "service/pothole/")
    assert "Nothing has been forecast yet" in text(lead, HOME + "backtest/")
    assert "Nothing to answer is expected" in text(lead, HOME + "staffing/")
    assert lead.get(HOME + "service/nothing/").status_code == 404
    assert lead.get(HOME + "rhubarb/pothole/").status_code == 404


def test_a_forecast_says_what_it_is_from_and_how_good_it_was(lead: Client, made: Forecast) -> None:
    page = text(lead, HOME + "service/pothole/")
    assert "A suggestion, not a fact" in page
    words = " ".join(re.sub(r"<[^>]+>", "", page).split())
    assert "from 1,584 cases received from January 5, 2026 to March 29, 2026" in words
    assert "The model was off by" in page
    assert (made.origins, made.tested) == (5, 140)
    assert "140 days from 5 starts" in page
    assert page.count('<th scope="row">Mon, Mar 30') == 1
    assert page.count('class="heat-5"') >= 1


def test_early_days_and_narrow_intervals_are_said_aloud(lead: Client, made: Forecast) -> None:
    one = series(weekly(2)[:11], code="tree")
    row = make(one, one)
    row.coverage = 0.55
    row.save()
    Service.objects.create(
        code="tree", name={"en": "Tree"}, division=Service.objects.get().division
    )
    page = text(lead, HOME + "service/tree/")
    assert "nothing is known of weekdays yet" in page
    assert "It has been too narrow" in page


def test_few_cases_are_said_to_be_few(lead: Client, made: Forecast) -> None:
    Forecast.objects.create(
        kind=Kind.SERVICE, code="swan", method=Method.POOLED, as_of=made.as_of, since=made.since,
        n=3, share=0.1, four_weeks=0.7,
    )  # fmt: skip
    page = text(lead, HOME + "service/swan/")
    assert "Too few cases for a pattern of its own" in page
    assert "0.7" in page
    assert "share of the small services together" in text(lead, HOME)


def test_old_cases_and_work_in_progress_are_said(lead: Client, made: Forecast) -> None:
    Run.objects.update(as_of=date(2025, 1, 1), finished_at=None, done=2)
    page = text(lead, HOME)
    assert "The last whole day of cases is" in page
    assert "2 of 3 done" in page


def test_the_list_is_filtered_and_costs_the_same_however_long(
    lead: Client, made: Forecast, django_assert_num_queries: Any
) -> None:
    costs = {HOME: 0, HOME + "backtest/": 0}
    for address in costs:
        lead.get(address)  # sign-in and city are read once
        with CaptureQueriesContext(connection) as asked:
            lead.get(address)
        costs[address] = len(asked)
        assert len(asked) < 12
    division = Service.objects.get().division
    for number in range(30):
        Service.objects.create(code=f"s{number}", name={"en": f"Lamp {number}"}, division=division)
    Forecast.objects.bulk_create(
        Forecast(
            kind=Kind.SERVICE, code=f"s{number}", method=Method.POOLED, as_of=made.as_of,
            since=made.since, n=number,
        )
        for number in range(30)
    )  # fmt: skip
    keep(Kind.SERVICE, "s31")
    keep(Kind.CHANNEL, "web")
    for address, cost in costs.items():
        with django_assert_num_queries(cost):
            lead.get(address)
    assert "1 to 25 of 32" in text(lead, HOME)
    found = text(lead, HOME + "?q=LAMP+2")
    assert "Lamp 29" in found
    assert "Pothole" not in found
    assert "Pothole" in text(lead, f"{HOME}?division={division.code}")


def test_both_ways_stand_side_by_side(lead: Client, made: Forecast) -> None:
    page = text(lead, HOME + "backtest/")
    assert "used for 3 of 3" in page
    assert f"{made.mae_model:.2f}" in page
    assert f"{made.mae_naive:.2f}" in page
    assert "Whole city" in page


def test_the_plan_follows_the_assumptions(lead: Client, made: Forecast) -> None:
    usual = lead.get(HOME + "staffing/").context["plan"]
    longer = lead.get(HOME + "staffing/?minutes=18").context["plan"]
    careful = lead.get(HOME + "staffing/?plan=high").context["plan"]
    assert usual.hours < longer.hours
    assert usual.hours < careful.hours
    assert usual.calls == pytest.approx(longer.calls)
    assert len(usual.heat.rows) == 24
    assert len(usual.heat.days) == 7
    week = lead.get(HOME + "staffing/?week=4").context["plan"]
    assert week.first != usual.first
    assert "1.5" in text(lead, HOME + "staffing/")  # the assumption stands on the page


@pytest.mark.parametrize(("query", "said", "kept"), [
    ("minutes=abc", "For “Minutes each takes”, enter a number from 0.2 to 120.", 'value="abc"'),
    ("shrinkage=90", "enter a number from 0 to 70.", 'value="90"'),
    ("minutes=nan", "For “Minutes each takes”, enter a number from 0.2 to 120.", 'value="nan"'),
    ("answered=", "Please fill in “Answered in time, percent”", 'value="1.5"'),
    ("week=9", "Select a valid choice", 'value="80"'),
    ("source=owl", "Select a valid choice", 'value="80"'),
])  # fmt: skip
def test_bad_assumptions_are_answered_and_kept(
    lead: Client, made: Forecast, query: str, said: str, kept: str
) -> None:
    page = text(lead, f"{HOME}staffing/?{query}")
    assert said in page
    assert kept in page
    assert lead.get(f"{HOME}staffing/?{query}").context["plan"] is None


def test_more_work_than_can_be_planned(lead: Client, made: Forecast) -> None:
    Forecast.objects.filter(kind=Kind.CHANNEL).update(days=[[90000.0, 1, 2]] * 28)
    assert "more work than 2,000 people" in text(lead, HOME + "staffing/?minutes=120")


def test_in_spanish(lead: Client, made: Forecast) -> None:
    page = text(lead, "/es" + HOME + "service/pothole/")
    assert "Una sugerencia, no un hecho" in page
    assert "El modelo se desvió" in page
    assert "Bache" in page
    assert "Personal necesario" in text(lead, "/es" + HOME + "staffing/")
