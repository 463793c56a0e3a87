"""The figures of a survey as a file: a row per number, hidden ones named as hidden."""

import csv
import io
from collections.abc import Iterator, Sequence
from typing import Any

from heard.core.words import said
from heard.voice.exports import safe
from heard.voice.reports.slices import Slice
from heard.voice.results.figures import Value
from heard.voice.results.importance import Importance
from heard.voice.results.questions import Part, Result

COLUMNS = (
    "survey", "first_day", "last_day", "pools", "question", "series", "kind", "words",
    "asked_since", "asked", "skipped", "not_asked", "about", "period", "statistic", "name",
    "unit", "value",
    "low", "high", "standard_error", "count", "n", "hidden", "method",
)  # fmt: skip
UNITS = {
    "of five": "1 to 5", "of seven": "1 to 7", "of ten": "1 to 10", "index": "0 to 100",
    "score": "0 to 100", "points": "points, 100 at most either way", "share": "0 to 1",
}  # fmt: skip


def as_csv(of: Slice, found: Sequence[Result], important: Importance | None) -> str:
    """All figures, UTF-8 with a mark for spreadsheets. Intervals are at 95%."""
    out = io.StringIO()
    writer = csv.DictWriter(out, COLUMNS)
    writer.writeheader()
    same = {
        "survey": of.instrument, "first_day": f"{of.first}", "last_day": f"{of.last}",
        "pools": " ".join(of.pools),
    }  # fmt: skip
    for row in _rows(found, important):
        kept = {key: "" if cell is None else safe(cell) for key, cell in row.items()}
        writer.writerow(same | kept)
    return "\ufeff" + out.getvalue()


def _rows(found: Sequence[Result], important: Importance | None) -> Iterator[dict[str, Any]]:
    for result in found:
        for part in result.parts:
            yield from _of_part(result, part)
        yield from _over_time(result)
    for point in important.points if important else ():
        yield {
            "about": "derived importance", "statistic": point.quadrant, "name": point.name,
            "unit": "share of R squared", "value": _plain(point.importance),
            "low": _plain(point.low), "high": _plain(point.high),
            "n": important.n if important else None, "method": "Shapley",
        }  # fmt: skip


def _of_part(result: Result, part: Part) -> Iterator[dict[str, Any]]:
    one = part.question
    head = {
        "question": one.key, "series": one.series, "kind": one.kind, "words": said(one.label),
        "asked_since": f"{part.since:%Y-%m-%d}" if part.since else "",
        "not_asked": result.not_asked, "hidden": "yes" if part.is_small else "",
    }  # fmt: skip
    if not part.is_small:
        head |= {"asked": part.asked, "skipped": part.skipped}
    yield head | {
        "about": "question", "statistic": "answered",
        "value": None if part.is_small else part.answered,
    }  # fmt: skip
    for line in part.figures.lines:
        yield head | {"about": "question"} | _cells(line)
    for bars in part.figures.bars:
        for row in bars.rows:
            yield head | {"about": bars.key} | _cells(row)
    for group in part.groups:
        cells = _cells(group.value) if group.value else {"hidden": "yes"}
        yield head | {"about": "group"} | cells | {"name": group.name}


def _over_time(result: Result) -> Iterator[dict[str, Any]]:
    """Every period of the course: a row per line, one where it is hidden."""
    for step in result.course.steps if result.course else ():
        head = {
            "question": result.key, "series": step.series, "kind": result.question.kind,
            "about": "course", "period": step.period,
        }  # fmt: skip
        if step.n is None:
            yield head | {"hidden": "yes"}
        for value in step.values:
            if value is not None:
                yield head | _cells(value)


def _cells(row: Value) -> dict[str, Any]:
    if row.hidden:
        return {"statistic": row.key, "name": row.name, "hidden": "yes"}
    return {
        "statistic": row.key, "name": row.name, "unit": UNITS[row.unit],
        "value": _plain(row.value), "low": _plain(row.low), "high": _plain(row.high),
        "standard_error": _plain(row.se), "count": row.count, "n": row.n, "method": row.method,
    }  # fmt: skip


def _plain(value: float | None) -> float | None:
    return None if value is None else round(value, 4)
