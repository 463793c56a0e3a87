"""The nearest expression that works: how people write hours, brought to the syntax.

Only ever a suggestion: a person sees it and decides. A guess that is itself refused is no help,
so each is read again before it is offered.
"""

import re
import unicodedata

from heard.core.text import clean_line
from heard.places.hours import _CASED, LONGEST, HoursRefused, _read, _squeeze

_DASHES = "‐‑‒–—−→~〜～ー="
_DAYS = {
    "Mo": "monday mon lunes lun",
    "Tu": "tuesday tues tue martes",
    "We": "wednesday wed miercoles mie",
    "Th": "thursday thurs thur thu jueves jue",
    "Fr": "friday fri viernes vie",
    "Sa": "saturday sat sabado sab",
    "Su": "sunday sun domingo dom",
}
_MONTHS = {
    "Jan": "january enero ene",
    "Feb": "february febrero",
    "Mar": "march marzo",
    "Apr": "april abril abr",
    "May": "mayo",
    "Jun": "june junio",
    "Jul": "july julio",
    "Aug": "august agosto ago",
    "Sep": "september sept septiembre",
    "Oct": "october octubre",
    "Nov": "november noviembre",
    "Dec": "december diciembre dic",
}
# "mar" alone is March in one language and Tuesday in the other: never guessed.
_PHRASES = (
    (
        r"(?:open )?24 ?(?:hours|horas)(?: 7 days a week)?|24x7|24 ?h\b|nonstop|anytime|all day",
        "24/7",
    ),
    (r"always open|open always|always|siempre abierto", "24/7"),
    (r"7 days a week|every ?day|all days|daily|diario|todos los dias", "Mo-Su"),
    (r"weekdays|working days|entre semana|dias habiles", "Mo-Fr"),
    (r"weekends?|fin(?:es)? de semana", "Sa,Su"),
    (r"(?:public |legal |bank )?holidays?|(?:dias )?(?:feriados?|festivos?)", "PH"),
    (r"cerrado|shut", "off"),
    (r"abierto", "open"),
    (r"noon|mediodia", "12:00"),
    (r"midnight|medianoche", "24:00"),
)
_CLOCK = r"(\d{1,2})(?:[:.h](\d\d))?\s*([ap])\.?\s?m\b\.?"
_BARE = r"(?<![\d:])(\d\d?)-(\d\d?)(?![\d:./])(?=\s*(?:,|;|$|off|open))"
_TO = r"\s*(?:-|\bto\b|\buntil\b|\btill?\b|\bthrough\b|\bthru\b|\ba\b|\bhasta\b|\bal\b)\s*"


def nearest_hours(text: str) -> tuple[str, bool]:
    """An expression near to what was typed that can be taken ("" where none is).

    With it comes whether it leaves out rules that cannot be taken.
    """
    written = respelled(text)
    for candidate, partial in ((written, False), (_without_the_strange(written), True)):
        if candidate:
            try:
                return _read(candidate).text, partial
            except HoursRefused as refused:
                if refused.nearest and _works(refused.nearest):
                    return refused.nearest, partial
    return "", False


def respelled(text: str) -> str:
    """The text with days, months, clocks and dashes written as the syntax has them."""
    pieces = re.split(r'("[^"]*")', clean_line(text[: 4 * LONGEST].replace("\n", "; ")))
    return _squeeze("".join(p if p.startswith('"') else _respelled(p) for p in pieces))


def _respelled(text: str) -> str:
    plain = unicodedata.normalize("NFD", unicodedata.normalize("NFKC", text).lower())
    plain = "".join(c for c in plain if not unicodedata.combining(c))
    plain = re.sub(f"[{_DASHES}]", "-", plain)
    for pattern, word in _PHRASES:
        plain = re.sub(rf"(?<![\w]){pattern}(?![\w])", word, plain)
    plain = re.sub(_CLOCK, _of_twelve, plain)
    plain = re.sub(r"\b(\d\d?)[.h](\d\d)\b", r"\1:\2", plain)
    for table in (_DAYS, _MONTHS):
        for word, names in table.items():
            plain = re.sub(rf"\b(?:{names.replace(' ', '|')})\b\.?", word, plain)
    plain = re.sub(r"[a-z]+", lambda m: _CASED.get(m[0], m[0]), plain)
    plain = re.sub(rf"(?<=[\w\d]){_TO}(?=[\w\d])", "-", plain)
    plain = re.sub(r"\s*(?:&|\band\b|\by\b|\be\b)\s*", ",", plain)
    plain = re.sub(
        r"(?<![\d:])(\d\d?)-(\d\d?)(?![\d:./])(?=\s*(?:,|;|$|off|open))", _bare_hours, plain
    )
    plain = re.sub(r"\b([A-Z][a-z]):? ?(?=\d\d?:\d\d)", r"\1 ", plain)
    plain = re.sub(r"\b(Mo|Tu|We|Th|Fr|Sa|Su|PH), (?=(?:Mo|Tu|We|Th|Fr|Sa|Su|PH)\b)", r"\1,", plain)
    plain = re.sub(r"\b(off|closed|open)( [^;]*\d\d:\d\d)", r"\2 \1", plain)
    plain = re.sub(r"\b(24/7|off|closed|open):", r"\1", plain)
    return re.sub(r"\s+", " ", plain)


def _of_twelve(match: re.Match[str]) -> str:
    hour, minute, half = int(match[1]), match[2] or "00", match[3]
    if not 1 <= hour <= 12:
        return match[0]
    return f"{hour % 12 + (12 if half == 'p' else 0):02d}:{minute}"


def _bare_hours(match: re.Match[str]) -> str:
    start, end = int(match[1]), int(match[2])
    # "9-5" may be nine to five or a night shift: not guessed.
    if start >= end or end > 24:
        return match[0]
    return f"{start:02d}:00-{end:02d}:00"


def _without_the_strange(text: str) -> str:
    """The rules that can be taken, where some cannot."""
    kept = [rule for rule in text.split("; ") if _works(rule)]
    return "; ".join(kept) if any(not re.search(r"off|closed", rule) for rule in kept) else ""


def _works(text: str) -> bool:
    try:
        _read(_squeeze(text))
    except HoursRefused:
        return False
    return True
