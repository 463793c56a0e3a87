"""Photos: every kind is taken, none keeps where it was made, and bad ones get a clear word."""

import io
import struct
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from PIL.TiffImagePlugin import IFDRational

from heard.attachments.models import Attachment
from heard.attachments.photos import position_of, read_photo
from heard.attachments.services import PHOTOS, take
from heard.attachments.tests.pictures import LAT, LON, SECRET, exif, opened, picture, thirds
from heard.core.actors import Actor
from heard.core.errors import Refused
from heard.core.models import AuditRow, Event

ANA = Actor("customer", name="Ana")
KINDS = ["JPEG", "PNG", "WEBP", "HEIF"]
TRACES = [SECRET, b"Exif", b"GPS", b"<x:xmpmeta", b"http://ns.adobe.com", b"ICC_PROFILE", b"JFXX"]


@pytest.fixture(autouse=True)
def folder(settings: Any, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


def _with(more: dict[str, Any]) -> dict[str, Any]:
    return {"name": "a.jpg", "about": "case:1", "actor": ANA} | more


def taken(data: bytes, **more: Any) -> Any:
    return take(data, **_with(more))


def every_stored_byte(folder: Path) -> bytes:
    return b"".join(p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file())


@pytest.mark.django_db
@pytest.mark.parametrize("kind", KINDS)
def test_no_kept_byte_says_where_or_with_what_a_photo_was_made(kind: str, folder: Path) -> None:
    sent = picture(kind, (900, 600))
    assert SECRET in sent
    found = taken(sent, name=f"IMG 0001.{kind.lower()}")
    assert found.position is not None
    assert (round(found.position.lat, 4), round(found.position.lon, 4)) == (
        round(LAT, 4), round(LON, 4),
    )  # fmt: skip
    assert len([p for p in folder.rglob("*") if p.is_file()]) == 2  # the photo and the small one
    stored = every_stored_byte(folder)
    assert [trace for trace in TRACES if trace in stored] == []
    for file in (found.attachment.full, found.attachment.small):
        kept = opened(file.read())
        assert kept.format == "JPEG"
        assert dict(kept.getexif()) == {}
        assert {"exif", "xmp", "icc_profile", "comment"}.isdisjoint(kept.info)
    assert found.attachment.name == "IMG 0001.jpg"
    rows = [str(vars(row)) for row in (*Event.objects.all(), *AuditRow.objects.all())]
    assert not [row for row in rows if "39.7" in row or "-104.9" in row]


@pytest.mark.parametrize(("orientation", "blue_at"), [(1, "left"), (3, "right"), (6, "top")])
def test_a_photo_is_turned_upright(orientation: int, blue_at: str) -> None:
    kept = opened(read_photo(picture(exif=exif(orientation=orientation))).full)
    width, height = kept.size
    assert (width > height) == (blue_at != "top")
    spots = {"left": (5, height // 2), "right": (width - 5, height // 2), "top": (width // 2, 5)}
    red, _green, blue = kept.getpixel(spots[blue_at])  # type: ignore[misc]
    assert blue > red


def test_copies_are_made_smaller_and_small_ones_stay() -> None:
    large = read_photo(picture(size=(4000, 1000)))
    assert opened(large.full).size == (2048, 512)
    assert opened(large.small).size == (480, 120)
    assert opened(read_photo(picture(size=(100, 80))).full).size == (100, 80)


def test_see_through_and_grey_and_print_colours() -> None:
    clear = io.BytesIO()
    Image.new("RGBA", (20, 20), (0, 0, 0, 0)).save(clear, "PNG")
    assert opened(read_photo(clear.getvalue()).full).getpixel((9, 9)) == (255, 255, 255)
    for mode in ("L", "CMYK", "1", "P"):
        out = io.BytesIO()
        Image.new(mode, (20, 20)).save(out, "JPEG" if mode in ("L", "CMYK") else "PNG")
        assert opened(read_photo(out.getvalue()).full).mode == "RGB"


@pytest.mark.parametrize("profile", [b"x" * 500, bytes(4000)])
def test_a_broken_colour_profile_does_not_cost_the_photo(profile: bytes) -> None:
    assert read_photo(picture(icc_profile=profile)).width == 320


# --- positions ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "gps",
    [
        {},
        {1: "N", 2: thirds(39.7)},  # half of it
        {1: "N", 2: thirds(0), 3: "E", 4: thirds(0)},  # the camera knows nothing
        {1: "N", 2: thirds(99), 3: "E", 4: thirds(10)},  # beyond the pole
        {1: "N", 2: thirds(39), 3: "W", 4: thirds(200)},
        {1: "N", 2: (IFDRational(0, 0),) * 3, 3: "W", 4: thirds(10)},
        {1: "N", 2: IFDRational(39), 3: "W", 4: thirds(10)},  # one number for three
    ],
)
def test_a_position_that_is_none_is_not_offered(gps: dict[int, Any]) -> None:
    assert read_photo(picture(exif=exif(gps=gps))).position is None


def test_a_position_in_the_south_and_east() -> None:
    found = position_of(opened(picture(exif=exif(-33.8568, 151.2153))))
    assert found is not None
    assert (round(found.lat, 4), round(found.lon, 4)) == (-33.8568, 151.2153)


# --- bad input ----------------------------------------------------------------------------------


def png_that_claims(width: int, height: int) -> bytes:
    """A PNG of a few hundred bytes that would need gigabytes."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        sum_of = struct.pack(">I", zlib.crc32(kind + body))
        return struct.pack(">I", len(body)) + kind + body + sum_of

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    rows = zlib.compress(bytes(100_000))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def png_with_a_text_bomb() -> bytes:
    """A small PNG whose comment unpacks to 100 MB."""
    body = b"Comment\0\0" + zlib.compress(bytes(100_000_000), 9)
    plain = picture("PNG", (4, 4))
    bomb = struct.pack(">I", len(body)) + b"zTXt" + body
    bomb += struct.pack(">I", zlib.crc32(b"zTXt" + body))
    return plain[:33] + bomb + plain[33:]


HTML = b"<html><script>alert(1)</script></html>"
BAD: dict[str, tuple[Callable[[], bytes], str]] = {
    "empty": (lambda: b"", "empty"),
    "a page called photo": (lambda: HTML, "could not read"),
    "a program": (lambda: b"MZ\x90\0" + bytes(500), "could not read"),
    "a zip": (lambda: b"PK\x03\x04" + bytes(500), "could not read"),
    "a gif": (lambda: b"GIF89a" + bytes(100), "could not read"),
    "a vector picture": (lambda: b"<svg xmlns='http://www.w3.org/2000/svg'/>", "could not read"),
    "half a JPEG": (lambda: picture(size=(800, 800))[:3000], "damaged"),
    "half a PNG": (lambda: picture("PNG", (200, 200))[:-400], "damaged"),
    "half a HEIC": (lambda: picture("HEIF", (400, 400))[:-150], "could not|damaged"),
    "only a head": (lambda: b"\xff\xd8\xff\xe0" + bytes(20), "could not|damaged"),
    "a film": (lambda: b"\0\0\0\x18ftypmp42" + bytes(300), "could not read"),
    "too many pixels": (lambda: png_that_claims(30_000, 30_000), "megapixels"),
    "far too many pixels": (lambda: png_that_claims(400_000, 400_000), "megapixels"),
    "a text bomb": (png_with_a_text_bomb, "could not|damaged"),
    "too large": (lambda: b"\xff\xd8\xff" + bytes(20_000_001), "larger than 20 MB"),
}


@pytest.mark.django_db
@pytest.mark.parametrize("name", BAD)
def test_what_is_no_good_photo_is_refused_with_words(name: str, folder: Path) -> None:
    make, words = BAD[name]
    with pytest.raises(Refused, match=words) as refused:
        taken(make(), kinds=PHOTOS)
    assert "Please" in str(refused.value)
    assert not Attachment.objects.exists()
    assert every_stored_byte(folder) == b""


@pytest.mark.django_db
@pytest.mark.parametrize("glued", [HTML, b"PK\x03\x04" + bytes(200) + b"PK\x05\x06", b"MZ" * 50])
def test_nothing_glued_to_a_photo_survives(glued: bytes, folder: Path) -> None:
    taken(picture() + glued)  # behind the picture
    taken(picture(comment=glued))  # inside it
    assert glued[:40] not in every_stored_byte(folder)
    assert Attachment.objects.count() == 2
