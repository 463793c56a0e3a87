"""Files in every bad state: the good rows come in, the others are named with line and reason."""

import gzip
import tracemalloc
from pathlib import Path
from typing import Any

import pytest

from heard.cases.importing.tests.conftest import GOOD, HEADER
from heard.cases.models import WORDS_LIMIT, Case
from heard.core.imports.records import LONGEST


def row(n: int, words: str = "fine") -> str:
    return f"{n},2024-03-01 09:00,2024-03-02 10:00,done,Pothole,{words}"


def ids() -> set[str]:
    return set(Case.objects.values_list("external_id", flat=True))


def test_a_wrongly_encoded_row_is_named_with_its_byte_and_others_go_on(bring: Any) -> None:
    content = "\n".join([HEADER, row(1), row(2, "Peña"), row(3, "José")]).encode()
    content = content.replace("Peña".encode(), "Peña".encode("latin-1"))
    done = bring(content)
    assert ids() == {"1", "3"}
    [(line, reason)] = done.rejected()
    assert line == 3
    bad = content.splitlines()[2].index(b"\xf1") + 1
    assert f"Byte {bad} of line 3 (column words) is 0xF1, which is not utf-8" in reason
    assert "--encoding windows-1252" in reason
    assert b"Pe\\xF1a" in done.rejects.read_bytes()
    assert Case.objects.get(external_id="3").words == "José"


def test_encoding_can_be_said(bring: Any) -> None:
    done = bring("\n".join([HEADER, row(2, "Peña")]).encode("cp1252"), encoding="windows-1252")
    assert done.counts == (1, 0, 0, 0)
    assert Case.objects.get().words == "Peña"


@pytest.mark.parametrize("encoding", ["utf-16", "utf-8-sig"])
def test_a_byte_order_mark_is_understood(bring: Any, encoding: str) -> None:
    assert bring("\r\n".join([HEADER, row(2, "Peña")]).encode(encoding)).counts == (1, 0, 0, 0)
    assert Case.objects.get().words == "Peña"


def test_unknown_encoding_is_refused(bring: Any) -> None:
    done = bring([HEADER, GOOD], encoding="klingon")
    assert done.code == 1
    assert "“klingon” is not an encoding" in done.said


def test_ragged_rows(bring: Any) -> None:
    done = bring([HEADER, row(1), "2,2024-03-01 09:00", row(3, "a, b"), row(4) + ",,", row(5)])
    assert ids() == {"1", "4", "5"}
    assert [line for line, _ in done.rejected()] == [3, 4]
    assert "has 2 columns where the header has 6" in done.rejected()[0][1]
    assert "has 7 columns where the header has 6" in done.rejected()[1][1]


@pytest.mark.parametrize(
    ("opened", "closed", "status", "reason"),
    [
        ("2024-03-01 09:00", "2024-02-01 09:00", "done", "closed on 2024-02-01 09:00:00, before"),
        ("2024-02-30 09:00", "", "open", "Column opened: “2024-02-30 09:00” is not a date"),
        ("yesterday", "", "open", "“yesterday” is not a date in a form this import reads (iso)"),
        ("2024-03-01 09:00", "9999-12-31", "done", "The year of “9999-12-31” cannot be right"),
        ("2199-03-01 09:00", "", "open", "it was received in the future"),
        ("", "", "open", "does not say when the case was received (column opened)"),
        ("2024-03-01 09:00", "", "done", "says closed but not when (column closed)"),
        ("2024-03-01 09:00", "", "gone", "“gone” in column status is not known"),
    ],
)
def test_impossible_rows(bring: Any, opened: str, closed: str, status: str, reason: str) -> None:
    done = bring([HEADER, row(1), f"2,{opened},{closed},{status},Pothole,x"])
    assert (done.code, ids()) == (0, {"1"})
    [(line, said)] = done.rejected()
    assert line == 3
    assert reason in said


