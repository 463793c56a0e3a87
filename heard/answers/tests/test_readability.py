"""Scores against published examples, and what is pointed out."""

import pytest

from heard.answers.readability import (
    band_of,
    fernandez_huerta,
    flesch_ease,
    kincaid_grade,
    perspicuity,
    read,
    sentences_of,
)
from heard.answers.syllables import syllables_of

PLATYPUS = "The Australian platypus is seemingly a hybrid of a mammal and reptilian creature."


def test_flesch_and_kincaid_of_the_published_examples() -> None:
    # One sentence of 13 words and 24 syllables: 37.5 and grade 11.3. Both ends of the scale.
    assert round(flesch_ease(13, 1, 24), 1) == 37.5
    assert round(kincaid_grade(13, 1, 24), 1) == 11.3
    assert round(flesch_ease(1, 1, 1), 2) == 121.22
    assert round(kincaid_grade(1, 1, 1), 2) == -3.40
    # Six words of one syllable, "The cat sat on the mat": 116.
    assert round(flesch_ease(6, 1, 6)) == 116


def test_the_counts_of_the_published_example() -> None:
    found = read(f"{PLATYPUS} {PLATYPUS}", "en")
    assert (found.words, found.sentences, found.syllables) == (26, 2, 48)
    assert found.score == pytest.approx(37.46, abs=0.01)
    assert found.band == "very hard"


def test_spanish_formulas_by_hand() -> None:
    # 100 words, 5 sentences, 200 syllables: 206.84 − 120 − 20.4, and 206.835 − 124.6 − 20.
    assert fernandez_huerta(100, 5, 200) == pytest.approx(66.44)
    assert perspicuity(100, 5, 200) == pytest.approx(62.235)


@pytest.mark.parametrize(
    ("score", "band"),
    [
        (81, "very easy"),
        (80, "very easy"),
        (66, "easy"),
        (55, "fair"),
        (54, "hard"),
        (39, "very hard"),
    ],
)
def test_bands_of_inflesz(score: float, band: str) -> None:
    assert band_of(score, "es") == band


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", "trash 1 street 1 streets 1 bridges 2 city 2 area 3 about 2 business 2 walked 1 "
               "needed 2 opened 2 table 2 library 3 apply 2 application 4 emergency 4 people 2 "
               "neighborhood 3 recycling 4 community 4 hazardous 3 official 3 fuel 2 settled 2"),
        # As the Ortografía divides them: pa-ís, a-ve-ri-güe, hé-ro-e, prohi-bir, cons-truir.
        ("es", "país 2 ciudad 2 averigüe 4 héroe 3 prohibir 2 construir 2 búho 2 aéreo 4 leer 2 "
               "caos 2 ley 1 uruguay 3 guerra 2 quien 1 pingüino 3 estudiáis 3 vehículo 4 yo 1 "
               "río 2 agua 2 basura 3 recolección 4 cuidado 3 viuda 2 prohíbe 3"),
    ],
)  # fmt: skip
def test_syllables(language: str, words: str) -> None:
    told = words.split()
    expected = dict(zip(told[::2], map(int, told[1::2]), strict=True))
    assert {word: syllables_of(word, language) for word in expected} == expected


def test_long_sentences_and_office_words_are_named() -> None:
    long = "You must " + "really " * 30 + "submit the form."
    found = read(f"{long} Prior to that, utilize the door and utilize the bell.", "en")
    assert [sentence.words for sentence in found.long_sentences] == [35]
    named = {word.word: (word.times, word.instead) for word in found.hard_words}
    assert named["utilize"] == (2, "use")
    assert named["prior to"] == (1, "before")
    assert "submit" in named
    assert not found.is_plain
    spanish = read("Sírvase utilizar el formulario para tramitar su solicitud con nosotros.", "es")
    assert {word.word for word in spanish.hard_words} >= {"sírvase", "utilizar", "tramitar"}


def test_plain_words_pass_and_short_texts_are_not_judged() -> None:
    plain = "Put your cart out by 7 in the morning. We come once a week. Call us if we miss you."
    found = read(plain, "en")
    assert found.is_plain
    assert found.grade is not None
    assert found.grade < 5
    short = read("Call us.", "en")
    assert (short.words, short.score, short.band) == (2, None, None)
    assert read("", "es").sentences == 0


def test_a_sentence_ends_neither_at_an_abbreviation_nor_in_a_number() -> None:
    assert len(sentences_of("Come at 9 a.m. Monday to St. Mary. It costs 3.50 dollars.")) == 2
    assert len(sentences_of("First line\nSecond line\n\nThird. ¿Cuarta?")) == 4


def test_marks_of_the_format_are_not_words() -> None:
    found = read("# Heading\n\n- [our page](https://city.example/very/long)\n- **bold**", "en")
    assert found.words == 4
