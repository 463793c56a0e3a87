"""What of a mail is new, what is quoted, and what is its signature: told apart, nothing lost.

Line by line, with patterns that cannot take long on any input; two public libraries took seconds
on hostile text and did not know Spanish (docs/adr/0052).
"""

import re
from dataclasses import dataclass
from typing import Literal

Kind = Literal["words", "quoted", "signature"]

LONGEST_LEAD = 400  # characters of the line before a quotation, over at most three lines
_LEAD_BEGINS = re.compile(r"(On|El|Le|Am|Em|On\W*\w{2,4}|\d{4}-\d\d-\d\d)\b", re.IGNORECASE)
_LEAD_ENDS = ("wrote:", "escribió:", "escribio:", "a écrit :", "schrieb:", "escreveu:")
_DIVIDER = re.compile(
    r"-{2,}\s*(original message|mensaje original|original appointment|reply message)\s*-{2,}",
    re.IGNORECASE,
)
_FORWARD = re.compile(
    r"(-{2,}\s*(forwarded message|mensaje reenviado)\s*-{2,}|begin forwarded message:"
    r"|inicio del mensaje reenviado:)",
    re.IGNORECASE,
)
_FROM = re.compile(r"\**(From|De)\s*:\**\s", re.IGNORECASE)
_FIELDS = re.compile(
    r"\**(Sent|Date|To|Subject|Cc|Enviado( el)?|Fecha|Para|Asunto|CC)\s*:\**", re.IGNORECASE
)
_SIGNATURE = re.compile(
    r"(--|—|Sent from my |Sent from Outlook|Sent from Mail for|Get Outlook for |Enviado desde mi "
    r"|Obtener Outlook para |Enviado desde Outlook|Descargar Outlook para |Sent via )",
    re.IGNORECASE,
)
_RULE = re.compile(r"[_-]{10,}\s*$")


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of lines of one kind, as they stood."""

    kind: Kind
    text: str


def fold(text: str) -> list[Piece]:
    """The text in pieces, in its order; joined they are the whole text again."""
    lines = text.split("\n")
    kinds = _kinds(lines)
    pieces: list[Piece] = []
    for line, kind in zip(lines, kinds, strict=True):
        if pieces and pieces[-1].kind == kind:
            pieces[-1] = Piece(kind, f"{pieces[-1].text}\n{line}")
        else:
            pieces.append(Piece(kind, line))
    return pieces


def new_words(text: str) -> str:
    """What the sender wrote now; the whole text where nothing is new (a bare forward)."""
    told = "\n".join(piece.text for piece in fold(text) if piece.kind == "words").strip()
    return told or text.strip()


def _kinds(lines: list[str]) -> list[Kind]:
    kinds: list[Kind] = []
    at = 0
    while at < len(lines):
        if _FORWARD.match(lines[at].strip()):  # what is forwarded is what they have to say
            return kinds + ["words"] * (len(lines) - at)
        if _begins_old_message(lines, at):
            return kinds + ["quoted"] * (len(lines) - at)
        if length := _lead(lines, at):
            kinds += ["quoted"] * length
            at += length
            continue
        if lines[at].lstrip().startswith(">"):
            kinds.append("quoted")
        elif _SIGNATURE.match(lines[at].strip()) and _is_sign(lines[at]):
            length = _signature(lines, at)
            kinds += ["signature"] * length
            at += length
            continue
        else:
            kinds.append("words")
        at += 1
    return kinds


def _is_sign(line: str) -> bool:
    """Two dashes sign off only when they stand alone."""
    plain = line.strip()
    return plain in {"--", "—"} or not plain.startswith(("--", "—"))


def _signature(lines: list[str], at: int) -> int:
    """How many lines the signature takes: to the next quotation, or the end."""
    for further in range(at + 1, len(lines)):
        quoted = lines[further].lstrip().startswith(">")
        if quoted or _lead(lines, further) or _begins_old_message(lines, further):
            return further - at
    return len(lines) - at


def _lead(lines: list[str], at: int) -> int:
    """How many lines "On … Ana wrote:" takes here; 0 where it does not stand here."""
    first = lines[at].strip().lstrip("> ").strip()
    if not _LEAD_BEGINS.match(first) or len(first) > LONGEST_LEAD:
        return 0
    told = ""
    for more in range(3):
        if at + more >= len(lines):
            return 0
        told = f"{told} {lines[at + more].strip().lstrip('> ')}".strip()
        if len(told) > LONGEST_LEAD:
            return 0
        if told.lower().endswith(_LEAD_ENDS):
            return more + 1
    return 0


def _begins_old_message(lines: list[str], at: int) -> bool:
    """Whether a copy of an earlier message begins: a divider, or its From, Sent, To, Subject."""
    line = lines[at].strip()
    if _DIVIDER.match(line):
        return True
    if _RULE.match(line):
        following = next((n for n in range(at + 1, min(at + 4, len(lines))) if lines[n].strip()), 0)
        return bool(following) and _is_header(lines, following)
    return _is_header(lines, at)


def _is_header(lines: list[str], at: int) -> bool:
    if not _FROM.match(lines[at].strip()):
        return False
    near = [line.strip() for line in lines[at + 1 : at + 6]]
    return sum(bool(_FIELDS.match(line)) for line in near) >= 2
