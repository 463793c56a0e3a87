"""What the functions of heard_stats hand back.

A number that cannot be given is ``None`` with a plain reason in ``why``. It is never NaN, never
infinite, and never a zero that only means "nobody answered".
"""

from dataclasses import dataclass

NO_ANSWERS = "no answers yet"


@dataclass(frozen=True, slots=True)
class Interval:
    """Two ends in the unit of the thing measured, and how often such an interval is right.

    ``confidence`` is a share, such as 0.95. An end is None where it cannot be given; ``why``
    then says so in words fit for a page.
    """

    low: float | None
    high: float | None
    confidence: float = 0.95
    why: str = ""


@dataclass(frozen=True, slots=True)
class Estimate:
    """A number with its interval, the count of answers behind it, and how it was made.

    ``value``, ``low``, ``high`` and ``se`` (standard error) share one unit, named by the function
    that returns them. ``why`` says what is missing and why: the value, or only its interval.
    """

    value: float | None
    low: float | None
    high: float | None
    n: int
    method: str
    why: str = ""
    confidence: float = 0.95
    se: float | None = None

    @property
    def interval(self) -> Interval:
        """The two ends alone."""
        return Interval(self.low, self.high, self.confidence, self.why)


def no_estimate(why: str, *, n: int = 0, method: str = "", confidence: float = 0.95) -> Estimate:
    """An Estimate without a number, and the reason in words."""
    return Estimate(None, None, None, n, method, why, confidence)
