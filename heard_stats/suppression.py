"""Which numbers are too small to publish, so that nobody can be recognised in them.

Hiding a small number is not enough where the total beside it stays: it could be subtracted out.
`small_numbers` hides companions until nothing hidden can be worked out from what is shown.
"""

import itertools
import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from heard_stats.checks import whole
from heard_stats.exposure import Key, Relation, narrow

Rule = Literal["number", "comment"]

SMALL_NUMBER = 10
"""Scores and shares of fewer answers than this are not published."""
SMALL_COMMENT = 20
"""Comments need more company: fewer answers than this and a writing style gives people away."""

ALL = "*"
"""Stands in a key for "all of this axis": ("parks", "*") is the total of the row parks."""


def limit_of(rule: Rule) -> int:
    """The smallest count that may be published under ``rule``: "number" or "comment"."""
    if rule == "number":
        return SMALL_NUMBER
    if rule == "comment":
        return SMALL_COMMENT
    raise ValueError(f'rule is {rule!r}: give "number" or "comment".')


def is_small(n: int, rule: Rule = "number") -> bool:
    """Whether a group of ``n`` answers must be hidden. Nobody (0) is not small: none to protect.

    Raises ValueError unless n is a whole number of 0 or more and the rule is known.
    """
    return 0 < whole("n", n) < limit_of(rule)


@dataclass(frozen=True, slots=True)
class Suppression:
    """A table of counts fit to publish, its totals included (`ALL` in the key).

    ``shown``: key, always a tuple, to count, None where hidden. ``small``: hidden for being
    small; ``companions``: hidden so that the small ones cannot be worked out. Whatever else is
    published of a hidden cell (its score, its comments) must be hidden with it.
    """

    shown: Mapping[Key, int | None]
    small: frozenset[Key]
    companions: frozenset[Key]
    limit: int

    def hides(self, *key: str) -> bool:
        """Whether this cell is hidden: ``hides("parks")``, ``hides("parks", "2024")``.

        Raises KeyError for a cell the table does not have.
        """
        return self.shown[key] is None


def small_numbers(
    counts: Mapping[str, int] | Mapping[tuple[str, ...], int], rule: Rule = "number"
) -> Suppression:
    """Which cells of a table of counts to hide before it is published with all its totals.

    ``counts``: number of answers per group, or per tuple of groups for a table with several axes;
    each answer is counted in one cell; a combination that is absent is 0. Counts from 1 up to the
    limit of ``rule`` are hidden, then companions, small ones first, until every hidden count may,
    for all the shown ones tell, have at least half as many different values as the limit. Zeros
    are shown. What is not defended against: a reader who knows some of the answers himself, and
    the same table published again with a few answers more.
    Raises ValueError on counts below 0, on keys of different length, on "*" as a group's name.
    Source: cell suppression with protection ranges, Hundepool et al., Statistical Disclosure
    Control (2012), chapter 4; the companions are found greedily, so not always the fewest.
    """
    limit = limit_of(rule)
    cells, relations = _with_totals(_table(counts))
    small = {key for key, count in cells.items() if 0 < count < limit}
    hidden = _protected(cells, relations, small, math.ceil(limit / 2))
    return Suppression(
        shown={key: None if key in hidden else count for key, count in cells.items()},
        small=frozenset(small),
        companions=frozenset(hidden - small),
        limit=limit,
    )


def _table(counts: Mapping[str, int] | Mapping[tuple[str, ...], int]) -> dict[Key, int]:
    table: dict[Key, int] = {}
    for key, count in counts.items():
        parts = (key,) if isinstance(key, str) else tuple(key)
        if ALL in parts:
            raise ValueError(f'{key!r}: "*" stands for totals, so no group can have that name.')
        table[parts] = whole(str(key), count)
    if len({len(key) for key in table}) > 1 or () in table:
        raise ValueError("the keys differ in length: name one group per axis in each key.")
    return table


def _with_totals(table: Mapping[Key, int]) -> tuple[dict[Key, int], list[Relation]]:
    """All cells with all totals, and every "the parts make the total" among them."""
    cells: dict[Key, int] = {}
    for key, count in table.items():
        for choice in itertools.product((False, True), repeat=len(key)):
            total = tuple(ALL if all_ else part for part, all_ in zip(key, choice, strict=True))
            cells[total] = cells.get(total, 0) + count
    members: dict[tuple[Key, int], Relation] = {}
    for key in cells:
        for axis, part in enumerate(key):
            if part != ALL:
                total = (*key[:axis], ALL, *key[axis + 1 :])
                members.setdefault((total, axis), {total: -1})[key] = 1
    return cells, list(members.values())


def _protected(
    cells: Mapping[Key, int], relations: list[Relation], small: set[Key], room: int
) -> set[Key]:
    """The small cells and as many companions as it takes."""
    hidden = set(small)
    while (exposed := narrow(cells, relations, hidden, room)) is not None:
        companion = _companion(cells, relations, hidden, exposed)
        hidden.add(companion)
    # Companions taken early may have become needless through later ones.
    for key in sorted(hidden - small, key=lambda key: (-cells[key], key)):
        if narrow(cells, relations, hidden - {key}, room) is None:
            hidden.remove(key)
    return hidden


def _companion(
    cells: Mapping[Key, int], relations: list[Relation], hidden: set[Key], exposed: Key
) -> Key:
    """The next cell to hide so that ``exposed`` gets company.

    Looks along the lines of the exposed cell that hide fewest, and widens the search to lines
    that share a hidden cell with those when they have nothing left to hide. Prefers plain cells
    to totals, then cells whose other lines hide something already, then small counts.
    """
    lines, seen = [line for line in relations if exposed in line], {exposed}
    while True:
        fewest = sorted(lines, key=lambda line: sum(key in hidden for key in line))
        for line in fewest:
            free = [key for key in line if cells[key] and key not in hidden]
            if free:
                return min(free, key=lambda key: _cost(cells, relations, hidden, line, key))
        seen |= {key for line in lines for key in line if key in hidden}
        lines = [line for line in relations if not seen.isdisjoint(line)]


def _cost(
    cells: Mapping[Key, int], relations: list[Relation], hidden: set[Key], line: Relation, key: Key
) -> tuple[int, int, int, Key]:
    others = [other for other in relations if key in other and other is not line]
    lonely = sum(hidden.isdisjoint(other) for other in others)
    return key.count(ALL), lonely, cells[key], key
