"""Remedies stay within the table: per case, per day, by role or person; above it a manager."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from heard.cases.models import Case, Message
from heard.cases.services import Request, receive
from heard.core import clock
from heard.core.actors import SYSTEM
from heard.core.errors import NotAllowed, Refused
from heard.core.models import AuditRow, Event
from heard.people.models import Staff
from heard.remedies.models import Authority, Kind, Remedy, TableVersion, Wish
from heard.remedies.services import (
    BeyondAuthority,
    Line,
    ask_for_remedy,
    decide_wish,
    drop_line,
    give_remedy,
    save_kind,
    set_line,
)  # fmt: skip

pytestmark = pytest.mark.django_db
LATE = datetime(2026, 7, 16, 5, 30, tzinfo=UTC)  # 23:30 in Denver


@pytest.fixture
def other(service: Any) -> Case:
    return receive(Request(service=service, words="Another"), actor=SYSTEM)


def given(case: Case, kind: Kind, cents: int, who: Staff, **more: Any) -> Remedy:
    return give_remedy(
        case, kind, cents=cents, reason="We were late.", actor=who.as_actor(), **more
    )


def test_within_the_limit_it_is_given_recorded_and_seen_in_the_case(
    case: Case, waive: Kind, allow: Any, staff: Any
) -> None:
    allow(waive, role="agent", case_cents=2000)
    remedy = given(case, waive, 1500, staff("agent"))
    assert (remedy.cents, remedy.staff, remedy.by_authority_of) == (
        1500, staff("agent"), staff("agent"),
    )  # fmt: skip
    assert remedy.table_version == 1
    note = Message.objects.get(case=case, direction="note")
    assert note.words == "Remedy given: Waive a fee ($15.00).\nWe were late."
    event = Event.objects.get(kind="remedy.given")
    assert event.data == {"case": case.pk, "kind": "waive", "cents": 1500}
    row = AuditRow.objects.get(verb="remedy.given")
    assert (row.actor_id, row.changes["cents"]) == (staff("agent").pk, [None, 1500])


@pytest.mark.parametrize(
    ("limits", "before", "here", "fits"),
    [
        ({"case_cents": 2000}, [], 2000, True),
        ({"case_cents": 2000}, [], 2001, False),
        ({"case_cents": 2000}, [("case", 1500)], 501, False),
        ({"case_cents": 2000}, [("other", 1500)], 2000, True),
        ({"case_cents": 2000, "case_times": 1}, [("case", 100)], 100, False),
        ({"case_cents": 2000, "day_cents": 3000}, [("other", 2000)], 1001, False),
        ({"case_cents": 2000, "day_cents": 3000}, [("other", 2000)], 1000, True),
        ({"case_cents": 2000, "day_times": 1}, [("other", 1)], 1, False),
        ({"case_cents": 0}, [], 1, False),
    ],
)
def test_limits(
    limits: dict[str, int], before: list[tuple[str, int]], here: int, fits: bool,
    case: Case, other: Case, waive: Kind, allow: Any, staff: Any,
) -> None:  # fmt: skip
    allow(waive, role="agent", **limits)
    cases = {"case": case, "other": other}
    for which, cents in before:
        given(cases[which], waive, cents, staff("agent"))
    if fits:
        assert given(case, waive, here, staff("agent")).pk
    else:
        with pytest.raises(BeyondAuthority):
            given(case, waive, here, staff("agent"))
        assert Remedy.objects.count() == len(before)


def test_a_day_is_the_citys(case: Case, other: Case, waive: Kind, allow: Any, staff: Any) -> None:
    allow(waive, role="agent", case_cents=2000, day_cents=2000)
    with clock.at(LATE):
        given(case, waive, 2000, staff("agent"))
    with clock.at(LATE + timedelta(minutes=20)), pytest.raises(BeyondAuthority):
        given(other, waive, 100, staff("agent"))
    with clock.at(LATE + timedelta(minutes=40)):  # past midnight in Denver
        assert given(other, waive, 2000, staff("agent")).given_on.day == 16


def test_another_persons_day_is_their_own_and_the_case_is_everybodys(
    case: Case, other: Case, waive: Kind, allow: Any, staff: Any
) -> None:
    for role in ("agent", "field_worker"):
        allow(waive, role=role, case_cents=2000, day_cents=2000)
    given(case, waive, 2000, staff("agent"))
    assert given(other, waive, 2000, staff("field_worker")).pk
    with pytest.raises(BeyondAuthority):
        given(case, waive, 1, staff("field_worker"))


def test_a_persons_line_stands_for_that_of_their_role(
    case: Case, waive: Kind, allow: Any, staff: Any
) -> None:
    allow(waive, role="agent", case_cents=5000)
    allow(waive, staff=staff("agent"), case_cents=100)
    with pytest.raises(BeyondAuthority):
        given(case, waive, 200, staff("agent"))
    assert given(case, waive, 100, staff("agent")).pk


def test_the_refusal_says_what_is_left_and_who_may(
    case: Case, waive: Kind, allow: Any, staff: Any
) -> None:
    staff("administrator")
    allow(waive, role="agent", case_cents=2000, day_cents=4000)
    allow(waive, role="manager", case_cents=10_000)
    manager = staff("manager")
    given(case, waive, 1500, staff("agent"))
    with pytest.raises(BeyondAuthority) as refused:
        given(case, waive, 900, staff("agent"))
    said = str(refused.value)
    assert "$5.00 left for this case" in said
    assert "$25.00 left for today" in said
    assert f"These may allow it: {manager.name}." in said
    with pytest.raises(BeyondAuthority, match="Nobody may allow this"):
        given(case, waive, 50_000, staff("agent"))


def test_a_manager_allows_by_their_own_authority(
    case: Case, waive: Kind, allow: Any, staff: Any
) -> None:
    allow(waive, role="agent", case_cents=2000)
    allow(waive, role="manager", case_cents=10_000, day_cents=10_000)
    agent, manager = staff("agent"), staff("manager")
    wish = ask_for_remedy(case, waive, cents=9000, reason="Twice wrong.", actor=agent.as_actor())
    with pytest.raises(NotAllowed):
        decide_wish(wish, allow=True, answer="", actor=agent.as_actor())
    decide_wish(wish, allow=True, answer="Yes.", actor=manager.as_actor())
    remedy = Remedy.objects.get()
    assert (remedy.staff, remedy.by_authority_of, remedy.cents) == (agent, manager, 9000)
    with pytest.raises(Refused):
        decide_wish(wish, allow=True, answer="Again.", actor=manager.as_actor())
    assert Remedy.objects.count() == 1


def test_a_manager_cannot_allow_more_than_their_own(
    case: Case, waive: Kind, allow: Any, staff: Any
) -> None:
    allow(waive, role="manager", case_cents=1000)
    wish = ask_for_remedy(case, waive, cents=1001, reason="x", actor=staff("agent").as_actor())
    with pytest.raises(BeyondAuthority):
        decide_wish(wish, allow=True, answer="", actor=staff("manager").as_actor())
    assert Wish.objects.get().decision == ""
    assert not Remedy.objects.exists()


def test_declining_needs_a_reason_and_nobody_answers_their_own(
    case: Case, waive: Kind, allow: Any, staff: Any
) -> None:
    allow(waive, role="manager", case_cents=1000)
    manager = staff("manager").as_actor()
    own = ask_for_remedy(case, waive, cents=100, reason="x", actor=manager)
    with pytest.raises(NotAllowed):
        decide_wish(own, allow=True, answer="", actor=manager)
    with pytest.raises(Refused):
        decide_wish(own, allow=False, answer=" ", actor=staff("administrator").as_actor())
    decide_wish(own, allow=False, answer="Not yet.", actor=staff("administrator").as_actor())
    assert Wish.objects.get().decision == "declined"
    assert "Not yet." in Message.objects.get(case=case, direction="note").words


@pytest.mark.parametrize(
    ("code", "cents", "reason", "field"),
    [
        ("waive", 0, "x", "cents"), ("waive", 10_000_001, "x", "cents"),
        ("expedite", 5, "x", "cents"), ("waive", 5, "  ", "reason"), ("expedite", 0, "", "reason"),
        ("old", 0, "x", "kind"),
    ],
)  # fmt: skip
def test_bad_input_is_refused_with_its_field(
    code: str, cents: int, reason: str, field: str, case: Case, waive: Kind, expedite: Kind,
    staff: Any,
) -> None:  # fmt: skip
    Kind.objects.create(code="old", name={"en": "Old"}, is_active=False)
    kind = Kind.objects.get(code=code)
    for verb in (give_remedy, ask_for_remedy):
        with pytest.raises(Refused) as refused:
            verb(case, kind, cents=cents, reason=reason, actor=staff("agent").as_actor())
        assert refused.value.field == field


def test_sent_twice_it_is_given_once(case: Case, waive: Kind, allow: Any, staff: Any) -> None:
    allow(waive, role="agent", case_cents=2000)
    one, two = (given(case, waive, 500, staff("agent"), key="k") for _n in "12")
    assert one == two
    assert Remedy.objects.count() == 1


def test_who_works_no_cases_gives_nothing(case: Case, expedite: Kind, staff: Any) -> None:
    for actor in (staff("cx_lead").as_actor(), case.customer.as_actor()):
        with pytest.raises(NotAllowed):
            give_remedy(case, expedite, reason="x", actor=actor)
    with pytest.raises(NotAllowed):
        give_remedy(case, expedite, reason="x", actor=SYSTEM)


def test_the_table_keeps_every_version(waive: Kind, expedite: Kind, staff: Any, allow: Any) -> None:
    admin = staff("administrator").as_actor()
    set_line(Line(waive, role="agent", case_cents=2000), actor=admin, reason="To begin")
    set_line(Line(waive, role="agent", case_cents=5000), actor=admin)
    row = Authority.objects.get()
    assert row.case_cents == 5000
    drop_line(row, actor=admin)
    versions = list(TableVersion.objects.order_by("number"))
    assert [len(v.rows) for v in versions] == [1, 1, 0]
    assert [v.number for v in versions] == [1, 2, 3]
    assert versions[0].rows[0]["case_cents"] == 2000
    with pytest.raises(NotAllowed):
        set_line(Line(waive, role="agent", case_cents=1), actor=staff("manager").as_actor())
    with pytest.raises(NotAllowed):
        save_kind(expedite, actor=staff("manager").as_actor())


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"case_cents": 1}, "role"),
        ({"role": "agent"}, "case_cents"),
        ({"role": "king", "case_cents": 1}, "role"),
        ({"role": "agent", "case_cents": -1}, "case_cents"),
        ({"role": "agent", "case_cents": 100_000_000}, "case_cents"),
    ],
)
def test_a_line_that_cannot_be_is_refused(values: dict[str, Any], field: str, waive: Kind) -> None:
    with pytest.raises(Refused) as refused:
        set_line(Line(waive, **values), actor=SYSTEM)
    assert refused.value.field == field


def test_an_amount_limits_no_kind_without_money(expedite: Kind) -> None:
    with pytest.raises(Refused):
        set_line(Line(expedite, role="agent", case_cents=5), actor=SYSTEM)
