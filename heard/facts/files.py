"""One month's file: how its columns are written down, read, and a few rows of it exchanged.

What makes a file small is chosen by what a column holds: repeated words as numbers of a list,
moments as differences, keys with their lengths apart. General compression, on top of these, would
save little and cost half of the time.
"""

from bisect import bisect_left
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from heard.facts.sources import Fact

GROUP = 122_880  # rows of a row group, as DuckDB makes them
FEW = 100  # rows: so many are put in their places one by one


def read(path: Path, fact: Fact) -> pa.Table:
    """The rows of a file, repeated words as numbers of a list; none where there is no file."""
    if not path.exists():
        return fact.schema.empty_table()
    words = [name for name in repeating(fact) if fact.schema.field(name).type == pa.string()]
    # As a file, not a folder of many: the month in the path is not a column of the fact.
    found = pq.ParquetFile(path, read_dictionary=words).read(use_threads=False)
    return found.select(fact.schema.names)


def write(rows: pa.Table, place: Path, fact: Fact) -> None:
    """Write the rows as they are ordered."""
    pq.write_table(
        rows, place, row_group_size=GROUP, use_dictionary=repeating(fact),
        column_encoding=_encodings(fact), compression=_compressions(fact),
        write_statistics=_by_time(fact), store_schema=False,
    )  # fmt: skip


def exchanged(old: pa.Table, leaving: pa.Array, coming: pa.Table, fact: Fact) -> pa.Table:
    """The rows of ``old`` that are not ``leaving`` (a mask), and those that come, in order."""
    # DuckDB writes a column without a gap as one that may have none.
    schema = pa.schema([field.with_nullable(True) for field in old.schema])
    old, coming = old.cast(schema), coming.cast(schema)
    gone = pc.indices_nonzero(leaving)
    if len(gone) + coming.num_rows > FEW:
        both = pa.concat_tables([old.filter(pc.invert(leaving)), coming])
        return ordered(both.unify_dictionaries(), fact)
    return pa.concat_tables(_spliced(old, gone.to_pylist(), coming, fact)).unify_dictionaries()


def ordered(rows: pa.Table, fact: Fact) -> pa.Table:
    """In the order of their moments, as in a file."""
    found = rows.sort_by([(fact.moment, "ascending"), (fact.key, "ascending")])
    return found.combine_chunks()


def repeating(fact: Fact) -> list[str]:
    """Columns of few different values: kept as numbers of a list, in the file and in memory."""
    days = [column.name for column in fact.schema if pa.types.is_date(column.type)]
    words = [column.name for column in fact.schema if column.type == pa.string()]
    return [name for name in (*days, *words) if name != fact.key]


def _spliced(old: pa.Table, gone: list[int], coming: pa.Table, fact: Fact) -> Iterator[pa.Table]:
    """Pieces of the old rows, which are not copied, with the new ones between them."""
    steps = [(place, True, 0) for place in gone]
    steps += [(place, False, row) for row, place in enumerate(_places(old, coming, fact))]
    begin = 0
    for place, goes, row in sorted(steps):
        yield old.slice(begin, place - begin)
        begin = place
        if goes:
            begin += 1
        else:
            yield coming.slice(row, 1)
    yield old.slice(begin)


def _places(old: pa.Table, coming: pa.Table, fact: Fact) -> Iterator[int]:
    """Before which of the old rows each new one belongs; both are in order."""
    moments, keys = (old[name].combine_chunks() for name in (fact.moment, fact.key))
    times = moments.cast(pa.int64()).to_numpy()
    for moment, key in zip(
        coming[fact.moment].cast(pa.int64()).to_pylist(), coming[fact.key].to_pylist(), strict=True
    ):
        first, last = (int(times.searchsorted(moment, side)) for side in ("left", "right"))
        yield first + bisect_left(range(first, last), key, key=lambda row: keys[row].as_py())


def _encodings(fact: Fact) -> dict[str, str]:
    found = {
        column.name: "DELTA_BINARY_PACKED"
        for column in fact.schema
        if pa.types.is_timestamp(column.type)
    }
    return {**found, fact.key: "DELTA_LENGTH_BYTE_ARRAY"}


def _compressions(fact: Fact) -> dict[str, str]:
    encoded = _encodings(fact)
    return {
        column.name: "none" if column.name in encoded or column.type == pa.float64() else "zstd"
        for column in fact.schema
    }


def _by_time(fact: Fact) -> list[str]:
    """Columns by which a reader skips files; what lies between two words tells nobody anything."""
    return [
        column.name
        for column in fact.schema
        if pa.types.is_date(column.type) or pa.types.is_timestamp(column.type)
    ]
