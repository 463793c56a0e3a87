"""The file of rejected rows: line, reason, and the row as it was, safe to open in a spreadsheet."""

import csv
import os
import re
from collections.abc import Sequence
from io import TextIOWrapper
from pathlib import Path

from heard.core.errors import Refused
from heard.core.imports.cells import printable

COLUMNS = ("rejected_line", "rejected_reason")
LONGEST_CELL = 5_000  # a rejects file stays small when rows were rejected for their size
LONGEST_PATH = 500  # as ImportRun keeps it
_RUNS_AS_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_NUMBER = re.compile(r"[+-]?\d+([.,]\d+)?")


def harmless(cell: str) -> str:
    """The cell with an apostrophe before what a spreadsheet would run as a formula."""
    if cell.startswith(_RUNS_AS_FORMULA) and not _NUMBER.fullmatch(cell):
        return "'" + cell
    return cell


def original(cell: str) -> str:
    """The cell as it was before ``harmless``, so that a mended rejects file can be imported."""
    return cell[1:] if cell[:1] == "'" and cell[1:].startswith(_RUNS_AS_FORMULA) else cell


def is_rejects_file(header: Sequence[str]) -> bool:
    """Whether these are the columns of a rejects file."""
    return tuple(header[:2]) == COLUMNS


class Rejects:
    """Writes rejected rows, made on the first one. Cut back to its committed size on a resume."""

    def __init__(self, path: Path | None, header: Sequence[str], *, size: int = 0) -> None:
        self.path = path
        self.header = [name for name in header if name not in COLUMNS]
        self.skip = len(header) - len(self.header)
        self.size = size
        self._file: TextIOWrapper | None = None

    def check(self, source: Path) -> None:
        """Refuse a place that cannot be written to, before any row is taken.

        An older rejects file there is replaced; any other file is not.
        """
        if self.path is None:
            return
        if len(str(self.path.absolute())) > LONGEST_PATH:
            raise Refused("The path of the rejects file is too long. Say a shorter --rejects.")
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            if self.path.exists():
                if self.path.samefile(source) or not _holds_rejects(self.path):
                    raise Refused(
                        f"{self.path} is there already and would be lost. Say another file with "
                        "--rejects."
                    )
                # What a killed run wrote after its last commit comes again.
                os.truncate(self.path, min(self.size, self.path.stat().st_size))
            with self.path.open("ab"):
                pass
            if self.path.stat().st_size == 0:
                self.path.unlink()
        except OSError as error:
            raise Refused(
                f"The rejects file {self.path} cannot be written: {error.strerror}. Say another "
                "place with --rejects."
            ) from error

    def add(self, line: int, reason: str, cells: Sequence[str]) -> None:
        """Write one rejected row."""
        if self.path is None:
            return
        if self._file is None:
            self._file = self._open(self.path)
        if len(cells) > self.skip and self.skip:
            cells = cells[self.skip :]
        shown = [harmless(printable(_shortened(cell))) for cell in cells]
        csv.writer(self._file).writerow([line, reason, *shown])

    def flush(self) -> int:
        """Have what was written on the disk, before the rows are committed; the size in bytes."""
        if self._file is not None:
            self._file.flush()
            os.fsync(self._file.fileno())
            self.size = os.fstat(self._file.fileno()).st_size
        return self.size

    def close(self) -> None:
        """Done writing."""
        if self._file is not None:
            self._file.close()
            self._file = None

    def _open(self, path: Path) -> TextIOWrapper:
        if self.size and path.is_file() and path.stat().st_size == self.size:
            return path.open("a", encoding="utf-8", newline="")
        # The byte-order mark tells spreadsheets that this is UTF-8.
        file = path.open("w", encoding="utf-8-sig", newline="")
        csv.writer(file).writerow([*COLUMNS, *(printable(name) for name in self.header)])
        return file


def _holds_rejects(path: Path) -> bool:
    if path.stat().st_size == 0:
        return True
    with path.open("rb") as file:
        return file.read(40).removeprefix(b"\xef\xbb\xbf").startswith(",".join(COLUMNS).encode())


def _shortened(cell: str) -> str:
    if len(cell) <= LONGEST_CELL:
        return cell
    return f"{cell[:LONGEST_CELL]}… ({len(cell):,} characters)"
