"""The weekly mail, to a real mail server in this process."""

from datetime import UTC, datetime, timedelta
from email.message import Message
from typing import Any

import pytest

from heard.boards.looking import look
from heard.boards.models import Week
from heard.boards.tests.conftest import NOW, course, received
from heard.boards.weekly import choose_mail, close_week
from heard.core import clock
from heard.core.models import Event
from heard.post.models import Dispatch
from heard.post.services import send_due
from heard.post.tests.test_post import Inbox, inbox
from heard.voice.services import Answers, Subject, invite
from heard.voice.services import answer as give_answer

__all__ = ["inbox"]

pytestmark = pytest.mark.django_db
MONDAY = datetime(2026, 5, 25, 13, 0, tzinfo=UTC)  # 07:00 in Denver
QUIET = [0.80, 0.81, 0.79, 0.80, 0.82, 0.80, 0.79, 0.81, 0.80, 0.79, 0.81, 0.80, 0.80]


@pytest.fixture
def news(computed: Any, staff: Any) -> None:
    """A signal of the streets division, and one who thanks it."""
    received()
    received(by="division", group="streets")
    course([*QUIET, 0.45], by="division", group="streets")
    assert look() == 1
    from heard.core.actors import SYSTEM

    row = invite(Subject("visit:1", division="streets"), customer=None, language="en", actor=SYSTEM)
    assert row is not None
    words = "Thank you so much, the crew was wonderful and kind. Great work!"
    given = give_answer(row, Answers(satisfaction=5, comment=words), actor=SYSTEM)
    given.review.mood = "positive"
    given.review.save()
    manager = staff("manager")
    manager.language = "es"
    manager.save()


def written() -> list[str]:
    return sorted(
        Dispatch.objects.filter(template="board_weekly").values_list("address", flat=True)
    )


def test_on_monday_at_seven_once(news: None, staff: Any, run_steps: Any, inbox: Inbox) -> None:
    staff("cx_lead"), staff("agent")
    run_steps()
    Dispatch.objects.all().delete()
    with clock.at(MONDAY - timedelta(minutes=1)):
        assert close_week() == 0
    with clock.at(MONDAY + timedelta(minutes=5)):
        assert close_week() == 2
        assert close_week() == 0
        run_steps()
        assert written() == ["cx_lead@city.example", "manager@city.example"]
        assert send_due() == 2
    by_address = {mail["To"]: mail for mail in inbox.mails}
    spanish = by_address["manager@city.example"]
    parts = {part.get_content_type(): text_of(part) for part in spanish.walk()}
    assert spanish["Content-Language"] == "es"
    assert "45 %" in parts["text/plain"].replace("\u00a0", " ")
    assert "the crew was wonderful" in parts["text/plain"]
    assert "the crew was wonderful" in parts["text/html"]
    assert "/es/desk/boards/mail/" in parts["text/plain"]
    english = {p.get_content_type(): text_of(p) for p in by_address["cx_lead@city.example"].walk()}
    assert "Streets" in english["text/plain"]
    assert "1 thanks received" in english["text/plain"]


def text_of(part: Message) -> str:
    found = part.get_payload(decode=True)
    return found.decode() if isinstance(found, bytes) else ""


def test_a_step_run_twice_writes_once(news: None, run_steps: Any) -> None:
    from heard.flows.boards import send_weekly

    with clock.at(MONDAY):
        close_week()
        run_steps()
        for event in Event.objects.filter(kind="weekly.due"):
            send_weekly(event)
    assert written() == ["manager@city.example"]


def test_who_said_no_gets_none(news: None, staff: Any, run_steps: Any) -> None:
    choose_mail(staff("manager"), weekly=False, actor=staff("manager").as_actor())
    with clock.at(MONDAY):
        assert close_week() == 0
    choose_mail(staff("manager"), weekly=True, actor=staff("manager").as_actor())
    Week.objects.all().delete()
    with clock.at(MONDAY):
        assert close_week() == 1
        choose_mail(staff("manager"), weekly=False, actor=staff("manager").as_actor())
        run_steps()
    assert written() == []


def test_a_calm_week_sends_nothing_and_says_so(town: Any, staff: Any) -> None:
    staff("manager"), staff("cx_lead")
    with clock.at(MONDAY):
        assert close_week() == 0
    week = Week.objects.get()
    assert (week.written, week.calm) == (0, 2)


def test_a_missed_monday_is_made_up_for_until_wednesday(news: None) -> None:
    with clock.at(MONDAY + timedelta(days=3)):
        assert close_week() == 0
    with clock.at(MONDAY + timedelta(days=1, hours=5)):
        assert close_week() == 1
    assert Week.objects.get().monday == MONDAY.date()


def test_seven_is_seven_in_winter_too(news: None) -> None:
    winter = datetime(2026, 1, 5, 13, 30, tzinfo=UTC)  # 06:30 in Denver
    with clock.at(winter):
        close_week()
        assert not Week.objects.exists()
    with clock.at(winter + timedelta(minutes=31)):
        close_week()
        assert Week.objects.exists()


def test_praise_of_other_weeks_is_not_thanked_again(news: None, staff: Any) -> None:
    from heard.boards.weekly import letter

    assert letter(staff("manager"), MONDAY.date()).thanks_total == 1
    assert letter(staff("manager"), (MONDAY + timedelta(days=7)).date()).thanks_total == 0
    assert NOW < MONDAY
