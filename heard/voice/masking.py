"""Personal data in comments: found by rules, replaced by what kind of thing stood there.

Rules of our own instead of a language model: they run anywhere, the same text gives the same
result, and what they miss can be looked up here. They miss things; a person reviews every comment
before it is published, and the recall on hand-made samples stands in ``docs/adr/0057``.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

import phonenumbers

from heard.voice.naming import names

WORDS = {
    "email": {"en": "email", "es": "correo"},
    "phone": {"en": "phone", "es": "teléfono"},
    "address": {"en": "address", "es": "dirección"},
    "plate": {"en": "plate", "es": "placa"},
    "id": {"en": "number", "es": "número"},
    "name": {"en": "name", "es": "nombre"},
    "handle": {"en": "account", "es": "cuenta"},
}


@dataclass(frozen=True, slots=True)
class Found:
    """A piece of personal data: from where to where, and of which kind (a key of ``WORDS``)."""

    start: int
    end: int
    kind: str


@dataclass(frozen=True, slots=True)
class Masked:
    """The text fit for others, and how many pieces were replaced."""

    text: str
    hidden: int


_CAP = r"[A-ZÁÉÍÓÚÑ][\w’'áéíóúñü-]+"
_STREET = (
    r"street|st|avenue|ave|road|rd|drive|dr|lane|ln|court|ct|circle|cir|place|pl|boulevard|blvd|"
    r"way|terrace|ter|parkway|pkwy|trail|trl|highway|hwy|loop|alley|square"
)
_UNIT = r"(?:,?\s*(?:apt|apartment|unit|suite|ste|depto|departamento|apto|#)\.?\s*#?\s*[\w-]{1,6})?"
_EMAIL = re.compile(r"[\w.+-]+\s?(?:@|\(at\)|\[at\])\s?[\w-]+(?:\.[\w-]+)+", re.I)
_HANDLE = re.compile(r"(?<![\w@])@[A-Za-z_]\w{2,29}\b")
_ADDRESSES = (
    re.compile(
        rf"\b\d{{1,6}}[A-Z]?\s+(?:(?:north|south|east|west|[nsew]{{1,2}})\.?\s+)?"
        rf"(?:[\w’'.-]+\s+){{1,3}}?(?:{_STREET})\b\.?{_UNIT}", re.I,
    ),
    re.compile(
        r"\b(?:calle|avenida|av\.?|camino|carrera|bulevar|blvd\.?|paseo)\s+(?:de\s+|del\s+|la\s+)*"
        rf"{_CAP}(?:\s+{_CAP}){{0,2}}\s*,?\s*(?:n[úu]m(?:ero)?\.?\s*|#\s*|no\.?\s*)?\d{{1,6}}{_UNIT}",
        re.I,
    ),
    re.compile(r"\bp\.?\s?o\.?\s*box\s*\d+|\bapartado\s+(?:postal\s+)?\d+", re.I),
    re.compile(r"\b(?:apt|apartment|apartamento|apto|unit|unidad)\.?\s*#?\s*\d{1,5}[A-Z]?\b", re.I),
    re.compile(r"-?\d{1,3}\.\d{4,},\s*-?\d{1,3}\.\d{4,}"),  # a pair of coordinates
)  # fmt: skip
_PLATES = (
    re.compile(
        r"\b(?:license\s+plate|licence\s+plate|plates?|tags?|placas?|matr[íi]cula)"
        r"(?:\s+(?:number|no\.?|n[úu]mero|is|was|es|era|de|#))*\s*[:#]?\s*"
        r"(?P<value>(?=[A-Z\d -]*\d)[A-Z\d]{2,4}[ -]?[A-Z\d]{2,4})\b", re.I,
    ),
    re.compile(r"\b(?:[A-Z]{3}[ -]?\d{3,4}|\d{3}[ -]?[A-Z]{3})\b"),
)  # fmt: skip
_IDS = (
    re.compile(r"\b\d{3}[- ]\d{2}[- ]\d{4}\b"),
    re.compile(r"\b(?:\d[ -]?){13,19}\b"),
    re.compile(
        r"\b(?:account|acct|permit|case|invoice|ticket|citation|license|licence|passport|claim|"
        r"customer|reference|confirmation|cuenta|permiso|caso|factura|multa|licencia|pasaporte|"
        r"cliente|referencia|folio|expediente)"
        r"(?:\s+(?:number|no\.?|num\.?|n[úu]mero|id|is|es|was|era|#))*\s*[:#]?\s*"
        r"(?P<value>#?(?=[\w-]*\d)[A-Z\d]+(?:-[A-Z\d]+)*)(?=\W|$)", re.I,
    ),
    re.compile(r"(?:born|dob|birth(?:day|date)?|nac[íi])\D{0,12}"
        r"(?P<value>\d{1,2}[/-]\d{1,2}[/-]\d{2,4})", re.I),
    re.compile(r"#\d{4,}\b|\b\d{6,12}\b"),
)  # fmt: skip
_LOCAL_PHONE = re.compile(r"(?<![\d$-])\d{3}[-. ]\d{4}(?![\d-])")


@dataclass(frozen=True, slots=True)
class Known:
    """Words of names that the house knows: of its staff, and the writer's own (see ``naming``)."""

    staff: frozenset[str] = frozenset()
    own: frozenset[str] = frozenset()


NOBODY = Known()


def find(text: str, known: Known = NOBODY) -> list[Found]:
    """Every piece of personal data, in the order of the text and without overlaps.

    Where two rules meet the one found earlier in this order wins: email, phone, ids with their
    word, address, plate, name.
    """
    taken: list[Found] = []
    for one in _all(text, known):
        if one.end > one.start and all(one.end <= o.start or one.start >= o.end for o in taken):
            taken.append(one)
    return sorted(taken, key=lambda found: found.start)


def mask(text: str, language: str = "en", known: Known = NOBODY) -> Masked:
    """The text with every piece replaced by its kind in brackets: ``[phone]``."""
    out, last, found = [], 0, find(text, known)
    for one in found:
        words = WORDS[one.kind]
        out += [text[last : one.start], f"[{words.get(language, words['en'])}]"]
        last = one.end
    return Masked("".join(out) + text[last:], len(found))


def _all(text: str, known: Known) -> Iterator[Found]:
    yield from _matches(_EMAIL, text, "email")
    yield from _matches(_IDS[0], text, "id")
    yield from _phones(text)
    for rule in _ADDRESSES:
        yield from _matches(rule, text, "address")
    yield from _matches(_PLATES[0], text, "plate")
    for rule in _IDS[1:]:
        yield from _matches(rule, text, "id")
    yield from _matches(_PLATES[1], text, "plate")
    yield from _matches(_HANDLE, text, "handle")
    for start, end in names(text, known.staff, known.own):
        yield Found(start, end, "name")


def _matches(rule: re.Pattern[str], text: str, kind: str) -> Iterator[Found]:
    part = "value" if "value" in rule.groupindex else 0
    for hit in rule.finditer(text):
        yield Found(hit.start(part), hit.end(part), kind)


def _phones(text: str) -> Iterator[Found]:
    for hit in phonenumbers.PhoneNumberMatcher(text, "US", phonenumbers.Leniency.POSSIBLE):
        if sum(c.isdigit() for c in hit.raw_string) >= 10:
            yield Found(hit.start, hit.end, "phone")
    yield from _matches(_LOCAL_PHONE, text, "phone")
