"""Text from outside, references, links, words by language, and the clock."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.utils import translation

from heard.core import clock
from heard.core.references import (
    LETTERS,
    clean_reference,
    link_is_right,
    link_secret,
    new_reference,
)
from heard.core.text import clean, clean_line
from heard.core.words import check_words, said


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  a hole \r\n in\rthe road\n ", "a hole \n in\nthe road"),
        ("nul\x00 bell\x07 del\x7f c1\x85 end", "nul bell del c1 end"),
        ("turn\u202ed round\u2066\u2069\ufeff", "turnd round"),
        ("half a \ud83d picture", "half a  picture"),
        ("tabs\tstay", "tabs\tstay"),
        ("e\u0301xito", "éxito"),
        ("a\n\n\n\n\n\n\nb", "a\n\n\nb"),
        ("<b>stays as it is</b>", "<b>stays as it is</b>"),
        ("😀 ñ 漢字", "😀 ñ 漢字"),
        ("\x00\u202e ", ""),
    ],
)
def test_clean_keeps_words_and_drops_what_nobody_types(typed: str, kept: str) -> None:
    assert clean(typed) == kept
    clean(typed).encode()  # can be stored


def test_clean_line_is_one_line() -> None:
    assert clean_line(" 12  Elm\n Street\t ") == "12 Elm Street"
    assert clean_line("abcdef", limit=3) == "abc"


def test_references_are_short_and_without_look_alikes() -> None:
    made = {new_reference() for _turn in range(500)}
    assert len(made) == 500
    for reference in made:
        first, second = reference.split("-")
        assert len(first) == len(second) == 4
        assert set(first + second) <= set(LETTERS)
    assert not set("0O1ILUVAEIY") & set(LETTERS)


@pytest.mark.parametrize("typed", ["k7m4-2qxp", " K7M42QXP ", "K7M4 2QXP", "k7m4–2qxp."])
def test_a_reference_is_understood_however_it_is_typed(typed: str) -> None:
    assert clean_reference(typed) == "K7M4-2QXP"


def test_a_link_fits_its_thing_alone() -> None:
    secret = link_secret("case", 17)
    assert len(secret) == 40
    assert link_is_right(secret, "case", 17)
    assert not link_is_right(secret, "case", 18)
    assert not link_is_right(secret, "invitation", 17)
    assert not link_is_right(secret, "case", 17, version=2)
    for wrong in ("", "x", secret[:-1], secret + "0", "é" * 40):
        assert not link_is_right(wrong, "case", 17)


def test_a_link_depends_on_the_key_of_the_house(settings: Any) -> None:
    before = link_secret("case", 17)
    settings.SECRET_KEY = "another key, just as long as the first one was"
    assert link_secret("case", 17) != before


def test_words_are_said_in_the_language_of_the_page() -> None:
    words = {"en": "Pothole", "es": "Bache"}
    assert said(words) == "Pothole"
    with translation.override("es"):
        assert said(words) == "Bache"
        assert said({"en": "Pothole"}) == "Pothole"
        assert said({"en": ""}) == said(None) == said({}) == ""
    assert said(words, "es-US") == "Bache"
    assert said({"es": "Bache"}, "en") == "Bache"


@pytest.mark.parametrize("wrong", [[], "Pothole", {"fr": "Nid"}, {"en": 3}, {"en": None}])
def test_words_of_another_shape_are_refused(wrong: object) -> None:
    with pytest.raises(ValidationError):
        check_words(wrong)


def test_the_clock_can_be_set_and_goes_on_afterwards() -> None:
    noon = datetime(2026, 3, 4, 12, tzinfo=UTC)
    with clock.at(noon):
        assert clock.now() == noon
        with clock.at(noon + timedelta(hours=1)):
            assert clock.now().hour == 13
        assert clock.now() == noon
    assert clock.now() != noon
    assert clock.now().tzinfo is UTC


def test_the_clock_refuses_a_moment_without_a_zone() -> None:
    with pytest.raises(ValueError, match="time zone"), clock.at(datetime(2026, 3, 4)):  # noqa: DTZ001
        pass


def test_a_moment_has_the_day_of_the_place() -> None:
    moment = datetime(2026, 3, 4, 3, tzinfo=UTC)
    assert clock.local_day(moment, "America/Denver") == date(2026, 3, 3)
    assert clock.local_day(moment, "Europe/Berlin") == date(2026, 3, 4)


def test_links_outlive_a_change_of_the_house_key(settings: Any) -> None:
    old = link_secret("case", 7)
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "b" * 40, [settings.SECRET_KEY]
    assert link_is_right(old, "case", 7)
    settings.SECRET_KEY_FALLBACKS = []
    assert not link_is_right(old, "case", 7)
