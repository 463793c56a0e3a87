"""The rejects file runs nothing, holds what there was, and the report adds up."""

from io import StringIO
from pathlib import Path

import pytest

from heard.core.imports.progress import Progress
from heard.core.imports.rejects import LONGEST_CELL, Rejects, harmless, original
from heard.core.imports.report import DoesNotAddUp, Report


@pytest.mark.parametrize("cell", ["=1+1", "+cmd", "-2+3", "@SUM(A1)", "\t=1", "'=quoted"])
def test_formulas_are_made_harmless_and_back(cell: str) -> None:
    assert not harmless(cell).startswith(("=", "+", "-", "@", "\t", "\r"))
    assert original(harmless(cell)) == cell or cell.startswith("'")


@pytest.mark.parametrize("cell", ["-71.0772", "+303", "12 Elm", "a=b", ""])
def test_numbers_and_words_stay_as_they_are(cell: str) -> None:
    assert harmless(cell) == cell


def test_no_rejects_no_file(tmp_path: Path) -> None:
    rejects = Rejects(tmp_path / "deep" / "r.csv", ["a"])
    rejects.check(tmp_path)
    rejects.flush()
    assert list((tmp_path / "deep").iterdir()) == []


def test_long_cells_are_shortened(tmp_path: Path) -> None:
    rejects = Rejects(tmp_path / "r.csv", ["a"])
    rejects.add(2, "too long", ["x" * 1_000_000])
    rejects.close()
    assert (tmp_path / "r.csv").stat().st_size < LONGEST_CELL + 200


def test_the_four_must_add_up() -> None:
    Report("file", rows=4, imported=1, updated=1, unchanged=1, rejected=1).check()
    with pytest.raises(DoesNotAddUp):
        Report("file", rows=5, imported=1, updated=1, unchanged=1, rejected=1).lines()


def test_reasons_that_differ_in_a_value_are_counted_together() -> None:
    report = Report("file", rows=2, rejected=2)
    report.note_reason("“a” is not a date; line 3", 3)
    report.note_reason("“b” is not a date; line 14", 14)
    assert list(report.reasons.values()) == [2]
    assert "2 × for example line 3: “a” is not a date; line 3" in "\n".join(report.lines())


def test_progress_tells_lines_where_there_is_no_terminal() -> None:
    said: list[str] = []
    progress = Progress(said.append, bar=False)
    progress.start("Importing", 2000)
    progress._told_at -= 60
    progress.at(1000)
    progress.at(2000)
    assert said == ["Importing: 1,000 of 2,000 rows"]


def test_progress_shows_a_bar_in_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    screen = StringIO()
    monkeypatch.setattr("sys.stderr", screen)
    progress = Progress(print, bar=True)
    progress.start("Importing", 2000)
    progress.at(2000)
    progress.close()
    assert "100%" in screen.getvalue()
