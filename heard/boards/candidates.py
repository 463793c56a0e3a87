"""What a look finds: series by series, the latest finished period against the rules."""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from heard.boards.due import overdue
from heard.boards.judgements import turned
from heard.boards.models import Look, Signal
from heard.boards.rules import FEWEST, SPAN
from heard.boards.series import Series, computed_series, own_series
from heard.measures.periods import headline
from heard.measures.reads import months_received
from heard.targets.lines import Point
from heard.targets.periods import Period
from heard.targets.program import today
from heard.targets.signals import bounds_of
from heard.targets.subjects import Subject
from heard_stats import xmr

THREE_BEFORE = 3


@dataclass
class Candidate:
    """One figure that some rule fires on."""

    about: Subject
    by: str
    group: str
    period: Period
    kind: str
    looks: str
    point: Point | None = None
    mean: float | None = None
    rules: list[dict[str, Any]] = field(default_factory=list)

    @property
    def measure(self) -> str:
        """The key of its measure."""
        return self.about.key

    @property
    def place(self) -> tuple[str, ...]:
        """What one alert is about."""
        return (self.measure, self.about.statistic, self.by, self.group, self.period.code)

    def as_signal(self, *, look: Look, at: datetime, muted: bool) -> Signal:
        """The row of it, not yet stored."""
        return Signal(
            measure=self.measure, statistic=self.about.statistic, by=self.by, group=self.group,
            period=self.period.code, first=self.period.first, last=self.period.last,
            kind=self.period.kind, unit=self.about.unit, mean=self.mean, rules=self.rules,
            value=self.point.value if self.point else None,
            low=self.point.low if self.point else None,
            high=self.point.high if self.point else None,
            looks=self.looks, muted=muted, found_in=look, at=at,
        )  # fmt: skip


def all_candidates() -> tuple[int, list[Candidate], str]:
    """How many series were looked at, what the rules fire on, each place once, and the digest of
    every finished figure there was."""
    month = headline(months_received())
    computed = list(computed_series(month)) if month else []
    own = list(own_series())
    found: dict[tuple[str, ...], Candidate] = {}
    looked = 0
    for series in (*computed, *own):
        one = beyond_chance(series)
        looked += one is not None
        if one is not None and one.rules:
            found[one.place] = one
    for one in _verdicts(computed, own):
        known = found.get(one.place)
        if known is None:
            found[one.place] = one
        else:
            known.rules += one.rules
    for one in (*_stopped(computed, month), *_overdue()):
        found.setdefault(one.place, one)
    return looked, list(found.values()), _digest([*computed, *own])


def _digest(series: Sequence[Series]) -> str:
    """What stands for all finished figures, so that the same ones are looked at once."""
    made = hashlib.sha256()
    for one in series:
        made.update(repr((one.about.key, one.about.statistic, one.by, one.group)).encode())
        for p in one.finished:
            made.update(repr((p.period.code, p.value, p.low, p.high, p.definition)).encode())
    return made.hexdigest()


def beyond_chance(series: Series) -> Candidate | None:
    """The latest finished period by the rules of chance; None where there is too little to tell."""
    points = series.finished[-SPAN:]
    known = [place for place, point in enumerate(points) if point.value is not None]
    if len(known) < FEWEST or known[-1] != len(points) - 1 or not series.is_current:
        return None
    floor, ceiling = bounds_of(series.about)
    control = xmr([point.value for point in points], floor=floor, ceiling=ceiling)
    last = len(points) - 1
    before = {signal.rule for signal in control.at(last - 1)}
    one = Candidate(
        series.about, series.by, series.group, points[-1].period, points[-1].period.kind, "plain",
        points[-1], control.mean,
    )  # fmt: skip
    for signal in control.at(last):
        if signal.rule == "outside" or (signal.rule == "run" and "run" not in before):
            one.rules.append(
                {"rule": signal.rule, "side": signal.side, "low": control.low, "high": control.high}
            )
            one.looks = _looks(series.about.direction, signal.side)
    return one


def _looks(direction: str, side: str) -> str:
    if direction not in ("up", "down"):
        return "plain"
    return "good" if (side == "above") == (direction == "up") else "bad"


def _verdicts(computed: Sequence[Series], own: Sequence[Series]) -> Iterator[Candidate]:
    for turn in turned(computed, own):
        point = Point(
            turn.now.period, turn.now.figure.value, turn.now.figure.low, turn.now.figure.high,
            turn.now.figure.n, turn.now.figure.definition,
        )  # fmt: skip
        rule = {
            "rule": "verdict", "before": turn.before.verdict, "now": turn.now.verdict,
            "since": turn.before.period.code, "goal": turn.now.target.value,
            "direction": turn.now.target.direction,
        }  # fmt: skip
        looks = "good" if turn.now.verdict == "met" else "bad"
        yield Candidate(
            turn.about, turn.by, turn.group, turn.now.period, turn.now.period.kind, looks, point,
            None, [rule],
        )  # fmt: skip


def _stopped(computed: Sequence[Series], month: str | None) -> Iterator[Candidate]:
    """Computed measures of the city that had a figure three months running, and now have none."""
    for series in computed:
        if series.group != "all" or series.by != "all" or not series.finished or not month:
            continue
        last = series.month_asked
        by_code = {point.period.code: point for point in series.finished}
        before = [point for point in series.finished if point.period.code < month]
        had = [p for p in before[-THREE_BEFORE:] if p.value is not None]
        if month in by_code or len(had) < THREE_BEFORE or last is None or last.last >= today():
            continue
        if (last.first - had[-1].period.last).days == 1:
            rule = {"rule": "missing", "since": had[-1].period.code}
            yield Candidate(series.about, "all", "all", last, "month", "warn", rules=[rule])


def _overdue() -> Iterator[Candidate]:
    for late in overdue():
        rule = {"rule": "missing", "behind": late.behind, "since": late.since}
        yield Candidate(
            late.about, "all", "all", late.period, late.period.kind, "warn", rules=[rule]
        )
