"""The three clocks of a case: what starts, stops and pauses each, and that none overrules another.

The calendar is Mo-Fr 8 to 5 in Denver; all times below are local. A table of clocks and events.
"""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from heard.cases import closing, services, understanding
from heard.cases.clocks import adopt
from heard.cases.models import Case, Clock, DueChange, Pause
from heard.catalogue.models import Promise
from heard.catalogue.promises import RefusedTerms, current_promises, reckon
from heard.catalogue.services import Terms, promise, withdraw_promise
from heard.core import clock
from heard.core.actors import SYSTEM
from heard.core.errors import NotAllowed, Refused
from heard.places.clocks import Pause as Stop
from heard.places.models import BusinessCalendar, Closure, District
from heard.places.reads import calendar_of_division

pytestmark = pytest.mark.django_db
DENVER = ZoneInfo("America/Denver")
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def at(day: int, hour: int = 0, minute: int = 0) -> datetime:
    """A local moment of June 2026; June 1 is a Monday."""
    return datetime(2026, 6, day, hour, minute, tzinfo=DENVER)


@pytest.fixture
def terms(service: Any) -> dict[str, Promise]:
    """First response in 8 business hours, next in 4, done in 3 business days with pauses."""
    BusinessCalendar.objects.create(hours="Mo-Fr 08:00-17:00")
    Promise.objects.all().delete()
    made = {}
    for kind, amount, unit, pauses in (
        ("first_response", 8, "business_hours", False),
        ("next_response", 4, "business_hours", False),
        ("resolution", 3, "business_days", True),
    ):
        made[kind] = Promise.objects.create(
            service=service, kind=kind, amount=amount, unit=unit, pauses=pauses,
            pause_cap_hours=18, effective_from=datetime(2000, 1, 1, tzinfo=DENVER),
        )  # fmt: skip
    return made


@pytest.fixture
def opened(terms: Any, service: Any, customer: Any) -> Iterator[Case]:
    """Received on Monday at 10: answer by Tuesday at 9, done by Thursday at 5."""
    with clock.at(at(1, 10)):
        yield services.receive(
            services.Request(service=service, words="A hole", customer=customer, language="es"),
            actor=customer.as_actor(),
        )


def fresh(case: Case) -> Case:
    return Case.objects.get(pk=case.pk)


def running(case: Case) -> dict[str, datetime]:
    rows = Clock.objects.filter(case=case, stopped_at=None)
    return {row.kind: row.due_at.astimezone(DENVER) for row in rows}


def test_a_case_starts_with_two_clocks_frozen_with_version_and_calendar(opened: Case) -> None:
    assert running(opened) == {"first_response": at(2, 9), "resolution": at(4, 17)}
    row = Clock.objects.get(case=opened, kind="resolution")
    assert (row.promise.version, row.calendar_version) == (1, 1)
    assert row.first_due_at == row.judged_at == row.due_at == fresh(opened).due_at
    # Three quarters of the open time between Monday 10 and Thursday 5, and nine tenths of it.
    assert row.warn_at == at(4, 8, 30)
    assert row.escalate_at == at(4, 13, 36)


Event = Callable[[Case, Any, Any], object]
reply: Event = lambda case, agent, customer: services.reply(case, "Hello.", actor=agent)  # noqa: E731
wait: Event = lambda case, agent, customer: services.reply(case, "?", actor=agent, wait=True)  # noqa: E731
write: Event = lambda case, agent, customer: services.add_words(case, "More.", actor=customer)  # noqa: E731
close: Event = lambda case, agent, customer: closing.close(  # noqa: E731
    case, outcome="done", words="Done.", actor=agent
)
withdraw: Event = lambda case, agent, customer: closing.withdraw(case, actor=customer)  # noqa: E731
understand: Event = lambda case, agent, customer: understanding.state_understanding(  # noqa: E731
    case, "You have a hole.", actor=agent
)
reopen: Event = lambda case, agent, customer: closing.reopen(  # noqa: E731
    case, reason="Not done.", actor=agent
)
note: Event = lambda case, agent, customer: services.note(case, "Hm.", actor=agent)  # noqa: E731

F, N, R = "first_response", "next_response", "resolution"


