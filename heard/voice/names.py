"""First names people here go by, and words that are no names; small letters, without accents.

Names that are ordinary words too (Grace, Mark, Will, Rosa, Luz, Paz) are masked only where the
words around them say that a person is meant. The ordinary words are those that the screens, guides
and demo texts of this product use in small letters, in both languages.
"""

import re
from pathlib import Path

_ACCENTS = str.maketrans("áàâäãéèêëíìîïóòôöõúùûüñç", "aaaaaeeeeiiiiooooouuuunc")
_ENDINGS = ("ly", "mente", "ing", "tion", "tions", "cion", "ciones", "ness", "ment", "ments", "ed")


def _read(name: str) -> frozenset[str]:
    return frozenset(Path(__file__).with_name(name).read_text(encoding="utf-8").split())


FIRST = _read("first_names.txt")
AMBIGUOUS = _read("ambiguous_names.txt")  # names that are words as well
ORDINARY = _read("ordinary_words.txt")
TITLES = _read("titles.txt")


def plain(word: str) -> str:
    """A word in small letters, without accents and without an English genitive."""
    return re.sub(r"['’]s$", "", word.lower()).translate(_ACCENTS)


def is_ordinary(word: str) -> bool:
    """Whether a word, its singular or its ending say that it is no name by itself."""
    bare = plain(word).strip(".,")
    if len(bare) < 2 or bare in TITLES or bare.startswith(("i'", "i’")):
        return True
    if bare in FIRST:
        return False
    forms = {bare, bare.removesuffix("s"), bare.removesuffix("es"), bare.split("'")[0]}
    return bool(forms & ORDINARY) or (len(bare) > 5 and bare.endswith(_ENDINGS))


def name_words(name: str) -> list[str]:
    """The words of a full name in the form names are compared in; initials left out."""
    return [plain(word) for word in re.findall(r"[^\W\d_][\w’'-]+", name)]
