"""Reading microdata with its codebook: which column is what, and answers made clean. Pure.

A codebook is a CSV with a column ``column`` (or ``column_prefix``) and ``wording``, and where known
``kind`` (scale, category, skip), ``low``, ``high``, ``reversed`` (yes), ``missing`` (codes that
mean don't know, apart by blanks), ``values`` (``1=Excellent; 2=Good``). What it does not say is
taken from the options and from the data.
"""

import csv
import io
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from heard.core.errors import Refused
from heard.core.text import clean_line

EMPTY = frozenset({"", "na", "n/a", "nan", "null", "none", "."})
MOST_ROWS, MOST_COLUMNS = 20_000, 600
MOST_CATEGORIES = 25
LONGEST_SCALE = 11
Value = int | float | str | None


@dataclass(frozen=True, slots=True)
class Line:
    """What a codebook says of a column; empty where it says nothing."""

    column: str
    wording: str = ""
    kind: str = ""
    low: int | None = None
    high: int | None = None
    is_reversed: bool | None = None
    missing: tuple[str, ...] = ()
    labels: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Options:
    """What holds where the codebook is silent. Names of columns may be prefixes (``q28``)."""

    missing: tuple[str, ...] = ("9", "99")
    low: int = 1
    high: int = 5
    reversed_columns: tuple[str, ...] = ()
    weight: str = ""


@dataclass(frozen=True, slots=True)
class Clean:
    """A column ready to be counted; ``values`` in the order of the rows."""

    name: str
    wording: str
    kind: str
    values: tuple[Value, ...]
    low: int | None = None
    high: int | None = None
    is_reversed: bool = False
    labels: Mapping[str, str] = field(default_factory=dict)
    dont_know: int = 0