def test_missing_id_and_service(bring: Any) -> None:
    done = bring([HEADER, ",2024-03-01 09:00,,open,Pothole,x", "2,2024-03-01 09:00,,open,NULL,x"])
    assert [reason.split(" (")[0] for _, reason in done.rejected()] == [
        "The row has no id", "The row names no service",
    ]  # fmt: skip


def test_nul_bytes(bring: Any) -> None:
    done = bring("\n".join([HEADER, row(1), row(2, "a\0b"), row(3)]).encode())
    assert ids() == {"1", "3"}
    assert "NUL character" in done.rejected()[0][1]
    assert b"\0" not in done.rejects.read_bytes()


@pytest.mark.parametrize("line_break", ["", "\n"])
def test_a_description_of_ten_megabytes(bring: Any, line_break: str) -> None:
    piece = "x" * 2000 + line_break
    huge = f'2,2024-03-01 09:00,,open,Pothole,"{piece * (10_000_000 // len(piece))}"'
    content = "\n".join([HEADER, row(1), huge, row(3)]).encode()
    tracemalloc.start()
    done = bring(content)
    _now, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert ids() == {"1", "3"}
    line, reason = done.rejected()[0]
    assert (line, f"{LONGEST:,} characters" in reason) == (3, True)
    assert sum(done.counts) == int(done.said.split(" rows read")[0].split()[-1].replace(",", ""))
    assert peak < 60_000_000  # 20 MB of it are the test's own text and its encoding
    assert done.rejects.stat().st_size < 25_000_000


def test_a_description_longer_than_a_case_holds_is_rejected_not_cut(bring: Any) -> None:
    done = bring([HEADER, row(1, "x" * (WORDS_LIMIT + 1)), row(2, "x" * WORDS_LIMIT)])
    assert ids() == {"2"}
    assert "The description has 10,001 characters; at most 10,000" in done.rejected()[0][1]


def test_a_title_too_long_for_its_place_is_kept_whole_in_the_words(bring: Any) -> None:
    title = "t" * 250
    bring(["id,opened,closed,status,service,words,title", f"{row(1, 'more')},{title}"])
    case = Case.objects.get()
    assert (len(case.title), case.words) == (200, f"{title}\n\nmore")


def test_ids_that_come_twice(bring: Any) -> None:
    lines = [HEADER, row(1), row(2), row(1), row(2, "other words"), row(3)]
    done = bring(lines)
    assert done.counts == (3, 0, 1, 1)
    [(line, reason)] = done.rejected()
    assert line == 5
    assert "The id 2 stands on line 3 of this file too, with other content" in reason
    assert Case.objects.get(external_id="2").words == "fine"
    assert bring(lines).counts == (0, 0, 4, 1)


def test_markup_and_control_characters_stay_text(bring: Any) -> None:
    bring([HEADER, row(1, '"<script>alert(1)</script>\x07\u202eabc & <b>"')])
    assert Case.objects.get().words == "<script>alert(1)</script>abc & <b>"


def test_a_quotation_mark_never_closed_does_not_swallow_the_rest(bring: Any) -> None:
    many = [row(n) for n in range(3, 2003)]
    done = bring([HEADER, row(1), row(2, '"never closed'), *many])
    assert done.counts == (2001, 0, 0, 1)
    assert done.rejected()[0][0] == 3
    assert "quotation mark that opens here is not closed" in done.rejected()[0][1]


def test_a_quotation_mark_closed_by_the_next_row_does_not_join_the_two(bring: Any) -> None:
    # Read leniently this gives six columns, and row 3 would vanish inside the words of row 2.
    done = bring([HEADER, row(1), row(2, '"open'), row(3, '"shut"'), row(4), row(5, '"a ""b"""')])
    assert ids() == {"1", "3", "4", "5"}
    assert [line for line, _ in done.rejected()] == [3]
    assert Case.objects.get(external_id="5").words == 'a "b"'


def test_a_quotation_mark_open_at_the_end(bring: Any) -> None:
    done = bring([HEADER, row(1), row(2, '"end'), row(3)])
    assert ids() == {"1", "3"}
    assert "never closed" in done.rejected()[0][1]


