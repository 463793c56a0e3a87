"""A survey with a question of every kind, for tests of results."""

from typing import Any

from heard.core.actors import SYSTEM
from heard.voice.instruments import Draft, Rules, draft, keep_instrument, publish
from heard.voice.models import Instrument, Version
from heard.voice.questions import Option, Question

ROWS = ("desk", "wait", "forms")


def words(text: str) -> dict[str, str]:
    return {"en": text, "es": f"{text} (es)"}


def asks(kind: str, key: str = "", text: str = "", *options: str, **more: Any) -> Question:
    key = key or kind
    listed = tuple(Option(name, words(name.title())) for name in options)
    return Question(key, kind, words(text or f"About {key}"), options=listed, **more)


EVERY_KIND = (
    asks("csat", "satisfaction"), asks("ease"), asks("effort"), asks("recommend"), asks("thumbs"),
    asks("trust"), asks("choice", "again", "", "yes", "no"), asks("many", "named", "", *ROWS),
    asks("matrix", "rows", "", *ROWS), asks("acsi"), asks("comment"),
)  # fmt: skip


def survey(*questions: Question, code: str = "visits", **rules: Any) -> Version:
    """The survey with these questions published; again, and they are its next version."""
    rules = {"name": words("Visits"), "occasion": "visit"} | rules
    made: Instrument = keep_instrument(code, Rules(**rules), actor=SYSTEM)
    content = Draft(questions or EVERY_KIND)
    return publish(draft(made, content, actor=SYSTEM), actor=SYSTEM)