@pytest.mark.parametrize(
    ("story", "left"),
    [
        ([], {F: at(2, 9), R: at(4, 17)}),
        ([(1, 11, note)], {F: at(2, 9), R: at(4, 17)}),
        ([(1, 11, understand)], {R: at(4, 17)}),
        ([(1, 11, reply)], {R: at(4, 17)}),
        # The customer writes again before the first answer: the first clock goes on, alone.
        ([(1, 11, write)], {F: at(2, 9), R: at(4, 17)}),
        # After it, the next-response clock runs, and the other stays where it is.
        ([(1, 11, reply), (1, 15, write)], {N: at(2, 10), R: at(4, 17)}),
        ([(1, 11, reply), (1, 15, write), (1, 16, write)], {N: at(2, 10), R: at(4, 17)}),
        ([(1, 11, reply), (1, 15, write), (2, 9, reply)], {R: at(4, 17)}),
        # A late answer stops its own clock and no other.
        ([(3, 9, reply)], {R: at(4, 17)}),
        # Waiting, the clock stands for at most 18 open hours: two days.
        ([(2, 10, wait)], {R: at(8, 17)}),
        ([(2, 10, wait), (2, 12, write)], {N: at(2, 16), R: at(5, 10)}),
        ([(2, 10, wait), (10, 12, write)], {N: at(10, 16), R: at(8, 17)}),
        # Over a closed weekend nothing stands still.
        ([(5, 17, wait), (8, 8, write)], {N: at(8, 12), R: at(4, 17)}),
        ([(1, 11, close)], {}),
        ([(1, 11, withdraw)], {}),
        # Written after the end: an answer is owed, and nothing else.
        ([(1, 11, close), (1, 12, write)], {N: at(1, 16)}),
        # Reopened on Friday: three open days from then.
        ([(1, 11, close), (5, 9, reopen)], {R: at(10, 17)}),
    ],
)  # fmt: skip
def test_clocks_and_events(
    opened: Case, staff: Any, customer: Any, story: Any, left: dict[str, datetime]
) -> None:
    agent = staff("agent").as_actor()
    for day, hour, event in story:
        with clock.at(at(day, hour)):
            event(fresh(opened), agent, customer.as_actor())
    assert running(opened) == left
    case = fresh(opened)
    if R in left:
        assert case.due_at == left[R]
    assert case.next_response_due == left.get(N)


def test_every_later_change_is_written_down(opened: Case, staff: Any, customer: Any) -> None:
    with clock.at(at(2, 10)):
        wait(fresh(opened), staff("agent").as_actor(), customer)
    with clock.at(at(2, 12)):
        write(fresh(opened), None, customer.as_actor())
    changes = DueChange.objects.filter(case=opened)
    assert [(c.why, c.old_due, c.new_due) for c in changes] == [
        ("waiting", at(4, 17), at(8, 17)),
        ("answered", at(8, 17), at(5, 10)),
    ]
    case = fresh(opened)
    assert (case.times_moved, case.judged_due) == (0, None)  # pauses are part of the promise


def test_a_reopened_case_is_judged_by_its_first_date(opened: Case, staff: Any) -> None:
    agent = staff("agent").as_actor()
    with clock.at(at(1, 11)):
        close(fresh(opened), agent, None)
    with clock.at(at(8, 9)):
        reopen(fresh(opened), agent, None)
    case = fresh(opened)
    assert (case.due_at, case.judged_due) == (at(11, 17), at(4, 17))
    with clock.at(at(9, 9)):
        wait(case, agent, None)
    assert fresh(opened).judged_due == at(4, 17)


def test_handing_over_moves_no_date(opened: Case, staff: Any, division: Any) -> None:
    from heard.people.models import Division

    night = Division.objects.create(
        code="night", name={"en": "Night"}, department=division.department
    )
    BusinessCalendar.objects.create(division=night, hours="Mo-Su 20:00-23:00")
    with clock.at(at(1, 12)):
        services.move(fresh(opened), night, reason="Theirs.", actor=staff("agent").as_actor())
    with clock.at(at(2, 10)):
        wait(fresh(opened), staff("agent").as_actor(), None)
    assert running(opened)["resolution"] == at(8, 17)  # still by the calendar of who promised


def test_a_case_without_a_clock_is_listed_with_its_reason(
    terms: Any, service: Any, customer: Any
) -> None:
    from heard.cases.moving import without_clock
    from heard.cases.why_without import why_without

    with clock.at(at(1, 10)):
        # Closed for longer than any calendar is looked at: nothing can be counted.
        Closure.objects.create(
            starts_at=at(1), ends_at=at(1) + 40 * 366 * DAY, reason={"en": "Gone"},
            announced_at=at(1),
        )  # fmt: skip
        case = services.receive(services.Request(service, "A hole"), actor=SYSTEM)
        assert case.due_at is None
        assert [row.pk for row in without_clock()] == [case.pk]
        assert "never opens" in why_without([case])[case.pk]
        Closure.objects.all().delete()
        assert "adopt" in why_without([case])[case.pk]
        Clock.objects.bulk_create(adopt([case]))
        assert running(case)["resolution"] == at(4, 17)
        Promise.objects.all().update(withdrawn=True)
        assert "promises no date" in why_without([case])[case.pk]


