"""Finding: the same number of queries at any length, and only what is on show."""

from collections.abc import Callable
from typing import Any

import pytest

from heard.answers.indexing import terms_of
from heard.answers.models import Answer, AnswerTerm
from heard.answers.reads import find
from heard.answers.reads.lists import today
from heard.core import clock

pytestmark = pytest.mark.django_db


def fill(division: Any, copies: int = 1) -> None:
    """Three answers, as often as asked."""
    rows = [
        ("When is my trash picked up?", "¿Cuándo recogen mi basura?", "camión"),
        ("Why is my water bill so high?", "¿Por qué subió tanto mi factura del agua?", "recibo"),
        ("Do I need a permit for a fence?", "¿Necesito permiso para una cerca?", "barda"),
    ]
    made = Answer.objects.bulk_create(
        Answer(
            slug=f"a-{copy}-{n}",
            question={"en": en, "es": es},
            keywords={"es": more},
            division=division,
            state="published",
            review_on=today(),
            changed_at=clock.now(),
        )
        for copy in range(copies)
        for n, (en, es, more) in enumerate(rows)
    )
    AnswerTerm.objects.bulk_create([term for answer in made for term in terms_of(answer)], 500)


@pytest.mark.parametrize("words", ["camion de la basura", "basurra", "zzzz"])
def test_the_number_of_queries_does_not_grow(
    division: Any, words: str, django_assert_num_queries: Any, django_assert_max_num_queries: Any
) -> None:
    fill(division)
    with django_assert_max_num_queries(6) as few:
        find(words, "es")
    fill_more = len(few.captured_queries)
    Answer.objects.all().delete()
    fill(division, copies=3)
    with django_assert_num_queries(fill_more):
        find(words, "es")


@pytest.mark.parametrize("words", ["", "   ", "¿?", "the of", "'); --", "a" * 5000, "%_\\"])
def test_words_that_say_nothing_find_nothing(division: Any, words: str) -> None:
    fill(division)
    assert find(words, "en") == []


def test_a_service_brings_its_answers_forward(written: Callable[..., Answer], service: Any) -> None:
    written("Broken lamp in a park")
    ours = written("Broken lamp in a street", services=[service])
    assert find("broken lamp", "en", service)[0].answer == ours


def test_only_what_is_on_show_is_found(written: Callable[..., Answer]) -> None:
    written("Garden party", state="draft")
    inside = written("Garden fence", is_public=False)
    assert find("garden", "en") == []
    assert [found.answer for found in find("garden", "en", for_staff=True)] == [inside]


def test_search_forgets_old_words(
    written: Callable[..., Answer], division: Any, staff: Any
) -> None:
    from heard.answers.services import Content, write_answer

    answer = written("Where is the zoo?")
    content = Content({"en": "Where is the lake?"}, division, short={"en": "North."})
    write_answer(content, answer=answer, actor=staff("manager").as_actor())
    assert find("zoo", "en") == []
    assert find("lakes", "en")[0].answer == answer
