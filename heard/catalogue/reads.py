"""Finding a service: the list by group, and the best matches for a person's own words."""

import math
import re
import unicodedata
from collections import Counter, defaultdict
from dataclasses import dataclass
from functools import lru_cache

import snowballstemmer
from django.conf import settings
from django.db.models import QuerySet

from heard.catalogue.models import Service
from heard.core.words import said

WORD = re.compile(r"[^\W\d_]+|\d+")
STOP_WORDS = {
    "en": "a an and are at be but by can cant do does for from get has have i in is it its me my "
    "no not of on or our please so some that the their there these they this to up very was we "
    "what when where which who why with would you your im ive",
    "es": "a al con de del el ella en es esta este hay la las le lo los me mi mis muy no nos o "
    "para pero por porque que se si sin su sus un una unos y ya yo",
}
STOP = {language: frozenset(words.split()) for language, words in STOP_WORDS.items()}
NAME_WEIGHT, KEYWORD_WEIGHT, TEXT_WEIGHT = 4.0, 3.0, 1.0


def offered() -> QuerySet[Service]:
    """What residents can ask for now."""
    return Service.objects.filter(is_active=True, is_public=True).select_related(
        "division__department"
    )


def general_service() -> Service | None:
    """The service of messages that chose none (``HEARD_MAIL_SERVICE``); None: a person chooses."""
    code = settings.HEARD_MAIL_SERVICE
    return Service.objects.filter(code=code, is_active=True).first() if code else None


def by_group(language: str) -> list[tuple[str, list[Service]]]:
    """Offered services under their group's name, both in alphabetical order."""
    groups: dict[str, list[Service]] = defaultdict(list)
    for service in offered():
        groups[said(service.group, language)].append(service)
    return sorted(
        (name, sorted(found, key=lambda s: said(s.name, language)))
        for name, found in groups.items()
    )


@dataclass(frozen=True, slots=True)
class Match:
    """A service with how well it fits the words; larger fits better."""

    service: Service
    score: float


def find(words: str, limit: int = 6) -> list[Match]:
    """Offered services that fit the words, best first, whatever language they are in."""
    services = list(offered())
    indexed = [(service, _weights(service)) for service in services]
    seen_in = Counter(stem for _service, weights in indexed for stem in weights)
    wanted = set(stems(words[:2000], "en")) | set(stems(words[:2000], "es"))
    matches = []
    for service, weights in indexed:
        score = sum(
            weights[stem] * math.log(1 + len(services) / seen_in[stem])
            for stem in wanted
            if stem in weights
        )
        if score > 0:
            matches.append(Match(service, score))
    matches.sort(key=lambda m: (-m.score, m.service.code))
    return matches[:limit]


def _weights(service: Service) -> dict[str, float]:
    """How much each stem of a service's texts says about it: the largest of its places."""
    weights: dict[str, float] = {}
    parts = (
        (service.name, NAME_WEIGHT),
        (service.keywords, KEYWORD_WEIGHT),
        (service.instructions, TEXT_WEIGHT),
    )
    for texts, weight in parts:
        for language, text in (texts or {}).items():
            for stem in stems(text, language):
                weights[stem] = max(weights.get(stem, 0), weight)
    return weights


@lru_cache(maxsize=4)
def _stemmer(language: str) -> snowballstemmer.stemmer:
    return snowballstemmer.stemmer("spanish" if language == "es" else "english")


def stems(text: str, language: str) -> list[str]:
    """Word stems without accents and without the commonest words."""
    plain = [_unaccented(w) for w in WORD.findall(text.lower())]
    stop = STOP.get(language, frozenset())
    return [
        f"{language}:{s}" for s in _stemmer(language).stemWords(w for w in plain if w not in stop)
    ]


def _unaccented(word: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFD", word) if not unicodedata.combining(c))
