"""The pages of rules, trials, roster and notes: what each role sees and may do."""

from datetime import date, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.test import Client, RequestFactory

from heard.core import clock
from heard.core.actors import SYSTEM
from heard.core.city import city
from heard.routing import handing_over, panels, rostering, trial
from heard.routing.models import (
    Absence,
    Cover,
    HandOver,
    HandOverRead,
    Rule,
    RuleVersion,
    Shift,
    Team,
    Trial,
)  # fmt: skip
from heard.routing.tests.conftest import MORNING
from heard.ui import panels as all_panels

pytestmark = pytest.mark.django_db
RULE = {
    "key": "k", "name": "Trees", "words": "tree\nárbol", "hours": "any", "give": "nobody",
    "division": "parks",
}  # fmt: skip


@pytest.fixture
def as_role(client: Client, staff: Any) -> Any:
    def signed_in(role: str) -> Client:
        client.force_login(staff(role))
        return client

    return signed_in


def test_a_rule_is_written_tried_and_switched_on(as_role: Any, parks: Any, call: Any) -> None:
    client = as_role("manager")
    assert "No rules yet" in client.get("/desk/routing/rules/").content.decode()
    made = client.post("/desk/routing/rules/new/", RULE, follow=True).content.decode()
    assert "version 1, is kept as a draft" in made
    rule = Rule.objects.get()
    version = rule.versions.get()
    assert (version.words, version.division) == (["tree", "árbol"], parks)
    with clock.at(clock.now() - timedelta(days=2)):
        call("A tree")
    day = clock.now().date()
    page = client.post(
        "/desk/routing/try/",
        {"key": "t", "versions": [version.pk], "since": day - timedelta(days=5), "until": day},
        follow=True,
    ).content.decode()
    assert Trial.objects.get().tally["matched"] == 1
    assert "Parks" in page
    assert "Switch version" not in client.get("/desk/routing/rules/").content.decode()
    assert client.post(f"/desk/routing/rules/{rule.pk}/on/", {"version": 1}).status_code == 403
    client = as_role("administrator")
    assert "Switch version 1 on" in client.get("/desk/routing/rules/").content.decode()
    client.post(f"/desk/routing/rules/{rule.pk}/on/", {"version": 1})
    rule.refresh_from_db()
    assert rule.live == version
    client.post(f"/desk/routing/rules/{rule.pk}/", {**RULE, "key": "k2", "name": "Big trees"})
    page = client.get("/desk/routing/rules/").content.decode()
    assert "newer draft" in page
    assert client.get(f"/desk/routing/rules/{rule.pk}/").content.decode().count("Version ") == 2
    client.post(f"/desk/routing/rules/{rule.pk}/down/")
    client.post(f"/desk/routing/rules/{rule.pk}/retire/")
    assert "No rules yet" in client.get("/desk/routing/rules/").content.decode()


def test_what_was_typed_wrongly_is_kept_and_named(as_role: Any, parks: Any) -> None:
    answer = as_role("manager").post("/desk/routing/rules/new/", {**RULE, "division": ""})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Say where the case goes" in page
    assert "árbol" in page
    answer = as_role("manager").post(
        "/desk/routing/try/", {"key": "x", "since": "2026-05-01", "until": "2026-04-01"}
    )
    assert answer.status_code == 422


def test_a_trial_with_conflicts_and_faults_is_told(
    as_role: Any, rule: Any, parks: Any, division: Any, call: Any
) -> None:
    rule("Trees", words=("tree",), division=parks)
    rule("All", division=division, give="on_call")
    broken = rule("Broken", division=parks)
    RuleVersion.objects.filter(rule=broken).update(hours="between")
    call("A tree")
    versions = list(RuleVersion.objects.order_by("pk"))
    now = clock.now()
    made = trial.ask(versions, since=now - timedelta(1), until=now + timedelta(1), actor=SYSTEM)
    page = as_role("manager").get(f"/desk/routing/try/{made.pk}/").content.decode()
    assert "0 of 1 looked at so far" in page
    trial.advance(made, seconds=60)
    page = as_role("manager").get(f"/desk/routing/try/{made.pk}/").content.decode()
    assert "“Trees” wins, “All” would have said otherwise" in page
    assert "This rule cannot work" in page


