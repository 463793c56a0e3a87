"""What rules do with a case that comes in: once, in order, with the reason in the case."""

from collections.abc import Callable
from datetime import time, timedelta
from typing import Any

import pytest

from heard.cases.models import Case, Message
from heard.cases.services import assign, move
from heard.core import clock
from heard.core.actors import SYSTEM
from heard.core.errors import NotAllowed, Refused
from heard.core.models import AuditRow, Event
from heard.people.models import Division
from heard.places.models import BusinessCalendar
from heard.routing.models import Give, Hours, Routed, Rule, RuleVersion
from heard.routing.services import (
    Said,
    reorder,
    route,
    save_team,
    switch_off,
    switch_on,
    write_rule,
)  # fmt: skip
from heard.routing.tests.conftest import MORNING, NIGHT

pytestmark = pytest.mark.django_db
NOON = time(12)


def fresh(case: Case) -> Case:
    return Case.objects.get(pk=case.pk)


def test_a_case_goes_where_the_rule_says_and_the_case_says_why(
    rule: Any, call: Any, parks: Division, run_steps: Callable[[], None]
) -> None:
    made = rule("Trees", words=("árbol", "tree"), division=parks)
    case = call("Se cayó un ARBOL en la calle")
    due = case.due_at
    run_steps()
    routed = fresh(case)
    assert routed.division == parks
    assert routed.due_at == due  # the promise stays as it was made
    note = Message.objects.get(case=case, direction="note")
    assert note.words == "Routing rule “Trees” (version 1)."
    assert note.staff is None
    event = Event.objects.get(kind="case.routed")
    assert event.data == {"rules": [{"rule": made.pk, "version": 1}]}
    assert event.actor_kind == "system"


def test_it_happens_once_however_often_it_is_tried(
    rule: Any, call: Any, parks: Division, division: Division, run_steps: Any
) -> None:
    rule("All", division=parks)
    case = call()
    run_steps()
    move(fresh(case), division, reason="It is ours.", actor=SYSTEM)
    run_steps()
    route(fresh(case))
    assert fresh(case).division == division
    assert Routed.objects.count() == 1


def test_what_a_person_decided_first_is_left_alone(
    rule: Any, call: Any, parks: Division, staff: Any, run_steps: Any
) -> None:
    rule("All", division=parks)
    case = call()
    assign(case, staff("agent"), actor=staff("agent").as_actor())
    run_steps()
    assert fresh(case).division != parks
    assert not Routed.objects.exists()


def test_the_first_rule_wins_and_one_that_goes_on_lets_others_add(
    rule: Any, call: Any, parks: Division, division: Division, person: Any, run_steps: Any
) -> None:
    ann = person("Ann")
    rule("To parks", words=("tree",), division=parks, goes_on=True)
    rule("Ann", give=Give.PERSON, person=ann)
    rule("Never", division=division, give=Give.ON_CALL)
    case = call("A tree")
    run_steps()
    assert (fresh(case).division, fresh(case).assignee) == (parks, ann)
    assert fresh(case).contact == ann
    assert "“To parks”" in Routed.objects.get().reason
    assert "“Never”" not in Routed.objects.get().reason


@pytest.mark.parametrize(
    ("said", "words", "catches"),
    [
        ({"words": ("gas leak",)}, "I smell a GAS  LEAK!", True),
        ({"words": ("gas leak",)}, "leak of gas", False),
        ({"words": ("ash",)}, "trash", False),
        ({"words": ("flood*",)}, "The street is flooding", True),
        ({"words": ("gas", "fire"), "all_words": True}, "gas", False),
        ({"words": ("gas", "fire"), "all_words": True}, "fire and gas", True),
        ({"words": ("niño",)}, "El nino se cayó", True),
        ({"channels": ("phone",)}, "x", False),
        ({"channels": ("web", "phone")}, "x", True),
        ({"languages": ("es",)}, "x", False),
        ({"services": ("pothole",)}, "x", True),
        ({"services": ("other",)}, "x", False),
        ({"districts": ("d1",)}, "x", False),
    ],
)
def test_conditions(
    said: dict[str, Any], words: str, catches: bool, rule: Any, call: Any, parks: Any,
    run_steps: Any,
) -> None:  # fmt: skip
    rule("R", division=parks, **said)
    case = call(words)
    run_steps()
    assert (fresh(case).division == parks) is catches


@pytest.mark.parametrize(
    ("said", "morning", "night"),
    [
        ({"hours": Hours.CLOSED}, False, True),
        ({"hours": Hours.OPEN}, True, False),
        ({"hours": Hours.BETWEEN, "starts": time(22), "ends": time(6)}, False, True),
        ({"hours": Hours.BETWEEN, "starts": time(9), "ends": time(17)}, True, False),
        ({"weekdays": (2,)}, True, True),  # Wednesday in Denver, though Thursday in UTC
        ({"weekdays": (3,)}, False, False),
    ],
)
def test_times_are_the_citys_and_hours_the_divisions(
    said: dict[str, Any], morning: bool, night: bool, rule: Any, call: Any, parks: Any
) -> None:
    BusinessCalendar.objects.create(hours="Mo-Fr 08:00-17:00")
    rule("R", division=parks, **said)
    for at, expected in ((MORNING, morning), (NIGHT, night)):
        with clock.at(at):
            case = call()
            route(case)
        assert (fresh(case).division == parks) is expected


