"""A mail from its bytes: who, about what, which words and files. Never raises, however broken."""

import hashlib
import re
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email import policy
from email.message import EmailMessage, Message
from email.parser import BytesParser
from email.utils import getaddresses, parsedate_to_datetime

from heard.core.plain import text_of_html
from heard.core.text import clean, clean_line

MOST_BYTES = 25 * 1024 * 1024  # of one mail; a larger one is only listed
MOST_WORDS = 60_000  # characters of the words that are kept
MOST_PARTS = 200
MOST_FILES = 25
_IDS = re.compile(r"<[^<>\s]{3,250}>")
_ADDRESS = re.compile(r"[^@\s<>\"',;]{1,64}@[^@\s<>\"',;]{1,190}")


@dataclass(frozen=True, slots=True)
class File:
    """A file that came along: name, kind as the sender said, bytes."""

    name: str
    kind: str
    content: bytes


@dataclass(slots=True)
class Mail:
    """A mail as it was understood. Addresses are in small letters; ``ids`` are what it answers."""

    fingerprint: str
    size: int
    message_id: str = ""
    sender: str = ""
    sender_name: str = ""
    to: list[str] = field(default_factory=list)
    subject: str = ""
    at: datetime | None = None
    text: str = ""
    ids: list[str] = field(default_factory=list)
    files: list[File] = field(default_factory=list)
    headers: dict[str, str] = field(default_factory=dict)
    kinds: list[str] = field(default_factory=list)
    report: list[dict[str, str]] = field(default_factory=list)
    reported: list[str] = field(default_factory=list)
    defects: list[str] = field(default_factory=list)


KEPT_HEADERS = (
    "Auto-Submitted", "Precedence", "List-Id", "List-Unsubscribe", "List-Post", "Return-Path",
    "X-Auto-Response-Suppress", "X-Autoreply", "X-Autorespond", "X-Auto-Reply",
    "X-Failed-Recipients", "Content-Type", "Reply-To", "Delivered-To", "X-Original-To",
    "Feedback-ID", "X-Heard",
)  # fmt: skip


def read(raw: bytes) -> Mail:
    """Understand a mail. What cannot be read is left out and named in ``defects``."""
    mail = Mail(fingerprint=hashlib.sha256(raw).hexdigest(), size=len(raw))
    try:
        message = BytesParser(policy=policy.default.clone(utf8=True)).parsebytes(raw)
        assert isinstance(message, EmailMessage)
    except Exception as error:
        mail.defects.append(f"unreadable: {type(error).__name__}")
        return mail
    _read_head(message, mail)
    _read_body(message, mail)
    return mail


def header(message: EmailMessage, name: str) -> str:
    """A header as one clean line; "" where it is missing or cannot be read."""
    return " ".join(headers(message, name))[:4000]


def headers(message: EmailMessage, name: str) -> list[str]:
    """All headers of this name. 8-bit ones, which no standard allows, are read all the same."""
    found = []
    for key, value in message._headers[:500]:  # type: ignore[attr-defined]
        if key.lower() != name.lower():
            continue
        try:
            # Bytes beyond ASCII come as surrogates; most such mail is UTF-8, the rest Latin.
            plain = _eight_bit(value)
            told = str(message.policy.header_fetch_parse(key, plain))
        except Exception:
            told = _eight_bit(str(value))
        found.append(clean_line(told, limit=4000))
    return found


def _eight_bit(value: str) -> str:
    raw = str(value)
    if not any("\udc80" <= c <= "\udcff" for c in raw):
        return raw
    octets = raw.encode("utf-8", "surrogateescape")
    try:
        return octets.decode("utf-8")
    except UnicodeDecodeError:
        return octets.decode("cp1252", "replace")


def _read_head(message: EmailMessage, mail: Mail) -> None:
    mail.headers = {name: told for name in KEPT_HEADERS if (told := header(message, name))}
    if "Return-Path" in message:  # an empty one says something
        mail.headers["Return-Path"] = header(message, "Return-Path")
    mail.headers["Authentication-Results"] = "\n".join(headers(message, "Authentication-Results"))
    found = _IDS.findall(header(message, "Message-ID"))
    mail.message_id = found[0][:250] if found else ""
    senders = _people(headers(message, "From")) or _people(headers(message, "Sender"))
    if senders:
        mail.sender_name, mail.sender = senders[0]
    asked = ("To", "Cc", "Delivered-To", "X-Original-To")
    mail.to = [address for name in asked for _who, address in _people(headers(message, name))][:100]
    mail.subject = clean_line(header(message, "Subject"), limit=300)
    mail.at = _moment(header(message, "Date"))
    said = " ".join([header(message, "In-Reply-To"), header(message, "References")])
    mail.ids = list(dict.fromkeys(_IDS.findall(said)))[-50:]


