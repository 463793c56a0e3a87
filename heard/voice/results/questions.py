"""The questions of a survey with their figures, apart wherever their words changed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from heard.voice.instruments import asked_by
from heard.voice.models import Version
from heard.voice.questions import Question
from heard.voice.results.counting import ALL, Counted, Tally
from heard.voice.results.courses import Course, course_of
from heard.voice.results.figures import Figures, Value, figures, headline
from heard_stats import is_small, small_numbers


@dataclass(frozen=True, slots=True)
class Group:
    """A group's leading number; None where it is hidden, for itself or for a neighbour."""

    name: str
    value: Value | None


@dataclass(frozen=True, slots=True)
class Part:
    """One wording of a question: a series of its own. ``since``: when it was first asked.

    ``asked`` answers had it before them, ``answered`` did not skip it.
    """

    question: Question
    since: datetime | None
    asked: int
    answered: int
    figures: Figures
    groups: tuple[Group, ...] = ()

    @property
    def skipped(self) -> int:
        """Who answered something else and left this out."""
        return self.asked - self.answered

    @property
    def is_small(self) -> bool:
        """Whether so few answered that figures would speak of persons."""
        return is_small(self.answered)


@dataclass(frozen=True, slots=True)
class Result:
    """A question: its wordings, the newest first, how many answers never saw it, its course."""

    key: str
    parts: tuple[Part, ...]
    not_asked: int
    course: Course | None = None

    @property
    def question(self) -> Question:
        """In its newest words."""
        return self.parts[0].question

    @property
    def is_broken(self) -> bool:
        """Whether its words changed among these answers: nothing runs across that."""
        return len(self.parts) > 1


def results(found: Counted, names: Mapping[str, str] | None = None) -> list[Result]:
    """Every question that was asked, in the order of the newest version; dropped ones last.

    A wording without answers is left out where another has some. ``names`` are those of groups.
    """
    order = [q for version in reversed(found.versions) for q in asked_by(version)]
    keys = list(dict.fromkeys(one.key for one in order))
    keys.sort(key=lambda key: _is_dropped(key, found.versions))
    made = []
    for key in keys:
        wordings = {one.series: one for one in order if one.key == key}
        asked = [series for series in wordings if series in found.all]
        shown = sorted(asked or list(wordings)[:1], key=lambda name: -wordings[name].revision)
        parts = tuple(_part(wordings[series], found, names or {}) for series in shown)
        not_asked = found.total - sum(part.asked for part in parts)
        course = course_of(found, [wordings[series] for series in shown])
        made.append(Result(key, parts, not_asked, course))
    return made


def _is_dropped(key: str, versions: Sequence[Version]) -> bool:
    return all(one.key != key for one in asked_by(versions[-1]))


def _part(question: Question, found: Counted, names: Mapping[str, str]) -> Part:
    tally = found.all.get(question.series) or Tally(question)
    return Part(
        question=question, since=_since(question, found.versions), asked=tally.asked,
        answered=tally.answered, figures=figures(tally),
        groups=_groups(question, found, names),
    )  # fmt: skip


def _since(question: Question, versions: Sequence[Version]) -> datetime | None:
    """When these words were first asked."""
    for version in versions:
        if any(one.series == question.series for one in asked_by(version)):
            return version.published_at
    return None


def _groups(question: Question, found: Counted, names: Mapping[str, str]) -> tuple[Group, ...]:
    """The leading number of each group, most answers first.

    Small groups are hidden, and others with them where they could be subtracted out of the whole.
    """
    tallies = {
        name: group[question.series]
        for name, group in found.groups.items()
        if name != ALL and question.series in group and group[question.series].answered
    }
    if not tallies:
        return ()
    shown = small_numbers({name: tally.answered for name, tally in tallies.items()})
    rows = []
    for name, tally in tallies.items():
        value = None if shown.hides(name) else headline(tally)
        if value is None and not shown.hides(name):
            return ()  # a kind without a leading number
        told = _("not known") if name == "—" else names.get(name, name)
        rows.append(Group(told, None if value is None or value.hidden else value))
    return tuple(sorted(rows, key=lambda row: (-(row.value.n if row.value else 0), row.name)))
