"""Finding an answer by a person's own words, in either language, accents and endings aside."""

import difflib
import math
import unicodedata
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Q

from heard.answers.models import Answer, AnswerTerm
from heard.answers.reads.lists import published
from heard.catalogue.models import Service
from heard.catalogue.reads import stems

LONGEST = 600  # characters looked at; a caller's story may be longer
MOST_STEMS = 24  # of each language
OTHER_LANGUAGE = 0.8  # words of the other language count too, a little less
OF_SERVICE = 1.5
NEAR = 0.8  # how alike a misspelt stem must be (difflib's ratio)
SHORTEST_GUESS = 4
# Words that say that somebody asks, not what; looked at only where nothing else was said.
ASKING_WORDS = (
    "need want know get help can could may must should does please find tell much long "
    "necesito quiero puedo puede debo tengo hago hacer saber donde cuando como cual quien cuanto "
    "ayuda favor busco"
)
ASKING = frozenset(ASKING_WORDS.split())


@dataclass(frozen=True, slots=True)
class Found:
    """An answer with how well it fits; larger fits better. Compare scores of one search alone."""

    answer: Answer
    score: float


def find(
    words: str,
    language: str,
    service: Service | None = None,
    limit: int = 5,
    *,
    for_staff: bool = False,
) -> list[Found]:
    """Published answers that fit the words, best first, in at most six queries.

    ``language`` is that of the page (``en`` or ``es``); words of the other one are understood too.
    Answers of ``service`` come sooner. ``for_staff`` adds the answers that only staff may read.
    """
    best = ranked(words, language, service, for_staff=for_staff)[:limit]
    rows = (
        published(for_staff=for_staff).prefetch_related("services").in_bulk([k for k, _s in best])
    )
    return [Found(rows[key], score) for key, score in best if key in rows]


def ranked(
    words: str, language: str, service: Service | None = None, *, for_staff: bool = False
) -> list[tuple[int, float]]:
    """Keys and scores of all that fits, best first.

    The score adds, for each word, how much it says about the answer times how rare it is, and is
    scaled by the share of the words that were met: an answer to all of them beats one to a few.
    """
    wanted = _wanted(words, language)
    if not wanted:
        return []
    shown = published(for_staff=for_staff)
    rows = _rows(wanted, for_staff)
    if unknown := _unknown(wanted, rows):
        guessed = _guesses(unknown, wanted, for_staff)
        rows += _rows(guessed, for_staff)
        wanted |= guessed
    total = shown.count()
    seen_in: dict[str, int] = defaultdict(int)
    for _answer, stem, _weight in rows:
        seen_in[stem] += 1
    scores: dict[int, dict[str, float]] = defaultdict(dict)
    for answer, stem, weight in rows:
        share, word = wanted[stem]
        score = share * weight * math.log(1 + total / seen_in[stem])
        # A word is counted once, by whichever of its stems says most.
        scores[answer][word] = max(scores[answer].get(word, 0.0), score)
    asked = len({word for _share, word in wanted.values()})
    favoured = _of(service)
    found = [
        (key, sum(met.values()) * (0.4 + 0.6 * len(met) / asked) * favoured.get(key, 1.0))
        for key, met in scores.items()
    ]
    return sorted(found, key=lambda pair: (-pair[1], pair[0]))


PUNCTUATION = ".,;:!?¿¡()\"'«»“”"
# A stem → how much it counts, and the word it came from.
Wanted = dict[str, tuple[float, str]]
Row = tuple[int, str, float]


def _wanted(words: str, language: str) -> Wanted:
    """The stems of the words in both languages; a word that is a stop word in the page's language
    is left out of the other as well."""
    here = "es" if language.startswith("es") else "en"
    there = "en" if here == "es" else "es"
    found: Wanted = {}
    said = dict.fromkeys(unaccented(word).strip(PUNCTUATION) for word in words[:LONGEST].split())
    telling = [word for word in said if word not in ASKING]
    for word in telling or said:
        own, other = stems(word, here), stems(word, there)
        if not own or not other:
            continue
        for stem in own:
            found.setdefault(stem, (1.0, word))
        for stem in other:
            found.setdefault(stem, (OTHER_LANGUAGE, word))
        if len(found) >= 2 * MOST_STEMS:
            break
    return found


def unaccented(word: str) -> str:
    """The word in small letters without accents."""
    parts = unicodedata.normalize("NFD", word.lower())
    return "".join(c for c in parts if not unicodedata.combining(c))


def _rows(wanted: Iterable[str], for_staff: bool) -> list[Row]:
    """Which answers hold which of the stems, with the weight."""
    terms = AnswerTerm.objects.filter(stem__in=list(wanted), answer__state=Answer.State.PUBLISHED)
    if not for_staff:
        terms = terms.filter(answer__is_public=True)
    return list(terms.values_list("answer_id", "stem", "weight"))


def _unknown(wanted: Wanted, rows: list[Row]) -> set[str]:
    """Words of which no stem stands in any answer: perhaps misspelt."""
    met = {wanted[stem][1] for _answer, stem, _weight in rows}
    return {word for _share, word in wanted.values() if word not in met}


def _guesses(unknown: set[str], wanted: Wanted, for_staff: bool) -> Wanted:
    """Stems that are nearly the unknown ones and begin with the same letter."""
    strange = {
        stem: (share, word)
        for stem, (share, word) in wanted.items()
        if word in unknown and len(stem) >= SHORTEST_GUESS + 3
    }
    if not strange:
        return {}
    ours = _vocabulary({stem[:4] for stem in strange}, for_staff)
    guessed: Wanted = {}
    for stem, (share, word) in strange.items():
        near = [known for known in ours if known[:4] == stem[:4]]
        for known in difflib.get_close_matches(stem, near, n=1, cutoff=NEAR):
            guessed.setdefault(known, (share * OTHER_LANGUAGE, word))
    return guessed


def _vocabulary(beginnings: set[str], for_staff: bool) -> list[str]:
    """The stems of published answers that begin so (``en:g``), in one query."""
    # A range, unlike a LIKE, is read from the index on SQLite too.
    anyhow = Q()
    for beginning in sorted(beginnings):
        after = beginning[:-1] + chr(ord(beginning[-1]) + 1)
        anyhow |= Q(stem__gte=beginning, stem__lt=after)
    terms = AnswerTerm.objects.filter(anyhow, answer__state=Answer.State.PUBLISHED)
    if not for_staff:
        terms = terms.filter(answer__is_public=True)
    return list(terms.order_by().values_list("stem", flat=True).distinct())


def _of(service: Service | None) -> dict[int, float]:
    """The answers of the service, each with its advantage."""
    if service is None:
        return {}
    links = Answer.services.through.objects.filter(service=service)
    return dict.fromkeys(links.values_list("answer_id", flat=True), OF_SERVICE)
