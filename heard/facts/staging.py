"""Rows read from the database, in a file beside the lake until they are merged into it."""

import shutil
from collections.abc import Iterable, Iterator
from itertools import islice
from types import TracebackType
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from heard.facts import lake
from heard.facts.sources import Fact

BATCH = 5000


class Staging:
    """A folder beside the fact's months for what is not in place yet; emptied before and after."""

    def __init__(self, fact: Fact) -> None:
        self.fact = fact
        self.folder = lake.folder(fact.name) / ".staging"
        self.path = self.folder / "staged.parquet"
        self.schema = fact.schema.append(pa.field("month", pa.string()))

    def __enter__(self) -> "Staging":
        shutil.rmtree(self.folder, ignore_errors=True)  # what a killed process left
        self.folder.mkdir(parents=True)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        shutil.rmtree(self.folder, ignore_errors=True)

    def fill(self, rows: Iterable[Any], *, from_month: str = "") -> int:
        """Write the rows of the months from ``from_month`` on, a batch at a time; how many."""
        written = 0
        with pq.ParquetWriter(self.path, self.schema, compression="zstd") as writer:
            for batch in self._batches(rows, from_month):
                writer.write_batch(batch)
                written += batch.num_rows
        return written

    def _batches(self, rows: Iterable[Any], from_month: str) -> Iterator[pa.RecordBatch]:
        day = self.fact.schema.get_field_index(self.fact.day)
        source = iter(rows)
        while some := list(islice(source, BATCH)):
            kept = [(*row, month) for row in some if (month := f"{row[day]:%Y-%m}") >= from_month]
            if not kept:
                continue
            columns = [
                pa.array(values, type=column.type)
                for values, column in zip(zip(*kept, strict=True), self.schema, strict=True)
            ]
            yield pa.RecordBatch.from_arrays(columns, schema=self.schema)