def test_teams(as_role: Any, division: Any, staff: Any) -> None:
    client, agent = as_role("manager"), staff("agent")
    client.get("/desk/routing/teams/new/")
    given = {"key": "k", "name_en": "Crew", "name_es": "Cuadrilla", "division": "streets"}
    client.post("/desk/routing/teams/new/", {**given, "members": [agent.pk]})
    team = Team.objects.get()
    assert list(team.members.all()) == [agent]
    client.post(f"/desk/routing/teams/{team.pk}/", {**given, "key": "k2", "name_en": "Crew B"})
    team.refresh_from_db()
    assert (team.name["en"], team.members.count()) == ("Crew B", 0)
    assert "Crew B" in client.get("/desk/routing/teams/").content.decode()


def test_the_roster_by_hand(as_role: Any, staff: Any, division: Any, parks: Any) -> None:
    client, agent = as_role("manager"), staff("agent")
    shift = {
        "key": "a", "division": "streets", "staff": agent.pk, "duty": "on_call",
        "weekdays": [0, 1, 2, 3, 4, 5, 6], "starts": "18:00", "ends": "08:00",
        "first": "2026-01-01",
    }  # fmt: skip
    client.get("/desk/routing/roster/shift/new/")
    assert client.post("/desk/routing/roster/shift/new/", shift).status_code == 302
    bad = client.post("/desk/routing/roster/shift/new/", {**shift, "weekdays": [], "key": "b"})
    assert bad.status_code == 422
    day = clock.now().date() + timedelta(days=1)
    span = {
        "starts_at_0": day, "starts_at_1": "08:00", "ends_at_0": day, "ends_at_1": "12:00",
    }  # fmt: skip
    cover = {**span, "key": "c", "division": "streets", "staff": agent.pk, "duty": "shift"}
    assert client.post("/desk/routing/roster/cover/new/", cover).status_code == 302
    away = {**span, "key": "d", "staff": agent.pk}
    assert client.post("/desk/routing/roster/absence/new/", away).status_code == 302
    page = client.get("/desk/routing/roster/").content.decode()
    assert "every day" in page
    assert f"{agent.name}: on call" in page
    for what, model in (("shift", Shift), ("cover", Cover), ("absence", Absence)):
        client.post(f"/desk/routing/roster/{what}/{model.objects.get().pk}/end/")
    assert Shift.objects.get().last is not None
    assert not Cover.objects.exists()
    assert not Absence.objects.exists()
    assert client.get("/desk/routing/roster/?division=parks&week=2026-05-06").status_code == 200
    assert client.get("/desk/routing/roster/?week=nonsense&division=city").status_code == 200


def test_agents_read_the_roster_and_note_their_own_absence(
    as_role: Any, staff: Any, division: Any
) -> None:
    client = as_role("agent")
    assert "What makes this roster" not in client.get("/desk/routing/roster/").content.decode()
    for what in ("shift", "cover"):
        assert client.get(f"/desk/routing/roster/{what}/new/").status_code == 403
    row = rostering.add_shift(
        division=division, staff=staff("agent"), duty="shift", weekdays=[0], starts=time(8),
        ends=time(16), first=date(2026, 1, 1), actor=SYSTEM,
    )  # fmt: skip
    assert client.post(f"/desk/routing/roster/shift/{row.pk}/end/").status_code == 403
    page = client.get("/desk/routing/roster/absence/new/").content.decode()
    assert "Manager" not in page.partition("<main")[2].partition("</main")[0]
    assert client.get("/desk/routing/roster/nothing/new/").status_code == 404
    mine = client.get("/desk/routing/roster/mine/").content.decode()
    assert ".ics" in mine
    client.post("/desk/routing/roster/mine/renew/")
    assert client.get("/desk/routing/roster/mine/").content.decode() != mine


