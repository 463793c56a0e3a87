"""Codebooks, weights, turned scales and waves: an explanation in place of a wrong number."""

import random
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse

from heard.core.actors import SYSTEM
from heard.core.errors import NotAllowed, Refused
from heard.microdata.codebook import Options, columns_of, read
from heard.microdata.models import Column, Study
from heard.microdata.reads import wave_of
from heard.microdata.services import About, bring_in
from heard.microdata.tables import crosstab, topline, waves

BOOK = b"""column,wording,kind,low,high,reversed,missing,values
q1_a,Parks,,,,,,
q1_b,Streets,,,,,,
q1_c,Water,,,,,,
district,District,category,,,,,1=North; 2=South
"""


def data(n: int = 200, *, seed: int = 1, turned: bool = False, better: float = 0.0) -> bytes:
    """Three scales that go together, one of them perhaps turned round; two districts."""
    chance = random.Random(seed)
    lines = ["id,q1_a,q1_b,q1_c,district,w"]
    for number in range(n):
        district = number % 2 + 1
        mood = chance.random() + (0.25 if district == 1 else 0.0) + better
        given = [max(1, min(5, round(1 + 4 * mood + chance.gauss(0, 0.7)))) for _q in range(3)]
        if turned:
            given[2] = 6 - given[2]
        given[0] = 9 if number % 20 == 0 else given[0]
        lines.append(f"{number},{','.join(map(str, given))},{district},{1 + number % 3}")
    return "\n".join(lines).encode()


def wave(code: str, content: bytes, *, book: bytes = BOOK, **options: Any) -> Study:
    about = About(code, "Residents", code)
    return bring_in(about, data=content, book=book, options=Options(**options), actor=SYSTEM)


def test_a_name_of_the_codebook_may_be_a_prefix() -> None:
    assert columns_of("q28", ["q2_8", "q28_h", "q280"]) == ["q28_h"]


@pytest.mark.parametrize(
    ("content", "book", "options", "words"),
    [
        (b"\xff\xfe", BOOK, {}, "UTF-8"),
        (b"a,b\n", BOOK, {}, "no rows"),
        (b"a,a\n1,2\n", BOOK, {}, "two columns"),
        (b"a,b\n1\n", BOOK, {}, "line 2"),
        (data(20), b"wording\nx\n", {}, "column"),
        (data(20), BOOK, {"weight": "nothing"}, "no column"),
        (data(20).replace(b",1\n", b",x\n"), BOOK, {"weight": "w"}, "no number"),
        (data(20), BOOK.replace(b"Parks,,", b"Parks,scale,1"), {"high": 2}, "outside"),
    ],
)
def test_files_that_cannot_be_read_say_what_to_do(
    content: bytes, book: bytes, options: dict[str, Any], words: str
) -> None:
    with pytest.raises(Refused, match=words):
        read(content, book, Options(**options))


def test_weights_of_nought_are_refused_and_others_are_used(db: None) -> None:
    flat = b"\n".join(line[: line.rfind(b",")] + b",0" for line in data().splitlines()[1:])
    with pytest.raises(Refused, match="some above 0"):
        wave("z", data().splitlines()[0] + b"\n" + flat, weight="w")
    study = wave("w", data(), weight="w")
    column = Column.objects.get(study=study, name="q1_b")
    weighted = topline(column, wave_of(study).weights)
    weights = wave_of(study).weights
    assert weights is not None
    pairs = list(zip(column.values, weights, strict=True))
    assert weighted.mean == pytest.approx(sum(v * w for v, w in pairs) / sum(w for _v, w in pairs))
    plain = topline(column)
    wide, narrow = ((row.top.high or 0.0) - (row.top.low or 0.0) for row in (weighted, plain))
    assert wide > narrow


def test_a_scale_turned_round_in_the_file_is_noticed(db: None) -> None:
    assert wave("straight", data()).notes == []
    assert "q1_c runs against" in wave("round", data(turned=True)).notes[0]
    assert wave("said", data(turned=True), reversed_columns=("q1_c",)).notes == []


def test_dont_know_is_not_an_answer(db: None) -> None:
    column = Column.objects.get(study=wave("a", data()), name="q1_a")
    row = topline(column)
    assert (row.n, row.dont_know) == (190, 10)
    assert row.mean is not None
    assert row.mean <= 5


