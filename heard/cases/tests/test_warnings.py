"""Before it breaks: who is warned, once, of what still runs; and telling a customer a new date."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from heard.cases import late, warning
from heard.cases.closing import close
from heard.cases.facts import rows
from heard.cases.models import Case, Clock, DateNote, DueChange, Message, Warned
from heard.cases.services import Request, locked, receive, reply, save
from heard.core import clock
from heard.core.actors import SYSTEM
from heard.core.errors import ChangedMeanwhile, Refused
from heard.people.models import Staff
from heard.places.models import Office
from heard.places.services import announce_closure
from heard.post.models import Dispatch

pytestmark = pytest.mark.django_db
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
NOW = datetime(2026, 6, 1, 16, 0, tzinfo=UTC)
# The service answers first within 8 hours and is done within 5 days (conftest).


@pytest.fixture(autouse=True)
def monday() -> Iterator[None]:
    with clock.at(NOW):
        yield


@pytest.fixture
def named(case: Case, staff: Any) -> Case:
    """A case that has been answered; its contact is the agent."""
    reply(case, "We come.", actor=staff("agent").as_actor())
    Case.objects.filter(pk=case.pk).update(contact=staff("agent"))
    return Case.objects.get(pk=case.pk)


def warned(moment: datetime) -> list[tuple[int, str]]:
    """Who was warned by a round at a moment: level and name."""
    seen = set(Warned.objects.values_list("pk", flat=True))
    with clock.at(moment):
        warning.warn()
    new = Warned.objects.exclude(pk__in=seen).select_related("to").order_by("pk")
    return [(row.level, row.to.role if row.to else "") for row in new]


def test_first_the_contact_then_the_manager_each_once(named: Case, staff: Any) -> None:
    staff("manager")
    assert warned(NOW + 3 * DAY) == []
    assert warned(NOW + 4 * DAY) == [(1, "agent")]
    assert warned(NOW + 4 * DAY + HOUR) == []
    assert warned(NOW + 4.6 * DAY) == [(2, "manager")]
    assert warned(NOW + 6 * DAY) == []
    assert Case.objects.get().warned_at == NOW + 4 * DAY


def test_after_a_long_silence_both_levels_are_noted_in_order(named: Case, staff: Any) -> None:
    staff("manager")
    assert warned(NOW + 9 * DAY) == [(1, "agent"), (2, "manager")]
    assert Case.objects.get().warned_at is None  # it had broken: nobody was warned before


def test_nobody_is_warned_of_what_is_answered_finished_or_joined(
    named: Case, staff: Any, service: Any
) -> None:
    agent = staff("agent").as_actor()
    answered = Clock.objects.get(case=named, kind="first_response")
    assert answered.stopped_at == NOW
    close(named, outcome="done", words="Done.", actor=agent)
    joined = receive(Request(service, "Same"), actor=agent)
    row = locked(joined)
    row.merged_into = named
    save(row)
    assert warned(NOW + 9 * DAY) == []


def test_who_is_on_call_stands_before_the_manager(
    named: Case, staff: Any, monkeypatch: Any
) -> None:
    staff("manager")
    monkeypatch.setattr(warning, "_on_call", [])
    warning.register_on_call(lambda division, moment: [staff("field_worker")])
    Case.objects.update(contact=None)
    assert warned(NOW + 4 * DAY) == [(1, "field_worker")]


def test_a_warning_that_reaches_nobody_is_kept_and_counted(named: Case) -> None:
    Staff.objects.update(is_active=False)
    assert warned(NOW + 4 * DAY) == [(1, "")]
    assert warning.without_anybody() == 1


def test_one_letter_for_many_in_the_person_s_language_without_what_was_answered(
    named: Case, staff: Any, service: Any, run_steps: Any
) -> None:
    agent = staff("agent")
    Staff.objects.filter(pk=agent.pk).update(language="es")
    others = [receive(Request(service, f"Hole {n}"), actor=agent.as_actor()) for n in "12"]
    Case.objects.update(contact=agent)
    with clock.at(NOW + 7 * HOUR):
        warning.warn()
        reply(others[0], "Hello", actor=agent.as_actor())  # before the letter is written
        run_steps()
    letter = Dispatch.objects.get(template="staff_at_risk")
    assert (letter.language, letter.address) == ("es", agent.email)
    assert others[1].reference in letter.text
    assert others[0].reference not in letter.text
    assert letter.subject.startswith("1 compromiso")


# --- we will be late ----------------------------------------------------------------------------

FRIDAY = datetime(2026, 6, 12, 23, tzinfo=UTC)


def test_a_moved_promise_is_told_kept_and_still_judged_by_the_first(
    named: Case, staff: Any, run_steps: Any
) -> None:
    agent = staff("agent").as_actor()
    first = named.due_at
    words = late.drafted(named, "weather")
    assert words.startswith("Prometimos")  # Ana writes in Spanish
    change = late.move_promise(
        named, new_due=FRIDAY, why="weather", words=words, actor=agent, key="k",
        seen_version=named.version,
    )  # fmt: skip
    again = late.move_promise(
        named, new_due=FRIDAY, why="weather", words=words, actor=agent, key="k"
    )
    assert again == change
    case = Case.objects.get()
    assert (case.due_at, case.judged_due) == (FRIDAY, first)
    assert (case.times_moved, case.moved_for) == (1, "late")
    assert DueChange.objects.get().words == words
    assert Message.objects.latest("pk").words == words
    run_steps()
    letter = Dispatch.objects.get(template="promise_moved")
    assert words in letter.text
    assert "12 de junio de 2026, 5:00" in letter.text.replace("\u202f", " ")  # on our clock
    # Warned again before the new date, and late by the old one.
    assert warned(NOW + 9 * DAY) == [(1, "agent")]
    with clock.at(NOW + 8 * DAY):
        close(case, outcome="done", words="Done.", actor=agent)
    fact = next(iter(rows()))
    assert (fact.on_time, fact.due_at, fact.moved_due_at) == (False, first, FRIDAY)
    assert fact.days_late == pytest.approx(3.0)
    assert (fact.times_moved, fact.moved_for, fact.has_clock) == (1, "late", True)


def test_it_stops_no_other_clock(case: Case, staff: Any) -> None:
    late.move_promise(
        case, new_due=FRIDAY, why="parts", words="Parts.", actor=staff("agent").as_actor()
    )
    running = Clock.objects.filter(case=case, stopped_at=None).values_list("kind", flat=True)
    assert set(running) == {"first_response", "resolution"}
    assert Case.objects.get().first_response_at is None


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"new_due": NOW + HOUR}, "after the one promised now"),
        ({"new_due": NOW + 400 * DAY}, "within a year"),
        ({"words": " "}, "Write what the customer should know"),
        ({"why": "lazy"}, "Choose the reason"),
    ],
)
def test_what_cannot_be_is_refused(
    named: Case, staff: Any, given: dict[str, Any], says: str
) -> None:
    asked: dict[str, Any] = {"new_due": FRIDAY, "why": "parts", "words": "Parts."} | given
    with pytest.raises(Refused, match=says):
        late.move_promise(named, actor=staff("agent").as_actor(), **asked)


def test_somebody_else_was_quicker(named: Case, staff: Any) -> None:
    agent = staff("agent").as_actor()
    with pytest.raises(ChangedMeanwhile):
        late.move_promise(
            named, new_due=FRIDAY, why="parts", words="P.", actor=agent, seen_version=1
        )


# --- a closure tells those it concerns ----------------------------------------------------------


def test_a_closed_office_drafts_notes_and_tells_contacts(
    named: Case, staff: Any, service: Any, run_steps: Any
) -> None:
    agent = staff("agent").as_actor()
    service.office = Office.objects.create(
        code="hall", name={"en": "City Hall", "es": "Ayuntamiento"}, address="1 Main", hours="24/7"
    )
    service.save()
    reply(named, "Please come with the form.", actor=agent, wait=True)
    announce_closure(
        starts_at=NOW + DAY, ends_at=NOW + 2 * DAY, office=service.office, actor=SYSTEM,
        reason={"en": "Water in the basement", "es": "Agua en el sótano"},
    )  # fmt: skip
    run_steps()
    note = DateNote.objects.get()
    assert note.words.startswith("Ayuntamiento estará cerrado")
    assert "Agua en el sótano" in note.words
    assert Dispatch.objects.get(template="staff_closure").address == "agent@city.example"
    sent = Dispatch.objects.filter(about=f"case:{named.pk}").count()
    message = late.send_note(note, words="Cerrado.", actor=agent)
    run_steps()
    assert Dispatch.objects.filter(about=f"case:{named.pk}").count() == sent + 1
    assert (message.words, DateNote.objects.get().sent) == ("Cerrado.", True)
    with pytest.raises(Refused, match="already"):
        late.send_note(note, words="Again.", actor=agent)