def test_a_note_from_shift_to_shift(as_role: Any, division: Any, call: Any) -> None:
    client = as_role("agent")
    assert "No notes yet" in client.get("/desk/routing/hand-over/").content.decode()
    with clock.at(clock.now() - timedelta(days=30)):
        call()
    page = client.get("/desk/routing/hand-over/new/").content.decode()
    assert "<strong>1</strong> overdue now" in page
    begun = (clock.now() - timedelta(hours=2)).astimezone(ZoneInfo("America/Denver"))
    given = {
        "key": "k", "words": "Crew B is out.", "since_0": begun.date(),
        "since_1": f"{begun:%H:%M}",
    }  # fmt: skip
    client.post("/desk/routing/hand-over/new/", given)
    note = HandOver.objects.get()
    bad = client.post(
        "/desk/routing/hand-over/new/", {**given, "key": "x", "since_0": "1999-01-01"}
    )
    assert bad.status_code == 422
    assert "Crew B is out." in bad.content.decode()
    client = as_role("manager")
    assert "new to you" in client.get("/desk/routing/hand-over/").content.decode()
    client.post(f"/desk/routing/hand-over/{note.pk}/")
    assert HandOverRead.objects.count() == 1
    assert "new to you" not in client.get("/desk/routing/hand-over/?all=1").content.decode()
    assert as_role("cx_lead").get("/desk/routing/hand-over/new/").status_code == 403


def test_lists_cost_the_same_however_long(
    as_role: Any, rule: Any, parks: Any, person: Any, division: Any, staff: Any,
    django_assert_max_num_queries: Any,
) -> None:  # fmt: skip
    client, counts = as_role("administrator"), []
    client.get("/desk/routing/rules/")
    paths = ("rules/", "teams/", "roster/", "roster/mine/", "hand-over/", "try/")
    for more in (1, 6):
        for n in range(more):
            who = person(f"P{more}{n}")
            rule(f"R{n}", division=parks, give="person", person=who)
            rostering.add_shift(
                division=division, staff=who, duty="shift", weekdays=[0, 3], starts=time(8),
                ends=time(16), first=date(2026, 1, 1), actor=SYSTEM,
            )  # fmt: skip
            note = handing_over.hand_over(
                division, since=clock.now() - timedelta(hours=1), words="x", actor=who.as_actor()
            )
            handing_over.mark_read(note, actor=staff("manager").as_actor())
            team = Team.objects.create(name={"en": f"T{n}"}, division=division)
            team.members.set([who])
        found = []
        for path in paths:
            city()  # kept for some seconds, which a busy machine may use up
            with django_assert_max_num_queries(20) as counted:
                assert client.get(f"/desk/routing/{path}").status_code == 200
            found.append(len(counted))
        counts.append(found)
    assert counts[0] == counts[1]


def test_the_panels(
    as_role: Any, staff: Any, division: Any, case: Any, rule: Any, parks: Any, rf: RequestFactory
) -> None:
    rostering.add_shift(
        division=division, staff=staff("agent"), duty="on_call", weekdays=list(range(7)),
        starts=time(0), ends=time(0), first=date(2026, 1, 1), actor=SYSTEM,
    )  # fmt: skip
    note = handing_over.hand_over(
        division, since=clock.now() - timedelta(hours=1), words="x",
        actor=staff("agent").as_actor(),
    )  # fmt: skip
    broken = rule("Broken", division=parks)
    Rule.objects.filter(pk=broken.pk).update(fault="It broke", fault_at=MORNING)

    def shown(place: Any, role: str, about: Any = None) -> str:
        request = rf.get("/desk/")
        request.user = staff(role)
        return "".join(all_panels.shown(place, request, about))

    assert staff("agent").name in shown("case-side", "agent", case)
    assert "left a hand-over note" in shown("desk-home", "manager")
    assert f"/hand-over/{note.pk}/" in shown("desk-home", "manager")
    assert "It broke" in shown("desk-home", "administrator")
    assert "It broke" not in shown("desk-home", "agent")
    assert panels.on_now_of(None).on_call == []
