"""What people write and what staff write back, put together from ``content/voices``.

A sentence may begin with ``#topic`` (or ``#one,other``): it then belongs only to requests that are
about that topic. Slots in braces are filled by ``Fill``.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from random import Random

from demo.ground import Spot
from demo.hours import to_local
from demo.reading import Table, services, table
from demo.shapes import Language

DAYS: dict[Language, tuple[str, ...]] = {
    "en": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
    "es": ("el lunes", "el martes", "el miércoles", "el jueves", "el viernes", "el sábado",
           "el domingo"),
}  # fmt: skip
AGO: dict[Language, tuple[str, ...]] = {
    "en": ("two days", "three days", "five days", "a week", "ten days", "two weeks", "a month"),
    "es": ("dos días", "tres días", "cinco días", "una semana", "diez días", "dos semanas",
           "un mes"),
}  # fmt: skip
AGO_DAYS = (2, 3, 5, 7, 10, 14, 30)
MORNINGS: dict[Language, tuple[str, ...]] = {
    "en": ("6:30 in the morning", "7 in the morning", "7:30 in the morning", "8 in the morning"),
    "es": ("las 6 y media de la mañana", "las 7 de la mañana", "las 7 y media de la mañana",
           "las 8 de la mañana"),
}  # fmt: skip
NIGHTS: dict[Language, tuple[str, ...]] = {
    "en": ("9 at night", "10 at night", "11 at night", "1 in the morning"),
    "es": ("las 9 de la noche", "las 10 de la noche", "las 11 de la noche", "la 1 de la mañana"),
}
NOONS: dict[Language, tuple[str, ...]] = {
    "en": ("noon", "3 in the afternoon", "5 in the afternoon"),
    "es": ("mediodía", "las 3 de la tarde", "las 5 de la tarde"),
}


@dataclass(frozen=True, slots=True)
class Line:
    """A sentence and the topics it is for; for any where there are none."""

    words: str
    topics: tuple[str, ...]


@cache
def _service_table(service: str) -> Table:
    for known in services():
        if known.code == service:
            found: Table = table(f"voices/{known.division}")[service]
            return found
    raise KeyError(service)


@cache
def lines(service: str, kind: str, language: Language) -> tuple[Line, ...]:
    """Sentences of a service: ``kind`` is empty for requests, or more, understood, done."""
    key = f"{kind}_{language}" if kind else language
    return tuple(line(words) for words in _service_table(service)[key])


@cache
def exchange(service: str, kind: str, language: Language) -> tuple[Line, str]:
    """A question and its answer (``ask``), or a correction and what we then know (``wrong``)."""
    first, second = _service_table(service)[kind][language]
    return line(first), second


@cache
def said_by(who: str, kind: str, language: Language) -> tuple[str, ...]:
    """Sentences for any service: ``said_by("staff", "sorry", "es")``."""
    return tuple(table("voices/any_service")[who][f"{kind}_{language}"])


@cache
def said_for(who: str, kind: str, language: Language) -> tuple[Line, ...]:
    """Sentences for any service, of which some are for one division only."""
    return tuple(line(words) for words in said_by(who, kind, language))


@cache
def facts(service: str) -> dict[str, Table]:
    """Answers that follow from the topic of a request, by topic and question."""
    known: dict[str, Table] = _service_table(service).get("facts", {})
    return known


@cache
def samples(service: str) -> Table:
    """Answers to questions asked in words, by question and language."""
    known: Table = _service_table(service).get("samples", {})
    return known


def line(words: str) -> Line:
    """A sentence with its topics taken off its head."""
    if not words.startswith("#"):
        return Line(words, ())
    topics, _space, rest = words[1:].partition(" ")
    return Line(rest, tuple(topics.split(",")))


def fitting(rng: Random, found: Sequence[Line], topic: str) -> str | None:
    """A sentence on the topic, or one for any; None where there is neither."""
    on_topic = [each for each in found if topic and topic in each.topics]
    usable = on_topic or [each for each in found if not each.topics]
    return rng.choice(usable).words if usable else None


@dataclass(frozen=True, slots=True)
class Fill:
    """Fills the slots of a sentence as seen at one moment in one language."""

    rng: Random
    language: Language
    spot: Spot | None
    at: datetime
    staff: str = ""
    ahead: bool = False  # the day named lies ahead (staff promise) rather than behind
    days_ago: int | None = None

    def __call__(self, words: str) -> str:
        """The sentence with every slot filled, its first letter raised where a slot began it."""
        if "{" not in words:
            return words
        filled = words.format_map(self._slots())
        if self.language == "es":
            filled = filled.replace(" de el ", " del ").replace(" a el ", " al ")
        return filled[0].upper() + filled[1:] if words.startswith("{") else filled

    def _slots(self) -> dict[str, str]:
        rng, language, spot = self.rng, self.language, self.spot
        slots = {
            "day": DAYS[language][self._weekday()],
            "ago": AGO[language][self._ago()],
            "morning": rng.choice(MORNINGS[language]),
            "night": rng.choice(NIGHTS[language]),
            "n": str(rng.randrange(3, 10)),
            "staff": self.staff,
        }
        slots["hour"] = rng.choice((slots["morning"], slots["night"], *NOONS[language]))
        if spot is not None:
            slots |= {
                "place": spot.name.said(language),
                "street": spot.street,
                "landmark": spot.landmark.said(language),
            }
        return slots

    def _weekday(self) -> int:
        moment = to_local(self.at)
        if not self.ahead:
            behind = [(moment - timedelta(days=n)).weekday() for n in range(1, 7)]
            return self.rng.choice([day for day in behind if day < 5])
        return (moment + timedelta(days=self.rng.randrange(1, 4))).weekday() % 5

    def _ago(self) -> int:
        if self.days_ago is None:
            return self.rng.randrange(len(AGO_DAYS))
        given = self.days_ago
        return min(range(len(AGO_DAYS)), key=lambda index: abs(AGO_DAYS[index] - given))
