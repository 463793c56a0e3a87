"""The rows of a delimited file, one at a time and of bounded size, whatever state the file is in.

The whole file is never in memory. A quotation mark that is never closed would make the rest of the
file one giant cell: such a row is given up after its first line, and reading goes on with the next.
"""

import csv
import gzip
import zlib
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from io import TextIOWrapper
from pathlib import Path
from typing import NamedTuple

from heard.core.errors import Refused
from heard.core.imports.cells import printable
from heard.core.imports.rejects import is_rejects_file, original

LONGEST = 100_000  # characters of one row; one text of a case has at most a tenth of it
_GZIP = b"\x1f\x8b"
_UTF16 = (b"\xff\xfe", b"\xfe\xff")


class Line(NamedTuple):
    """A physical line, numbered from 1; ``cut`` where it was longer than a row may be."""

    number: int
    text: str
    cut: bool


@dataclass(frozen=True, slots=True)
class Record:
    """A row as it stands in the file, lines ``line`` to ``end``; ``fault`` where it is broken."""

    line: int
    end: int
    cells: Sequence[str]
    fault: str = ""


class _TooLong(Exception):
    """The row outgrew the limit."""


class Lines:
    """Physical lines in turn; those given back come again. Raises ``Refused`` on a bad file."""

    def __init__(self, stream: TextIOWrapper, name: str) -> None:
        self.stream = stream
        self.name = name
        self.number = 0
        self.returned: deque[Line] = deque()

    def take(self) -> Line | None:
        """The next line, or None at the end."""
        if self.returned:
            return self.returned.popleft()
        try:
            return self._read()
        except UnicodeDecodeError as error:
            raise Refused(
                f"After line {self.number:,} the file is not {self.stream.encoding} "
                f"({error.reason}). Save it as UTF-8, or say its --encoding."
            ) from error
        except (EOFError, zlib.error, gzip.BadGzipFile) as error:
            raise Refused(
                f"{self.name} is damaged or ends too early: after line {self.number:,} it cannot "
                "be unpacked. Fetch or pack it again."
            ) from error
        except OSError as error:
            raise Refused(
                f"{self.name} cannot be read after line {self.number:,}: {error.strerror or error}."
            ) from error

    def give_back(self, lines: Sequence[Line]) -> None:
        """Have these lines again, before any others."""
        self.returned.extendleft(reversed(lines))

    def _read(self) -> Line | None:
        text = self.stream.readline(LONGEST + 1)
        if not text:
            return None
        self.number += 1
        cut = len(text) > LONGEST
        if cut:
            rest = text
            while rest and not rest.endswith(("\n", "\r")):
                rest = self.stream.readline(LONGEST)
        return Line(self.number, text, cut)