def test_line_breaks_in_quoted_text_are_kept_and_lines_counted(bring: Any) -> None:
    done = bring([HEADER, row(1, '"one\ntwo"'), "", row(2).replace("2024-03-02", "2024-02-02")])
    assert Case.objects.get().words == "one\ntwo"
    assert [line for line, _ in done.rejected()] == [5]


@pytest.mark.parametrize("content", [b"", b"\n\n", b"\xef\xbb\xbf"])
def test_an_empty_file_is_refused(bring: Any, content: bytes) -> None:
    done = bring(content)
    assert (done.code, "empty" in done.said) == (1, True)


def test_a_header_alone_is_no_rows(bring: Any) -> None:
    done = bring([HEADER])
    assert (done.code, done.counts) == (0, (0, 0, 0, 0))


def test_missing_columns_are_named_with_those_there_are(bring: Any) -> None:
    done = bring(["id,opened,subject", "1,2024-03-01,x"])
    assert done.code == 1
    assert "lacks 3 of the columns the mapping small needs: closed, service, status" in done.said
    assert "It has 3: id, opened, subject." in done.said


def test_a_column_twice_is_refused(bring: Any) -> None:
    done = bring([HEADER + ",words", GOOD + ",x"])
    assert done.code == 1
    assert "stand twice in the header, so their meaning is open: words" in done.said


def test_a_header_that_comes_again_is_no_case(bring: Any) -> None:
    done = bring([HEADER, row(1), HEADER, row(2)])
    assert done.counts == (2, 0, 0, 1)
    assert "repeats the column names" in done.rejected()[0][1]


def test_gz_that_is_not_gzip(bring: Any) -> None:
    done = bring([HEADER, GOOD], name="file.csv.gz")
    assert done.code == 1
    assert "ends in .gz but is not a gzip file" in done.said


def test_a_truncated_gz_is_refused_before_anything_is_written(bring: Any) -> None:
    lines = "\n".join([HEADER, *(row(n, f"hole {n * n}") for n in range(5000))]).encode()
    packed = gzip.compress(lines)
    done = bring(packed[: len(packed) // 2], name="file.csv.gz")
    assert done.code == 1
    assert "damaged or ends too early" in done.said
    assert ids() == set()
    assert bring(packed, name="file.csv.gz").counts == (5000, 0, 0, 0)


@pytest.mark.parametrize("delimiter", [";", "\t", "|"])
def test_other_delimiters_are_found(bring: Any, delimiter: str) -> None:
    assert bring([line.replace(",", delimiter) for line in (HEADER, GOOD)]).counts[0] == 1


def test_a_file_that_is_not_there(bring: Any, tmp_path: Path) -> None:
    done = bring(tmp_path / "nothing.csv")
    assert (done.code, "cannot be read" in done.said) == (1, True)
    assert bring(tmp_path).code == 1


def test_a_rejects_file_runs_nothing_and_can_be_mended_and_imported(bring: Any) -> None:
    bad = "=HYPERLINK(1),2024-02-30,,open,Pothole,-2+3+cmd|' /C calc'!A0"
    done = bring([HEADER, row(1), bad])
    text = done.rejects.read_text(encoding="utf-8-sig")
    assert ",'=HYPERLINK(1)," in text
    assert ",'-2+3+cmd" in text
    mended = done.rejects.with_name("mended.csv")
    mended.write_text(text.replace("2024-02-30", "2024-02-28"), encoding="utf-8-sig")
    assert bring(mended).counts == (1, 0, 0, 0)
    assert ids() == {"1", "=HYPERLINK(1)"}
    assert Case.objects.get(external_id="=HYPERLINK(1)").words.startswith("-2+3+cmd")


def test_rejects_never_overwrite_another_file(bring: Any, tmp_path: Path) -> None:
    precious = tmp_path / "precious.csv"
    precious.write_text("do not lose me")
    done = bring([HEADER, GOOD], rejects=precious)
    assert (done.code, precious.read_text()) == (1, "do not lose me")
