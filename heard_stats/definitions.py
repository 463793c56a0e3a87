"""Which formula stands behind a published figure, and when that formula changed."""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from types import MappingProxyType
from typing import Any

from heard_stats.checks import whole

Formula = Callable[[Any], float | None]
Formulas = Mapping[str, Formula]
Published = str | int | float | Decimal | None


@dataclass(frozen=True, slots=True)
class Answers:
    """Answers to one question in one period, worst first, and those who gave none."""

    scale: tuple[int, ...]
    dont_know: int = 0
    skipped: int = 0

    def __post_init__(self) -> None:
        for count in (*self.scale, self.dont_know, self.skipped):
            whole("count", count)
        if len(self.scale) < 2:
            raise ValueError("scale needs two or more counts, worst answer first.")


@dataclass(frozen=True, slots=True)
class Promised:
    """Cases of one period against their promise, for formulas of "on time".

    ``on_time`` and ``late`` were closed; ``overdue`` and ``not_due`` are open; ``no_promise``
    were closed without ever having a promise.
    """

    on_time: int
    late: int
    overdue: int = 0
    not_due: int = 0
    no_promise: int = 0

    def __post_init__(self) -> None:
        for name in self.__slots__:
            whole(name, getattr(self, name))


def _percent(some: int, among: int) -> float | None:
    return 100 * some / among if among else None


def _top(a: Answers, k: int, others: int = 0) -> float | None:
    return _percent(sum(a.scale[-k:]), sum(a.scale) + others) if k < len(a.scale) else None


def _net(a: Answers) -> float | None:
    best, worst = sum(a.scale[-2:]), sum(a.scale[:2])
    return _percent(best - worst, sum(a.scale)) if len(a.scale) > 3 else None


def _without_middle(a: Answers) -> float | None:
    half = len(a.scale) // 2
    best = sum(a.scale[-half:])
    return _percent(best, best + sum(a.scale[:half])) if len(a.scale) % 2 else None


def _points(a: Answers) -> int:
    return sum(place * count for place, count in enumerate(a.scale))


def _mean(a: Answers) -> float | None:
    return 1 + _points(a) / sum(a.scale) if sum(a.scale) else None


SATISFACTION: Formulas = MappingProxyType(
    {
        "two best of those who answered": lambda a: _top(a, 2),
        "two best, don't know in the base": lambda a: _top(a, 2, a.dont_know),
        "two best, don't know and skipped in the base": lambda a: _top(
            a, 2, a.dont_know + a.skipped
        ),
        "two best, skipped in the base": lambda a: _top(a, 2, a.skipped),
        "best of those who answered": lambda a: _top(a, 1),
        "three best of those who answered": lambda a: _top(a, 3),
        "better half without the middle": _without_middle,
        "two best minus two worst": _net,
        "index 0-100": lambda a: _percent(_points(a), sum(a.scale) * (len(a.scale) - 1)),
        "mean from 1": _mean,
        "mean from 1 as percent of the best": lambda a: _percent(
            _points(a) + sum(a.scale), sum(a.scale) * len(a.scale)
        ),
    }
)
"""Formulas of satisfaction in use, from `Answers`; all but the mean in percent."""

ON_TIME: Formulas = MappingProxyType(
    {
        "on time of closed with a promise": lambda c: _percent(c.on_time, c.on_time + c.late),
        "on time of closed, no promise counts as on time": lambda c: _percent(
            c.on_time + c.no_promise, c.on_time + c.late + c.no_promise
        ),
        "on time of closed, no promise counts as late": lambda c: _percent(
            c.on_time, c.on_time + c.late + c.no_promise
        ),
        "on time of all due, open ones count as late": lambda c: _percent(
            c.on_time, c.on_time + c.late + c.overdue
        ),
        "on time of all with a promise": lambda c: _percent(
            c.on_time, c.on_time + c.late + c.overdue + c.not_due
        ),
        "not late of all with a promise": lambda c: _percent(
            c.on_time + c.not_due, c.on_time + c.late + c.overdue + c.not_due
        ),
    }
)
"""Formulas of "on time" in use, from `Promised`, in percent."""


@dataclass(frozen=True, slots=True)
class Fit:
    """One period: what each formula gives, and which give the published figure when rounded."""

    label: str
    published: float | None
    values: Mapping[str, float | None]
    fits: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Stretch:
    """Consecutive periods that the same formulas explain; no formulas: none known does."""

    first: str
    last: str
    formulas: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Break:
    """The definition changed at one of the periods from ``earliest`` to ``latest``."""

    earliest: str
    latest: str


