"""What a comment is about and in which mood: suggestions, which people confirm.

TF-IDF over words and pairs of words, and a logistic regression per theme and for the mood. The
model is trained by the operator from a file of labelled comments (``heard voice train``), kept as
plain numbers (no code is loaded from it), and applied here with NumPy alone. Without a model
nothing is suggested.
"""

import functools
import itertools
import json
import re
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from django.conf import settings
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from numpy.typing import NDArray

THEMES = {
    "speed": _("How long it took"),
    "manner": _("How they were treated"),
    "outcome": _("What was done or not done"),
    "information": _("Being kept informed"),
    "access": _("Reaching us, appointments, forms"),
    "competence": _("Knowing the job"),
    "place": _("Building, parking, cleanliness"),
    "fairness": _("Fairness and rules"),
    "cost": pgettext_lazy("theme of comments", "Money"),
}
MOODS = ("negative", "mixed", "positive")
FILE_FORMAT = 1
WORD = re.compile(r"[^\W\d_]{2,}")
MOST_WORDS = 4000
LIKELY = 0.5  # probability from which on a theme is suggested
SURE = 0.5  # and a mood: below, nothing is suggested


@dataclass(frozen=True, slots=True)
class Guess:
    """What the model suggests; empty where it is unsure or there is none."""

    mood: str = ""
    themes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Model:
    """Weights per word. ``classes``: name of each row of ``weights``; moods first, then themes."""

    words: dict[str, int]
    idf: NDArray[np.float64]
    moods: tuple[str, ...]
    themes: tuple[str, ...]
    weights: NDArray[np.float64]
    offsets: NDArray[np.float64]
    about: dict[str, Any]

    def scores(self, text: str) -> NDArray[np.float64]:
        """The linear score of every mood and theme."""
        counts = Counter(term for term in terms(text) if term in self.words)
        if not counts:
            return self.offsets.copy()
        places = np.fromiter((self.words[term] for term in counts), np.int64)
        values = (1 + np.log(np.fromiter(counts.values(), np.float64))) * self.idf[places]
        values /= np.sqrt((values**2).sum())
        result: NDArray[np.float64] = self.weights[:, places] @ values + self.offsets
        return result

    def guess(self, text: str) -> Guess:
        """Mood and themes of a comment; nothing where it knows none of the words."""
        if not any(term in self.words for term in terms(text)):
            return Guess()
        scores = self.scores(text)
        odds = np.exp(scores[: len(self.moods)] - scores[: len(self.moods)].max())
        odds /= odds.sum()
        best = int(odds.argmax())
        likely = 1 / (1 + np.exp(-scores[len(self.moods) :]))
        return Guess(
            self.moods[best] if odds[best] >= SURE else "",
            tuple(name for name, p in zip(self.themes, likely, strict=True) if p >= LIKELY),
        )


def terms(text: str) -> list[str]:
    """Words and pairs of neighbouring words, in small letters; of the first 4,000 words."""
    words = WORD.findall(text.lower())[:MOST_WORDS]
    return words + [f"{a} {b}" for a, b in itertools.pairwise(words)]


def model_file() -> Path:
    """Where the trained model lies."""
    return Path(settings.HEARD_DATA) / "voice" / "themes.npz"


def suggest(text: str) -> Guess:
    """Mood and themes of a comment, where a model was trained."""
    path = model_file()
    try:
        stamp = path.stat().st_mtime_ns
    except OSError:
        return Guess()
    found = _kept(path, stamp)
    return found.guess(text) if found else Guess()


@functools.lru_cache(maxsize=2)
def _kept(path: Path, _stamp: int) -> Model | None:
    try:
        return load(path)
    except (OSError, ValueError, KeyError):
        return None  # a damaged file suggests nothing; training again mends it


def save(model: Model, path: Path) -> None:
    """Write the model in one move: readers see the old one or the new one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    head = {
        "format": FILE_FORMAT, "words": list(model.words), "moods": model.moods,
        "themes": model.themes, "about": model.about,
    }  # fmt: skip
    draft = path.with_suffix(".new.npz")
    np.savez_compressed(
        draft, head=np.frombuffer(json.dumps(head).encode(), np.uint8), idf=model.idf,
        weights=model.weights.astype(np.float32), offsets=model.offsets,
    )  # fmt: skip
    draft.replace(path)


def load(path: Path) -> Model:
    """Read a model. Raises ValueError where the file is not one of ours."""
    with np.load(path, allow_pickle=False) as file:
        head = json.loads(file["head"].tobytes())
        if head.get("format") != FILE_FORMAT:
            raise ValueError("a model of another format")
        return Model(
            words={word: place for place, word in enumerate(head["words"])},
            idf=file["idf"],
            moods=tuple(head["moods"]),
            themes=tuple(head["themes"]),
            weights=file["weights"].astype(np.float64),
            offsets=file["offsets"],
            about=head["about"],
        )
