"""Reading never fails and loses nothing, whatever the bytes."""

import random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from heard.core.language import language_of
from heard.core.plain import text_of_html
from heard.doors.mail.folding import fold, new_words
from heard.doors.mail.keeping import source_of
from heard.doors.mail.kinds import sort_of
from heard.doors.mail.parsing import read
from heard.doors.mail.tests import letters
from heard.doors.mail.tests.letters import GMAIL_HTML, OUTLOOK_HTML, Known, mail, part, parts

KNOWN = Known(
    "K7M4-2QXP", "<event-1@city.example>", "case+k7m4-2qxp.00@city.example", "2222-2222", b"", b"",
    b"",
)  # fmt: skip
SAMPLES = [
    letters.bounce(KNOWN), letters.broken_mime(KNOWN), letters.spanish_8bit(KNOWN),
    letters.exchange_away(KNOWN),
    parts("multipart/mixed", part("Words", "text/plain"), part("x", "image/png", "a.png", True)),
    mail(OUTLOOK_HTML, Content_Type="text/html"),
]  # fmt: skip


@pytest.mark.parametrize("seed", range(40))
def test_damaged_mail_is_read_all_the_same(seed: int) -> None:
    rng = random.Random(seed)
    raw = bytearray(SAMPLES[seed % len(SAMPLES)])
    for _hit in range(rng.randint(1, 40)):
        at = rng.randrange(len(raw))
        raw[at : at + rng.randint(0, 9)] = rng.randbytes(rng.randint(0, 9))
    seen = read(bytes(raw))
    sort_of(seen, "city.example")
    assert len(source_of(bytes(raw))) <= 250_000
    for text in (seen.sender, seen.subject, seen.message_id, seen.text):
        assert "\x00" not in text  # PostgreSQL would refuse it
        text.encode("utf-8")


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.binary(max_size=400))
def test_any_bytes_at_all(raw: bytes) -> None:
    seen = read(raw)
    assert seen.fingerprint
    sort_of(seen, "city.example")


LINES = st.sampled_from([
    "Hello", "> quoted", "-- ", "On Monday, Ana <a@b.example> wrote:", "El lunes, Ana",
    "escribió:", "From: A", "Sent: now", "To: b", "Sent from my iPhone", "", "-----Original "
    "Message-----", "________________", "---------- Forwarded message ---------",
])  # fmt: skip


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(LINES, max_size=14))
def test_folding_loses_nothing(lines: list[str]) -> None:
    text = "\n".join(lines)
    assert "\n".join(piece.text for piece in fold(text)) == text
    if text.strip():
        assert new_words(text)


@pytest.mark.parametrize(
    "hostile",
    ["On " + "a b " * 15_000, "\n".join(["On x"] * 9000), ">" * 60_000, "From: a\n" * 8000,
     "<div>" * 20_000, "<a href='" * 9000, "&#x" * 20_000],
    ids=range(7),
)  # fmt: skip
def test_no_text_is_slow(hostile: str) -> None:
    """Libraries hung on such texts; a hang here would run into the suite's time limit."""
    assert fold(hostile[:60_000])
    text_of_html(hostile)


def test_html_shows_words_and_nothing_else() -> None:
    told = text_of_html(OUTLOOK_HTML)
    assert "alert" not in told
    assert "MsoNormal" not in told
    assert "> Is it right?" in text_of_html(GMAIL_HTML)
    assert text_of_html("<ul><li>a<li>b</ul>") == "* a\n* b"
    link = '<p>See <a href="https://x.example/1">here</a>, <a href="javascript:x">not</a></p>'
    assert text_of_html(link) == "See here <https://x.example/1>, not"


def test_a_great_many_parts_are_not_all_opened() -> None:
    seen = read(parts("multipart/mixed", *[part("x", "text/plain") for _n in range(500)]))
    assert "too many parts" in seen.defects
    assert seen.text.startswith("x")


@pytest.mark.parametrize(
    ("text", "language"),
    [("Hay un hoyo en la calle", "es"), ("There is a hole in the road", "en"), ("42", "en")],
)
def test_language(text: str, language: str) -> None:
    assert language_of(text) == language
