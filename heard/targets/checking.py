"""Our judgement beside a publisher's own labels, rule by rule, with every exception named."""

import csv
import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, cast

from heard.core.errors import Refused
from heard.targets.mappings import Mapping, Rule
from heard_stats import compared
from heard_stats.judging import at_least_as_good

Way = Literal["up", "down"]
MOST_ROWS = 200_000
# A printed mean is rounded; one that differs by more was made of other years.
SAME_MEAN = 1e-6


@dataclass(frozen=True)
class Indicator:
    """One line of a publisher's file. ``earlier`` are the years before, latest first."""

    line: int
    id: str
    name: str
    direction: Way | None
    value: float | None
    target: float | None
    earlier: tuple[float | None, ...]
    labels: dict[str, str]
    references: dict[str, float | None]


@dataclass
class RuleReport:
    """How one rule fared.

    ``agreed`` of ``judged``: lines that carry a label and that we could judge by the rule as the
    publisher states it. ``exceptions`` name every line where that is not the whole story, by kind.
    """

    rule: Rule
    judged: int = 0
    agreed: int = 0
    unlabelled: int = 0
    exceptions: dict[str, list[Indicator]] = field(default_factory=dict)

    def note(self, kind: str, one: Indicator) -> None:
        """Remember an exception."""
        self.exceptions.setdefault(kind, []).append(one)


DIFFERS = "we judge otherwise than the label"
TIE = "equal to what it is compared with, and called good"
FEWER = "the mean is of fewer years than its name says"
OTHER_MEAN = "the publisher's mean is not that of the years given"
NO_LABEL = "we can judge it and there is no label"
NO_GROUND = "there is a label and nothing to judge it by"


def indicators(path: Path, mapping: Mapping) -> Iterator[Indicator]:
    """The lines of a file. Raises ``Refused`` where a column is missing or a number is none."""
    with path.open(encoding="utf-8-sig", newline="") as opened:
        reader = csv.DictReader(opened)
        _check_columns(reader.fieldnames or [], mapping)
        for row in reader:
            if reader.line_num > MOST_ROWS:
                raise Refused(f"The file has more than {MOST_ROWS:,} lines.")
            yield _indicator(reader.line_num, row, mapping)


def _check_columns(names: Iterable[str], mapping: Mapping) -> None:
    wanted = [mapping.id, mapping.indicator, mapping.value, mapping.target]
    wanted += [mapping.direction["column"], *(rule.label for rule in mapping.rules)]
    wanted += [str(year) for year in mapping.earlier]
    missing = [name for name in wanted if name not in set(names)]
    if missing:
        raise Refused(f"The file lacks the columns {', '.join(missing)}.")


def _indicator(line: int, row: dict[str, str], mapping: Mapping) -> Indicator:
    ways: dict[str, Way] = {mapping.direction["up"]: "up", mapping.direction["down"]: "down"}

    def number(column: str) -> float | None:
        text = (row.get(column) or "").strip()
        if text in mapping.missing:
            return None
        try:
            found = float(text)
        except ValueError:
            found = math.nan
        if not math.isfinite(found):
            raise Refused(f"Line {line}, column {column}: “{text[:40]}” is not a number.")
        return found

    return Indicator(
        line=line,
        id=row[mapping.id],
        name=row[mapping.indicator],
        direction=ways.get((row[mapping.direction["column"]] or "").strip()),
        value=number(mapping.value),
        target=number(mapping.target),
        earlier=tuple(number(str(year)) for year in mapping.earlier),
        labels={rule.key: (row[rule.label] or "").strip() for rule in mapping.rules},
        references={
            rule.key: number(rule.reference) for rule in mapping.rules if rule.reference in row
        },
    )


def check(rows: Iterable[Indicator], mapping: Mapping) -> list[RuleReport]:
    """Judge every line by every rule."""
    reports = [RuleReport(rule) for rule in mapping.rules]
    for one in rows:
        for report in reports:
            _judge(one, report)
    return reports


def _judge(one: Indicator, report: RuleReport) -> None:
    rule, label = report.rule, one.labels[report.rule.key]
    reference, years = _reference(one, rule)
    labelled = label in (rule.good, rule.bad)
    if not labelled:
        report.unlabelled += 1
    if one.direction is None or one.value is None or reference is None:
        if labelled:
            report.note(NO_GROUND, one)
        return
    if not labelled:
        report.note(NO_LABEL, one)
        return
    good = at_least_as_good(one.value, reference, one.direction)
    report.judged += 1
    if good == (label == rule.good):
        report.agreed += 1
    else:
        report.note(DIFFERS, one)
    _note_exceptions(one, report, reference, years)


def _reference(one: Indicator, rule: Rule) -> tuple[float | None, int]:
    """What a rule compares with: the target, or the mean of the years before that have a figure."""
    if not rule.years:
        return one.target, 0
    found = compared(one.value, one.earlier[: rule.years], direction=one.direction or "up")
    return found.reference, found.years


def _note_exceptions(one: Indicator, report: RuleReport, reference: float, years: int) -> None:
    rule, way = report.rule, cast(Way, one.direction)
    assert one.value is not None
    if rule.years:
        if years < rule.years:
            report.note(FEWER, one)
        theirs = one.references.get(rule.key)
        if theirs is not None and not math.isclose(
            theirs, reference, rel_tol=SAME_MEAN, abs_tol=SAME_MEAN
        ):
            report.note(OTHER_MEAN, one)
    tied = compared(one.value, [reference], direction=way).course == "unchanged"
    if tied and one.labels[rule.key] == rule.good:
        report.note(TIE, one)
