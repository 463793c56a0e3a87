"""Checks on what comes in. Each refuses with a ValueError that says what to do about it."""

import math
import operator
from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]


def check_confidence(confidence: float) -> float:
    """``confidence`` as it came, if it is a share strictly between 0 and 1."""
    if not 0.0 < confidence < 1.0:
        raise ValueError(
            f"confidence is {confidence!r}: give a share between 0 and 1, such as 0.95."
        )
    return float(confidence)


def whole(name: str, number: object) -> int:
    """``number`` as an int if it is a whole number of at least 0 (2.0 counts as whole)."""
    if isinstance(number, float | np.floating) and float(number).is_integer():
        number = int(number)
    try:
        result = operator.index(number)  # type: ignore[arg-type]
    except TypeError:
        raise ValueError(f"{name} is {number!r}: give a whole number of 0 or more.") from None
    if result < 0:
        raise ValueError(f"{name} is {result}: a count cannot be below 0.")
    return result


def whole_list(name: str, numbers: Iterable[object], *, at_least: int = 1) -> list[int]:
    """Whole counts, no fewer than ``at_least`` of them."""
    result = [whole(f"{name}[{place}]", number) for place, number in enumerate(numbers)]
    if len(result) < at_least:
        raise ValueError(f"{name} has {len(result)} entries: give at least {at_least}.")
    return result


def finite(name: str, number: float) -> float:
    """``number`` as a float, if it is neither NaN nor infinite."""
    result = float(number)
    if not math.isfinite(result):
        raise ValueError(f"{name} is {result}: leave missing values out before calling.")
    return result


def finite_array(name: str, numbers: ArrayLike | Sequence[float]) -> Floats:
    """A flat float array without NaN or infinity."""
    result = np.asarray(numbers, dtype=np.float64)
    if result.ndim != 1:
        raise ValueError(f"{name} has {result.ndim} dimensions: give a flat list of numbers.")
    if not np.isfinite(result).all():
        raise ValueError(f"{name} holds missing or infinite values: leave them out first.")
    return result


def weight_array(name: str, weights: ArrayLike | Sequence[float]) -> Floats:
    """A flat array of weights, each finite and 0 or more."""
    result = finite_array(name, weights)
    if (result < 0).any():
        raise ValueError(f"{name} holds a weight below 0: weights are 0 or more.")
    return result
