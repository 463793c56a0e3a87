"""How the columns of published indicator files are read: one TOML file for each publisher."""

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent


class UnknownMapping(ValueError):
    """There is no such mapping; the message lists what there is."""


@dataclass(frozen=True)
class Rule:
    """One published judgement: its column, its two words, and what it compares with.

    ``years`` is 0 for a judgement against the target, else how many years before are averaged;
    ``reference`` is the column in which the publisher gives that mean.
    """

    key: str
    label: str
    good: str
    bad: str
    years: int = 0
    reference: str = ""


@dataclass(frozen=True)
class Mapping:
    """The columns of one publisher's file. ``year`` is the fiscal year that is judged."""

    name: str
    prefix: str
    id: str
    indicator: str
    missing: list[str]
    fiscal_start: int
    year: int
    value: str
    target: str
    earlier: list[int]
    direction: dict[str, str]
    rules: tuple[Rule, ...]


def names() -> list[str]:
    """All mappings there are."""
    return sorted(path.stem for path in FOLDER.glob("*.toml"))


def mapping(name: str) -> Mapping:
    """The mapping of a name. Raises ``UnknownMapping``."""
    if name not in names():
        raise UnknownMapping(f"There is no mapping {name}; there is {', '.join(names())}.")
    given: dict[str, Any] = tomllib.loads((FOLDER / f"{name}.toml").read_text(encoding="utf-8"))
    rules = tuple(Rule(**rule) for rule in given.pop("rules"))
    return Mapping(**given, rules=rules)
