"""The first pass over a file: is it whole, how many rows, which ids repeat, how are dates written.

Nothing is taken before the whole file was seen once: a file that ends too early, or whose dates are
the other way round, is refused with the database untouched.
"""

from array import array
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from hashlib import blake2b, sha256
from pathlib import Path

import numpy as np

from heard.core.errors import Refused
from heard.core.imports.cells import Plan, Row
from heard.core.imports.dates import DateEvidence
from heard.core.imports.mapping import Mapping
from heard.core.imports.records import Records, opened, records_of
from heard.core.imports.registry import ID, Kind

Tell = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class Source:
    """A file with the mapping it is read by."""

    path: Path
    kind: Kind
    mapping: Mapping
    encoding: str
    date_order: str = ""


@dataclass(slots=True)
class Survey:
    """What the first pass found. ``repeated`` holds the marks of ids that stand there twice."""

    rows: int = 0
    header: list[str] = field(default_factory=list)
    repeated: frozenset[int] = frozenset()

    def repeats(self, row: Row) -> bool:
        """Whether the row's id stands in the file more than once (or, hardly ever, looks as if)."""
        return bool(self.repeated) and _mark(row.raw(ID)) in self.repeated


def survey(source: Source, tell: Tell) -> Survey:
    """Read the file through once. Raises ``Refused`` where it cannot be imported as it is."""
    found = Survey()
    marks = array("Q")
    evidence = DateEvidence()
    with opened(source.path, source.encoding) as stream:
        records = records_of(
            stream, source.path.name, source.mapping.delimiter, columns_of(source.mapping)
        )
        plan = plan_of(source, records)
        found.header = records.header
        dated = [
            f.name for f in source.kind.fields if f.kind == "moment" and plan.fields[f.name].places
        ]
        leading = next((name for name in dated if plan.fields[name].field.required), "")
        for record in records.rows():
            found.rows += 1
            tell(found.rows)
            if record.fault:
                continue
            row = Row(plan, record.cells, record.line)
            if identity := row.raw(ID):
                marks.append(_mark(identity))
            _note_dates(evidence, row, dated, leading)
    evidence.check(plan.dates, plan.fields[leading].column if leading else "")
    found.repeated = _repeated(marks)
    return found


def plan_of(source: Source, records: Records) -> Plan:
    """The header matched with the mapping; refused where columns are missing."""
    return Plan(source.kind, source.mapping, records.header, source.date_order)


def fingerprint(source: Source, terms: Sequence[str]) -> str:
    """A mark of the file, its mapping and the terms. Where it is equal it is the same import."""
    digest = sha256()
    try:
        with source.path.open("rb") as file:
            while block := file.read(1 << 20):
                digest.update(block)
    except OSError as error:
        raise Refused(
            f"{source.path} cannot be read: {error.strerror or error}. Check the path."
        ) from error
    parts = (source.kind.name, source.mapping.digest, source.encoding, source.date_order, *terms)
    for part in parts:
        digest.update(b"\0" + part.encode())
    return digest.hexdigest()


def columns_of(mapping: Mapping) -> list[str]:
    """Every column a mapping names."""
    return [name for names in mapping.columns.values() for name in names]


def _note_dates(evidence: DateEvidence, row: Row, dated: Sequence[str], leading: str) -> None:
    for name in dated:
        if said := row.raw(name):
            evidence.see(said, row.line)
            if name == leading:
                evidence.try_reading(row.plan.dates, said)


def _mark(said: str) -> int:
    """64 bits of an id, so that ten million rows need 80 MB to find repeats, not gigabytes."""
    return int.from_bytes(blake2b(said.encode("utf-8", "replace"), digest_size=8).digest(), "big")


def _repeated(marks: "array[int]") -> frozenset[int]:
    if not marks:
        return frozenset()
    ordered = np.sort(np.frombuffer(marks, dtype=np.uint64))
    return frozenset(int(m) for m in np.unique(ordered[1:][ordered[1:] == ordered[:-1]]))