class Records:
    """Iterates over the rows below the header."""

    def __init__(self, lines: Lines, delimiter: str, encoding: str) -> None:
        self.lines = lines
        self.delimiter = delimiter
        self.encoding = encoding
        self.taken: list[Line] = []
        self.size = 0
        self.header: list[str] = []
        self.mended = False  # a rejects file, put right and handed in again
        self._reader = self._fresh_reader()

    def __next__(self) -> str:
        """For the csv reader: the next line of the row it is at."""
        line = self.lines.take()
        if line is None:
            raise StopIteration
        self.taken.append(line)
        self.size += len(line.text)
        if line.cut or self.size > LONGEST:
            raise _TooLong
        return line.text

    def __iter__(self) -> "Records":
        return self

    def read_header(self) -> list[str]:
        """The names of the columns: the first line that is not blank."""
        while not any(name.strip() for name in self.header):
            found = self._next()
            if found is None:
                raise Refused("The file is empty: there is not even a line of column names.")
            if found.fault:
                raise Refused(f"The column names cannot be read. {found.fault}")
            self.header = [name.removeprefix("\ufeff").strip() for name in found.cells]
        self.mended = is_rejects_file(self.header)
        return self.header

    def rows(self) -> Iterator[Record]:
        """Every row that says something; blank lines are no rows."""
        while True:
            found = self._next()
            if found is None:
                return
            if found.fault or any(cell.strip() for cell in found.cells):
                yield found

    def _next(self) -> Record | None:
        self.taken, self.size = [], 0
        try:
            cells = next(self._reader)
        except StopIteration:
            return None
        except _TooLong:
            return self._given_up(self._too_long())
        except csv.Error as error:
            return self._given_up(self._misquoted(str(error)))
        return self._checked(cells)

    def _checked(self, cells: list[str]) -> Record:
        first, last = self.taken[0], self.taken[-1]
        width = len(self.header)
        if width and cells and len(cells) != width:
            if len(cells) > width and not any(c.strip() for c in cells[width:]):
                cells = cells[:width]
            elif len(self.taken) > 1:
                return self._given_up(_ragged(len(cells), width))
            elif any(c.strip() for c in cells):
                return Record(first.number, last.number, cells, _ragged(len(cells), width))
            else:
                cells = []
        fault = self._unreadable(cells)
        again = width and cells and cells[0].strip() == self.header[0]
        if again and not fault and [c.strip() for c in cells] == self.header:
            fault = "This line repeats the column names. Nothing is lost by leaving it out."
        if self.mended:
            cells = [original(cell) for cell in cells]
        return Record(first.number, last.number, cells, fault)

    def _given_up(self, fault: str) -> Record:
        """Reject the first line alone and read again from the second: it may be a good row."""
        first = self.taken[0]
        self.lines.give_back(self.taken[1:])
        self._reader = self._fresh_reader()
        return Record(first.number, first.number, [first.text.rstrip("\r\n")], fault)

    def _fresh_reader(self) -> "Iterator[list[str]]":
        # strict: a quotation mark in mid-text is told, instead of joining rows without a word.
        return csv.reader(self, delimiter=self.delimiter, strict=True)

    def _too_long(self) -> str:
        if self.taken[0].cut:
            return (
                f"The row is longer than {LONGEST:,} characters. Shorten it, or leave out its "
                "longest text."
            )
        return (
            f"A quotation mark that opens here is not closed within {LONGEST:,} characters. Close "
            "it (a mark inside a text is written twice). The lines below are read on their own."
        )

    def _misquoted(self, error: str) -> str:
        if "end of data" in error:
            return (
                "A quotation mark that opens here is never closed. Close it (a mark inside a text "
                "is written twice). The lines below are read on their own."
            )
        if "field limit" in error:
            return f"A cell is longer than {LONGEST:,} characters. Shorten it."
        return (
            "A quotation mark stands where none may be. Put the text between two marks, and write "
            "a mark inside it twice."
        )

    def _unreadable(self, cells: Sequence[str]) -> str:
        for line in self.taken:
            if line.text.isascii() and "\0" not in line.text:
                continue
            if "\0" in line.text:
                return (
                    "The row holds a NUL character, so the file is damaged there, or is UTF-16 "
                    "(then say --encoding utf-16). Export the row again."
                )
            try:
                line.text.encode("utf-8")
            except UnicodeEncodeError as error:
                return self._wrong_bytes(line, error.start, cells)
        return ""

    def _wrong_bytes(self, line: Line, start: int, cells: Sequence[str]) -> str:
        before = line.text[:start].encode(self.encoding, "surrogateescape")
        byte = ord(line.text[start]) - 0xDC00
        column = next(
            (self.header[n] for n, c in enumerate(cells) if line.text[start] in c and self.header),
            "",
        )
        where = f" (column {printable(column)})" if column else ""
        other = "windows-1252" if self.encoding != "cp1252" else "latin-1"
        return (
            f"Byte {len(before) + 1} of line {line.number:,}{where} is 0x{byte:02X}, which is not "
            f"{self.encoding}. Save the file as UTF-8, or try --encoding {other}."
        )


def _ragged(found: int, wanted: int) -> str:
    if found < wanted:
        return (
            f"The row has {found} columns where the header has {wanted}. A line break inside a "
            "text without quotation marks is the usual cause: put the text between marks."
        )
    return (
        f"The row has {found} columns where the header has {wanted}. A separator inside a text "
        "without quotation marks is the usual cause: put the text between marks."
    )


@contextmanager
def opened(path: Path, encoding: str) -> Iterator[TextIOWrapper]:
    """The text of a file, unpacked when gzip."""
    try:
        with path.open("rb") as probe:
            start = probe.read(4)
        packed = start.startswith(_GZIP)
        source = gzip.GzipFile(path) if packed else path.open("rb")
        if packed:
            start = source.peek(4)[:4]
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise Refused(f"{path.name} is a damaged gzip file. Fetch or pack it again.") from error
    except OSError as error:
        raise Refused(f"{path} cannot be read: {error.strerror or error}.") from error
    if path.suffix.lower() == ".gz" and not packed and start:
        source.close()
        raise Refused(
            f"{path.name} ends in .gz but is not a gzip file. If it is plain text, take .gz off "
            "its name; otherwise fetch it again."
        )
    if start.startswith(_UTF16) and not encoding.startswith("utf-16"):
        encoding = "utf-16"
    # Bytes that are not of the encoding are kept as lone surrogates, and found row by row.
    errors = "strict" if encoding.startswith(("utf-16", "utf-32")) else "surrogateescape"
    with source, TextIOWrapper(source, encoding, errors=errors, newline="") as text:
        yield text


def records_of(stream: TextIOWrapper, name: str, delimiter: str, columns: Sequence[str]) -> Records:
    """The rows of a stream, its header read. Without a delimiter, the one that fits best."""
    lines = Lines(stream, name)
    if not delimiter:
        delimiter = _fitting_delimiter(lines, columns)
    records = Records(lines, delimiter, stream.encoding)
    records.read_header()
    return records


def _fitting_delimiter(lines: Lines, columns: Sequence[str]) -> str:
    seen = []
    while (line := lines.take()) is not None:
        seen.append(line)
        if line.text.strip() or len(seen) > 100:
            break
    lines.give_back(seen)
    names = {name.strip().casefold() for name in columns}
    best, most = ",", 0
    for delimiter in (",", ";", "\t", "|"):
        cells = seen[-1].text.split(delimiter) if seen else []
        found = {cell.strip("\ufeff \"'\r\n\t").casefold() for cell in cells} & names
        if len(found) > most:
            best, most = delimiter, len(found)
    return best
