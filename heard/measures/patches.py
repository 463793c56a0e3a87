"""Downloads brought up to date without asking for all results again: only rows that differ change.

A file is written after the figures it holds are stored. So that a process killed between the two is
found out, the measures are noted as stale before anything is stored, and the note goes last.
"""

import json
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from django.conf import settings

from heard.facts import lake
from heard.measures import downloads
from heard.measures.models import definition_id
from heard.measures.reads import EXPORTED, with_parts
from heard.measures.store import Changes, Named, Row

THREADS = 2
MOST = 100_000  # rows: with more than these the files are sooner made anew
NAMES = ("definition", "dimension", "period", "group")  # the definition names the statistic too
ORDER = ("statistic", *NAMES)


def stale() -> set[str]:
    """Measures whose file may not hold what is stored: a process was killed before it wrote it."""
    try:
        return set(json.loads(_note().read_text()))
    except (FileNotFoundError, ValueError):
        return set()


def note(measures: Iterable[str]) -> None:
    """Write down, durably, that the files of these measures are about to be behind."""
    place = _note()
    place.parent.mkdir(parents=True, exist_ok=True)
    made = place.with_suffix(".new")
    made.write_text(json.dumps(sorted(measures)))
    lake.put(made, place)


def write(changes: Changes, before: set[str]) -> None:
    """Bring the files of all measures that differ up to date, and those that were stale before."""
    keys = set(changes.measures)
    patched = _patch(changes, keys - before) if changes.count <= MOST else set()
    downloads.write((keys | before) - patched)
    _note().unlink(missing_ok=True)


def _patch(changes: Changes, keys: set[str]) -> set[str]:
    """Put the changed rows into the files that are there; which measures that was done for."""
    if not downloads.laid_out():
        return set()
    rows: dict[str, list[Row]] = {}
    for row in changes.written.rows():
        rows.setdefault(row.measure, []).append(row)
    gone: dict[str, list[Named]] = {}
    for named in changes.gone.values():
        gone.setdefault(named[0], []).append(named)
    schemas = {key: downloads.schema_of(key) for key in keys}
    with ThreadPoolExecutor(THREADS) as threads:
        done = threads.map(
            lambda key: _patch_file(key, schemas[key], rows.get(key, []), gone.get(key, [])), keys
        )
        return {key for key, is_done in zip(keys, done, strict=True) if is_done}


def _patch_file(key: str, schema: pa.Schema, rows: list[Row], gone: list[Named]) -> bool:
    place = downloads.place(key)
    if not place.exists():
        return False
    file = pq.ParquetFile(place, read_dictionary=downloads.WORDS)
    old = file.read().combine_chunks()
    if old.schema.names != schema.names:
        return False
    named = pc.binary_join_element_wise(*(old[name].cast(pa.string()) for name in NAMES), "|")
    wanted = schema.names[len(EXPORTED) :]
    new = pa.Table.from_pylist([with_parts(row, wanted) for row in rows], schema=schema)
    taken = pa.array([_name(*row.named) for row in rows], pa.string())
    known = _exchanged(old, new, pc.index_in(named, taken))
    if gone:
        names = pa.array([_name(*one) for one in gone], pa.string())
        known = known.filter(pc.invert(pc.is_in(named, names)))
    added = new.filter(pc.invert(pc.is_in(taken, named)))
    if added.num_rows:
        both = pa.concat_tables([known.cast(schema), added])
        known = both.sort_by([(name, "ascending") for name in ORDER])
    downloads.put(key, known)
    return True


def _exchanged(old: pa.Table, new: pa.Table, places: pa.ChunkedArray) -> pa.Table:
    """The old rows with the figures of the new ones in theirs; ``places``: of new rows, or null."""
    fresh, is_new = new.take(places.drop_null()), places.is_valid().combine_chunks()
    columns = [
        old[name]
        if name in downloads.WORDS
        else pc.replace_with_mask(old[name].combine_chunks(), is_new, fresh[name].combine_chunks())
        for name in old.schema.names
    ]
    return pa.table(columns, schema=old.schema)


def _name(measure: str, statistic: str, definition: int, period: str, by: str, group: str) -> str:
    return f"{definition_id(measure, statistic, definition)}|{by}|{period}|{group}"


def _note() -> Path:
    return Path(settings.LAKE) / "results" / "stale.json"
