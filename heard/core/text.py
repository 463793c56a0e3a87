"""Text from outside: what a person typed, without what a person cannot type."""

import re
import unicodedata

# Control characters but tab and newline, marks that turn the writing round, halves of a character.
_UNWANTED = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufeff\ud800-\udfff]"
)
_GAPS = re.compile(r"\n{4,}")


def clean(text: str, *, limit: int | None = None) -> str:
    """The text normalised (NFC), with one kind of line end and no control characters.

    Cut to ``limit`` characters where given; a caller that must not lose words checks first.
    """
    if text.isascii() and text.isprintable():  # nothing to clean; most texts, and a file has many
        return text.strip()[:limit]
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    text = unicodedata.normalize("NFC", _UNWANTED.sub("", text))
    text = _GAPS.sub("\n\n\n", text).strip()
    return text if limit is None else text[:limit]


def clean_line(text: str, *, limit: int | None = None) -> str:
    """The same, on one line with single blanks."""
    line = " ".join(clean(text).split())
    return line if limit is None else line[:limit]
