"""Building a form at the desk: add, move, condition, take away; answers stay readable."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from heard.catalogue import questions as verbs
from heard.catalogue.asking import in_words
from heard.catalogue.conditions import asked_now
from heard.catalogue.models import Question, QuestionGroup
from heard.catalogue.questions import Content
from heard.core import clock
from heard.core.actors import SYSTEM
from heard.core.errors import NotAllowed, Refused

pytestmark = pytest.mark.django_db
SIZES = [{"key": "big", "name": {"en": "Big"}}, {"key": "small", "name": {"en": "Small"}}]


@pytest.fixture
def boss(client: Client, staff: Callable[..., Any]) -> Client:
    client.force_login(staff("manager"))
    return client


def add(service: Any, label: str, kind: str = "text", **more: Any) -> Question:
    return verbs.add_question(service, Content(kind, {"en": label}, **more), actor=SYSTEM)


def order(service: Any) -> list[str]:
    return [q.code for q in service.questions.all()]


def test_a_form_is_built_on_a_page(boss: Client, service: Any) -> None:
    page = {"title_en": "The hole", "title_es": "El hoyo", "key": "a"}
    for _twice in range(2):
        assert boss.post(reverse("forms:page_new", args=["pothole"]), page).status_code == 302
    group = QuestionGroup.objects.get()
    size = {"label_en": "How big?", "label_es": "¿Qué tamaño?", "kind": "choice", "group": group.pk,
            "choices": "big | Big | Grande\nsmall | Small", "required": "on"}  # fmt: skip
    boss.post(reverse("forms:question_new", args=["pothole"]), size)
    deep = {
        "label_en": "How deep?",
        "kind": "number",
        "condition": "how_big=big",
        "group": group.pk,
    }
    boss.post(reverse("forms:question_new", args=["pothole"]), deep)
    first, second = service.questions.all()
    assert (first.code, first.required, first.group) == ("how_big", True, group)
    assert (second.only_if, second.only_if_value) == (first, "big")
    shown = boss.get(reverse("forms:show", args=["pothole"])).content.decode()
    for words in ("The hole", "How big?", "must be answered", "only if “How big?” is big",
                  "no Spanish yet", "How it reads"):  # fmt: skip
        assert words in shown
    seen = boss.get(reverse("forms:preview", args=["pothole"])).content.decode()
    assert "¿Qué tamaño?" in seen
    assert "Grande" in seen
    edit = boss.get(reverse("forms:question", args=[second.pk])).content.decode()
    assert 'value="how_big=big" selected' in edit


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"label_en": ""}, "Please fill in"),
        ({"kind": "choice", "choices": "big | Big"}, "between 2 and 60 choices"),
        ({"kind": "choice", "choices": "big"}, "write key | English | Español"),
        ({"label_en": "x" * 301}, "under 300 characters"),
        ({"condition": "nowhere=x"}, "Select a valid choice"),
    ],
)
def test_faults_say_what_to_do_and_keep_what_was_typed(
    given: dict[str, str], words: str, boss: Client, service: Any
) -> None:
    sent = {"label_en": "How big?", "hint_en": "kept as typed", "kind": "text"} | given
    answer = boss.post(reverse("forms:question_new", args=["pothole"]), sent)
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert "kept as typed" in answer.content.decode()
    assert not Question.objects.exists()


def test_a_condition_never_points_forward_or_to_itself(service: Any) -> None:
    size = add(service, "Size", "choice", choices=SIZES)
    deep = add(service, "Deep", "yes_no")
    words = add(service, "Words")

    def depends(question: Question, other: Question, value: str, words: str) -> None:
        content = Content(question.kind, question.label, choices=question.choices, only_if=other,
                          only_if_value=value)  # fmt: skip
        with pytest.raises(Refused, match=words):
            verbs.change_question(question, content, actor=SYSTEM)

    depends(size, size, "big", "its own answer")
    depends(size, deep, "yes", "asked after this question")
    depends(deep, size, "huge", "Choose the answer")
    depends(deep, words, "x", "asked after|answers to choose from")
    verbs.change_question(
        deep, Content("yes_no", deep.label, only_if=size, only_if_value="big"), actor=SYSTEM
    )
    depends(size, deep, "yes", "asked after this question")  # no circle
    with pytest.raises(Refused, match="must stay behind it"):
        verbs.move_question(deep, -1, actor=SYSTEM)
    with pytest.raises(Refused, match="depends on it"):
        verbs.retire_question(size, actor=SYSTEM)
    fewer = Content("choice", size.label, choices=[*SIZES[1:], {"key": "x", "name": {"en": "X"}}])
    with pytest.raises(Refused, match="the choice you take away"):
        verbs.change_question(size, fewer, actor=SYSTEM)
    assert order(service) == ["size", "deep", "words"]


def test_pages_and_questions_move(boss: Client, service: Any) -> None:
    pages = [
        verbs.save_group(service, None, title={"en": name}, intro={}, actor=SYSTEM)
        for name in ("One", "Two")
    ]
    a, b, c = (add(service, name, group=pages[n]) for name, n in (("a", 0), ("b", 0), ("c", 1)))
    boss.post(reverse("forms:act", args=["question", b.pk, "up"]))
    assert order(service) == ["b", "a", "c"]
    boss.post(reverse("forms:act", args=["page", pages[0].pk, "down"]))
    assert order(service) == ["c", "b", "a"]
    boss.post(reverse("forms:act", args=["question", c.pk, "up"]))  # nothing above it
    assert order(service) == ["c", "b", "a"]
    answer = boss.post(reverse("forms:act", args=["page", pages[0].pk, "away"]), follow=True)
    assert "Move or take away the questions" in answer.content.decode()
    boss.post(reverse("forms:act", args=["question", c.pk, "away"]))
    boss.post(reverse("forms:act", args=["page", pages[1].pk, "away"]))
    assert order(service) == ["b", "a"]
    assert boss.get(reverse("forms:act", args=["question", a.pk, "away"])).status_code == 302
    assert order(service) == ["b", "a"]


def test_what_was_answered_stays_readable(service: Any) -> None:
    size = add(service, "How big?", "choice", choices=SIZES)
    then = clock.now()
    with clock.at(then + timedelta(hours=1)):
        new = [{"key": "big", "name": {"en": "Over a foot"}}, SIZES[1]]
        changed = Content("choice", {"en": "Its width?"}, choices=new)
        size = verbs.change_question(size, changed, actor=SYSTEM)
    asked = service.questions.all()
    assert in_words(asked, {"size_x": 1, "how_big": "big"}, then) == [("How big?", "Big")]
    assert in_words(asked, {"how_big": "big"}) == [("Its width?", "Over a foot")]
    other = add(service, "Other?")
    verbs.retire_question(size, actor=SYSTEM)
    assert order(service) == [other.code]
    answers = {"how_big": "big", other.code: "x"}
    assert in_words(service.questions.all(), answers, then) == [
        ("Other?", "x"),
        ("How big?", "Big"),
    ]
    assert add(service, "How big?").code == "how_big_2"  # its name in the data is not used twice
    with pytest.raises(Refused, match="kind stays"):
        verbs.change_question(other, Content("number", other.label), actor=SYSTEM)


def test_a_question_behind_one_that_is_not_asked_is_not_asked(service: Any) -> None:
    a = add(service, "a", "yes_no")
    b = add(service, "b", "many", choices=SIZES, only_if=a, only_if_value="yes")
    add(service, "c", only_if=b, only_if_value="big")
    asked = list(service.questions.all())

    def codes(**answers: Any) -> str:
        return "".join(q.code for q in asked_now(asked, answers))

    assert codes() == "a"
    assert codes(a="yes") == "ab"
    assert codes(a="yes", b=["small", "big"]) == "abc"
    assert codes(a="no", b=["big"]) == "a"


def test_a_manager_builds_only_the_forms_of_the_own_division(
    client: Client, service: Any, staff: Callable[..., Any]
) -> None:
    from heard.people.models import Division, Staff

    other = Division.objects.create(
        department=service.division.department, code="parks", name={"en": "Parks"}
    )
    Staff.objects.filter(pk=staff("manager").pk).update(division=other)
    client.force_login(Staff.objects.get(pk=staff("manager").pk))
    assert client.get(reverse("forms:show", args=["pothole"])).status_code == 403
    assert "Pothole" not in client.get(reverse("forms:list")).content.decode()
    with pytest.raises(NotAllowed):
        verbs.add_question(service, Content("text", {"en": "x"}), actor=staff("agent").as_actor())


def test_a_form_has_an_end(service: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(verbs, "MOST", 1)
    add(service, "one")
    with pytest.raises(Refused, match="at most 1 questions"):
        add(service, "two")


def test_the_form_costs_as_many_queries_for_one_question_as_for_many(
    boss: Client, service: Any
) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    counts = []
    for total in (1, 6):
        while service.questions.count() < total:
            add(service, "Question", "yes_no")
        for address in (reverse("forms:show", args=["pothole"]), "/services/pothole/?whole=1"):
            boss.get(address)
            with CaptureQueriesContext(connection) as queries:
                boss.get(address)
            counts.append(len(queries))
    assert counts[:2] == counts[2:]
