"""One answer per invitation, in its pool: late, twice, after withdrawal, by robots."""

from datetime import timedelta
from typing import Any

import pytest

from heard.core import clock
from heard.core.actors import SYSTEM
from heard.core.errors import Refused
from heard.voice.alerts import open_alerts, settle
from heard.voice.models import Alert, Invitation, Pool, Response
from heard.voice.reports.scores import overall
from heard.voice.reports.slices import Slice
from heard.voice.services import Answers, Subject, answer, invite, mark
from heard.voice.spots import Sent, take
from heard.voice.tests.making import closing, make

KEY = "0f9f0b5c5ad04a6e9a400d7f38a3ef10"


def invited(about: str = "case:17", customer: Any = None) -> Invitation:
    subject = Subject(about=about, service="pothole", division="streets", channel="web")
    row = invite(subject, customer=customer, language="en", actor=SYSTEM)
    assert row is not None
    return row


def around() -> Slice:
    day = clock.now().date()
    return Slice(day - timedelta(3), day + timedelta(3))


def test_a_click_counts_and_the_form_completes_it_once(town: Any) -> None:
    row = invited()
    first = answer(row, Answers(satisfaction=2), actor=SYSTEM, first_only=True)
    assert first.is_provisional
    again = answer(row, Answers(satisfaction=5), actor=SYSTEM, first_only=True)
    assert again.satisfaction == 2  # a second click in the mail changes nothing
    whole = answer(row, Answers(satisfaction=1, comment="Slow."), actor=SYSTEM)
    assert (whole.pk, whole.satisfaction, whole.is_provisional) == (first.pk, 1, False)
    with pytest.raises(Refused, match="already answered"):
        answer(row, Answers(satisfaction=5), actor=SYSTEM)
    assert overall(around()).n == 1


def test_a_click_left_alone_stands_after_a_day(town: Any) -> None:
    row = invited()
    answer(row, Answers(satisfaction=4), actor=SYSTEM, first_only=True)
    with clock.at(clock.now() + timedelta(hours=25)), pytest.raises(Refused, match="already"):
        answer(row, Answers(satisfaction=1), actor=SYSTEM)


def test_an_answer_nobody_was_asked_for_counts_once_in_its_pool(town: Any) -> None:
    sent = Sent(KEY, closing(), Answers(satisfaction=3), pool=Pool.KIOSK)
    first = take(sent, actor=SYSTEM)
    assert take(sent, actor=SYSTEM) == first
    assert overall(around()).n == 0  # not among the invited
    kiosk = Slice(around().first, around().last, pools=(Pool.KIOSK,))
    assert overall(kiosk).n == 1
    both = Slice(around().first, around().last, pools=(Pool.KIOSK, Pool.INVITED))
    assert both.is_pooled
    with pytest.raises(Refused, match="key"):
        take(Sent("'; drop", closing(), Answers(satisfaction=3)), actor=SYSTEM)


def test_what_a_device_kept_too_long_or_from_tomorrow_is_explained(town: Any) -> None:
    now = clock.now()
    for wrong, words in ((timedelta(days=8), "week late"), (-timedelta(hours=2), "runs ahead")):
        with pytest.raises(Refused, match=words):
            take(Sent(KEY, closing(), Answers(satisfaction=3), at=now - wrong), actor=SYSTEM)
    kept = take(
        Sent(KEY, closing(), Answers(satisfaction=3), at=now - timedelta(hours=5)), actor=SYSTEM
    )
    assert kept.answered_at == now - timedelta(hours=5)


def test_marked_answers_stay_and_count_nowhere(town: Any) -> None:
    rows = make([5] * 12 + [1] * 3, clock.now() - timedelta(days=1))
    for row in rows[-3:]:
        with pytest.raises(Refused, match="Say why"):
            mark(row, spam=True, test=False, why=" ", actor=SYSTEM)
        mark(row, spam=True, test=False, why="The same words 40 times", actor=SYSTEM)
    assert overall(around()).index.value == 100
    assert Response.objects.count() == 15
    mark(rows[-1], spam=False, test=False, why="", actor=SYSTEM)
    assert overall(around()).n == 13


@pytest.mark.parametrize(
    ("given", "kind", "hours"),
    [
        (Answers(satisfaction=5, wants_answer=True), "follow_up", 24),
        (Answers(satisfaction=4, solved="no"), "not_solved", 8),
        (Answers(satisfaction=2), "low_score", 8),
        (Answers(satisfaction=3), None, 0),
    ],
)
def test_an_answer_that_calls_for_somebody_raises_an_alert_with_its_clock(
    town: Any, given: Answers, kind: str | None, hours: int
) -> None:
    answer(invited(), given, actor=SYSTEM)
    row = Alert.objects.first()
    assert (row.kind if row else None) == kind
    if row:
        assert row.due_at - row.made_at == timedelta(hours=hours)
        with pytest.raises(Refused, match="what was done"):
            settle(row, words=" ", actor=SYSTEM)
        settle(row, words="Called her.", actor=SYSTEM)
        assert not open_alerts().exists()