@dataclass(frozen=True, slots=True)
class DefinitionFit:
    """Fits per period, the fewest stretches that explain the series, and breaks between them.

    Periods without a published figure belong to no stretch.
    """

    periods: tuple[Fit, ...]
    stretches: tuple[Stretch, ...]
    breaks: tuple[Break, ...]


def fits_definition(
    counts: Sequence[Any],
    published: Sequence[Published],
    *,
    labels: Sequence[str] | None = None,
    formulas: Formulas | None = None,
    decimals: int | None = None,
) -> DefinitionFit:
    """Which formula reproduces the published figures, and where the answer changes.

    ``counts``: one entry per period, `Answers`, `Promised` or plain counts worst answer first,
    or anything your own ``formulas`` take. ``published``: the figure of each period in the unit
    of the formulas (percent), best as printed ("78.0"), since its decimals say how it was
    rounded; None where none was published. ``decimals`` overrules that. A formula fits when the
    figure is its value rounded, halves either way.
    Raises ValueError on lengths that differ and on figures that are no numbers.
    """
    names = [str(i + 1) for i in range(len(counts))] if labels is None else list(labels)
    if not len(counts) == len(published) == len(names):
        raise ValueError("counts, published and labels must have one entry per period each.")
    periods = tuple(
        _fit(name, _known(count, formulas), figure, formulas, decimals)
        for name, count, figure in zip(names, counts, published, strict=True)
    )
    told = [period for period in periods if period.published is not None]
    return DefinitionFit(periods, *_stretches(told))


def _stretches(told: Sequence[Fit]) -> tuple[tuple[Stretch, ...], tuple[Break, ...]]:
    latest = _starts([period.fits for period in told])
    mirrored = _starts([period.fits for period in reversed(told)])
    # Carried on from the far end, each stretch begins as early as it can.
    earliest = sorted(len(told) - start for start in mirrored[1:])
    ends = [*latest[1:], len(told)]
    stretches = tuple(_stretch(told[a:b]) for a, b in zip(latest, ends, strict=False))
    breaks = tuple(
        Break(told[a].label, told[b].label) for a, b in zip(earliest, latest[1:], strict=True)
    )
    return stretches, breaks


def _known(counts: Any, formulas: Formulas | None) -> Any:
    if formulas is not None or isinstance(counts, Answers | Promised):
        return counts
    return Answers(tuple(counts))


def _fit(
    label: str, counts: Any, figure: Published, formulas: Formulas | None, decimals: int | None
) -> Fit:
    if formulas is None:
        formulas = ON_TIME if isinstance(counts, Promised) else SATISFACTION
    values = {name: formula(counts) for name, formula in formulas.items()}
    if figure is None:
        return Fit(label, None, MappingProxyType(values), ())
    number, unit = _as_printed(figure, decimals)
    fits = tuple(
        name
        for name, value in values.items()
        # A hair more than half a unit, as binary fractions of exact halves may fall outside.
        if value is not None and abs(value - number) <= unit / 2 * (1 + 1e-9) + 1e-9
    )
    return Fit(label, number, MappingProxyType(values), fits)


def _as_printed(figure: str | int | float | Decimal, decimals: int | None) -> tuple[float, float]:
    """The figure and the unit of its last decimal."""
    try:
        exact = Decimal(str(figure).strip())
    except InvalidOperation:
        raise ValueError(f"{figure!r} is no number: give it without signs such as %.") from None
    exponent = exact.as_tuple().exponent
    if not isinstance(exponent, int) or not math.isfinite(exact):
        raise ValueError(f"{figure!r} is no figure: give None where nothing was published.")
    places = max(0, -exponent) if decimals is None else whole("decimals", decimals)
    return float(exact), 10.0**-places


def _starts(fits: Sequence[tuple[str, ...]]) -> list[int]:
    """Where each stretch begins when each is carried on as long as one formula still fits all."""
    starts: list[int] = []
    shared: set[str] = set()
    for place, found in enumerate(fits):
        here = set(found) or {""}  # "no known formula" is an answer like the others
        shared &= here
        if not shared:
            starts.append(place)
            shared = here
    return starts


def _stretch(periods: Sequence[Fit]) -> Stretch:
    shared = [name for name in periods[0].fits if all(name in p.fits for p in periods)]
    return Stretch(periods[0].label, periods[-1].label, tuple(shared))
