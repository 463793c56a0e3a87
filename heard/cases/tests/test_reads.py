"""Lists of cases: what they hold, in which order, at what cost."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from heard.cases import closing, services
from heard.cases.listing import FURTHEST, PAGE, Wanted, find_cases, page_of
from heard.cases.models import Case
from heard.cases.reads import at_risk, spoken_answers
from heard.cases.searching import is_reference
from heard.cases.story import others_from, others_part, story_of
from heard.catalogue.models import Question
from heard.core.gather import gather
from heard.people.models import Division

NOON = datetime(2026, 5, 4, 12, tzinfo=UTC)
DAY = timedelta(days=1)
Maker = Callable[..., Case]


@pytest.fixture
def make(service: Any, customer: Any) -> Maker:
    """``make(state="closed", due_at=…)``: a case without its history."""

    def made(**given: Any) -> Case:
        given = {
            "service": service, "division": service.division, "received_at": NOON,
            "changed_at": NOON, "words": "A hole.", **given,
        }  # fmt: skip
        return Case.objects.create(**given)

    return made


def found(**wanted: Any) -> list[Case]:
    return list(find_cases(Wanted(**wanted), NOON))


def test_groups_follow_the_life_cycle(make: Maker) -> None:
    states = ("received", "waiting", "reopened", "resolved", "closed", "declined", "handed_over")
    cases = {state: make(state=state) for state in states}
    assert {c.state for c in found()} == {"received", "waiting", "reopened"}
    assert found(group="waiting") == [cases["waiting"]]
    assert {c.state for c in found(group="finished")} == set(states[3:])
    assert len(found(group="all")) == len(states)


def test_a_finished_case_comes_back_when_its_customer_writes(
    case: Case, staff: Any, customer: Any
) -> None:
    closing.close(case, outcome="done", words="Filled.", actor=staff().as_actor())
    assert found() == []
    services.add_words(case, "It is back.", actor=customer.as_actor())
    assert found() == [case]
    services.reply(case, "We look.", actor=staff().as_actor())
    assert found() == []


def test_the_most_urgent_come_first(make: Maker) -> None:
    late_answer = make(first_response_due=NOON - 2 * DAY, due_at=NOON + 9 * DAY)
    late = make(first_response_at=NOON, first_response_due=NOON - 3 * DAY, due_at=NOON - DAY)
    soon = make(due_at=NOON + DAY)
    later = make(due_at=NOON + 5 * DAY)
    never = make()
    assert found() == [late_answer, late, soon, later, never]
    assert found(due="overdue") == [late_answer, late]
    assert found(due="soon") == [soon]


def test_a_finished_case_is_not_overdue(make: Maker) -> None:
    make(state="closed", due_at=NOON - DAY)
    assert found(due="overdue", group="all") == []


def test_other_orders(make: Maker) -> None:
    old = make(received_at=NOON - DAY, changed_at=NOON, customer_waits_since=NOON)
    new = make(received_at=NOON, changed_at=NOON - DAY)
    waits = make(
        received_at=NOON - 2 * DAY, changed_at=NOON - 2 * DAY, customer_waits_since=NOON - DAY
    )
    assert found(sort="newest") == [new, old, waits]
    assert found(sort="oldest") == [waits, old, new]
    assert found(sort="changed") == [old, new, waits]
    assert found(sort="waits") == [waits, old, new]
    assert found(sort="urgent", group="all") == [new, old, waits]  # urgency ends with the case


def test_ours_are_mine_and_my_divisions(make: Maker, staff: Any, division: Division) -> None:
    other = Division.objects.create(department=division.department, code="p", name={"en": "P"})
    here = make()
    mine = make(division=other, assignee=staff())
    make(division=other)
    assert set(found(ours=staff())) == {here, mine}
    assert found(ours=staff(), assignee=staff()) == [mine]
    assert found(division=division) == [here]
    assert mine not in found(unassigned=True)


def test_narrowing_by_channel_language_and_service(make: Maker, service: Any) -> None:
    call = make(channel="phone", language="es")
    make(channel="web", language="en")
    assert found(channel="phone") == found(language="es") == [call]
    assert len(found(service=service)) == 2


class TestSearch:
    @pytest.fixture
    def hole(self, make: Maker, customer: Any) -> Case:
        customer.phone = "(303) 555-0199"
        customer.save()
        make(words="A dark lamp.", reference="BBBB-BBBB")
        return make(
            customer=customer, words="A deep HOLE by the school", place="12 Elm Street",
            reference="K7M4-2QXP",
        )  # fmt: skip

    @pytest.mark.parametrize(
        "typed",
        ["k7m4-2qxp", "K7M42QXP", "K7M4", "hole", "school hole", "elm", "Ana", "ana ruiz hole",
         "ANA@home.example", "ana@home", "303-555-0199", "5550199", "+1 303 555 0199"],
    )  # fmt: skip
    def test_finds_what_a_clerk_has_at_hand(self, typed: str, hole: Case) -> None:
        assert found(search=typed, sees_people=True) == [hole]

    @pytest.mark.parametrize("typed", ["hole lamp", "BBBB-2222", "nobody@home.example", "5550198"])
    def test_every_word_must_fit(self, typed: str, hole: Case) -> None:
        assert found(search=typed, sees_people=True) == []

    @pytest.mark.parametrize("typed", ["Ana", "ana@home.example", "303-555-0199"])
    def test_customers_are_hidden_from_who_may_not_see_them(self, typed: str, hole: Case) -> None:
        assert found(search=typed) == []

    @pytest.mark.parametrize("typed", ["%", "_", "'; DROP TABLE", "\\", "a" * 5000, "x " * 500])
    def test_odd_input_is_only_text(self, typed: str, hole: Case) -> None:
        assert found(search=typed, sees_people=True) == []

    def test_blank_narrows_nothing(self, hole: Case) -> None:
        assert len(found(search="   ")) == 2

    def test_what_a_reference_is(self) -> None:
        assert is_reference("k7m4-2qxp")
        assert is_reference("K7M4 2QXP")
        assert not any(is_reference(text) for text in ("potholes", "K7M4", "", "K7M4-2QXP-3333"))


def test_pages_are_whole_and_bounded(make: Maker, django_assert_num_queries: Any) -> None:
    for number in range(PAGE + 5):
        make(due_at=NOON + number * DAY)
    with django_assert_num_queries(2):
        first = page_of(Wanted(), 1, now=NOON)
    assert len(first.page.object_list) == PAGE
    assert (first.page.paginator.num_pages, first.there_are_more) == (2, False)
    seen = [*first.page.object_list, *page_of(Wanted(), 2, now=NOON).page.object_list]
    assert len({case.pk for case in seen}) == PAGE + 5
    assert [case.due_at for case in seen] == sorted(case.due_at for case in seen)  # type: ignore[type-var]
    for nonsense in ("0", "-3", "99", "x", ""):
        assert page_of(Wanted(), nonsense, now=NOON).page.object_list


def test_a_list_leads_only_so_far(make: Maker, service: Any) -> None:
    Case.objects.bulk_create(
        Case(service=service, division=service.division, received_at=NOON, changed_at=NOON)
        for _number in range(FURTHEST + 1)
    )
    listed = page_of(Wanted(), 1, now=NOON)
    assert listed.there_are_more
    assert listed.page.paginator.count == FURTHEST


def test_the_story_is_cut_to_its_latest_entries(case: Case, staff: Any) -> None:
    for number in range(4):
        services.note(case, f"Note {number}", actor=staff().as_actor())
    story = story_of(case, limit=3)
    assert story.is_cut
    assert [m.words for m in story.messages] == ["Note 1", "Note 2", "Note 3"]
    assert not story_of(case, limit=4).is_cut


def test_other_cases_are_the_same_customers(case: Case, make: Maker, customer: Any) -> None:
    make()
    theirs = [make(customer=customer, received_at=NOON - n * DAY) for n in range(12)]
    shown, more = others_from(gather({"others": others_part(case)})["others"])
    assert (shown, more) == (theirs[:10], True)
    assert str(shown[0].service) == "Pothole"
    assert others_from(gather({"others": others_part(make())})["others"]) == ([], False)


def test_answers_are_told_in_words(case: Case, service: Any) -> None:
    Question.objects.create(
        service=service, code="size", kind="choice", label={"en": "How big?"},
        choices=[{"key": "big", "name": {"en": "Very big"}}],
    )  # fmt: skip
    Question.objects.create(service=service, code="wet", kind="yes_no", label={"en": "Wet?"})
    Question.objects.create(service=service, code="pic", kind="photo", label={"en": "Photos?"})
    Question.objects.create(
        service=service, code="spot", kind="place", label={"en": "Where?"}, retired_at=NOON
    )
    case.answers = {
        "size": "big", "wet": True, "pic": ["a", "b"], "spot": {"words": "Elm", "lat": 1.0},
        "asked-long-ago": 7,
    }  # fmt: skip
    assert spoken_answers(case) == [
        ("How big?", "Very big"), ("Wet?", "yes"), ("Photos?", "2 files"), ("Where?", "Elm"),
        ("asked-long-ago", "7"),
    ]  # fmt: skip


def test_promises_at_risk_are_counted_for_one_division(make: Maker, division: Division) -> None:
    other = Division.objects.create(department=division.department, code="p", name={"en": "P"})
    make(due_at=NOON - DAY)
    make(due_at=NOON + DAY)
    make(due_at=NOON + 3 * DAY)
    make(due_at=NOON - DAY, division=other)
    assert at_risk(division, NOON) == {"overdue": 1, "soon": 1}
