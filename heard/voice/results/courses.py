"""The course of every question over time: by month or quarter, broken where its words changed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from heard.core.words import said
from heard.ui.telling import number
from heard.voice.questions import Question
from heard.voice.reports.periods import period_name, without_gaps
from heard.voice.reports.pictures import Mark, Picture, Scale, pictures
from heard.voice.results.counting import Counted, Tally
from heard.voice.results.figures import SPANS, Value, counts_of, figures, share_value
from heard_stats import Point, change, score_point, share_point, small_numbers

MOST_LINES = 8  # of a question with many options or rows: the first ones, as they are listed


@dataclass(frozen=True, slots=True)
class Step:
    """One period in one wording (``series``). ``n`` and ``values`` are None where they are hidden.

    ``values``: one per line of the course, None where nobody or too few answered. ``breaks``: the
    words changed before it; nothing is compared across that. ``is_real``: other than the period
    before by more than chance, all periods tested together.
    """

    period: str
    series: str
    n: int | None
    values: tuple[Value | None, ...]
    breaks: bool
    is_real: bool

    @property
    def name(self) -> str:
        """The period in words."""
        return period_name(self.period)

    @property
    def rows(self) -> list[tuple[Value | None, bool]]:
        """Each value, and whether it is a hidden one."""
        return [(value, self.n is None) for value in self.values]


@dataclass(frozen=True, slots=True)
class Line:
    """One number over time, with its drawings (none where two periods are not told)."""

    name: str
    pictures: tuple[Picture, ...]


@dataclass(frozen=True, slots=True)
class Course:
    """A question over time: its lines, and every period as a table. ``hidden``: some are not."""

    lines: tuple[Line, ...]
    steps: tuple[Step, ...]
    hidden: bool
    is_tested: bool

    @property
    def has_pictures(self) -> bool:
        """Whether there is something to draw."""
        return any(line.pictures for line in self.lines)


def course_of(found: Counted, wordings: Sequence[Question]) -> Course | None:
    """The course of a question through all its wordings, oldest first.

    None where its kind changed with its words (there is no common scale to draw it on), where there
    is one period only, or none that may be shown. A period in which both wordings were answered is
    there twice, once on each side of the break.
    """
    oldest_first = sorted(wordings, key=lambda one: one.revision)
    if not oldest_first or len({one.kind for one in oldest_first}) > 1:
        return None
    kept = [pair for one in oldest_first for pair in _of_wording(found, one)]
    if len(kept) < 2 or not any(values for _one, _period, _n, values in kept):
        return None
    names = _names(oldest_first)
    real = _real(found, kept) if len(names) == 1 else set()
    steps = tuple(
        Step(period, one.series, n, tuple(values.get(key) for key in names),
             place > 0 and kept[place - 1][0].series != one.series, place in real)
        for place, (one, period, n, values) in enumerate(kept)
    )  # fmt: skip
    lines = _lines(list(names.values()), steps)
    return Course(lines, steps, any(step.n is None for step in steps), len(names) == 1)


Kept = tuple[Question, str, int | None, dict[str, Value]]


def _of_wording(found: Counted, one: Question) -> list[Kept]:
    """Every period of one wording: its n and its values by key; None and none where hidden.

    A period of fewer than ten answers is hidden, and another with it where it could be subtracted
    out of the total above.
    """
    tallies = {
        period: table[one.series] for period, table in found.periods.items() if one.series in table
    }
    counts = {  # a comment is no figure of its writer: how many wrote is told of all asked
        period: tally.asked if one.kind == "comment" else tally.answered
        for period, tally in tallies.items()
    }
    if not any(counts.values()):
        return []
    hidden = small_numbers(counts)
    kept: list[Kept] = []
    for period in without_gaps(period for period, n in counts.items() if n):
        n = counts.get(period, 0)
        if hidden.hides(period) if n else False:
            kept.append((one, period, None, {}))
        else:
            kept.append((one, period, n, _values(tallies[period]) if n else {}))
    return kept


def _values(tally: Tally) -> dict[str, Value]:
    """The leading number of a kind that has one; else each option or row; comments as a share."""
    if tally.question.kind == "comment":
        return {"said": share_value("said", _("wrote something"), tally.answered, tally.asked)}
    shown = figures(tally)
    rows = shown.lines[:1] or (shown.bars[0].rows if shown.bars else ())
    return {row.key: row for row in rows if row.value is not None and not row.hidden}


def _names(wordings: Sequence[Question]) -> dict[str, str]:
    """The lines of a question: key to name; of options and rows those of every wording."""
    newest = wordings[-1]
    if newest.kind in ("choice", "many", "matrix"):
        options = {o.key: said(o.label) for one in wordings for o in one.options}
        return dict(list(options.items())[:MOST_LINES])
    return {LEAD[newest.kind]: ""}


# The key of the leading number of each kind (see ``figures``).
LEAD = {
    "csat": "index", "ease": "index", "effort": "mean", "recommend": "nps", "thumbs": "up",
    "trust": "top2", "acsi": "acsi", "comment": "said",
}  # fmt: skip


def _lines(names: Sequence[str], steps: Sequence[Step]) -> tuple[Line, ...]:
    """Each line with its drawings, all on one scale."""
    shown = next(value for step in steps for value in step.values if value is not None)
    scale = Scale(*SPANS[shown.unit], shown.unit)
    marks = [[_mark(step, step.values[place]) for step in steps] for place in range(len(names))]
    beside = [mark for line in marks for mark in line] if len(names) > 1 else []
    return tuple(
        Line(name or shown.name, pictures(line, scale, beside=beside))
        for name, line in zip(names, marks, strict=True)
    )


def _mark(step: Step, value: Value | None) -> Mark:
    if value is None or value.value is None:
        return Mark(step.period, None, None, None, breaks=step.breaks)
    told = _("{period}: {value} ({n} answers)").format(
        period=step.name, value=value.told, n=number(value.n)
    )
    return Mark(step.period, value.value, value.low, value.high, told, step.breaks)


def _real(found: Counted, kept: Sequence[Kept]) -> set[int]:
    """Places that differ from the one before by more than chance (Welch's test, Holm's correction).

    Periods that are hidden or empty are compared with nothing.
    """
    steps = change([_point(found, *row) for row in kept])
    return {place for place, step in enumerate(steps, start=1) if step.significant}


def _point(
    found: Counted, one: Question, period: str, n: int | None, values: Mapping[str, Value]
) -> Point:
    value = values.get(LEAD[one.kind])
    if value is None or not n:
        return Point(period, None, None, 0, one.series)
    if one.kind in ("csat", "ease"):
        counts = counts_of(one, found.periods[period][one.series].counts)
        return score_point(period, counts, one.series)
    if value.unit == "share" and value.count is not None:
        return share_point(period, value.count, value.n, one.series)
    return Point(period, value.value, value.se or None, value.n, one.series)
