"""How hard a text is to read, in English and in Spanish, and which words and sentences make it so.

English: Flesch Reading Ease (R. Flesch, "A new readability yardstick", Journal of Applied
Psychology 32, 1948) and the Flesch-Kincaid grade (J. P. Kincaid et al., Research Branch Report
8-75, Naval Technical Training Command, 1975).
Spanish: the perspicuity of F. Szigriszt Pazos (thesis, Universidad Complutense de Madrid, 1993) on
the INFLESZ scale (I. M. Barrio Cantalejo et al., Anales del Sistema Sanitario de Navarra 31, 2008),
and J. Fernández Huerta ("Medidas sencillas de lecturabilidad", Consigna 214, 1959) beside it.
"""

import re
from collections import Counter
from dataclasses import dataclass
from typing import Literal

from heard.answers.body import as_plain
from heard.answers.plain_words import INSTEAD
from heard.answers.syllables import syllables_of

Band = Literal["very easy", "easy", "fair", "hard", "very hard"]

LONGEST_SENTENCE = {"en": 25, "es": 30}  # words; Spanish needs about a fifth more for the same
HARD_SYLLABLES = {"en": 4, "es": 6}
ENOUGH_WORDS = 15  # below, a score says more about chance than about the text
SHOWN = 6

WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
# A sentence ends at its mark before a capital or an opening mark, or with its line.
SENTENCE_END = re.compile(r"(?<=[.!?…:;])[\"”’)]*\s+(?=[\"“‘(¿¡]*[A-ZÁÉÍÓÚÜÑ0-9])|\n+")
SHORTENED = re.compile(
    r"\b(?:[ap]\.\s?m|Mr|Mrs|Ms|Dr|St|Ave|Blvd|No|vs|Sr|Sra|Ud|Uds|Av|núm|EE\.\s?UU)\.", re.I
)
# Score from which a band begins, best first; below the last it is very hard.
BANDS: dict[str, tuple[tuple[float, Band], ...]] = {
    "en": ((80, "very easy"), (70, "easy"), (60, "fair"), (50, "hard")),
    "es": ((80, "very easy"), (65, "easy"), (55, "fair"), (40, "hard")),
}


@dataclass(frozen=True, slots=True)
class HardWord:
    """A word that costs readers effort, how often it stands there, and what to say instead."""

    word: str
    times: int
    instead: str = ""


@dataclass(frozen=True, slots=True)
class LongSentence:
    """A sentence too long to take in at once, and its number of words."""

    text: str
    words: int


@dataclass(frozen=True, slots=True)
class Reading:
    """What can be said of a text. ``score`` is 0 to 100 and may pass both; larger is easier.

    ``grade`` is the United States school grade (English alone); ``second`` is the score by
    Fernández Huerta (Spanish alone). Score, grade and band are None for a text of fewer than 15
    words.
    """

    language: str
    words: int
    sentences: int
    syllables: int
    score: float | None
    band: Band | None
    grade: float | None
    second: float | None
    long_sentences: tuple[LongSentence, ...]
    hard_words: tuple[HardWord, ...]

    @property
    def words_a_sentence(self) -> float:
        """Mean length of a sentence in words."""
        return self.words / self.sentences if self.sentences else 0.0

    @property
    def remarks(self) -> int:
        """How many sentences and words are pointed out."""
        return len(self.long_sentences) + len(self.hard_words)

    @property
    def is_plain(self) -> bool:
        """Whether nothing needs to be pointed out."""
        fine = self.band in {None, "very easy", "easy", "fair"}
        return fine and not self.remarks


def flesch_ease(words: int, sentences: int, syllables: int) -> float:
    """Flesch 1948: 206.835 − 1.015 × words per sentence − 84.6 × syllables per word."""
    return 206.835 - 1.015 * words / sentences - 84.6 * syllables / words


def kincaid_grade(words: int, sentences: int, syllables: int) -> float:
    """Kincaid 1975: 0.39 × words per sentence + 11.8 × syllables per word − 15.59."""
    return 0.39 * words / sentences + 11.8 * syllables / words - 15.59


def perspicuity(words: int, sentences: int, syllables: int) -> float:
    """Szigriszt Pazos 1993: 206.835 − 62.3 × syllables per word − words per sentence."""
    return 206.835 - 62.3 * syllables / words - words / sentences


def fernandez_huerta(words: int, sentences: int, syllables: int) -> float:
    """Fernández Huerta 1959: 206.84 − 60 × syllables per word − 1.02 × words per sentence.

    His F is words per sentence; many later copies print sentences per 100 words, which turns the
    meaning round (G. Law, "Error in the Fernández Huerta readability formula", 2011).
    """
    return 206.84 - 60 * syllables / words - 1.02 * words / sentences


def read(text: str, language: str) -> Reading:
    """Look at a text of ours (headings, lists and links allowed) in English or Spanish."""
    language = "es" if language.startswith("es") else "en"
    plain = as_plain(text)
    sentences = sentences_of(plain)
    words = [word for sentence in sentences for word in WORD.findall(sentence)]
    syllables = sum(syllables_of(word, language) for word in words)
    score = second = grade = band = None
    if len(words) >= ENOUGH_WORDS:
        counts = (len(words), len(sentences), syllables)
        if language == "es":
            score, second = perspicuity(*counts), fernandez_huerta(*counts)
        else:
            score, grade = flesch_ease(*counts), max(0.0, kincaid_grade(*counts))
        band = band_of(score, language)
    return Reading(
        language=language,
        words=len(words),
        sentences=len(sentences),
        syllables=syllables,
        score=score,
        band=band,
        grade=grade,
        second=second,
        long_sentences=_long(sentences, language),
        hard_words=_hard(plain, words, language),
    )


def sentences_of(plain: str) -> list[str]:
    """The sentences of a plain text; a line break ends one, an abbreviation does not."""
    kept = SHORTENED.sub(lambda found: found.group().replace(".", "\0"), plain)
    parts = (part.replace("\0", ".").strip() for part in SENTENCE_END.split(kept))
    return [part for part in parts if WORD.search(part)]


def band_of(score: float, language: str) -> Band:
    """The band a score lies in: Flesch's for English, INFLESZ's for Spanish."""
    return next((band for start, band in BANDS[language] if score >= start), "very hard")


def _long(sentences: list[str], language: str) -> tuple[LongSentence, ...]:
    counted = (LongSentence(text, len(WORD.findall(text))) for text in sentences)
    long = [found for found in counted if found.words > LONGEST_SENTENCE[language]]
    return tuple(sorted(long, key=lambda found: -found.words)[:SHOWN])


def _hard(plain: str, words: list[str], language: str) -> tuple[HardWord, ...]:
    """Words of an office with their plain ones first, then words of many syllables."""
    lower = plain.lower()
    found = {}
    for office, instead in INSTEAD[language].items():
        times = len(re.findall(rf"(?<!\w){re.escape(office)}(?!\w)", lower))
        if times:
            found[office] = HardWord(office, times, instead)
    counted = Counter(word.lower() for word in words if not word[0].isupper())
    for word, times in counted.most_common():
        if word not in found and syllables_of(word, language) > HARD_SYLLABLES[language]:
            found[word] = HardWord(word, times)
    return tuple(sorted(found.values(), key=lambda w: (not w.instead, -w.times))[:SHOWN])
