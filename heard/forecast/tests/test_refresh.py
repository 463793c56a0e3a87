"""From cases to stored forecasts: counted where the city is, kept, stopped, gone on with."""

import io
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from heard.catalogue.models import Service
from heard.core import clock
from heard.facts.tests.making import make_case, utc
from heard.forecast import refresh as refreshing
from heard.forecast.counting import count
from heard.forecast.models import Forecast, Method, Run
from heard.forecast.refresh import refresh
from heard.forecast.tests.making import MONDAY, receive, weekly

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def own_lake(settings: Any, tmp_path: Path) -> None:
    settings.HEARD_DATA = tmp_path
    settings.LAKE = tmp_path / "lake"


@pytest.fixture
def graffiti(service: Service) -> Service:
    return Service.objects.create(code="graffiti", name={"en": "X"}, division=service.division)


def test_a_city_with_a_large_and_a_small_service(service: Service, graffiti: Service) -> None:
    receive(service, weekly(6))
    receive(graffiti, weekly(6) // 20, channel="counter")
    few = int((weekly(6)[1:] // 20).sum())
    with clock.at(utc("2026-02-16 15:00")):
        done = refresh()
    assert (done.total, done.made) == (5, 5)  # the city, two channels, the service, the pool
    run = Run.objects.get()
    # The first day may have begun before its first case, so it is left out.
    assert (run.since, run.as_of) == (MONDAY + timedelta(1), date(2026, 2, 16))
    assert run.cases == int(weekly(6)[1:].sum()) + few
    assert not run.is_old
    rows = {(row.kind, row.code): row for row in Forecast.objects.all()}
    assert rows["service", "pothole"].method == Method.MODEL
    assert rows["service", "pothole"].n == int(weekly(6)[1:].sum())
    pooled = rows["service", "graffiti"]
    assert (pooled.method, pooled.n, pooled.share) == (Method.POOLED, few, 1.0)
    assert pooled.four_weeks == rows["few", "few"].four_weeks
    assert rows["channel", "counter"].n == few
    assert sum(rows["city", "all"].recent) == run.cases


def test_hours_and_days_are_those_of_the_city(service: Service) -> None:
    make_case(service, utc("2026-03-01 18:00"))
    make_case(service, utc("2026-03-08 05:30"))  # 22:30 on the 7th in Denver
    make_case(service, utc("2026-03-09 05:30"))  # 23:30 on the 8th: summer time has begun
    refreshing.refresh_facts()
    counted = count(date(2026, 3, 10))
    assert counted is not None
    days = counted.city.counts
    assert (days[5, 22], days[6, 23], days.sum()) == (1, 1, 2)


def test_what_has_not_changed_is_not_made_again(service: Service) -> None:
    receive(service, weekly(5))
    with clock.at(utc("2026-02-09 15:00")):
        assert refresh().made == 3
        assert refresh().made == 0
        assert refresh(again=True).made == 3
    with clock.at(utc("2026-02-10 15:00")):
        assert refresh().made == 3


def test_stopped_it_keeps_what_it_made_and_goes_on(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    receive(service, weekly(5))
    whole = refreshing.make

    def stopped(series: Any, city: Any) -> Forecast:
        if series.kind == "service":
            raise KeyboardInterrupt
        return whole(series, city)

    with clock.at(utc("2026-02-09 15:00")):
        monkeypatch.setattr(refreshing, "make", stopped)
        with pytest.raises(CommandError, match="goes on from there"):
            call_command("forecast", stdout=io.StringIO())
        run = Run.objects.get()
        assert (run.done, run.total, run.finished_at) == (2, 3, None)
        assert Forecast.objects.count() == 2
        monkeypatch.setattr(refreshing, "make", whole)
        assert refresh().made == 1
    run.refresh_from_db()
    assert run.done == 3
    assert run.finished_at is not None


def test_cases_of_long_ago_are_forecast_from_their_own_end(service: Service) -> None:
    receive(service, weekly(5))
    with clock.at(utc("2027-01-01 15:00")):
        refresh()
    run = Run.objects.get()
    assert run.as_of == MONDAY + timedelta(34)  # the last day with a case may not be whole
    assert run.is_old


def test_a_service_whose_cases_are_gone_is_forgotten(service: Service, graffiti: Service) -> None:
    receive(service, weekly(5))
    receive(graffiti, weekly(5) // 20)
    with clock.at(utc("2026-02-09 15:00")):
        refresh()
        graffiti.is_public = False
        graffiti.save()
        refreshing.refresh_facts(rebuild=True)
        refresh()
    assert list(Forecast.objects.filter(kind="service").values_list("code", flat=True)) == [
        "pothole"
    ]


def test_a_city_without_cases(town: Any) -> None:
    said = io.StringIO()
    call_command("forecast", stdout=io.StringIO(), stderr=said)
    assert "no whole day of cases" in said.getvalue()
    assert Run.objects.get().as_of is None


def test_the_command_shows_what_was_made(service: Service) -> None:
    receive(service, weekly(5))
    call_command("forecast", "--as-of", "2026-02-09", stdout=io.StringIO())
    table, rows = io.StringIO(), io.StringIO()
    call_command("forecast", "--show", stdout=table)
    assert table.getvalue().splitlines()[0].split()[:3] == ["series", "n", "tested"]
    assert "pothole" in table.getvalue()
    call_command("forecast", "--show", "--format", "csv", stdout=rows)
    assert rows.getvalue().splitlines()[0].startswith("kind,code,method,n,since,as_of")
    assert len(rows.getvalue().splitlines()) == 4
    with pytest.raises(CommandError, match="between 1990 and 2090"):
        call_command("forecast", "--as-of", "1066-01-01")
