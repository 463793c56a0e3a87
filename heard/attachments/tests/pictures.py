"""Pictures as telephones send them, made here: with a position, a camera and things hidden."""

import io
from typing import Any

from PIL import Image
from PIL.TiffImagePlugin import IFDRational

SECRET = b"SECRET-SERIAL-0042"
XMP = (
    b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><exif:GPSLatitude>39,44.35N</exif:GPSLatitude>'
    b"SECRET-SERIAL-0042</x:xmpmeta>"
)
LAT, LON = 39.739235, -104.990250


def thirds(degrees: float) -> tuple[IFDRational, IFDRational, IFDRational]:
    """Degrees as EXIF writes them."""
    whole = int(abs(degrees))
    minutes = int((abs(degrees) - whole) * 60)
    seconds = (abs(degrees) - whole - minutes / 60) * 3600
    return IFDRational(whole), IFDRational(minutes), IFDRational(round(seconds * 10000), 10000)


def exif(lat: Any = LAT, lon: Any = LON, *, orientation: int = 1, gps: Any = None) -> bytes:
    """EXIF with a position, an orientation and a serial number."""
    made = Image.Exif()
    made[0x0112] = orientation
    made[0x010F] = SECRET.decode()
    inner = made.get_ifd(0x8825)
    if gps is not None:
        inner.update(gps)
    elif lat is not None:
        inner[1], inner[2] = ("N" if lat >= 0 else "S"), thirds(lat)
        inner[3], inner[4] = ("E" if lon >= 0 else "W"), thirds(lon)
    return made.tobytes()


def picture(kind: str = "JPEG", size: tuple[int, int] = (320, 200), **keeps: Any) -> bytes:
    """A red picture with a blue left half, so that one sees which way it is turned."""
    image = Image.new("RGB", size, (200, 30, 30))
    image.paste((30, 30, 200), (0, 0, size[0] // 2, size[1]))
    out = io.BytesIO()
    keeps.setdefault("exif", exif())
    if kind in {"JPEG", "WEBP"}:
        keeps.setdefault("xmp", XMP)
    image.save(out, kind, **keeps)
    return out.getvalue()


def opened(data: bytes) -> Image.Image:
    """The picture of these bytes."""
    return Image.open(io.BytesIO(data))
