"""Which numbers are too small to publish, so that nobody can be recognised in them."""

from typing import Literal

from heard_stats.checks import whole

Rule = Literal["number", "comment"]

SMALL_NUMBER = 10
"""Scores and shares of fewer answers than this are not published."""
SMALL_COMMENT = 20
"""Comments need more company: fewer answers than this and a writing style gives people away."""


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
