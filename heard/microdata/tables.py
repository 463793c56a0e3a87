"""Topline, crosstab with significance letters, wave against wave. Pure: columns in, figures out."""

import itertools
import string
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

from heard_stats import (
    Difference,
    Estimate,
    effective_n,
    holm,
    is_small,
    two_proportions,
    weighted_share,
)

LETTERS = string.ascii_uppercase
BEST = 2  # "satisfied" means one of the two best answers
MOST_GROUPS = 12


class Answers(Protocol):
    """A column as the tables need it."""

    @property
    def name(self) -> str:
        """As the file has it."""
        ...

    @property
    def wording(self) -> str:
        """What was asked."""
        ...

    @property
    def kind(self) -> str:
        """Scale, category or weight."""
        ...

    @property
    def low(self) -> int | None:
        """The lowest answer of a scale."""
        ...

    @property
    def high(self) -> int | None:
        """The highest."""
        ...

    @property
    def dont_know(self) -> int:
        """How many did not know."""
        ...

    @property
    def is_reversed(self) -> bool:
        """Whether the scale was turned round."""
        ...

    @property
    def values(self) -> Sequence[object]:
        """The answers, None where there is none."""
        ...


@dataclass(frozen=True, slots=True)
class Row:
    """One question of the topline. ``shares`` and ``top`` are weighted, worst answer first."""

    name: str
    wording: str
    n: int
    dont_know: int
    shares: tuple[float, ...]
    mean: float | None
    top: Estimate


def topline(column: Answers, weights: Sequence[float] | None = None) -> Row:
    """The answers of everybody to one scale; "don't know" and skipped ones are not among them."""
    low, high = column.low or 1, column.high or 5
    values, given = _answered(column.values, weights)
    total = sum(given)
    sums: dict[int, float] = defaultdict(float)
    for value, weight in zip(values, given, strict=True):
        sums[value] += weight
    top = weighted_share([value > high - BEST for value in values], given)
    return Row(
        column.name, column.wording, len(values), column.dont_know,
        tuple(sums[step] / total if total else 0.0 for step in range(low, high + 1)),
        sum(value * part for value, part in sums.items()) / total if total else None,
        top,
    )  # fmt: skip


def _answered(
    values: Sequence[object], weights: Sequence[float] | None
) -> tuple[list[int], list[float]]:
    given = weights or [1.0] * len(values)
    pairs = [
        (value, weight) for value, weight in zip(values, given, strict=True)
        if isinstance(value, int)
    ]  # fmt: skip
    return [value for value, _weight in pairs], [weight for _value, weight in pairs]


@dataclass(frozen=True, slots=True)
class Cell:
    """One group in a crosstab. ``above`` holds the letters of groups it is significantly above."""

    letter: str
    group: str
    n: int
    top: Estimate | None
    mean: float | None
    above: str = ""


@dataclass(frozen=True, slots=True)
class Crosstab:
    """A question by the groups of another; ``compared`` pairs were tested together (Holm)."""

    cells: tuple[Cell, ...]
    compared: int
    left_out: int = 0


def crosstab(
    column: Answers, by: Answers, weights: Sequence[float] | None = None, *, level: float = 0.05
) -> Crosstab:
    """Two best answers by group, each pair tested, the higher one marked with the other's letter.

    Groups of fewer than ten answers are not shown. With weights the test uses each group's
    effective number of answers. Holm's correction is over all pairs of the table.
    """
    high = column.high or 5
    groups: dict[str, list[int]] = defaultdict(list)
    for place, (value, group) in enumerate(zip(column.values, by.values, strict=True)):
        if isinstance(value, int) and group is not None:
            groups[str(group)].append(place)
    rows = []
    for group in sorted(groups, key=_in_order):
        places = groups[group]
        if is_small(len(places)):
            continue
        given = [weights[p] for p in places] if weights else [1.0] * len(places)
        values = [column.values[p] for p in places]
        top = weighted_share([isinstance(v, int) and v > high - BEST for v in values], given)
        total = sum(given)
        mean = (
            sum(int(v) * w for v, w in zip(values, given, strict=True)) / total  # type: ignore[call-overload]
            if total else None
        )  # fmt: skip
        rows.append((group, len(places), top, mean, effective_n(given)))
    rows = rows[:MOST_GROUPS]
    above, compared = _letters([(row[2], row[4]) for row in rows], level)
    cells = tuple(
        Cell(LETTERS[place], group, n, top, mean, above[place])
        for place, (group, n, top, mean, _size) in enumerate(rows)
    )
    shown = sum(cell.n for cell in cells)
    return Crosstab(cells, compared, sum(map(len, groups.values())) - shown)


