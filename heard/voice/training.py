"""Training the suggestions of mood and themes; for the console alone (scikit-learn is loaded)."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from heard.core.errors import Refused
from heard.voice.themes import MOODS, THEMES, Model, terms

FEWEST = 100  # labelled comments; with less there is nothing to learn
FEWEST_OF_THEME = 25
HELD_OUT = 0.25
MOST_TERMS = 20_000
SEED = 311


@dataclass(frozen=True, slots=True)
class Labelled:
    """One comment with what people said of it. ``mood`` "" where they did not say."""

    text: str
    mood: str = ""
    themes: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Trained:
    """The model, and how it did on comments it had not seen. Shares from 0 to 1."""

    model: Model
    n: int
    n_held_out: int
    mood_right: float
    mood_commonest: float  # what always saying the commonest mood would get
    themes: Mapping[str, tuple[float, float, int]] = field(default_factory=dict)


def train(rows: Sequence[Labelled]) -> Trained:
    """Fit on three quarters, measure on the rest, then fit on all of them."""
    useful = [row for row in rows if row.mood in MOODS and row.text.strip()]
    if len(useful) < FEWEST or len({row.mood for row in useful}) < 2:
        raise Refused(f"Give at least {FEWEST} comments labelled with two or more moods.")
    order = np.random.default_rng(SEED).permutation(len(useful))
    cut = int(len(useful) * (1 - HELD_OUT))
    seen, unseen = [useful[i] for i in order[:cut]], [useful[i] for i in order[cut:]]
    tried = _fit(seen)
    guesses = [tried.guess_always(row.text) for row in unseen]
    right = float(np.mean([g[0] == row.mood for g, row in zip(guesses, unseen, strict=True)]))
    moods = [row.mood for row in seen]
    commonest = max(MOODS, key=moods.count)
    return Trained(
        model=_fit(useful).model,
        n=len(useful),
        n_held_out=len(unseen),
        mood_right=right,
        mood_commonest=float(np.mean([row.mood == commonest for row in unseen])),
        themes={
            theme: _found(theme, guesses, unseen) for theme in tried.model.themes
        },
    )  # fmt: skip


def _found(
    theme: str, guesses: Sequence[tuple[str, frozenset[str]]], rows: Sequence[Labelled]
) -> tuple[float, float, int]:
    """Precision, recall, and how many held-out comments have the theme."""
    said = sum(theme in themes for _mood, themes in guesses)
    true = sum(theme in row.themes for row in rows)
    both = sum(
        theme in themes and theme in row.themes
        for (_mood, themes), row in zip(guesses, rows, strict=True)
    )
    return (both / said if said else 0.0, both / true if true else 0.0, true)


@dataclass(frozen=True)
class _Fitted:
    model: Model

    def guess_always(self, text: str) -> tuple[str, frozenset[str]]:
        """The likeliest mood, however unsure, and the themes suggested."""
        scores = self.model.scores(text)
        mood = self.model.moods[int(scores[: len(self.model.moods)].argmax())]
        return mood, frozenset(self.model.guess(text).themes)


def _fit(rows: Sequence[Labelled]) -> _Fitted:
    from sklearn.feature_extraction.text import TfidfVectorizer

    made = TfidfVectorizer(analyzer=terms, sublinear_tf=True, min_df=2, max_features=MOST_TERMS)
    table = made.fit_transform([row.text for row in rows])
    moods, weights, offsets = _mood(table, [row.mood for row in rows])
    themes: list[str] = []
    for theme in THEMES:
        labels = [theme in row.themes for row in rows]
        if sum(labels) >= FEWEST_OF_THEME:
            row_weights, row_offset = _yes_or_no(table, labels)
            themes.append(theme)
            weights.append(row_weights)
            offsets.append(row_offset)
    words = {str(word): int(place) for word, place in made.vocabulary_.items()}
    return _Fitted(
        Model(
            words=dict(sorted(words.items(), key=lambda pair: pair[1])),
            idf=np.asarray(made.idf_, np.float64),
            moods=tuple(moods),
            themes=tuple(themes),
            weights=np.vstack(weights),
            offsets=np.asarray(offsets, np.float64),
            about={"n": len(rows)},
        )
    )


def _mood(table: Any, moods: list[str]) -> tuple[list[str], list[Any], list[float]]:
    """One against the rest for each mood that occurs; the highest score is the mood."""
    names = [name for name in MOODS if name in moods]
    fitted = [_yes_or_no(table, [mood == name for mood in moods]) for name in names]
    return names, [weights for weights, _offset in fitted], [offset for _weights, offset in fitted]


def _yes_or_no(table: Any, labels: list[bool]) -> tuple[Any, float]:
    from sklearn.linear_model import LogisticRegression

    fitted = LogisticRegression(C=4.0, solver="liblinear", class_weight="balanced")
    fitted.fit(table, labels)
    return fitted.coef_[0], float(fitted.intercept_[0])


# --- files of labelled comments -----------------------------------------------------------------


def labelled(
    rows: Sequence[Mapping[str, str]], *, text: str, mood: str, themes: Mapping[str, str]
) -> list[Labelled]:
    """Rows of a file as labelled comments.

    ``text`` and ``mood`` name columns; a mood is one of ours, or a number from 1 (best) to 5 as
    health services keep them. ``themes``: column to theme; a cell of 1, yes or x means it.
    """
    for name in (text, mood):
        if rows and name not in rows[0]:
            raise Refused(f"The file has no column “{name}”: {', '.join(rows[0])[:400]}.")
    return [
        Labelled(
            row[text].strip(),
            _mood_of(row[mood]),
            frozenset(
                theme
                for column, theme in themes.items()
                if (row.get(column) or "").strip().lower() in {"1", "1.0", "yes", "x", "true"}
            ),
        )
        for row in rows
        if (row[text] or "").strip()
    ]


def _mood_of(cell: str) -> str:
    said = (cell or "").strip().lower()
    if said in MOODS:
        return said
    numbers: dict[str, str] = {
        "1": "positive", "2": "positive", "3": "mixed", "4": "negative", "5": "negative",
    }  # fmt: skip
    return numbers.get(said.removesuffix(".0"), "")


Say = Callable[[str], object]


def report(trained: Trained, say: Say) -> None:
    """What the operator reads after training."""
    say(f"{trained.n} labelled comments; measured on {trained.n_held_out} unseen ones:")
    say(
        f"mood: {trained.mood_right:.1%} right (always the commonest: {trained.mood_commonest:.1%})"
    )
    for theme, (precision, recall, n) in trained.themes.items():
        say(f"{theme}: precision {precision:.0%}, recall {recall:.0%}, n {n}")
