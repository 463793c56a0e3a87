"""The verbs: versions, audit, who may, and what is refused."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from heard.answers.models import Answer
from heard.answers.reads.lists import today
from heard.answers.services import Content, publish, retire, review, write_answer
from heard.core.errors import ChangedMeanwhile, NotAllowed, Refused
from heard.core.models import AuditRow, Event

pytestmark = pytest.mark.django_db


def content(division: Any, en: str = "When is it?", **more: Any) -> Content:
    return Content(question={"en": en}, division=division, short={"en": "Today."}, **more)


def test_each_change_is_a_version_with_who_and_when(division: Any, staff: Any) -> None:
    actor = staff("manager").as_actor()
    answer = write_answer(content(division), actor=actor)
    publish(answer, actor=actor)
    write_answer(content(division, "When is it now?"), answer=answer, actor=actor)
    retire(answer, actor=actor)
    kept = list(answer.versions.values_list("number", "verb", "actor_name"))
    verbs = ["retired", "written", "published", "written"]
    assert kept == [(4 - n, verb, "Sam Manager") for n, verb in enumerate(verbs)]
    assert answer.versions.get(number=1).words["question"] == {"en": "When is it?"}
    told = AuditRow.objects.filter(about_kind="answer", about_id=answer.pk).order_by("id")
    assert [row.verb for row in told] == [
        "answer.written", "answer.published", "answer.written", "answer.retired",
    ]  # fmt: skip
    changed = told[2].changes["question"]
    assert changed == [{"en": "When is it?"}, {"en": "When is it now?"}]


def test_the_address_stays_when_the_question_changes(division: Any, staff: Any) -> None:
    actor = staff("manager").as_actor()
    first = write_answer(content(division), actor=actor)
    again = write_answer(content(division), actor=actor)
    assert (first.slug, again.slug) == ("when-is-it", "when-is-it-2")
    changed = write_answer(content(division, "Why?"), answer=first, actor=actor)
    assert changed.slug == "when-is-it"
    strange = write_answer(content(division, "¿¿??"), actor=actor)
    assert strange.slug == "answer"


@pytest.mark.parametrize(
    ("role", "writes", "publishes"),
    [
        ("agent", True, False),
        ("field_worker", False, False),
        ("manager", True, True),
        ("cx_lead", True, True),
        ("administrator", True, True),
    ],
)
def test_who_may_write_and_publish(
    role: str, writes: bool, publishes: bool, division: Any, staff: Any
) -> None:
    actor, boss = staff(role).as_actor(), staff("manager").as_actor()
    draft = write_answer(content(division), actor=boss)

    def tried(verb: Callable[[], Any]) -> bool:
        try:
            verb()
        except NotAllowed:
            return False
        return True

    assert tried(lambda: write_answer(content(division), actor=actor)) is writes
    assert tried(lambda: publish(draft, actor=actor)) is publishes
    publish(draft, actor=boss)
    assert tried(lambda: write_answer(content(division), answer=draft, actor=actor)) is publishes
    assert tried(lambda: review(draft, actor=actor)) is publishes
    assert tried(lambda: retire(draft, actor=actor)) is publishes


def test_an_owner_says_that_it_is_still_right(division: Any, staff: Any) -> None:
    owner = staff("agent")
    draft = write_answer(content(division, owner=owner), actor=owner.as_actor())
    answer = publish(draft, actor=staff("manager").as_actor())
    day = today() + timedelta(days=30)
    assert review(answer, actor=owner.as_actor(), next_on=day).review_on == day
    assert review(answer, actor=owner.as_actor()).review_on == today() + timedelta(days=180)
    for wrong in (today(), today() - timedelta(days=1), today() + timedelta(days=5000)):
        with pytest.raises(Refused, match="lies ahead"):
            review(answer, actor=owner.as_actor(), next_on=wrong)


def test_two_writers_and_a_double_click(division: Any, staff: Any) -> None:
    actor = staff("manager").as_actor()
    answer = write_answer(content(division), actor=actor, key="one")
    assert write_answer(content(division), actor=actor, key="one") == answer
    assert Answer.objects.count() == 1
    write_answer(content(division, "Mine"), answer=answer, actor=actor, seen_version=1)
    with pytest.raises(ChangedMeanwhile):
        write_answer(content(division, "Theirs"), answer=answer, actor=actor, seen_version=1)
    answer.refresh_from_db()
    assert answer.question == {"en": "Mine"}


def test_what_is_refused(division: Any, staff: Any) -> None:
    actor = staff("manager").as_actor()
    with pytest.raises(Refused) as fault:
        write_answer(Content(question={}, division=division), actor=actor)
    assert fault.value.field == "question_en"
    long = Content(question={"en": "Q", "es": "¿" * 201}, division=division)
    with pytest.raises(Refused, match="201 characters; 200 fit") as fault:
        write_answer(long, actor=actor)
    assert fault.value.field == "question_es"
    bare = write_answer(Content(question={"es": "¿Cuándo?"}, division=division), actor=actor)
    with pytest.raises(Refused, match="in English"):
        publish(bare, actor=actor)
    assert Event.objects.filter(kind="answer.published").count() == 0


def test_what_was_pasted_is_tidied(division: Any, staff: Any) -> None:
    pasted = Content(
        question={"en": "Is\u202e it\x00 \n on?"}, division=division, body={"en": "a\r\nb\x07"}
    )
    answer = write_answer(pasted, actor=staff("agent").as_actor())
    assert answer.question == {"en": "Is it on?"}
    assert answer.body == {"en": "a\nb"}
