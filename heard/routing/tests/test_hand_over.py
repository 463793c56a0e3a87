"""The note of a shift: counted by the house, written by a person, read by the next."""

from datetime import timedelta
from typing import Any

import pytest

from heard.cases.closing import close
from heard.core import clock
from heard.core.errors import NotAllowed, Refused
from heard.people.models import Division
from heard.routing import handing_over
from heard.routing.handing_over import Counter, add_counter, hand_over, mark_read
from heard.routing.models import HandOver, HandOverRead
from heard.routing.reads import unread_note
from heard.routing.tests.conftest import MORNING

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


def test_what_happened_is_counted_and_stays(
    call: Any, division: Division, parks: Division, staff: Any
) -> None:
    actor = staff("agent").as_actor()
    with clock.at(MORNING - 9 * HOUR):
        call("before the shift")
    with clock.at(MORNING - 2 * HOUR):
        done = call()
        call()
    with clock.at(MORNING - HOUR):
        close(done, outcome="done", words="Mended.", actor=actor)
    with clock.at(MORNING):
        note = hand_over(division, since=MORNING - 8 * HOUR, words="Crew B is out.", actor=actor)
        call("after it")
    found = HandOver.objects.get(pk=note.pk).figures
    expected = {"received": 2, "finished": 1, "overdue": 1, "soon": 1, "unassigned": 2}
    assert {name: found[name] for name in expected} == expected


def test_another_room_adds_its_figure(division: Division, staff: Any, monkeypatch: Any) -> None:
    monkeypatch.setattr(handing_over, "_counters", dict(handing_over._counters))
    add_counter(Counter("bells", "Bells rung", lambda division, since, until: 7))
    note = hand_over(division, since=clock.now() - HOUR, words="", actor=staff("agent").as_actor())
    assert note.figures["bells"] == 7
    assert ("Bells rung", 7) in handing_over.labelled(note.figures)


def test_the_next_shift_begins_where_the_last_one_ended(division: Division, staff: Any) -> None:
    with clock.at(MORNING):
        assert handing_over.shift_begin(division, MORNING) == MORNING - 8 * HOUR
        hand_over(division, since=MORNING - HOUR, words="", actor=staff("agent").as_actor())
    assert handing_over.shift_begin(division, MORNING + 5 * HOUR) == MORNING
    week = MORNING + timedelta(days=7)
    assert handing_over.shift_begin(division, week) == week - 8 * HOUR


def test_it_is_new_until_it_is_read(division: Division, staff: Any) -> None:
    author, reader = staff("agent"), staff("manager")
    note = hand_over(division, since=clock.now() - HOUR, words="x", actor=author.as_actor())
    assert unread_note(reader) == note
    assert unread_note(author) is None
    for _twice in "12":
        mark_read(note, actor=reader.as_actor())
    mark_read(note, actor=author.as_actor())
    assert HandOverRead.objects.get().staff == reader
    assert unread_note(reader) is None


def test_refusals(division: Division, parks: Division, staff: Any) -> None:
    now, actor = clock.now(), staff("agent").as_actor()
    for values in (
        {"since": now + HOUR}, {"since": now - 80 * HOUR}, {"words": "x" * 4001},
    ):  # fmt: skip
        given: dict[str, Any] = {"since": now - HOUR, "words": "", **values}
        with pytest.raises(Refused):
            hand_over(division, **given, actor=actor)
    with pytest.raises(NotAllowed):
        hand_over(parks, since=now - HOUR, words="", actor=actor)
    with pytest.raises(NotAllowed):
        hand_over(division, since=now - HOUR, words="", actor=staff("cx_lead").as_actor())
    assert not HandOver.objects.exists()
