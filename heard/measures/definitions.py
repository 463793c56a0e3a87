"""The definition cards: what is measured, why, how, and where that ends. Read from ``cards/``."""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, Literal

from heard.core.words import Words, said

Kind = Literal["count", "share", "quantile", "index", "top2", "sum"]
Unit = Literal["count", "share", "days", "score", "dollars"]

BY = ("department", "division", "service", "channel", "district")
ALL = "all"
NO_GROUP = "none"  # the group of rows that name none, such as a case without a district
CARDS = Path(__file__).parent / "cards"


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

    @property
    def unit(self) -> Unit:
        """What its value is in: a share of 0 to 1, a score of 0 to 100, days, dollars, a count."""
        units: dict[Kind, Unit] = {
            "count": "count", "share": "share", "top2": "share", "index": "score",
            "quantile": "days", "sum": "dollars",
        }  # fmt: skip
        return units[self.kind]

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
def measures() -> dict[str, Definition]:
    """All measures by key, in the order they are shown."""
    found = [_read(path) for path in CARDS.glob("*.toml")]
    return {card.key: card for card in sorted(found, key=lambda card: card.order)}


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


def _read(path: Path) -> Definition:
    card = tomllib.loads(path.read_text(encoding="utf-8"))
    statistics = tuple(Statistic(**statistic) for statistic in card.pop("statistics"))
    return Definition(**card, statistics=statistics)
