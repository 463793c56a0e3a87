"""Taking, giving and forgetting attachments; files that are not photos."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from heard.attachments import services, sweeping
from heard.attachments.models import Attachment
from heard.attachments.reads import attached, by_part, counts
from heard.attachments.services import PHOTOS, forget, give, take
from heard.attachments.tests.pictures import picture
from heard.core import clock
from heard.core.actors import SYSTEM, Actor
from heard.core.errors import Refused

ANA = Actor("customer", name="Ana")
PDF = b"%PDF-1.4\n1 0 obj <<>> endobj\ntrailer <<>>\nstartxref\n9\n%%EOF\n"

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def folder(settings: Any, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


def _with(more: dict[str, Any], name: str) -> dict[str, Any]:
    return {"name": name, "about": "case:1", "actor": ANA} | more


def taken(data: bytes, **more: Any) -> Attachment:
    return take(data, **_with(more, "a.pdf")).attachment


def files(folder: Path) -> int:
    return len([p for p in folder.rglob("*") if p.is_file()])


def test_sent_twice_is_kept_once(folder: Path) -> None:
    first = take(picture(), name="a.jpg", about="case:1", actor=ANA, key="mail-7-1")
    again = take(picture(), name="a.jpg", about="case:1", actor=ANA, key="mail-7-1")
    assert again.attachment == first.attachment
    assert again.position == first.position  # it can be offered again
    assert (Attachment.objects.count(), files(folder)) == (1, 2)


def test_two_at_the_same_moment_leave_one_row_and_no_stray_file(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second looks before the first is done: its own look finds nothing, its write does."""
    first = taken(picture(), key="twice")
    real, looks = services.earlier, []

    def late(key: str | None) -> Any:
        looks.append(key)
        return None if len(looks) == 1 else real(key)

    monkeypatch.setattr(services, "earlier", late)
    assert taken(picture(), key="twice") == first
    assert files(folder) == 2


def test_a_failed_write_leaves_no_file(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_args: Any, **_more: Any) -> None:
        raise RuntimeError("the disk is full")

    monkeypatch.setattr(services, "record", fails)
    with pytest.raises(RuntimeError):
        taken(picture())
    assert (files(folder), Attachment.objects.count()) == (0, 0)


def test_a_thing_has_so_many_and_no_more(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(services, "MOST", 2)
    for number in range(2):
        taken(PDF, name=f"{number}.pdf")
    with pytest.raises(Refused, match="2 files here already"):
        taken(PDF)
    taken(PDF, about="case:2")
    assert files(folder) == 3


def test_a_draft_gives_its_photos_to_the_case() -> None:
    taken(picture(), about="draft:x", part="answer:photo")
    taken(PDF, about="draft:y")
    assert give("draft:x", "case:5", actor=SYSTEM, parts={"answer:photo": "answer"}) == 1
    assert [row.part for row in attached("case:5")] == ["answer"]
    assert give("draft:x", "case:5", actor=SYSTEM) == 0


def test_forgotten_means_gone(folder: Path, django_capture_on_commit_callbacks: Any) -> None:
    row = taken(picture())
    with django_capture_on_commit_callbacks(execute=True):
        forget(row, actor=SYSTEM)
    forget(row, actor=SYSTEM)  # twice is once
    assert (files(folder), Attachment.objects.count()) == (0, 0)


def test_stray_files_are_swept_after_a_day(folder: Path) -> None:
    row = taken(picture())
    stray = Path(row.full.path).with_name("stray.jpg")
    stray.write_bytes(b"left by a killed process")
    assert sweeping.sweep() == 0
    with clock.at(clock.now() + timedelta(days=2)):
        assert sweeping.sweep() == 1
    assert (stray.exists(), files(folder)) == (False, 2)


def test_what_only_staff_see_is_left_out_for_others() -> None:
    taken(PDF, part="message:1")
    taken(PDF, part="note:2", internal=True)
    assert set(by_part("case:1")) == {"message:1"}
    assert set(by_part("case:1", internal=True)) == {"message:1", "note:2"}
    assert counts(["case:1", "case:9"]) == {"case:1": 2}


@pytest.mark.parametrize(
    ("claimed", "kept"),
    [
        ("../../etc/passwd", "passwd.pdf"),
        ("C:\\Users\\ana\\letter.PDF", "letter.pdf"),
        ("photo.jpg.exe", "photo.jpg.pdf"),
        ("", "file.pdf"),
        ("\u202egpj.fdp\r\nX: y", "gpj.pdf"),
        ("n" * 300 + ".pdf", "n" * 100 + ".pdf"),
        ("Señal caída.pdf", "Señal caída.pdf"),
    ],
)
def test_names_are_for_reading_only(claimed: str, kept: str) -> None:
    row = taken(PDF, name=claimed)
    assert row.name == kept
    assert not claimed or claimed not in str(row.full.name)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (PDF[:40], "damaged"),
        (PDF + b"PK\x03\x04 a zip behind it" + bytes(60), "another file behind"),
        (b"GIF89a;" + PDF, "could not read"),
        (b"<html>" + b"\0" + PDF, "PDF and plain text"),
        (b"PK\x03\x04" + bytes(30), "PDF and plain text"),
        (b"MZ\x90\0\3" + bytes(30), "PDF and plain text"),
        (bytes(50), "PDF and plain text"),
    ],
)
def test_other_files_are_refused_by_their_content(data: bytes, words: str) -> None:
    with pytest.raises(Refused, match=words):
        taken(data, name="letter.pdf", media_type="application/pdf")


def test_text_is_kept_as_plain_text_whatever_it_claims() -> None:
    row = taken("\ufeffEl señor\r\nvive aquí".encode("utf-16-le")[:0] + b"caf\xe9", name="a.html")
    assert (row.media_type, row.name, row.full.read()) == ("text/plain", "a.txt", "café".encode())
    page = taken(b"<script>alert(1)</script>", name="a.html", media_type="text/html")
    assert page.media_type == "text/plain"


def test_a_question_for_a_photo_takes_no_file() -> None:
    with pytest.raises(Refused, match="JPEG, PNG, WebP or HEIC"):
        taken(PDF, kinds=PHOTOS)
