"""Measures that no facts tell yet, ready to be entered by people: cards with ``entered = true``.

The targets room makes an own measure of one with a click; its figures are then entered with their
evidence, and reviewed by a second person, as all figures from people's hands are.
"""

import tomllib
from dataclasses import dataclass
from functools import cache

from heard.core.words import Words, said
from heard.measures.definitions import CARDS


@dataclass(frozen=True, slots=True)
class Template:
    """A measure offered ready-made. ``kind``: entered, or ratio of ``numerator`` and another."""

    key: str
    order: int
    kind: str
    unit: str
    direction: str
    period_kind: str
    area: str
    source: Words
    name: Words
    definition: Words
    why: Words
    limits: Words
    origin: Words
    numerator: str = ""
    denominator: str = ""

    def __str__(self) -> str:
        return said(self.name)


@cache
def templates() -> dict[str, Template]:
    """All ready-made measures by key, in the order they are offered."""
    found = []
    for path in CARDS.glob("*.toml"):
        card = tomllib.loads(path.read_text(encoding="utf-8"))
        if card.pop("entered", False):
            found.append(Template(**card))
    return {one.key: one for one in sorted(found, key=lambda one: one.order)}
