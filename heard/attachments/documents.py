"""Files that are not photos: a short list, each checked by its content."""

import re
import unicodedata
from dataclasses import dataclass

from django.utils.translation import gettext as _

from heard.core.errors import Refused

AFTER_THE_END = 32  # bytes of blanks that may follow a PDF's last line
_CONTROLS = re.compile("[\x00-\x08\x0b\x0e-\x1f\x7f]")


@dataclass(frozen=True, slots=True)
class Document:
    """A file as it is kept: its bytes, type and ending."""

    data: bytes
    media_type: str
    ending: str


def read_document(data: bytes) -> Document:
    """The file, where it is a PDF or plain text; ``Refused`` otherwise."""
    if data[:5] == b"%PDF-":
        return _pdf(data)
    text = _text(data)
    if text is None:
        raise Refused(
            _(
                "We take photos (JPEG, PNG, WebP, HEIC), PDF and plain text. Please send the file "
                "as one of these."
            ),
            field="file",
        )
    return Document(text.encode("utf-8"), "text/plain", "txt")


def _pdf(data: bytes) -> Document:
    """A PDF from its first byte to its last: what is glued before or behind is another file."""
    end = data.rfind(b"%%EOF")
    rest = data[end + 5 :] if end >= 0 else b""
    if end < 0 or b"startxref" not in data[-4096:]:
        raise Refused(
            _("This PDF is damaged or not complete. Please save it again, then send it."),
            field="file",
        )
    if len(rest) > AFTER_THE_END or rest.strip(b"\r\n\t \0"):
        raise Refused(
            _("This PDF carries another file behind it. Please print it to a new PDF, then send."),
            field="file",
        )
    return Document(data, "application/pdf", "pdf")


def _text(data: bytes) -> str | None:
    """Plain text in UTF-8, or in the older Western one; None for anything that is not text."""
    for encoding in ("utf-8-sig", "cp1252"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if _CONTROLS.search(text) or not text.strip():
            return None
        text = text.replace("\r\n", "\n").replace("\r", "\n")
        return unicodedata.normalize("NFC", text)
    return None