def table(content: bytes, name: str) -> tuple[list[str], list[list[str]]]:
    """Heads and rows of a CSV file. Raises ``Refused`` with what to do about it."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise Refused(f"{name}: save it as CSV in UTF-8 first.") from None
    rows = [row for row in csv.reader(io.StringIO(text, newline="")) if any(row)]
    if len(rows) < 2:
        raise Refused(f"{name}: it has no rows under its first line.")
    heads = [clean_line(head, limit=80) for head in rows[0]]
    twice = next((head for head in heads if heads.count(head) > 1), None)
    if twice is not None:
        raise Refused(f"{name}: two columns are called “{twice}”.")
    if len(heads) > MOST_COLUMNS or len(rows) > MOST_ROWS + 1:
        raise Refused(f"{name}: more than {MOST_ROWS} rows or {MOST_COLUMNS} columns.")
    uneven = next((n for n, row in enumerate(rows[1:], start=2) if len(row) != len(heads)), None)
    if uneven is not None:
        raise Refused(f"{name}: line {uneven} has another number of cells than the first line.")
    return heads, rows[1:]


def codebook(content: bytes) -> list[Line]:
    """The lines of a codebook."""
    heads, rows = table(content, "codebook")
    names = [head.lower() for head in heads]
    key = next((name for name in ("column", "column_prefix", "name") if name in names), None)
    if key is None:
        raise Refused("codebook: it needs a column “column” with the names of the data’s columns.")
    return [_line(dict(zip(names, row, strict=True)), key) for row in rows]


def _line(row: Mapping[str, str], key: str) -> Line:
    turned = row.get("reversed", "").strip().lower()
    pairs = [part.partition("=") for part in row.get("values", "").split(";") if "=" in part]
    return Line(
        column=clean_line(row[key], limit=80),
        wording=clean_line(row.get("wording", ""), limit=500),
        kind=row.get("kind", "").strip().lower(),
        low=_whole(row.get("low", "")),
        high=_whole(row.get("high", "")),
        is_reversed=None if not turned else turned in {"yes", "y", "1", "true", "x"},
        missing=tuple(row.get("missing", "").split()),
        labels={key.strip(): label.strip() for key, _equals, label in pairs},
    )


def _whole(text: str) -> int | None:
    text = text.strip()
    return int(text) if re.fullmatch(r"-?\d{1,4}", text) else None


def read(data: bytes, book: bytes, options: Options) -> tuple[list[Clean], list[str], int]:
    """Clean columns, notes for whoever reads the results, and the number of rows."""
    heads, rows = table(data, "data")
    lines = codebook(book)
    cells = {head: [row[place].strip() for row in rows] for place, head in enumerate(heads)}
    notes: list[str] = []
    found = []
    for line in lines:
        for head in columns_of(line.column, heads):
            one = _column(head, line, cells[head], options)
            if one is not None:
                found.append(one)
        if not columns_of(line.column, heads):
            notes.append(f"The codebook names {line.column}; the data have no such column.")
    known = {one.name for one in found}
    for head in heads:
        if head not in known and head != options.weight:
            one = _column(head, Line(head, kind="category"), cells[head], options)
            if one is not None:
                found.append(one)
    if options.weight:
        found.append(_weights(options.weight, cells))
    if not any(one.kind == "scale" for one in found):
        raise Refused("No column is a scale: check the codebook’s names and --low, --high.")
    notes += turned_round(found)
    order = {head: place for place, head in enumerate(heads)}
    return sorted(found, key=lambda one: order[one.name]), notes, len(rows)


def columns_of(name: str, heads: Sequence[str]) -> list[str]:
    """The columns a name of the codebook means: itself, or those it is a prefix of (``q28_h``)."""
    if name in heads:
        return [name]
    return [head for head in heads if head.startswith(f"{name}_")]


def _column(head: str, line: Line, cells: Sequence[str], options: Options) -> Clean | None:
    if line.kind == "skip":
        return None
    missing = set(line.missing or options.missing)
    plain = [None if cell.lower() in EMPTY else cell for cell in cells]
    low = options.low if line.low is None else line.low
    high = options.high if line.high is None else line.high
    if line.kind != "category" and _fits(plain, missing, low, high):
        turned = line.is_reversed
        if turned is None:
            turned = any(head in columns_of(n, [head]) for n in options.reversed_columns)
        numbers = [None if c is None or c in missing else int(float(c)) for c in plain]
        values = tuple(low + high - n if turned and n is not None else n for n in numbers)
        known = {n for n in numbers if n is not None}
        if line.kind == "scale" or len(known) > 2:
            unknown = sum(cell in missing for cell in plain if cell is not None)
            return Clean(
                head, line.wording, "scale", values, low, high, turned, line.labels, unknown
            )
    if line.kind == "scale":
        raise Refused(f"{head}: it holds answers outside {low} to {high}; check the codebook.")
    said = [None if c is None or c in missing else _shown(c, line) for c in plain]
    if not 2 <= len({value for value in said if value is not None}) <= MOST_CATEGORIES:
        return None  # an identifier, a free text, or the same for everybody
    unknown = sum(cell in missing for cell in plain if cell is not None)
    return Clean(head, line.wording, "category", tuple(said), labels=line.labels, dont_know=unknown)


def _shown(cell: str, line: Line) -> str:
    plain = cell.removesuffix(".0")
    return line.labels.get(plain, plain)[:80]


def _fits(cells: Sequence[str | None], missing: set[str], low: int, high: int) -> bool:
    numbers = [c for c in cells if c is not None and c not in missing]
    if not numbers or high - low >= LONGEST_SCALE:
        return False
    try:
        return all(float(c).is_integer() and low <= float(c) <= high for c in numbers)
    except ValueError:
        return False


def _weights(name: str, cells: Mapping[str, Sequence[str]]) -> Clean:
    if name not in cells:
        raise Refused(f"The data have no column “{name}” for the weights.")
    try:
        values = [0.0 if c.lower() in EMPTY else float(c) for c in cells[name]]
    except ValueError:
        raise Refused(f"{name}: a weight is no number.") from None
    if not all(math.isfinite(v) and v >= 0 for v in values) or sum(values) == 0:
        raise Refused(f"{name}: weights must be 0 or more, and some above 0.")
    return Clean(name, "", "weight", tuple(values))


TURNED = -0.25  # correlation with its neighbours from which on a scale looks turned round
FEWEST = 50


def turned_round(columns: Sequence[Clean]) -> list[str]:
    """Notes on scales that run against the others of their block (same letters before ``_``)."""
    blocks: dict[str, list[Clean]] = {}
    for one in columns:
        if one.kind == "scale":
            blocks.setdefault(one.name.partition("_")[0], []).append(one)
    notes = []
    for block in blocks.values():
        for one in block:
            others = [other for other in block if other is not one]
            r = _against(one, others)
            if len(others) > 1 and r is not None and r < TURNED:
                notes.append(
                    f"{one.name} runs against its neighbours (correlation {r:.2f}): its scale may "
                    "be turned round. Say so in the codebook if it is."
                )
    return notes


def _against(one: Clean, others: Sequence[Clean]) -> float | None:
    """Correlation with the mean of the others of the block, over rows that have both."""
    pairs = []
    for place, value in enumerate(one.values):
        rest = [float(o.values[place]) for o in others if o.values[place] is not None]  # type: ignore[arg-type]
        if value is not None and rest:
            pairs.append((float(value), sum(rest) / len(rest)))
    if len(pairs) < FEWEST:
        return None
    n = len(pairs)
    mx, my = sum(x for x, _y in pairs) / n, sum(y for _x, y in pairs) / n
    sx = math.sqrt(sum((x - mx) ** 2 for x, _y in pairs))
    sy = math.sqrt(sum((y - my) ** 2 for _x, y in pairs))
    if not sx or not sy:
        return None
    return sum((x - mx) * (y - my) for x, y in pairs) / (sx * sy)
