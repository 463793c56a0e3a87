"""What a reader of a table with hidden cells can work out about them."""

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np

Key = tuple[str, ...]
Relation = dict[Key, int]
"""Cells whose counts, times these factors, add up to 0: +1 for each part, -1 for their total."""


def narrow(
    cells: Mapping[Key, int], relations: Sequence[Relation], hidden: Iterable[Key], room: int
) -> Key | None:
    """A hidden cell that can only have fewer than ``room`` different values, or None.

    The reader knows every shown count, all ``relations``, and that what is hidden is at least 1.
    """
    unknown = sorted(hidden)
    if not unknown:
        return None
    place = {key: i for i, key in enumerate(unknown)}
    factors, sums = [], []
    for relation in relations:
        inside = [key for key in relation if key in place]
        if len(inside) == 1:
            return inside[0]  # what is shown says it all
        if inside:
            row = np.zeros(len(unknown))
            for key in inside:
                row[place[key]] = relation[key]
            factors.append(row)
            sums.append(-sum(f * cells[key] for key, f in relation.items() if key not in place))
    if len(factors) == 1:
        return _narrow_in_one(unknown, factors[0], sums[0], room)
    return _narrow_in_many(unknown, np.array(factors), np.array(sums, np.float64), room)


def _narrow_in_one(unknown: list[Key], row: Any, total: int, room: int) -> Key | None:
    """With a single relation: parts of a known total share what is left after 1 for each."""
    if row.min() < 0:  # the total is hidden too, and can be anything
        return None
    return unknown[0] if total - len(unknown) + 1 < room else None


def _narrow_in_many(unknown: list[Key], factors: Any, sums: Any, room: int) -> Key | None:
    """Smallest and largest possible value of each cell by linear programming."""
    from scipy.optimize import linprog  # slow to import, and most tables do not need it

    for i, key in enumerate(unknown):
        goal = np.zeros(len(unknown))
        goal[i] = 1.0
        ends = []
        for sign in (1, -1):
            found = linprog(sign * goal, A_eq=factors, b_eq=sums, bounds=(1, None), method="highs")
            if (
                found.status != 0 or found.fun is None
            ):  # without end: the true counts always satisfy the relations
                break
            ends.append(sign * found.fun)
        # Counts are whole, and the solver is exact to about 1e-7.
        if len(ends) == 2 and math.floor(ends[1] + 1e-6) - math.ceil(ends[0] - 1e-6) + 1 < room:
            return key
    return None
