"""A figure against its target, in a verdict and a sentence that carries the interval."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal, cast

from django.utils.translation import gettext as _

from heard.targets.computed import Figure
from heard.targets.models import Target
from heard.targets.periods import Period
from heard.targets.telling import bound_told, figure_told
from heard_stats import judge
from heard_stats.judging import Verdict

LOOKS = {"met": "good", "not met": "bad", "too close": "warn"}


@dataclass(frozen=True, slots=True)
class Judged:
    """One target with its figure. ``looks`` is the colour of its tag; the words say it too."""

    target: Target
    period: Period
    figure: Figure
    verdict: Verdict
    unit: str

    @property
    def looks(self) -> str:
        """The tag's kind."""
        return LOOKS.get(self.verdict, "plain")

    @property
    def word(self) -> str:
        """The verdict in a word or three."""
        words = {
            "met": _("on target so far") if self.figure.so_far else _("target met"),
            "not met": _("below target so far") if self.figure.so_far else _("target not met"),
            "too close": _("too close to call"),
        }
        if self.verdict == "not met" and self.figure.so_far and self.target.direction == "down":
            return _("above target so far")
        return words.get(self.verdict, _("not judged"))

    @property
    def goal(self) -> str:
        """``at least 80%``."""
        value = figure_told(self.target.value, self.unit)
        if self.target.direction == "up":
            return _("at least {value}").format(value=value)
        return _("at most {value}").format(value=value)

    @property
    def sentence(self) -> str:
        """Target, figure and how sure, in one sentence."""
        if self.figure.value is None:
            return _("The target for {period} is {goal}. It is not judged: {why}").format(
                period=self.period, goal=self.goal, why=self.figure.why
            )
        parts = {
            "period": self.period,
            "goal": self.goal,
            "value": figure_told(self.figure.value, self.unit),
            "low": bound_told(self.figure.low, self.unit, [self.figure.value]),
            "high": bound_told(self.figure.high, self.unit, [self.figure.value]),
        }
        if self.figure.low is None or self.figure.high is None:
            text = _("The target for {period} is {goal}; the figure is {value}.")
        elif self.verdict == "too close":
            text = _(
                "The target for {period} is {goal}. The figure is {value}, likely between {low} "
                "and {high}: the target lies within, so chance decides on which side it falls."
            )
        else:
            text = _(
                "The target for {period} is {goal}. The figure is {value}, likely between {low} "
                "and {high}: all of that is on one side of the target."
            )
        return text.format(**parts)


def judged(target: Target, period: Period, figure: Figure, unit: str) -> Judged:
    """A target judged by its figure."""
    direction = cast(Literal["up", "down"], target.direction)
    verdict = judge(
        figure.value, target.value, direction=direction, low=figure.low, high=figure.high
    )
    return Judged(target, period, figure, verdict, unit)


def period_of(target: Target) -> Period:
    """The period a target is for, with the days it had when it was set."""
    return Period(target.first, target.last, target.kind, target.period)  # type: ignore[arg-type]


def worst(found: Iterable[Judged]) -> Judged | None:
    """The one to show where there is room for one: the shortest period that is judged."""
    order = {"month": 0, "quarter": 1, "year": 2}
    ranked = sorted(found, key=lambda one: (one.figure.value is None, order[one.period.kind]))
    return ranked[0] if ranked else None
