"""The answers of the demo city: found by what people type, and easy to read in both languages."""

from typing import Any

import pytest

from demo.answers import PARTS, _words
from demo.reading import table
from heard.answers.indexing import terms_of
from heard.answers.models import Answer, AnswerTerm
from heard.answers.readability import read
from heard.answers.reads import find
from heard.answers.reads.lists import today
from heard.answers.replies import check
from heard.core import clock

# What people type, and a piece of the question that must come first.
EXPECTED = {
    "en": {
        "when do they collect the garbage": "trash picked up",
        "my water bill doubled": "water bill so high",
        "how to dispose of an old sofa": "couch",
        "neighbor plays music at night": "too loud",
        "pothole broke my tire, claim": "damaged my car",
        "can I build a deck": "permit for a fence",
        "shoveling snow from the sidewalk": "shovel the sidewalk",
        "I need an interpreter": "help in Spanish",
        "rusty water from the tap": "brown water",
        "landlord, no heating": "does not fix the heat",
        "old battries": "paint and batteries",
    },
    "es": {
        "cuando pasa el camion de la basura": "recogen mi basura",
        "recibo de agua muy caro": "factura del agua",
        "tirar un COLCHÓN viejo": "colchón",
        "perros ladrando toda la noche": "mucho ruido",
        "un hoyo rompió mi llanta": "dañó mi carro",
        "permiso para construir una barda": "cerca o un cobertizo",
        "me multaron por no palear la nieve": "nieve de la banqueta",
        "necesito un interprete": "en español o en otro",
        "agua oxidada": "sale café",
        "no hay calefaccion en el departamento": "calefacción",
        "vender tamales en casa": "trabajar desde mi casa",
    },
}


@pytest.fixture
def library(division: Any) -> None:
    """The answers of the demo city."""
    made = Answer.objects.bulk_create(
        Answer(
            slug=f"a-{n}",
            **{part: _words(row, part) for part in PARTS},
            division=division,
            state="published",
            is_public=not row.get("staff_only", False),
            review_on=today(),
            changed_at=clock.now(),
        )
        for n, row in enumerate(table("answers")["answer"])
    )
    AnswerTerm.objects.bulk_create([term for answer in made for term in terms_of(answer)], 500)


def test_the_expected_answer_comes_first(library: None) -> None:
    wrong = {}
    for language, asked in EXPECTED.items():
        for words, expected in asked.items():
            best = find(words, language, limit=1)
            got = best[0].answer.question[language] if best else "nothing"
            if expected.lower() not in got.lower():
                wrong[words] = got
    assert wrong == {}


def test_words_of_the_other_language_are_understood(library: None) -> None:
    assert "trash" in find("basura", "en")[0].answer.question["en"]
    assert "basura" in find("garbage day", "es")[0].answer.question["es"]


def test_every_answer_is_easy_to_read_in_both_languages() -> None:
    hard = {}
    for row in table("answers")["answer"]:
        for code in ("en", "es"):
            found = read("\n\n".join(_words(row, part)[code] for part in PARTS[:3]), code)
            if found.band not in {"very easy", "easy", "fair"} or found.long_sentences:
                hard[row["question_en"]] = (code, found.score, found.long_sentences)
    assert hard == {}


def test_templates_use_variables_that_exist() -> None:
    for row in table("answers")["template"]:
        for code in ("en", "es"):
            check(row[code])