def _people(values: list[str]) -> list[tuple[str, str]]:
    """Names and addresses of a header; what is no address is left out."""
    found = []
    for name, address in getaddresses(values)[:200]:
        plain = address.strip().lower()
        if not _ADDRESS.fullmatch(plain):
            near = _ADDRESS.search(f"{name} {address}".lower())
            plain = near[0] if near else ""
        if plain:
            found.append((clean_line(name, limit=120), plain[:254]))
    return found


def _moment(said: str) -> datetime | None:
    try:
        moment = parsedate_to_datetime(said)
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


def _read_body(message: EmailMessage, mail: Mail) -> None:
    plain: list[str] = []
    rich: list[str] = []
    for part in _parts(message, mail):
        try:
            _read_part(part, mail, plain, rich)
        except Exception as error:
            mail.defects.append(f"{part.get_content_type()}: {type(error).__name__}")
    words = "\n\n".join(told for told in plain if told.strip())
    if not words.strip():
        words = "\n\n".join(text_of_html(told) for told in rich)
    mail.text = clean(words, limit=MOST_WORDS)


def _parts(message: EmailMessage, mail: Mail) -> list[EmailMessage]:
    found: list[EmailMessage] = []
    try:
        for part in message.walk():
            if len(found) >= MOST_PARTS:
                mail.defects.append("too many parts")
                break
            found.append(part)
            mail.defects += [type(defect).__name__ for defect in part.defects][:5]
    except Exception as error:
        mail.defects.append(f"parts: {type(error).__name__}")
    mail.defects = mail.defects[:20]
    return found


def _read_part(part: EmailMessage, mail: Mail, plain: list[str], rich: list[str]) -> None:
    kind = part.get_content_type()
    mail.kinds.append(kind)
    if kind == "message/delivery-status":
        _read_report(part, mail)
        return
    if kind in {"message/rfc822", "message/rfc822-headers", "text/rfc822-headers"}:
        _read_reported(part, kind, mail)
    if part.is_multipart():
        return
    name = clean_line(part.get_filename() or "", limit=200)
    if (
        not name
        and kind in {"text/plain", "text/html"}
        and part.get_content_disposition() != ("attachment")
    ):
        (plain if kind == "text/plain" else rich).append(_words_of(part))
    elif kind not in {"message/rfc822-headers", "text/rfc822-headers"}:
        octets = part.get_payload(decode=True)
        if isinstance(octets, bytes) and len(mail.files) < MOST_FILES:
            mail.files.append(File(name or kind.replace("/", "."), kind, octets))


def _words_of(part: EmailMessage) -> str:
    octets = part.get_payload(decode=True)
    if not isinstance(octets, bytes):
        return ""
    octets = octets[: 4 * MOST_WORDS + 400_000]
    named = (part.get_content_charset() or "utf-8").lower()
    for charset in (named, "utf-8", "cp1252"):
        try:
            return octets.decode(charset)
        except (LookupError, UnicodeDecodeError):
            continue
    return octets.decode("latin-1")


def _read_report(part: EmailMessage, mail: Mail) -> None:
    """The fields of a delivery report (RFC 3464): one block for each recipient."""
    blocks = part.get_payload()
    for block in blocks if isinstance(blocks, list) else []:
        if isinstance(block, str):
            continue
        told = {str(k).lower(): clean_line(str(v), limit=500) for k, v in block.items()}
        if "final-recipient" in told or "action" in told:
            mail.report.append(told)


def _read_reported(part: EmailMessage, kind: str, mail: Mail) -> None:
    """The Message-ID of what came back, from the copy or its headers."""
    if kind == "message/rfc822":
        inner = part.get_payload()
        first = inner[0] if isinstance(inner, list) and inner else None
        told = str(first.get("Message-ID", "")) if isinstance(first, Message) else ""
    else:
        octets = part.get_payload(decode=True)
        text = octets.decode("utf-8", "replace") if isinstance(octets, bytes) else ""
        if not text and isinstance(part.get_payload(), list):
            text = "\n".join(str(one) for one in part.get_payload())
        found = re.search(r"^Message-ID:\s*(<[^<>\s]{3,250}>)", text, re.IGNORECASE | re.MULTILINE)
        told = found[1] if found else ""
    mail.reported += _IDS.findall(told)[:1]