# --- promises -----------------------------------------------------------------------------------


def test_a_district_may_be_promised_something_else(terms: Any, service: Any, staff: Any) -> None:
    hill = District.objects.create(code="hill", name={"en": "Hill"})
    boss = staff("manager").as_actor()
    with clock.at(at(1, 10)):
        own = promise(service, R, Terms(1, "business_days"), district=hill, actor=boss)
        assert own.version == 2
        assert current_promises(service.pk, at(1, 11), hill.pk)[R] == own
        assert current_promises(service.pk, at(1, 11))[R] == terms[R]
        withdraw_promise(service, R, district=hill, actor=boss)
        assert current_promises(service.pk, at(1, 11), hill.pk)[R] == terms[R]
        withdraw_promise(service, R, actor=boss)
        assert R not in current_promises(service.pk, at(1, 11))


def test_a_promise_is_made_by_who_may_and_never_reaches_back(
    terms: Any, service: Any, staff: Any
) -> None:
    boss = staff("manager").as_actor()
    with clock.at(at(1, 10)):
        with pytest.raises(NotAllowed):
            promise(service, R, Terms(2, "days"), actor=staff("agent").as_actor())
        with pytest.raises(Refused, match="does not reach back"):
            promise(service, R, Terms(2, "days"), effective_from=at(1), actor=boss)
        made = promise(service, R, Terms(2, "days"), actor=boss, key="once")
        assert promise(service, R, Terms(2, "days"), actor=boss, key="once") == made
        assert Promise.objects.filter(service=service, kind=R).count() == 2


def test_a_calendar_that_never_opens_is_refused_with_what_works(
    terms: Any, service: Any, staff: Any
) -> None:
    with clock.at(at(1, 10)):
        BusinessCalendar.objects.update(hours="Jan 01 08:00-09:00")
        with pytest.raises(RefusedTerms, match="What works: 35 days") as refused:
            promise(service, R, Terms(25, "business_days"), actor=staff("manager").as_actor())
        near = refused.value.nearest
        promise(service, R, Terms(near.amount, near.unit), actor=staff("manager").as_actor())


@pytest.mark.parametrize(
    ("unit", "amount", "cap", "pauses", "due"),
    [
        # The cap counts open hours: a closed night or weekend uses none of it up.
        ("business_hours", 9, 9, [(1, 17, 2, 8)], at(2, 10)),
        ("business_hours", 9, 9, [(5, 17, 8, 8), (8, 9, None, None)], at(2, 10)),
        ("business_hours", 9, 9, [(1, 12, None, None)], at(3, 10)),
        ("business_hours", 9, 2, [(1, 12, 1, 13), (1, 15, None, None)], at(2, 12)),
        ("hours", 9, 2, [(1, 12, None, None)], at(1, 21)),
        ("days", 1, 24, [(1, 12, 2, 0)], at(2, 22)),
    ],
)
def test_pauses_end_at_the_cap_in_the_time_of_their_promise(
    terms: Any, service: Any, unit: str, amount: int, cap: int, pauses: Any, due: datetime
) -> None:
    made = Promise(
        service=service, amount=amount, unit=unit, pauses=True, pause_cap_hours=cap, kind=R
    )
    stops = [Stop(at(a, b), at(c, d) if c else None) for a, b, c, d in pauses]
    calendar = calendar_of_division(service.division_id).calendar
    assert reckon(made, at(1, 10), calendar, stops).at == due


def test_one_pause_is_open_at_a_time(opened: Case, staff: Any) -> None:
    agent = staff("agent").as_actor()
    with clock.at(at(2, 10)):
        wait(fresh(opened), agent, None)
    with clock.at(at(2, 11)):
        reply(fresh(opened), agent, None)  # another word while waiting: still the same pause
    with clock.at(at(2, 12)):
        close(fresh(opened), agent, None)
    pause = Pause.objects.get()
    assert (pause.started_at, pause.ended_at) == (at(2, 10), at(2, 12))
