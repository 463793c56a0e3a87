"""Answers counted per question and wording: what every figure of the results is made of."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Count, Q
from django.db.models.functions import TruncMonth

from heard.core.city import city_zone
from heard.voice.instruments import asked_by
from heard.voice.models import Version
from heard.voice.questions import ACSI, Question
from heard.voice.reports.periods import Step, period_of
from heard.voice.reports.slices import Slice, answers

CORE = ("satisfaction", "ease", "solved", "comment")  # these have columns; all others are in more
MOST_ROWS = 200_000  # answers whose other questions are read, the latest first
MOST_JOINT = 5000  # answers kept whole, to see what goes with what
AGREE, DISAGREE = "agree", "disagree"
ALL = ""


@dataclass(slots=True)
class Tally:
    """What was answered to one question in one wording.

    ``asked``: answers to versions that hold it so; ``answered``: those that did not skip it.
    ``counts``: answers by step or option (``many``: how often each was chosen). ``parts``: row to
    its steps (matrix, ACSI). ``reasons``: (side, driver, 1 or 0) of trust, where it was offered.
    ``triples``: complete answers to the three ratings of ACSI.
    """

    question: Question
    asked: int = 0
    answered: int = 0
    counts: Counter[Any] = field(default_factory=Counter)
    parts: dict[str, Counter[int]] = field(default_factory=lambda: defaultdict(Counter))
    reasons: Counter[tuple[str, str, int]] = field(default_factory=Counter)
    triples: list[tuple[int, ...]] = field(default_factory=list)

    @property
    def skipped(self) -> int:
        """Who was asked it and answered something else only."""
        return self.asked - self.answered

    def take(self, value: Any, why: Mapping[str, int | None] | None, times: int = 1) -> None:
        """Count an answer, or so many alike; what was skipped counts as asked alone."""
        self.asked += times
        if value in (None, "", {}):
            return
        self.answered += times
        match self.question.kind:
            case "many":
                for option, chosen in value.items():
                    self.counts[option] += times * bool(chosen)
            case "matrix" | "acsi":
                for row, step in value.items():
                    self.parts[row][step] += times
                if self.question.kind == "acsi" and set(value) >= set(ACSI):
                    self.triples.append(tuple(value[row] for row in ACSI))
            case _:
                self.counts[value] += times
                self._take_reasons(value, why or {})

    def _take_reasons(self, value: Any, why: Mapping[str, int | None]) -> None:
        side = AGREE if value in (4, 5) else DISAGREE if value in (1, 2) else ""
        for driver, chosen in why.items():
            if side and chosen is not None:  # null: it was not offered to this person
                self.reasons[side, driver, int(bool(chosen))] += 1


Tallies = dict[str, Tally]  # by series


@dataclass(slots=True)
class Counted:
    """All answers of a slice, counted.

    ``total`` answers. ``groups``: tallies per group, under ``ALL`` those of everybody;
    ``periods``: those of each month or quarter (``step``). ``joint``: version, satisfaction and
    the other answers, of the latest. ``cut``: there were more answers than are read.
    """

    versions: list[Version]
    total: int = 0
    groups: dict[str, Tallies] = field(default_factory=lambda: defaultdict(dict))
    periods: dict[str, Tallies] = field(default_factory=lambda: defaultdict(dict))
    step: Step = "month"
    joint: list[tuple[int, int | None, dict[str, Any]]] = field(default_factory=list)
    cut: bool = False

    @property
    def all(self) -> Tallies:
        """The tallies of everybody, by series."""
        return self.groups[ALL]


def versions_of(codes: Sequence[str]) -> list[Version]:
    """The published versions of instruments, in their order. One query."""
    found = Version.objects.filter(instrument__code__in=codes, published_at__isnull=False)
    return list(found.select_related("instrument").order_by("instrument_id", "number"))


def counted(of: Slice, versions: Sequence[Version], by: str = "", step: Step = "month") -> Counted:
    """Count the answers of a slice, in two queries however many answers and questions there are.

    The database counts what has columns. What has none is read row by row, once.
    ``by`` counts each group beside the whole: division, service, channel, district or place;
    ``step`` is the period of the course over time.
    """
    reader = _Reader(versions, by, step)
    reader.read_core(of)
    reader.read_more(of)
    return reader.found


class _Reader:
    def __init__(self, versions: Sequence[Version], by: str, step: Step) -> None:
        self.found = Counted(list(versions), step=step)
        self.zone = city_zone()
        self.by = [f"invitation__{by}"] if by else []
        self.asks = {version.pk: asked_by(version) for version in versions}
        # Answers from before versions were kept belong to the first one.
        self.first = versions[0].pk if versions else 0

    def read_core(self, of: Slice) -> None:
        month = TruncMonth("answered_at", tzinfo=self.zone)
        rows = (
            answers(of)
            .values_list(*self.by, month, "invitation__version", *CORE[:3])
            .annotate(n=Count("id"), said=Count("id", filter=~Q(comment="")))
            .order_by()
        )
        for *group, at, version, satisfaction, ease, solved, n, said in rows:
            self.found.total += n
            given = {"satisfaction": satisfaction, "ease": ease, "solved": solved}
            for tally in self._tallies(version or self.first, group, at):
                key = tally.question.key
                if key == "comment":
                    tally.take("said", None, said)
                    tally.take(None, None, n - said)
                elif key in CORE:
                    tally.take(given[key], None, n)

    def read_more(self, of: Slice) -> None:
        asking = [pk for pk, asked in self.asks.items() if any(q.key not in CORE for q in asked)]
        if not asking:
            return
        rows = (
            answers(of)
            .filter(invitation__version__in=asking)
            .order_by("-answered_at", "-id")
            .values_list(*self.by, "answered_at", "invitation__version", "satisfaction", "more")
        )[: MOST_ROWS + 1]
        for number, (*group, at, version, satisfaction, more) in enumerate(rows):
            if number == MOST_ROWS:
                self.found.cut = True
                break
            if number < MOST_JOINT:
                self.found.joint.append((version, satisfaction, more))
            for tally in self._tallies(version, group, at):
                key = tally.question.key
                if key not in CORE:
                    tally.take(more.get(key), more.get(f"{key}_why"))

    def _tallies(self, version: int, group: Sequence[str], at: datetime) -> Iterator[Tally]:
        tables = [self.found.groups[name] for name in (ALL, *(name or "—" for name in group))]
        tables.append(self.found.periods[period_of(at.astimezone(self.zone), self.found.step)])
        for one in self.asks.get(version, ()):
            for tallies in tables:
                if one.series not in tallies:
                    tallies[one.series] = Tally(one)
                yield tallies[one.series]
