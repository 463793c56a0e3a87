"""What fits a question, what is refused, and when a series goes on."""

from typing import Any

import pytest

from heard.core.errors import Refused
from heard.voice.questions import (
    DRIVERS,
    Option,
    Question,
    check_definition,
    checked,
    question,
    revised,
)

BOTH = {"en": "Word", "es": "Palabra"}


def asks(kind: str, key: str = "q", **more: Any) -> Question:
    return Question(key, kind, BOTH, **more)


OPTIONS = (Option("a", BOTH), Option("b", BOTH))


@pytest.mark.parametrize(
    ("kind", "good", "bad"),
    [
        ("csat", [1, 5], [0, 6, -1, "x", 2.5, True]),
        ("effort", [1, 7], [0, 8]),
        ("recommend", [0, 10], [-1, 11]),
        ("thumbs", [0, 1], [2]),
        ("trust", [1, 5], [6]),
    ],
)
def test_scales_take_their_numbers_alone(kind: str, good: list[Any], bad: list[Any]) -> None:
    for value in good:
        assert checked([asks(kind)], {"q": value})["q"] == value
        assert checked([asks(kind)], {"q": str(value)})["q"] == value
    for value in bad:
        with pytest.raises(Refused) as refused:
            checked([asks(kind)], {"q": value})
        assert refused.value.field == "q"


def test_three_ratings_take_one_to_ten_and_may_be_partly_skipped() -> None:
    one = asks("acsi", "acsi")
    kept = checked([one], {"acsi": {"satisfaction": "10", "ideal": 1, "expectation": ""}})
    assert kept == {"acsi": {"satisfaction": 10, "ideal": 1}}
    for bad in ({"satisfaction": 11}, {"satisfaction": 0}, {"mood": 5}, [8, 8, 8]):
        with pytest.raises(Refused):
            checked([one], {"acsi": bad})


def test_drivers_of_trust_tell_not_offered_from_not_chosen() -> None:
    one = asks("trust", "trust", offers=("ease", "humanity"))
    kept = checked([one], {"trust": 4, "trust_why": ["ease"]})
    assert kept["trust_why"] == {key: {"ease": 1, "humanity": 0}.get(key) for key in DRIVERS}
    with pytest.raises(Refused):
        checked([one], {"trust": 4, "trust_why": ["employee"]})


def test_several_and_a_matrix() -> None:
    many, matrix = asks("many", "m", options=OPTIONS), asks("matrix", "x", options=OPTIONS)
    kept = checked([many, matrix], {"m": ["a"], "x": {"a": 5, "b": None}})
    assert kept == {"m": {"a": 1, "b": 0}, "x": {"a": 5}}
    for wrong in ({"m": ["z"]}, {"x": {"z": 1}}, {"x": {"a": 6}}, {"m": "a"}):
        with pytest.raises(Refused):
            checked([many, matrix], wrong)


def test_an_empty_survey_is_no_answer() -> None:
    with pytest.raises(Refused, match="at least one"):
        checked([asks("csat"), asks("comment", "comment")], {"q": "", "comment": "   "})


@pytest.mark.parametrize(
    "wrong",
    [
        [],
        [asks("csat"), asks("csat")],
        [asks("stars")],
        [Question("q", "csat", {"en": "Only English"})],
        [asks("choice")],
        [asks("comment", "words")],
        [asks("effort", "satisfaction")],
        [asks("choice", "solved", options=OPTIONS)],
    ],
)
def test_what_cannot_be_asked_is_refused(wrong: list[Question]) -> None:
    with pytest.raises(Refused):
        check_definition(wrong)


def test_a_question_keeps_its_revision_until_its_words_or_scale_change() -> None:
    before = revised([asks("csat", "a"), asks("csat", "b")], [])
    assert [one.series for one in before] == ["a@1", "b@1"]
    other = {"en": "Other words", "es": "Otras palabras"}
    after = revised([asks("csat", "a"), Question("b", "csat", other), asks("thumbs", "c")], before)
    assert [one.series for one in after] == ["a@1", "b@2", "c@1"]
    turned = revised([asks("recommend", "a")], after)
    assert turned[0].series == "a@2"


def test_definitions_survive_being_kept() -> None:
    one = Question("x", "matrix", BOTH, {"en": "Hint"}, OPTIONS, ("ease",), 3)
    assert question(one.as_data()) == one
