"""Dates counted anew: previewed, asked, run in pieces, killed and gone on with, audited."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from heard.cases import recalculating
from heard.cases.models import Case, Clock, DueChange, Recalculation
from heard.cases.moving import Scope, preview
from heard.cases.recalculating import one_piece, propose, rescue, start, stop, work
from heard.cases.services import Request, receive, reply
from heard.catalogue.models import Promise
from heard.catalogue.services import Terms, promise
from heard.core import clock
from heard.core.actors import SYSTEM
from heard.core.errors import NotAllowed
from heard.core.models import AuditRow, City
from heard.places.models import BusinessCalendar
from heard.places.services import set_special_day
from heard.post.models import Dispatch

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 6, 1, 16, 0, tzinfo=UTC)  # Monday, 10:00 in Denver
THURSDAY, FRIDAY = datetime(2026, 6, 4, 23, tzinfo=UTC), datetime(2026, 6, 5, 23, tzinfo=UTC)
HOLIDAY = date(2026, 6, 3)
WHY = {"en": "A holiday", "es": "Un feriado"}
State = Recalculation.State


@pytest.fixture(autouse=True)
def monday() -> Iterator[None]:
    with clock.at(NOW):
        yield


@pytest.fixture
def calendar(service: Any) -> BusinessCalendar:
    made = BusinessCalendar.objects.create(hours="Mo-Fr 08:00-17:00")
    Promise.objects.filter(kind="resolution").update(
        amount=3, unit="business_days", pauses=True, pause_cap_hours=9
    )
    return made


@pytest.fixture
def cases(calendar: Any, service: Any, customer: Any, staff: Any) -> list[Case]:
    """Five open cases, each due on Thursday at 5; their first responses in elapsed hours."""
    made = [
        receive(Request(service, f"Hole {n}", customer=customer), actor=SYSTEM) for n in "12345"
    ]
    Case.objects.update(contact=staff("agent"))
    return made


def holiday(calendar: BusinessCalendar) -> None:
    set_special_day(day=HOLIDAY, times="", reason=WHY, actor=SYSTEM, calendar=calendar)


def dues() -> set[datetime | None]:
    return set(Case.objects.values_list("due_at", flat=True))


def test_a_preview_says_what_would_move_and_changes_nothing(cases: Any, calendar: Any) -> None:
    holiday(calendar)
    found = preview(Scope())
    assert (found.seen, found.moved, found.later, found.earlier, found.late_now) == (10, 5, 5, 0, 0)
    told = found.told()
    assert told["divisions"] == [[{"en": "Streets", "es": "Calles"}, 5, 0]]
    assert told["sample"][0][1:] == [THURSDAY.isoformat(), FRIDAY.isoformat()]
    assert dues() == {THURSDAY}


def test_few_moves_run_by_themselves_and_each_is_audited(
    cases: Any, calendar: Any, run_steps: Any
) -> None:
    before = Case.objects.order_by("pk").first()
    holiday(calendar)
    run_steps()
    row = Recalculation.objects.get()
    work(row.pk)
    row.refresh_from_db()
    assert (row.state, row.moved, row.later) == (State.DONE, 5, 5)
    assert dues() == {FRIDAY}
    case = Case.objects.get(pk=before.pk)
    assert (case.judged_due, case.times_moved, case.moved_for) == (None, 1, "calendar")
    assert case.version == before.version  # nobody's open form is in the way
    change = DueChange.objects.get(case=case)
    assert (change.old_due, change.new_due, change.why) == (THURSDAY, FRIDAY, "calendar")
    assert change.old_judged == THURSDAY
    audit = AuditRow.objects.get(verb="case.recalculated", about_id=case.pk)
    assert audit.changes["due_at"] == [THURSDAY.isoformat(), FRIDAY.isoformat()]
    assert Clock.objects.filter(kind="resolution", calendar_version=2).count() == 5
    run_steps()
    letter = Dispatch.objects.get(template="staff_dates_moved")
    assert letter.address == "agent@city.example"
    assert letter.text.count("http") == 5


def test_many_moves_wait_for_a_person_and_later_changes_join_them(
    cases: Any, calendar: Any, run_steps: Any, staff: Any, monkeypatch: Any
) -> None:
    monkeypatch.setattr(recalculating, "SMALL", 4)
    holiday(calendar)
    run_steps()
    row = Recalculation.objects.get()
    work(row.pk)
    row.refresh_from_db()
    assert (row.state, row.preview["moved"]) == (State.ASKING, 5)
    assert dues() == {THURSDAY}
    set_special_day(day=date(2026, 6, 4), times="", reason=WHY, actor=SYSTEM, calendar=calendar)
    run_steps()
    assert Recalculation.objects.get().state == State.LOOKING
    work(row.pk)
    with pytest.raises(NotAllowed):
        start(row, actor=staff("agent").as_actor())
    with pytest.raises(NotAllowed):  # it concerns the whole city, not one division alone
        start(row, actor=staff("manager").as_actor())
    start(row, actor=staff("administrator").as_actor())
    work(row.pk)
    assert dues() == {datetime(2026, 6, 8, 23, tzinfo=UTC)}
    assert DueChange.objects.first().staff == staff("administrator")


def test_killed_after_a_piece_another_worker_goes_on(cases: Any, calendar: Any) -> None:
    holiday(calendar)
    row = propose("by_hand", actor=SYSTEM)
    work(row.pk)
    start(row, actor=SYSTEM)
    assert one_piece(row.pk, size=3)
    # Here the worker is killed: what is committed is one piece with how far it came.
    row.refresh_from_db()
    assert (row.seen, row.moved) == (3, DueChange.objects.count())
    with clock.at(NOW + recalculating.LEASE):
        assert rescue() == 1
        assert rescue() == 0  # taken: nobody else takes it up meanwhile
        while one_piece(row.pk, size=3):
            pass
    row.refresh_from_db()
    assert (row.state, row.seen, row.moved) == (State.DONE, 10, 5)
    assert DueChange.objects.count() == AuditRow.objects.filter(verb="case.recalculated").count()
    assert DueChange.objects.count() == 5
    assert preview(Scope()).moved == 0


def test_a_piece_that_fails_leaves_nothing_behind(
    cases: Any, calendar: Any, monkeypatch: Any
) -> None:
    from heard.cases import moving_rows

    holiday(calendar)
    row = propose("by_hand", actor=SYSTEM)
    work(row.pk)
    start(row, actor=SYSTEM)

    def full(*_rows: Any) -> None:
        raise OSError("the disk is full")

    with monkeypatch.context() as broken:
        broken.setattr(moving_rows, "_write_audit", full)
        with pytest.raises(OSError, match="full"):
            one_piece(row.pk)
    assert dues() == {THURSDAY}
    assert not DueChange.objects.exists()
    work(row.pk)
    assert (dues(), DueChange.objects.count()) == ({FRIDAY}, 5)


def test_stopped_it_stays_until_somebody_goes_on(cases: Any, calendar: Any, staff: Any) -> None:
    boss = staff("administrator").as_actor()
    holiday(calendar)
    row = propose("by_hand", actor=SYSTEM)
    work(row.pk)
    start(row, actor=boss)
    one_piece(row.pk, size=3)
    stop(row, actor=boss)
    assert not one_piece(row.pk)
    assert DueChange.objects.count() < 5
    start(row, actor=boss)
    work(row.pk)
    assert dues() == {FRIDAY}


def test_what_is_over_stays_over(cases: Any, calendar: Any) -> None:
    with clock.at(FRIDAY):
        BusinessCalendar.objects.update(hours="Tu 08:00-09:00")
        found = preview(Scope())
    assert found.moved == 0  # late on Friday, late for ever


def test_answered_and_finished_cases_do_not_move(cases: Any, calendar: Any, staff: Any) -> None:
    from heard.cases.closing import close

    agent = staff("agent").as_actor()
    close(cases[0], outcome="done", words="Done.", actor=agent)
    reply(cases[1], "Hello", actor=agent)
    holiday(calendar)
    assert preview(Scope()).moved == 4


def test_a_moved_date_stays_but_is_judged_by_the_new_calendar(
    cases: Any, calendar: Any, staff: Any
) -> None:
    from heard.cases.late import move_promise

    told = datetime(2026, 6, 12, 23, tzinfo=UTC)
    move_promise(
        cases[0], new_due=told, why="weather", words="Rain.", actor=staff("agent").as_actor()
    )
    holiday(calendar)
    row = propose("by_hand", actor=SYSTEM)
    work(row.pk)
    start(row, actor=SYSTEM)
    work(row.pk)
    case = Case.objects.get(pk=cases[0].pk)
    assert (case.due_at, case.judged_due) == (told, FRIDAY)


def test_a_new_promise_moves_open_cases_only_by_choice_and_stays_judged_by_the_old(
    cases: Any, calendar: Any, service: Any, staff: Any
) -> None:
    boss = staff("manager").as_actor()
    made = promise(service, "resolution", Terms(4, "business_days"), actor=boss)
    assert dues() == {THURSDAY}
    assert preview(Scope(promise=made)).moved == 5
    row = propose("promise", promise=made, actor=boss)
    work(row.pk)
    row.refresh_from_db()
    assert (row.state, dues()) == (State.DONE, {FRIDAY})
    assert set(Case.objects.values_list("judged_due", flat=True)) == {THURSDAY}
    assert preview(Scope()).moved == 0
    holiday(calendar)
    found = preview(Scope())
    assert (found.moved, found.later) == (5, 5)


def test_the_city_s_shares_move_warnings_and_no_date(cases: Any, calendar: Any) -> None:
    before = set(Clock.objects.values_list("warn_at", flat=True))
    City.objects.update(warn_percent=50)
    from heard.core.city import forget_city

    forget_city()
    row = propose("settings", actor=SYSTEM)
    work(row.pk)
    row.refresh_from_db()
    assert (row.state, row.moved, dues()) == (State.DONE, 0, {THURSDAY})
    assert max(Clock.objects.values_list("warn_at", flat=True)) < max(before)


def test_a_preview_asks_as_many_queries_however_many_cases(
    cases: Any, calendar: Any, service: Any
) -> None:
    holiday(calendar)
    asked = []
    for _round in range(2):
        with CaptureQueriesContext(connection) as queries:
            preview(Scope()).told()
        # The city's row is kept for some seconds and then read again.
        asked.append(sum("core_city" not in query["sql"] for query in queries))
        for n in range(10):
            receive(Request(service, f"Another {n}"), actor=SYSTEM)
    assert asked[0] == asked[1] < 15
