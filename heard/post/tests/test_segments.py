"""How many parts a text takes: the limits of GSM 03.38, from both sides."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from heard.post.segments import GSM, UCS2, dollars, measure


@pytest.mark.parametrize(
    ("text", "alphabet", "units", "parts"),
    [
        ("", GSM, 0, 0),
        ("a" * 160, GSM, 160, 1),
        ("a" * 161, GSM, 161, 2),
        ("a" * 306, GSM, 306, 2),
        ("a" * 307, GSM, 307, 3),
        ("€" * 80, GSM, 160, 1),
        ("€" * 81, GSM, 162, 2),
        ("a" * 152 + "€" * 77, GSM, 306, 3),  # no escape is torn from what it escapes
        ("ñ" * 160, GSM, 160, 1),
        ("á" * 70, UCS2, 70, 1),
        ("á" * 71, UCS2, 71, 2),
        ("á" * 134, UCS2, 134, 2),
        ("á" * 135, UCS2, 135, 3),
        ("🙂" * 35, UCS2, 70, 1),
        ("🙂" * 36, UCS2, 72, 2),
        ("🙂" * 67, UCS2, 134, 3),  # 33 to a part, since none is torn
    ],
)
def test_parts(text: str, alphabet: str, units: int, parts: int) -> None:
    told = measure(text)
    assert (told.alphabet, told.units, told.parts) == (alphabet, units, parts)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.text(max_size=400), st.text(max_size=20))
def test_more_words_never_take_fewer_parts(text: str, more: str) -> None:
    before, after = measure(text), measure(text + more)
    assert after.parts >= before.parts
    assert after.units >= before.units
    assert 0 <= after.left <= 160


def test_what_makes_it_longer_is_named() -> None:
    assert measure("mañana, José ’ok’").odd == "’"
    assert measure("aquí").odd == "í"


@pytest.mark.parametrize(
    ("cents", "told"),
    [(0, "$0"), (0.79, "$0.008"), (2.4, "$0.024"), (3 * 0.8, "$0.024"), (100, "$1")],
)
def test_a_price_in_words(cents: float, told: str) -> None:
    assert dollars(cents) == told
