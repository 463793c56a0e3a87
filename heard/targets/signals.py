"""Trend and signals of a course, in words."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from heard.targets.lines import Point
from heard.targets.subjects import Subject
from heard.targets.telling import change_told, figure_told, limits_told
from heard_stats import Control, Trend, mann_kendall, xmr

BOUNDS: dict[str, tuple[float | None, float | None]] = {
    "share": (0.0, 1.0), "score": (0.0, 100.0), "count": (0.0, None),
    "days": (0.0, None), "dollars": (None, None),
}  # fmt: skip


def goes_below_zero(subject: Subject) -> bool:
    """Whether a measure in points can be less than none: a net score runs from -100 to 100."""
    return subject.counted is not None and subject.counted.kind == "nps"


def bounds_of(subject: Subject) -> tuple[float | None, float | None]:
    """What nature allows the figures of a measure: floor and ceiling, None where there is none."""
    floor, ceiling = BOUNDS.get(subject.unit, (None, None))
    return (-100.0 if goes_below_zero(subject) else floor), ceiling


@dataclass(frozen=True, slots=True)
class Reading:
    """What a course says: whether it goes anywhere, and which points are more than noise."""

    trend: Trend
    control: Control
    points: tuple[Point, ...]
    unit: str
    direction: str

    @property
    def trend_word(self) -> str:
        """The trend's tag."""
        goes = self.trend.goes
        if goes in ("unknown", "nowhere"):
            return _("no trend yet") if goes == "unknown" else _("no trend")
        if self.direction in ("none", ""):
            return _("rising") if goes == "up" else _("falling")
        return _("getting better") if goes == self.direction else _("getting worse")

    @property
    def trend_looks(self) -> str:
        """The kind of that tag."""
        if self.trend.goes in ("unknown", "nowhere") or self.direction in ("none", ""):
            return "plain"
        return "good" if self.trend.goes == self.direction else "bad"

    @property
    def trend_sentence(self) -> str:
        """The trend with the test behind it."""
        trend = self.trend
        if trend.p is None or trend.slope is None:
            return _("A trend is told from five periods of one definition on.")
        if trend.goes == "nowhere":
            return _(
                "Over {n} periods there is no trend beyond chance (Mann-Kendall test, p = {p})."
            ).format(n=trend.n, p=_p(trend.p))
        step = change_told(trend.slope, self.unit)
        if self.unit in ("share", "score"):
            step = _("{n} points").format(n=step)
        words = (
            _(
                "Over {n} periods it has risen by about {step} a period "
                "(Mann-Kendall test, p = {p})."
            )
            if trend.goes == "up"
            else _(
                "Over {n} periods it has fallen by about {step} a period "
                "(Mann-Kendall test, p = {p})."
            )
        )
        return words.format(n=trend.n, step=step, p=_p(trend.p))

    @property
    def range_sentence(self) -> str:
        """Where chance alone keeps the figure."""
        if self.control.low is None or self.control.high is None:
            return _("What is signal and what is noise is told from six periods on.")
        values = [point.value for point in self.points]
        low, high = limits_told(self.control.low, self.control.high, self.unit, values)
        return _(
            "From one period to the next, chance alone moves it between {low} and {high}."
        ).format(low=low, high=high)

    @property
    def signals(self) -> list[str]:
        """Each period that is a signal, the latest first, and by which rule."""
        by_place: dict[int, list[str]] = {}
        for one in self.control.signals:
            by_place.setdefault(one.place, []).append(_rule(one.rule, one.side))
        return [
            _("{period}: {value}, {rule}").format(
                period=self.points[place].period,
                value=figure_told(self.points[place].value, self.unit),
                rule="; ".join(rules),
            )
            for place, rules in sorted(by_place.items(), reverse=True)
        ]

    @property
    def latest_is_signal(self) -> bool:
        """Whether the last figure is more than noise."""
        known = [i for i, point in enumerate(self.points) if point.value is not None]
        return bool(known) and bool(self.control.at(known[-1]))

    @property
    def signal_count(self) -> str:
        """How many, as words."""
        n = len(self.signals)
        return ngettext("{n} signal", "{n} signals", n).format(n=n)


def _rule(rule: str, side: str) -> str:
    if rule == "outside":
        return (
            _("above what chance explains") if side == "above" else _("below what chance explains")
        )
    if rule == "run":
        return (
            _("eighth or later in a row above the mean")
            if side == "above"
            else _("eighth or later in a row below the mean")
        )
    return _("a leap larger than chance explains")


def _p(p: float) -> str:
    return "< 0.001" if p < 0.001 else f"{p:.3f}"


def reading(points: Sequence[Point], subject: Subject) -> Reading:
    """Trend and control limits of the points of one definition, in order of time.

    Give only periods that are over: one that still runs is neither trend nor signal yet.
    """
    values = [point.value for point in points]
    floor, ceiling = bounds_of(subject)
    return Reading(
        mann_kendall(values), xmr(values, floor=floor, ceiling=ceiling), tuple(points),
        subject.unit, subject.direction,
    )  # fmt: skip
