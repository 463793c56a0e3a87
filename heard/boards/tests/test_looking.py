"""Alerts: made once, of signals and not of noise, told to who answers, also after a kill."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import transaction

from heard.boards import looking
from heard.boards.alerts import answer, mute, unmute
from heard.boards.looking import look
from heard.boards.models import Look, Mute, Signal
from heard.boards.telling import Names, told
from heard.boards.tests.conftest import LAST, NOW, course, received
from heard.core import clock
from heard.core.actors import SYSTEM
from heard.core.errors import NotAllowed, Refused
from heard.core.models import AuditRow, Event
from heard.measures.models import Result
from heard.post.models import Dispatch
from heard.targets.models import Entry, Target
from heard.targets.services import set_owner

pytestmark = pytest.mark.django_db
QUIET = [0.80, 0.81, 0.79, 0.80, 0.82, 0.80, 0.79, 0.81, 0.80, 0.79, 0.81, 0.80, 0.80]
Again = Callable[[], None]


def target(month: str, value: float, **more: Any) -> None:
    day = date.fromisoformat(f"{month}-01")
    last = (day + timedelta(days=32)).replace(day=1) - timedelta(days=1)
    usual = {"measure": "on_time", "statistic": "closed", "kind": "month", "period": month}
    Target.objects.create(
        **(usual | more), first=day, last=last, direction="up", value=value, set_at=NOW
    )


def test_a_signal_is_told_once_however_often_it_is_looked(
    computed: Again, staff: Any, run_steps: Any
) -> None:
    received()
    course([*QUIET, 0.45])
    set_owner("on_time", staff=staff("manager"), actor=SYSTEM)
    assert look() == 1
    row = Signal.objects.get()
    assert (row.measure, row.period, row.looks, row.rules[0]["rule"]) == (
        "on_time", LAST, "bad", "outside",
    )  # fmt: skip
    run_steps()
    mail = Dispatch.objects.get()
    assert mail.address == "manager@city.example"
    assert "Finished on time" in mail.text or "on time" in mail.text
    assert "45%" in mail.text
    assert "45%" in mail.html
    assert look() == 0  # nothing changed since
    computed()
    assert look() == 0  # computed again, and the same
    looking._Worker.state = ""  # another worker
    assert look() == 0
    assert Look.objects.count() == 1
    Result.objects.filter(period=LAST, measure="on_time").update(value=0.44)
    computed()
    assert look() == 0  # another figure, the same place: told already
    run_steps()
    assert Dispatch.objects.count() == 1
    assert Look.objects.count() == 2


def test_noise_makes_none(computed: Again) -> None:
    received()
    course([*QUIET, 0.79])
    assert look() == 0
    seen = Look.objects.get()
    assert seen.series == 2
    assert 0 < seen.expected < 0.02
    assert not Event.objects.filter(kind="signals.found").exists()


def test_killed_in_the_middle_nothing_is_half_done(
    computed: Again, monkeypatch: pytest.MonkeyPatch, run_steps: Any, staff: Any
) -> None:
    received()
    course([*QUIET, 0.45])
    staff("cx_lead")

    class Killed(BaseException):
        pass

    def killed(*args: Any, **rest: Any) -> None:
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(looking, "record", killed)
        with pytest.raises(Killed), transaction.atomic():
            look()
    assert not Signal.objects.exists()
    assert not Look.objects.exists()
    assert look() == 1
    run_steps()
    assert [d.address for d in Dispatch.objects.all()] == ["cx_lead@city.example"]


def test_the_eighth_in_a_row_is_news_and_the_ninth_is_not(computed: Again) -> None:
    received(26)
    low, high = [0.76, 0.78] * 8, [0.81, 0.82] * 4
    course([*low, *high])
    assert look() == 1
    assert Signal.objects.get().rules[0]["rule"] == "run"
    with clock.at(NOW + timedelta(days=31)):
        course([0.82], last="2026-05")
        course([400.0 / 400], measure="cases_received", statistic="count", last="2026-05")
        Result.objects.filter(measure="cases_received", period="2026-05").update(value=400, n=400)
        computed()
        assert look() == 0


def test_a_running_month_is_no_signal(computed: Again) -> None:
    received()
    course(QUIET)
    course([0.1], last="2026-05")
    assert look() == 0


def test_a_verdict_that_turned_and_one_too_close(computed: Again) -> None:
    received()
    course([0.8, 0.8, 0.9, 0.8])
    for month, goal in (("2026-02", 0.7), ("2026-03", 0.91), ("2026-04", 0.9)):
        target(month, goal)
    assert look() == 1  # met, too close to call, not met
    row = Signal.objects.get()
    assert [(r["rule"], r["before"], r["now"]) for r in row.rules] == [
        ("verdict", "met", "not met")
    ]
    assert "it was last met in February 2026" in told(row, Names()).sentences[0]
    Signal.objects.all().delete()
    Target.objects.filter(period=LAST).update(value=0.81)
    computed()
    assert look() == 0  # 80% of 400 is too close to 81%


def test_a_changed_definition_is_not_compared_across(computed: Again) -> None:
    received()
    course(QUIET[:12], last="2026-03", definition=1)
    Result.objects.filter(measure="on_time").update(definition=7)  # of no card
    course([0.3])
    assert look() == 0


def test_a_division_is_told_to_its_manager(computed: Again, staff: Any, run_steps: Any) -> None:
    received()
    received(by="division", group="streets")
    course([*QUIET, 0.99], by="division", group="streets")
    staff("manager"), staff("cx_lead")
    assert look() == 1
    run_steps()
    (mail,) = Dispatch.objects.all()
    assert mail.address == "manager@city.example"
    assert "Streets" in mail.text


def test_a_figure_nobody_enters(computed: Again, staff: Any) -> None:
    from heard.targets.services import declare
    from heard.targets.tests.conftest import own

    declare(own("visits"), actor=staff("cx_lead").as_actor())
    Entry.objects.create(
        measure="visits", kind="month", period="2025-12", first=date(2025, 12, 1),
        last=date(2025, 12, 31), value=0.5, state="published", entered_at=NOW,
    )  # fmt: skip
    assert look() == 1
    row = Signal.objects.get()
    assert (row.period, row.looks, row.rules[0]["behind"]) == ("2026-01", "warn", 4)
    with clock.at(NOW + timedelta(days=31)):
        assert look() == 0  # still the same missing figure


def test_a_computed_figure_that_stopped(computed: Again) -> None:
    received()
    course(QUIET, last="2026-03")
    assert look() == 1
    assert "up to March 2026" in told(Signal.objects.get(), Names()).sentences[0]


def test_a_muted_measure_is_kept_and_not_told(computed: Again, staff: Any, run_steps: Any) -> None:
    lead = staff("cx_lead").as_actor()
    received()
    course([*QUIET, 0.45])
    with pytest.raises(Refused) as late:
        mute("on_time", until=date(2027, 5, 1), reason="New system", actor=lead)
    assert late.value.field == "until"
    with pytest.raises(NotAllowed):
        mute("on_time", until=date(2026, 6, 1), reason="x", actor=staff("manager").as_actor())
    mute("on_time", until=date(2026, 6, 1), reason="New system", actor=lead)
    assert look() == 1
    run_steps()
    assert Signal.objects.get().muted
    assert not Dispatch.objects.exists()
    unmute("on_time", actor=lead)
    assert Mute.objects.get().until < date(2026, 5, 20)
    assert AuditRow.objects.filter(verb="measure.muted").count() == 1


def test_an_answer_is_for_who_answers(computed: Again, staff: Any) -> None:
    received()
    course([*QUIET, 0.45])
    received(by="division", group="streets")
    course([*QUIET, 0.45], by="division", group="streets")
    look()
    city, streets = Signal.objects.get(by="all"), Signal.objects.get(by="division")
    manager, agent = staff("manager").as_actor(), staff("agent").as_actor()
    with pytest.raises(NotAllowed):
        answer(city, words="Two more crews.", actor=manager)
    with pytest.raises(NotAllowed):
        answer(streets, words="Two more crews.", actor=agent)
    with pytest.raises(Refused) as empty:
        answer(streets, words="  ", actor=manager)
    assert empty.value.field == "words"
    for _twice in range(2):
        answer(streets, words="Two more crews.", actor=manager, key="k")
    streets.refresh_from_db()
    assert (streets.words, streets.answered_at) == ("Two more crews.", NOW)
    assert Event.objects.filter(kind="signal.answered").count() == 1
    set_owner("on_time", staff=staff("manager"), actor=SYSTEM)
    assert answer(city, words="Hired.", actor=manager).words == "Hired."
