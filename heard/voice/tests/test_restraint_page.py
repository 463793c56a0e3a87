"""The rules of asking, as a page: what they are, what they did, and how they are changed."""

from datetime import time, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from heard.core import clock
from heard.core.actors import SYSTEM
from heard.core.errors import NotAllowed, Refused
from heard.core.models import AuditRow, Event
from heard.people.models import Customer
from heard.voice.models import Invitation, Occasion, Restraint
from heard.voice.reports.restrained import restrained
from heard.voice.restraint import Rules, after_quiet, keep_restraint
from heard.voice.tests.making import closing, make

pytestmark = pytest.mark.django_db
PAGE = reverse("voice:restraint")
GIVEN = {"cool_down_days": "45", "quiet_from": "19:00", "quiet_until": "08:30", "low_score": "3",
         "answer_hours": "48", "key": "a" * 32}  # fmt: skip
RULES = Rules(45, time(19), time(8, 30), 3, 48)


def words(page: Any) -> str:
    return str(page.content.decode())


def test_rules_are_changed_once_with_audit_and_event(desk: Client) -> None:
    assert 'value="30"' in words(desk.get(PAGE))  # the default, before anything is kept
    for _twice in range(2):
        assert desk.post(PAGE, GIVEN).status_code == 302
    kept = Restraint.objects.get()
    assert (kept.cool_down_days, kept.quiet_from, kept.low_score) == (45, time(19), 3)
    assert Event.objects.filter(kind="restraint.changed").count() == 1
    audit = AuditRow.objects.get(verb="restraint.changed")
    assert audit.changes["cool_down_days"] == ["30", "45"]
    local = clock.now().replace(hour=3)  # evening in Denver
    assert after_quiet(local) > local


def test_a_late_repeat_does_not_undo_a_newer_change(desk: Client) -> None:
    desk.post(PAGE, GIVEN)
    desk.post(PAGE, GIVEN | {"cool_down_days": "60", "key": "b" * 32})
    desk.post(PAGE, GIVEN)  # the browser sends the first one again
    assert Restraint.objects.get().cool_down_days == 60


@pytest.mark.parametrize(
    ("field", "bad"),
    [("cool_down_days", "-1"), ("cool_down_days", "4000"), ("quiet_from", "25:00"),
     ("low_score", "5"), ("answer_hours", "0"), ("answer_hours", "")],
)  # fmt: skip
def test_bad_input_keeps_what_was_typed(desk: Client, field: str, bad: str) -> None:
    page = desk.post(PAGE, GIVEN | {field: bad})
    assert page.status_code == 422
    text = words(page)
    assert f'value="{bad}"' in text or not bad
    assert 'value="08:30"' in text
    assert not Restraint.objects.exists()


def test_the_verb_guards_itself(staff: Any) -> None:
    with pytest.raises(NotAllowed):
        keep_restraint(RULES, actor=staff("manager").as_actor())
    with pytest.raises(Refused) as refused:
        keep_restraint(Rules(999, time(19), time(8), 2, 24), actor=SYSTEM)
    assert refused.value.field == "cool_down_days"


def left_out(reason: str, n: int, days: int = 5) -> None:
    version = closing()
    Occasion.objects.bulk_create(
        Occasion(about=f"{reason}:{days}:{place}", instrument=version.instrument,
                 at=clock.now() - timedelta(days), excluded=reason)
        for place in range(n)
    )  # fmt: skip


def test_what_the_rules_did_is_counted(desk: Client, division: Any) -> None:
    left_out("cool_down", 5)
    left_out("not_sampled", 3)
    left_out("opt_out", 9, days=200)  # too long ago
    make([4] * 4, clock.now() - timedelta(5), silent=2)
    found = restrained(30)
    assert (found.served, found.eligible, found.asked, found.answered) == (14, 9, 6, 4)
    page = words(desk.get(PAGE))
    assert "was asked about something else a short while ago: 5" in page


def test_a_longer_pause_is_worked_through_person_by_person(town: Any, division: Any) -> None:
    person = Customer.objects.create(created_at=clock.now())
    for days in (100, 60, 20):  # asked every 40 days; the first before the stretch
        make([], clock.now() - timedelta(days), silent=1)
        Invitation.objects.filter(customer=None).update(customer=person)
    make([], clock.now() - timedelta(1), silent=1)  # nobody known: stays
    trials = {trial.days: trial.asked for trial in restrained(30).trials}
    # In the stretch: day 60, day 20 and the unknown one. With 60 days: day 60 is 40 after the
    # first and falls; day 20 is 80 after it and stays. With 90 both fall.
    assert (trials[30], trials[60], trials[90]) == (3, 2, 1)
    left_out("cool_down", 7)
    shorter = next(trial for trial in restrained(30).trials if trial.days == 0)
    assert (shorter.asked, shorter.more) == (3, 7)


def test_an_idle_city_is_told_so(desk: Client) -> None:
    assert "Nothing to show yet" in words(desk.get(PAGE))
