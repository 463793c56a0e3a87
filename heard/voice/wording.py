"""Answers in words, for mails, pages and tables."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from heard.core.words import said
from heard.ui.forms import EASE, SATISFACTION
from heard.voice.questions import ACSI, EFFORT, TRUST, Question

FACES = {5: "😀", 4: "🙂", 3: "😐", 2: "🙁", 1: "😞"}


@dataclass(frozen=True, slots=True)
class Choice:
    """One answer to click: its number, its words, and a face where it has one."""

    value: int
    words: str
    face: str = ""


def step_words(question: Question) -> list[str]:
    """The words of each step of a scale, lowest first; numbers where steps have no words."""
    match question.kind:
        case "csat":
            return [str(word) for word in SATISFACTION]
        case "ease":
            return [str(word) for word in EASE]
        case "effort":
            return [str(word) for word in EFFORT]
        case "trust":
            return [str(word) for word in TRUST]
        case "thumbs":
            return [_("No, thumb down"), _("Yes, thumb up")]
    low, high = question.scale or (0, -1)
    return [str(n) for n in range(low, high + 1)]


def clickable(question: Question) -> list[Choice]:
    """The answers of a scale as a mail offers them, best first; none for other questions."""
    if question.scale is None:
        return []
    low = question.scale[0]
    found = [
        Choice(low + place, words, FACES.get(low + place, "") if question.kind == "csat" else "")
        for place, words in enumerate(step_words(question))
    ]
    return found[::-1]


def told(question: Question, value: Any) -> str:
    """An answer as a person would say it."""
    if value is None:
        return ""
    if question.scale is not None:
        return step_words(question)[int(value) - question.scale[0]]
    names = {option.key: said(option.label) for option in question.options}
    if question.kind == "many":
        return ", ".join(names[key] for key, chosen in value.items() if chosen and key in names)
    if question.kind == "acsi":
        names = {key: str(label) for key, label in ACSI.items()}
    if question.kind in ("matrix", "acsi"):
        return "; ".join(f"{names[key]}: {n}" for key, n in value.items() if key in names)
    return names.get(value, str(value))