def _letters(rows: Sequence[tuple[Estimate, float]], level: float) -> tuple[list[str], int]:
    pairs = list(itertools.combinations(range(len(rows)), 2))
    found = [_difference(rows[a], rows[b]) for a, b in pairs]
    adjusted = holm([difference.p_value for difference in found])
    above: list[list[str]] = [[] for _row in rows]
    for (a, b), difference, p in zip(pairs, found, adjusted, strict=True):
        if p is not None and p < level and difference.value:
            higher, lower = (b, a) if difference.value > 0 else (a, b)
            above[higher].append(LETTERS[lower])
    return ["".join(sorted(letters)) for letters in above], len(pairs)


def _difference(one: tuple[Estimate, float], two: tuple[Estimate, float]) -> Difference:
    """Two weighted shares compared at their effective numbers of answers, rounded down."""
    (first, n1), (second, n2) = one, two
    size1, size2 = int(n1 + 1e-9), int(n2 + 1e-9)
    x1, x2 = round((first.value or 0.0) * size1), round((second.value or 0.0) * size2)
    return two_proportions(x1, size1, x2, size2)


def _in_order(group: str) -> tuple[int, float, str]:
    try:
        return (0, float(group), group)
    except ValueError:
        return (1, 0.0, group)


@dataclass(frozen=True, slots=True)
class Moved:
    """A question in two waves. No ``difference``, but a ``why``, where they are not one series."""

    name: str
    wording: str
    before: Row
    after: Row
    difference: Difference | None
    p_adjusted: float | None = None
    significant: bool = False
    why: str = ""


@dataclass(frozen=True, slots=True)
class Wave:
    """What one wave brings to a comparison."""

    columns: Sequence[Answers]
    weights: Sequence[float] | None = None
    rows: dict[str, Row] = field(default_factory=dict)


def waves(before: Wave, after: Wave, *, level: float = 0.05) -> list[Moved]:
    """Each question of both waves, tested together with Holm's correction.

    Matched by name. Where words, scale or direction differ, both numbers stand there with the
    reason why they are not compared.
    """
    earlier = {c.name: c for c in before.columns if c.kind == "scale"}
    pairs = [(earlier[c.name], c) for c in after.columns if c.kind == "scale" and c.name in earlier]
    found: list[Moved] = []
    for old, new in pairs:
        then, now = topline(old, before.weights), topline(new, after.weights)
        why = _apart(old, new)
        difference = None if why else _between(then, now, old, new, before, after)
        found.append(Moved(new.name, new.wording, then, now, difference, why=why))
    adjusted = holm([m.difference.p_value if m.difference else None for m in found])
    return [
        Moved(
            m.name, m.wording, m.before, m.after, m.difference, p,
            p is not None and p < level, m.why,
        )
        for m, p in zip(found, adjusted, strict=True)
    ]  # fmt: skip


def _between(
    then: Row, now: Row, old: Answers, new: Answers, before: Wave, after: Wave
) -> Difference:
    sizes = [
        effective_n(_answered(column.values, wave.weights)[1])
        for column, wave in ((old, before), (new, after))
    ]
    return _difference((then.top, sizes[0]), (now.top, sizes[1]))


def _apart(old: Answers, new: Answers) -> str:
    """Why two columns of one name are no series; "" where they are."""
    if _plain(old.wording) != _plain(new.wording):
        return "wording"
    if (old.low, old.high) != (new.low, new.high):
        return "scale"
    if old.is_reversed != new.is_reversed:
        return "direction"
    return ""


def _plain(words: str) -> str:
    return " ".join("".join(c if c.isalnum() else " " for c in words.lower()).split())
