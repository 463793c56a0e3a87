"""Files of answers for statistics programs: a row per answer, a codebook per column.

Values are numbers and short names; the codebook says what they mean, which question was asked in
which words, and which series a number belongs to. Empty means skipped or not asked.
"""

import csv
import io
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from heard.core.city import city_zone
from heard.core.words import said
from heard.voice.instruments import asked_by
from heard.voice.models import Response, Version
from heard.voice.questions import ACSI, DRIVERS, Question
from heard.voice.reports.slices import Slice, answers
from heard.voice.wording import step_words

FORMS = ("csv", "xlsx", "parquet")
MOST_ROWS = 200_000
FIXED = (
    "answer", "answered_on", "pool", "mode", "language", "survey", "department", "division",
    "service", "district", "channel", "place",
)  # fmt: skip
MEANS = {
    "answer": "Number of the answer; not a person's.",
    "answered_on": "Day of the answer in the city's zone, YYYY-MM-DD.",
    "pool": "How answers came together: invited, phone, open, kiosk, widget, paper. Do not mix.",
    "mode": "How this one was given: web, sms, phone, paper, kiosk.",
    "language": "Language of the form.",
    "survey": "Survey and version whose words were asked.",
    "department": "Code of the department.",
    "division": "Code of the division.",
    "service": "Code of the service.",
    "district": "Code of the council district.",
    "channel": "How the request had come in.",
    "place": "Code of the kiosk or square code.",
}


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the file and its line in the codebook."""

    name: str
    question: Question | None
    part: str = ""  # option, row or driver

    def value(self, response: Response) -> Any:
        """What stands in the cell: a number, a short name, or None."""
        assert self.question is not None
        key = self.question.key
        given = response.value(f"{key}_why" if self.question.kind == "trust" and self.part else key)
        return given.get(self.part) if self.part and isinstance(given, dict) else given


def made(of: Slice, form: str) -> tuple[bytes, str, str]:
    """The file's content, its content type and the end of its name."""
    versions = list(
        Version.objects.filter(instrument__code=of.instrument, published_at__isnull=False)
        .select_related("instrument")
        .order_by("number")
    )
    columns = columns_of(versions)
    rows = _rows(of, columns)
    names = [*FIXED, *(column.name for column in columns)]
    if form == "xlsx":
        kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
        return _xlsx(names, rows, codebook(columns, versions)), kind, "xlsx"
    if form == "parquet":
        return _parquet(names, list(rows), columns), "application/vnd.apache.parquet", "parquet"
    return _zip(names, rows, codebook(columns, versions)), "application/zip", "zip"


def columns_of(versions: Sequence[Version]) -> list[Column]:
    """A column per question, and per option, row or driver where there are several."""
    latest: dict[str, Question] = {}
    parts: dict[str, dict[str, None]] = {}
    for version in versions:
        for one in asked_by(version):
            latest[one.key] = one
            kept = parts.setdefault(one.key, {})
            if one.kind in ("many", "matrix"):
                kept |= dict.fromkeys(option.key for option in one.options)
            if one.kind == "trust":
                kept |= dict.fromkeys(DRIVERS)
            if one.kind == "acsi":
                kept |= dict.fromkeys(ACSI)
    found = []
    for key, one in latest.items():
        if one.kind == "comment":
            continue
        if one.kind not in ("many", "matrix", "acsi"):
            found.append(Column(key, one))
        found += [Column(f"{key}_{part}", one, part) for part in parts[key]]
    return found


def _rows(of: Slice, columns: Sequence[Column]) -> Iterator[list[Any]]:
    zone = city_zone()
    found = answers(of).select_related("invitation").order_by("answered_at", "id")
    for response in found[:MOST_ROWS].iterator(chunk_size=2000):
        row = response.invitation
        yield [
            response.pk, f"{response.answered_at.astimezone(zone):%Y-%m-%d}", response.pool,
            response.mode, row.language, row.wording, row.department, row.division, row.service,
            row.district, row.channel, row.place, *(column.value(response) for column in columns),
        ]  # fmt: skip


def codebook(columns: Sequence[Column], versions: Sequence[Version]) -> list[list[str]]:
    """Column, question in both languages, values, and the series by version."""
    lines = [["column", "question_en", "question_es", "values", "series"]]
    lines += [[name, MEANS[name], "", "", ""] for name in FIXED]
    for column in columns:
        one = column.question
        assert one is not None
        series = [
            f"{version.wording}: {other.series}"
            for version in versions
            for other in asked_by(version)
            if other.key == one.key
        ]
        lines.append(
            [column.name, _asked(column, "en"), _asked(column, "es"), _values(column),
             "; ".join(series)]
        )  # fmt: skip
    return lines


def _asked(column: Column, language: str) -> str:
    one = column.question
    assert one is not None
    part = next((said(o.label, language) for o in one.options if o.key == column.part), "")
    return f"{said(one.label, language)} {part or column.part}".strip()


def _values(column: Column) -> str:
    one = column.question
    assert one is not None
    if one.kind in ("many", "trust") and column.part:
        return "1 chosen, 0 not chosen, empty not offered"
    if one.kind == "matrix":
        return "1 very dissatisfied to 5 very satisfied"
    if one.kind == "acsi":
        return "1 worst to 10 best"
    if one.kind == "choice":
        return "; ".join(f"{o.key} = {said(o.label)}" for o in one.options)
    low = one.scale[0] if one.scale else 0
    return "; ".join(f"{low + n} = {word}" for n, word in enumerate(step_words(one)))


def safe(cell: Any) -> Any:
    """A cell that no spreadsheet takes for a formula."""
    if isinstance(cell, str) and cell[:1] in ("=", "+", "-", "@", "\t", "\r"):
        return "'" + cell
    return cell


def _csv(lines: Iterator[list[Any]] | Sequence[list[Any]]) -> str:
    out = io.StringIO()
    csv.writer(out).writerows(
        ["" if cell is None else safe(cell) for cell in line] for line in lines
    )
    return "\ufeff" + out.getvalue()


def _zip(names: list[str], rows: Iterator[list[Any]], book: list[list[str]]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("answers.csv", _csv([names, *rows]))
        file.writestr("codebook.csv", _csv(book))
    return out.getvalue()


def _xlsx(names: list[str], rows: Iterator[list[Any]], book: list[list[str]]) -> bytes:
    from openpyxl import Workbook

    file = Workbook(write_only=True)
    for title, lines in (("answers", [names, *rows]), ("codebook", book)):
        sheet = file.create_sheet(title)
        for line in lines:
            sheet.append([safe(cell) for cell in line])
    out = io.BytesIO()
    file.save(out)
    return out.getvalue()


def _parquet(names: list[str], rows: list[list[Any]], columns: Sequence[Column]) -> bytes:
    import pyarrow as pa
    import pyarrow.parquet as pq

    words = {c.name for c in columns if c.question is not None and c.question.kind == "choice"}
    arrays = []
    for place, name in enumerate(names):
        kind = pa.string() if name in words or name in FIXED[1:] else pa.int64()
        arrays.append(pa.array([row[place] for row in rows], kind))
    out = io.BytesIO()
    pq.write_table(pa.table(arrays, names=names), out, compression="zstd")
    return out.getvalue()
