"""The definition cards: what is measured, why, how, and where that ends. Read from ``cards/``."""

import json
import logging
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, Literal

from django.conf import settings

from heard.core.words import Words, said

Kind = Literal["count", "share", "quantile", "index", "top2", "sum", "mean", "nps"]
Unit = Literal["count", "share", "days", "score", "dollars"]

BY = ("department", "division", "service", "channel", "district")
ALL = "all"
NO_GROUP = "none"  # the group of rows that name none, such as a case without a district
CARDS = Path(__file__).parent / "cards"
BUILT = "built-measures.json"  # in HEARD_DATA
log = logging.getLogger("heard.measures")

# What a city owes the people it serves, in the order of the loop; every measure is of one.
AREAS: dict[str, Words] = {
    "reach": {"en": "Easy to reach", "es": "Fácil de contactar"},
    "understand": {"en": "Heard and understood", "es": "Escuchar y comprender"},
    "resolve": {"en": "Solved, and on time", "es": "Resolver, y a tiempo"},
    "ask": {"en": "What customers say", "es": "Lo que dice la gente"},
    "improve": {"en": "Getting better", "es": "Mejorar"},
    "people": {"en": "Our people", "es": "Nuestro personal"},
    "money": {"en": "Money well spent", "es": "El dinero bien gastado"},
}
OURS: Words = {"en": "Heard's own definition.", "es": "Definición propia de Heard."}


class UnknownName(ValueError):
    """There is no such measure, statistic or grouping; the message lists what there is."""


@dataclass(frozen=True)
class Statistic:
    """One way a measure is counted."""

    key: str
    kind: Kind
    name: Words
    says: Words
    left_out: Words
    quantile: float | None = None
    measured_in: Unit | None = None  # of a mean, a sum or a quantile, where not the usual one
    divisor: float = 1.0  # a mean or a sum is added up in whole cents or seconds; by this its unit

    @property
    def unit(self) -> Unit:
        """What its value is in: a share of 0 to 1, a score of 0 to 100, days, dollars, a count."""
        units: dict[Kind, Unit] = {
            "count": "count", "share": "share", "top2": "share", "index": "score",
            "quantile": "days", "sum": "dollars", "mean": "days", "nps": "score",
        }  # fmt: skip
        return self.measured_in or units[self.kind]

    def __str__(self) -> str:
        return said(self.name)


@dataclass(frozen=True)
class Definition:
    """One measure in one version of its definition. ``direction``: which way is better."""

    key: str
    order: int
    version: int
    effective_from: date
    unit: Unit
    direction: Literal["up", "down", "none"]
    source: str
    default: str
    name: Words
    definition: Words
    why: Words
    limits: Words
    statistics: tuple[Statistic, ...]
    changes: Sequence[Mapping[str, Any]] = ()  # version, effective_from, what and why in words
    area: str = "resolve"  # one of AREAS
    origin: Words = field(default_factory=lambda: dict(OURS))  # publisher and year, or our own
    formula: Mapping[str, Any] | None = None  # where it is declared, and not written in Python

    def statistic(self, key: str | None = None) -> Statistic:
        """One of its statistics; the usual one where none is named."""
        wanted = key or self.default
        for statistic in self.statistics:
            if statistic.key == wanted:
                return statistic
        raise UnknownName(
            f"{self.key} has no {wanted}; there is {_listed(s.key for s in self.statistics)}."
        )

    def __str__(self) -> str:
        return said(self.name)


@cache
def _cards() -> dict[str, Definition]:
    found = [
        read_card(card)
        for path in CARDS.glob("*.toml")
        if not (card := tomllib.loads(path.read_text(encoding="utf-8"))).get("entered")
    ]
    return {card.key: card for card in sorted(found, key=lambda card: card.order)}


def measures() -> dict[str, Definition]:
    """All measures by key, in the order they are shown: Heard's, then those that people built."""
    built = built_cards()
    return {**_cards(), **built} if built else _cards()


def built_cards() -> dict[str, Definition]:
    """The measures that people built and published, from the file made ahead; see ``built.py``."""
    path = Path(settings.HEARD_DATA) / BUILT
    try:
        stamp = path.stat().st_mtime_ns
    except OSError:
        return {}
    return _built(path, stamp)


@lru_cache(maxsize=4)
def _built(path: Path, stamp: int) -> dict[str, Definition]:
    try:
        kept = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        log.exception("The measures that people built cannot be read; the others go on.")
        return {}
    return {card["key"]: read_card(card) for card in kept}


def measure(key: str) -> Definition:
    """The measure of this key. Raises ``UnknownName``."""
    try:
        return measures()[key]
    except KeyError:
        raise UnknownName(f"There is no measure {key}; there is {_listed(measures())}.") from None


def check_by(by: str) -> str:
    """The grouping, if there is one of this name. Raises ``UnknownName``."""
    if by not in (ALL, *BY):
        raise UnknownName(f"There is no grouping by {by}; there is {_listed(BY)}.")
    return by


def _listed(names: Any) -> str:
    return ", ".join(names)


def read_card(card: Mapping[str, Any]) -> Definition:
    """The definition of a card's table, as it stands in a file."""
    given = dict(card)
    statistics = tuple(Statistic(**statistic) for statistic in given.pop("statistics"))
    day = given["effective_from"]
    given["effective_from"] = date.fromisoformat(day) if isinstance(day, str) else day
    given["changes"] = [_change(change) for change in given.get("changes", ())]
    return Definition(**given, statistics=statistics)


def _change(change: Mapping[str, Any]) -> dict[str, Any]:
    day = change["effective_from"]
    return {**change, "effective_from": date.fromisoformat(day) if isinstance(day, str) else day}