def test_small_groups_are_not_shown(db: None) -> None:
    study = wave("s", data(15))
    columns = {c.name: c for c in study.columns.all()}
    table = crosstab(columns["q1_b"], columns["district"])
    assert table.cells == ()
    assert table.left_out == 15
    assert crosstab(columns["q1_b"], columns["district"]).compared == 0


def test_groups_that_differ_get_letters(db: None) -> None:
    columns = {c.name: c for c in wave("g", data(600)).columns.all()}
    table = crosstab(columns["q1_b"], columns["district"])
    assert [(c.group, c.letter, c.above) for c in table.cells] == [
        ("North", "A", "B"), ("South", "B", ""),
    ]  # fmt: skip


def test_waves_are_compared_where_the_question_is_the_same(db: None) -> None:
    before = wave("2023", data(500, seed=2))
    after = wave(
        "2025", data(500, seed=3, better=0.3),
        book=BOOK.replace(b"Streets", b"Streets and sidewalks"), reversed_columns=("q1_c",),
    )  # fmt: skip
    found = {m.name: m for m in waves(wave_of(before), wave_of(after))}
    assert found["q1_a"].significant
    assert (found["q1_a"].difference.value or 0) > 0
    assert (found["q1_b"].why, found["q1_b"].difference) == ("wording", None)
    assert (found["q1_c"].why, found["q1_c"].significant) == ("direction", False)
    same = {m.name: m for m in waves(wave_of(before), wave_of(before))}
    assert not any(m.significant for m in same.values())


def test_the_same_code_replaces_the_wave_and_not_everybody_may(db: None, staff: Any) -> None:
    wave("a", data(50))
    wave("a", data(60))
    assert Study.objects.get().n == 60
    with pytest.raises(NotAllowed):
        bring_in(
            About("b", "x", "y"), data=data(), book=BOOK, options=Options(),
            actor=staff("agent").as_actor(),
        )  # fmt: skip


def test_the_command_says_what_came(db: None, tmp_path: Any, capsys: Any) -> None:
    file, book = tmp_path / "d.csv", tmp_path / "b.csv"
    file.write_bytes(data(turned=True))
    book.write_bytes(BOOK)
    call_command("microdata", str(file), codebook=book, code="x", name="Residents", wave="2024")
    said = capsys.readouterr().out
    assert "200 respondents, 3 scales" in said
    assert "runs against" in said
    book.write_bytes(b"column\n")
    with pytest.raises(CommandError, match="no rows"):
        call_command("microdata", str(file), codebook=book, code="x", name="R", wave="2")


def test_the_pages(db: None, client: Client, staff: Any, django_assert_num_queries: Any) -> None:
    client.force_login(staff("cx_lead"))
    assert "No wave is here yet" in client.get(reverse("microdata:studies")).content.decode()
    sent = {"name": "Residents", "wave": "2023", "code": "w23", "missing": "9", "weight": ""}
    from django.core.files.uploadedfile import SimpleUploadedFile

    files = {
        "answers": SimpleUploadedFile("d.csv", data()),
        "book": SimpleUploadedFile("b.csv", BOOK),
    }
    page = client.post(reverse("microdata:new"), sent | files, follow=True).content.decode()
    assert "200 respondents" in page
    assert "Streets" in page
    bad = {"answers": SimpleUploadedFile("d.csv", b"x"), "book": SimpleUploadedFile("b.csv", BOOK)}
    refused = client.post(reverse("microdata:new"), sent | bad)
    assert refused.status_code == 422
    assert "no rows" in refused.content.decode()
    one = reverse("microdata:question", args=["w23", "q1_b"])
    assert "North" in client.get(one, {"by": "district"}).content.decode()
    lonely = client.get(reverse("microdata:waves", args=["w23"])).content.decode()
    assert "only one wave" in lonely
    wave("2025", data(300, seed=5, better=0.3))
    compared = client.get(reverse("microdata:waves", args=["w23"])).content.decode()
    assert "2025" in compared
    client.get(reverse("microdata:study", args=["w23"]))
    assert (
        "No question has these words"
        in client.get(reverse("microdata:study", args=["w23"]), {"q": "zebra"}).content.decode()
    )
