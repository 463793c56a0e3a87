"""Rows of a file, whatever state it is in: none is joined to another, none grows without bound."""

from io import BytesIO, TextIOWrapper

import pytest
from hypothesis import given
from hypothesis import strategies as st

from heard.core.imports.records import LONGEST, Record, records_of


def read(content: str | bytes, delimiter: str = "") -> list[Record]:
    raw = content if isinstance(content, bytes) else content.encode()
    stream = TextIOWrapper(BytesIO(raw), "utf-8", errors="surrogateescape", newline="")
    return list(records_of(stream, "file", delimiter, ["a", "b"]).rows())


def good(records: list[Record]) -> list[list[str]]:
    return [list(r.cells) for r in records if not r.fault]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_any_line_end(end: str) -> None:
    rows = read(end.join(["a,b", "1,2", "", '3,"x"', ""]))
    assert good(rows) == [["1", "2"], ["3", "x"]]
    assert [r.line for r in rows] == [2, 4]


def test_lines_of_a_row_with_line_breaks() -> None:
    first, second = read('a,b\n1,"x\ny\nz"\n2,w\n')
    assert (first.line, first.end, second.line) == (2, 4, 5)


def test_blank_cells_beyond_the_header_are_left_out() -> None:
    assert good(read("a,b\n1,2,,\n,,\n")) == [["1", "2"]]


def test_a_line_far_too_long_is_one_fault() -> None:
    rows = read("a,b\n1," + "x" * (3 * LONGEST) + "\n2,y\n")
    assert [(r.line, bool(r.fault)) for r in rows] == [(2, True), (3, False)]
    assert len(rows[0].cells[0]) <= LONGEST + 1


def test_an_open_quotation_mark_costs_one_line_only() -> None:
    rows = read('a,b\n1,"open\n' + "".join(f"{n},x\n" for n in range(2, 50_000)))
    assert [r.line for r in rows if r.fault] == [2]
    assert len(good(rows)) == 49_998


def test_text_after_a_closing_mark_is_told_not_guessed() -> None:
    [only] = read('a,b\n1,"x"y\n')
    assert "mark inside" in only.fault


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_the_one_that_finds_the_columns(delimiter: str) -> None:
    assert good(read(f"a{delimiter}b\n1{delimiter}x\n")) == [["1", "x"]]


@given(st.lists(st.tuples(st.text(max_size=20), st.text(max_size=20)), max_size=20))
def test_what_a_csv_writer_writes_is_read_as_it_was(rows: list[tuple[str, str]]) -> None:
    import csv
    from io import StringIO

    out = StringIO(newline="")
    csv.writer(out, quoting=csv.QUOTE_ALL).writerows([("a", "b"), *rows])
    wanted = [
        [one, two]
        for one, two in rows
        if "\0" not in one + two and (one.strip() or two.strip()) and (one, two) != ("a", "b")
        and [one.strip(), two.strip()] != ["a", "b"]
    ]  # fmt: skip
    assert good(read(out.getvalue().encode("utf-8", "surrogatepass"), ",")) == wanted


@given(st.binary(max_size=400))
def test_no_bytes_break_the_reader(content: bytes) -> None:
    rows = read(b"a,b\n" + content, ",")
    assert all(r.line <= r.end for r in rows)
    assert [r.line for r in rows] == sorted(r.line for r in rows)
