"""To whom cases are given: by turn, by load, on call; never to who is away or off shift."""

from datetime import date, time, timedelta
from typing import Any

import pytest

from heard.cases.models import Case
from heard.core import clock
from heard.core.actors import SYSTEM
from heard.people.models import Staff
from heard.routing.models import Duty, Give
from heard.routing.rostering import add_absence, add_shift
from heard.routing.services import route, save_team
from heard.routing.tests.conftest import MORNING

pytestmark = pytest.mark.django_db


@pytest.fixture
def crew(person: Any) -> list[Staff]:
    return [person("Ann"), person("Bob"), person("Cleo")]


@pytest.fixture
def team(crew: list[Staff], division: Any, staff: Any) -> Any:
    return save_team(
        None, name={"en": "Crew"}, division=division, members=crew,
        actor=staff("administrator").as_actor(),
    )  # fmt: skip


def given(call: Any, count: int) -> list[str]:
    names = []
    for number in range(count):
        with clock.at(MORNING + timedelta(minutes=number)):
            case = call()
            route(case)
        person = Case.objects.get(pk=case.pk).assignee
        names.append(person.name if person else "")
    return names


def test_by_turn(rule: Any, call: Any, team: Any) -> None:
    rule("Turn", give=Give.TURN, team=team)
    assert given(call, 5) == ["Ann", "Bob", "Cleo", "Ann", "Bob"]


def test_by_load_counts_late_cases_more(rule: Any, call: Any, team: Any, crew: list[Staff]) -> None:
    rule("Load", give=Give.LOAD, team=team)
    late, idle = call(), call()
    Case.objects.filter(pk=late.pk).update(assignee=crew[0], due_at=MORNING - timedelta(days=1))
    far = MORNING + timedelta(days=30)
    Case.objects.filter(pk=idle.pk).update(assignee=crew[1], due_at=far, first_response_due=far)
    # Ann carries a late one (4), Bob one (2), Cleo none; each new case weighs 3 (due soon).
    assert given(call, 4) == ["Cleo", "Bob", "Cleo", "Ann"]


def test_without_a_team_the_people_of_the_division(
    rule: Any, call: Any, crew: list[Staff], person: Any, parks: Any
) -> None:
    person("Dan", division=parks)
    person("Lead", role="cx_lead")
    rule("Turn", give=Give.TURN)
    assert set(given(call, 4)) <= {"Ann", "Bob", "Cleo"}


def test_who_is_away_or_off_shift_gets_nothing(
    rule: Any, call: Any, team: Any, crew: list[Staff], division: Any
) -> None:
    ann, bob, _cleo = crew
    add_absence(
        staff=ann, starts_at=MORNING - timedelta(1), ends_at=MORNING + timedelta(1), actor=SYSTEM
    )
    add_shift(  # Bob works nights
        division=division, staff=bob, duty=Duty.SHIFT, weekdays=list(range(7)), starts=time(22),
        ends=time(6), first=date(2026, 1, 1), actor=SYSTEM,
    )  # fmt: skip
    rule("Turn", give=Give.TURN, team=team)
    assert given(call, 3) == ["Cleo", "Cleo", "Cleo"]


def test_where_nobody_is_there_the_case_waits_and_says_so(
    rule: Any, call: Any, team: Any, crew: list[Staff]
) -> None:
    for one in crew:
        add_absence(
            staff=one, starts_at=MORNING - timedelta(1), ends_at=MORNING + timedelta(1),
            actor=SYSTEM,
        )  # fmt: skip
    rule("Turn", give=Give.TURN, team=team)
    assert given(call, 1) == [""]
    assert "Nobody of Crew is on shift" in Case.objects.get().routed.reason


def test_on_call(rule: Any, call: Any, crew: list[Staff], division: Any) -> None:
    rule("On call", give=Give.ON_CALL)
    assert given(call, 1) == [""]
    add_shift(
        division=division, staff=crew[1], duty=Duty.ON_CALL, weekdays=[2], starts=time(0),
        ends=time(0), first=date(2026, 1, 1), actor=SYSTEM,
    )  # fmt: skip
    assert given(call, 1) == ["Bob"]
