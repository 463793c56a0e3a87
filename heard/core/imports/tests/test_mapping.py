"""A mapping with faults is refused with all of them; a right one is found by name or path."""

from pathlib import Path
from typing import Any

import pytest

from heard.core.errors import Refused
from heard.core.imports import registry
from heard.core.imports.cells import Plan, Row
from heard.core.imports.mapping import available, find
from heard.core.imports.registry import Field, Kind, RowRejected

FIELDS = (
    Field("external_id", required=True),
    Field("when", "moment", required=True),
    Field("colour", "choice", choices=("red", "blue")),
    Field("note"),
    Field("size", "number"),
)
TEXT = """
source = "s"
zone = "UTC"
[columns]
external_id = "ID"
when = "When"
"""


def nothing(*_given: Any) -> Any:
    raise NotImplementedError


@pytest.fixture
def kind(tmp_path: Path) -> Kind:
    (tmp_path / "come").mkdir()
    return Kind("things", FIELDS, tmp_path / "come", nothing)


def row(kind: Kind, text: str, header: str, cells: str) -> Row:
    (kind.mappings / "m.toml").write_text(text)
    return Row(Plan(kind, find(kind, "m"), header.split(","), ""), cells.split(","), 2)


def test_every_fault_is_named_at_once(kind: Kind) -> None:
    (kind.mappings / "bad.toml").write_text("""
        zone = "Mars/Olympus"
        colour = "red"
        [file]
        delimiter = "comma"
        encoding = "klingon"
        [columns]
        external_id = "ID"
        wen = "When"
        [values.colour]
        "Rouge" = "rot"
        [remove]
        note = "(["
    """)
    with pytest.raises(Refused) as refused:
        find(kind, "bad")
    said = str(refused.value)
    for part in (
        "“colour” is not known", "[file] delimiter", "“klingon” is not an encoding",
        "[columns] names “wen”; the fields are", "must say which column is “when”",
        "zone “Mars/Olympus” is not a time zone", "“rot” is none of red, blue", "is not a pattern",
    ):  # fmt: skip
        assert part in said


@pytest.mark.parametrize("text", ["[columns", "\xff", "columns = 3", "[values]\ncolour = 3"])
def test_broken_files_are_refused(kind: Kind, text: str) -> None:
    (kind.mappings / "bad.toml").write_text(text, encoding="latin-1")
    with pytest.raises(Refused):
        find(kind, "bad")


def test_an_unknown_name_tells_which_there_are(kind: Kind, tmp_path: Path, settings: Any) -> None:
    settings.HEARD_DATA = tmp_path
    (tmp_path / "mappings").mkdir()
    (tmp_path / "mappings" / "ours.toml").write_text(TEXT)
    (kind.mappings / "theirs.toml").write_text(TEXT)
    assert available(kind) == ["ours", "theirs"]
    assert find(kind, "ours").name == "ours"
    assert find(kind, str(tmp_path / "mappings" / "ours.toml")).source == "s"
    with pytest.raises(Refused, match="Say one of ours, theirs"):
        find(kind, "../../etc/passwd")


def test_values_nulls_fallbacks_and_removals(kind: Kind) -> None:
    text = (
        TEXT
        + """
        colour = ["Colour", "Old colour"]
        note = "Note"
        size = "Size"
        [file]
        null = ["NULL"]
        [values.colour]
        "Rouge" = "red"
        "Bleu*" = "blue"
        [null]
        size = ["0"]
        [fallback]
        note = "nothing said"
        [remove]
        note = '^NOTE:\\s*'
    """
    )
    header = "ID,when,Colour,Old Colour,Note,Size"
    one = row(kind, text, header, "1,2020-01-01,null,ROUGE,NOTE: x,0")
    assert (one.choice("colour"), one.text("note"), one.number("size")) == ("red", "x", None)
    two = row(kind, text, header, "1,2020-01-01,bleu clair,,NOTE: ,1.5")
    assert (two.choice("colour"), two.text("note"), two.number("size")) == (
        "blue", "nothing said", 1.5,
    )  # fmt: skip
    three = row(kind, text, header, "1,2020-01-01,vert,,,nan")
    with pytest.raises(RowRejected, match="“vert” in column Colour / Old colour is not known"):
        three.choice("colour")
    with pytest.raises(RowRejected, match="not a number"):
        three.number("size")


def test_a_kind_is_registered_once_and_has_an_id(kind: Kind) -> None:
    with pytest.raises(ValueError, match="needs a required field"):
        registry.register(Kind("odd", FIELDS[1:], kind.mappings, nothing))
    with pytest.raises(ValueError, match="twice"):
        registry.register(Kind("cases", FIELDS, kind.mappings, nothing))
    with pytest.raises(Refused, match="It can import: cases"):
        registry.kind_named("unicorns")