def test_a_night_belongs_to_the_day_it_began_on(rule: Any, call: Any, parks: Any) -> None:
    rule("R", division=parks, weekdays=(2,), hours=Hours.BETWEEN, starts=time(22), ends=time(6))
    with clock.at(NIGHT + timedelta(hours=6)):  # four in the morning of Thursday
        case = call()
        route(case)
    assert fresh(case).division == parks


def test_a_rule_that_cannot_work_is_skipped_shown_and_mended(
    rule: Any, call: Any, parks: Any, run_steps: Any, staff: Any
) -> None:
    broken = rule("Broken", division=parks)
    RuleVersion.objects.filter(rule=broken).update(weekdays=["never"])
    ann = staff("field_worker")
    rule("Good", give=Give.PERSON, person=ann)
    case = call()
    run_steps()
    assert fresh(case).assignee == ann
    assert "ValueError" in Rule.objects.get(pk=broken.pk).fault
    admin = staff("administrator").as_actor()
    switch_on(write_rule(Said("Better", division=parks), rule=broken, actor=admin), actor=admin)
    assert Rule.objects.get(pk=broken.pk).fault == ""


def test_someone_who_left_is_given_nothing(
    rule: Any, call: Any, person: Any, run_steps: Any
) -> None:
    ann = person("Ann")
    made = rule("Ann", give=Give.PERSON, person=ann)
    ann.is_active = False
    ann.save()
    case = call()
    run_steps()
    assert fresh(case).assignee is None
    assert "no longer works here" in Rule.objects.get(pk=made.pk).fault


def test_a_draft_does_nothing_and_a_change_waits_until_it_is_switched_on(
    rule: Any, call: Any, parks: Division, staff: Any, run_steps: Any
) -> None:
    made = rule("Trees", words=("tree",), division=parks)
    manager = staff("manager").as_actor()
    second = write_rule(Said("Trees", words=("bush",), division=parks), rule=made, actor=manager)
    rule("Draft", on=False, division=parks)
    first, other = call("bush"), call("tree")
    run_steps()
    assert fresh(first).division != parks
    assert fresh(other).division == parks
    with pytest.raises(NotAllowed):
        switch_on(second, actor=manager)
    admin = staff("administrator").as_actor()
    switch_on(second, actor=admin)
    third = call("bush")
    run_steps()
    assert fresh(third).division == parks
    switch_off(made, actor=admin)
    last = call("bush")
    run_steps()
    assert fresh(last).division != parks
    verbs = AuditRow.objects.filter(verb__startswith="rule.").values_list("verb", flat=True)
    assert {"rule.written", "rule.switched_on", "rule.switched_off"} <= set(verbs)


def test_the_order_can_be_changed(rule: Any, parks: Any, staff: Any) -> None:
    first, second = rule("A", division=parks), rule("B", division=parks)
    reorder(second, up=True, actor=staff("administrator").as_actor())
    assert list(Rule.objects.values_list("pk", flat=True)) == [second.pk, first.pk]
    reorder(second, up=True, actor=staff("administrator").as_actor())  # at the top already
    assert list(Rule.objects.values_list("pk", flat=True)) == [second.pk, first.pk]


@pytest.mark.parametrize(
    ("said", "field"),
    [
        (Said(" ", give=Give.ON_CALL), "name"),
        (Said("Goes nowhere"), "division"),
        (Said("Nobody", give=Give.PERSON), "person"),
        (Said("No time", give=Give.ON_CALL, hours=Hours.BETWEEN), "starts"),
        (Said("Same", give=Give.ON_CALL, hours=Hours.BETWEEN, starts=NOON, ends=NOON), "ends"),
        (Said("Long", give=Give.ON_CALL, words=("x" * 61,)), "words"),
        (Said("Many", give=Give.ON_CALL, words=("x",) * 41), "words"),
        (Said("Marks", give=Give.ON_CALL, words=("!!!",)), "words"),
    ],
)  # fmt: skip
def test_what_makes_no_sense_is_refused_with_its_field(said: Said, field: str, staff: Any) -> None:
    with pytest.raises(Refused) as refused:
        write_rule(said, actor=staff("manager").as_actor())
    assert refused.value.field == field
    assert not Rule.objects.exists()


def test_agents_write_no_rules(staff: Any, parks: Any, division: Any) -> None:
    actor = staff("agent").as_actor()
    with pytest.raises(NotAllowed):
        write_rule(Said("x", division=parks), actor=actor)
    with pytest.raises(NotAllowed):
        save_team(None, name={"en": "x"}, division=division, members=[], actor=actor)


def test_sent_twice_a_rule_is_written_once(staff: Any, parks: Any) -> None:
    actor = staff("manager").as_actor()
    one, two = (write_rule(Said("x", division=parks), actor=actor, key="k") for _n in "12")
    assert one == two
    assert RuleVersion.objects.count() == 1
