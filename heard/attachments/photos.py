"""Photos: what they are by their content, where they were taken, and the copies that are kept.

A kept copy is drawn anew from the decoded picture. Nothing of the sent bytes survives: no position,
no camera, no hidden thumbnail, no second file glued to the first.
"""

import io
import logging
from dataclasses import dataclass
from typing import Any

import pillow_heif
from django.conf import settings
from django.utils.translation import gettext as _
from PIL import ExifTags, Image, ImageCms, ImageOps

from heard.core.errors import Refused

log = logging.getLogger("heard.attachments")

FORMATS = ("JPEG", "PNG", "WEBP", "HEIF")
LONG_SIDE, SMALL_SIDE = 2048, 480  # pixels
QUALITY, SMALL_QUALITY = 85, 78
LARGEST_PROFILE = 1024 * 1024  # bytes; a colour profile beyond this is not one


@dataclass(frozen=True, slots=True)
class Position:
    """Where a photo was taken: degrees, WGS 84. Given back to the sender, and not kept."""

    lat: float
    lon: float


@dataclass(frozen=True, slots=True)
class Photo:
    """The two copies that are kept, as JPEG, and where the photo was taken."""

    full: bytes
    small: bytes
    width: int
    height: int
    position: Position | None


def prepare() -> None:
    """Teach the picture library HEIC. Hidden pictures inside a file are not decoded."""
    pillow_heif.options.THUMBNAILS = False
    pillow_heif.options.DEPTH_IMAGES = False
    pillow_heif.options.AUX_IMAGES = False
    pillow_heif.register_heif_opener()


def looks_like_photo(data: bytes) -> bool:
    """Whether the first bytes are those of a picture format, ours or another."""
    return (
        data.startswith((b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"GIF8", b"BM", b"II*\0", b"MM\0*"))
        or (data[:4] == b"RIFF" and data[8:12] == b"WEBP")
        or data[4:8] == b"ftyp"
    )


def read_photo(data: bytes) -> Photo:
    """Decode a photo and draw its copies; ``Refused`` says why one cannot be taken.

    The size is looked at before anything is decoded, so a small file that claims to be an enormous
    picture costs nothing.
    """
    image = _opened(data)
    try:
        position = position_of(image)
        image = _decoded(image)
        full = _scaled(image, LONG_SIDE)
        small = _scaled(full, SMALL_SIDE)
        return Photo(_jpeg(full, QUALITY), _jpeg(small, SMALL_QUALITY), *full.size, position)
    except Refused:
        raise
    except Exception as fault:  # decoders of hostile bytes raise whatever they please
        log.info("a photo could not be decoded: %s", type(fault).__name__)
        raise Refused(_broken(), field="photo") from fault


def read_position(data: bytes) -> Position | None:
    """Only where a photo was taken; None where it does not say or is not a photo."""
    try:
        return position_of(_opened(data))
    except Exception:  # as above: whatever is wrong, there is no position to offer
        return None


def _opened(data: bytes) -> Image.Image:
    try:
        image = Image.open(io.BytesIO(data), formats=FORMATS)
    except Image.DecompressionBombError as fault:
        raise Refused(_too_many_pixels(), field="photo") from fault
    except Exception as fault:
        raise Refused(_unknown(), field="photo") from fault
    if image.width * image.height > settings.HEARD_PHOTO_PIXELS:
        raise Refused(_too_many_pixels(), field="photo")
    if image.width < 1 or image.height < 1:
        raise Refused(_broken(), field="photo")
    return image


def _decoded(image: Image.Image) -> Image.Image:
    """The first picture, upright, in plain RGB; see-through parts become white."""
    image.draft("RGB", (LONG_SIDE, LONG_SIDE))  # a JPEG is then decoded smaller: less memory
    image.load()
    profile = image.info.get("icc_profile")
    upright = ImageOps.exif_transpose(image)
    if upright.mode in ("RGBA", "LA", "PA") or "transparency" in upright.info:
        see_through = upright.convert("RGBA")
        upright = Image.new("RGB", see_through.size, "white")
        upright.paste(see_through, mask=see_through.getchannel("A"))
    elif upright.mode != "RGB":
        upright = upright.convert("RGB")
    return _common_colours(upright, profile)


def _common_colours(image: Image.Image, profile: Any) -> Image.Image:
    """The picture in the colours every screen knows, since its own profile is not kept."""
    if not isinstance(profile, bytes) or not 128 < len(profile) <= LARGEST_PROFILE:
        return image
    try:
        own = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        turned = ImageCms.profileToProfile(image, own, ImageCms.createProfile("sRGB"))
    except (ImageCms.PyCMSError, OSError, ValueError, TypeError):
        return image  # a broken profile, or one of another kind of colours
    return turned or image


def _scaled(image: Image.Image, side: int) -> Image.Image:
    """At most ``side`` pixels long, as a picture of its own without any metadata."""
    copy = Image.new("RGB", image.size)
    copy.paste(image)
    copy.thumbnail((side, side), Image.Resampling.LANCZOS)
    return copy


def _jpeg(image: Image.Image, quality: int) -> bytes:
    kept = io.BytesIO()
    image.save(kept, "JPEG", quality=quality, optimize=True, progressive=True)
    return kept.getvalue()


def position_of(image: Image.Image) -> Position | None:
    """The position in a photo's EXIF, where it is whole and on this planet.

    Latitude and longitude are three rationals (degrees, minutes, seconds) with a letter for the
    half of the globe (Exif 2.32, section 4.6.6). 0, 0 is what cameras write that know nothing.
    """
    try:
        gps = image.getexif().get_ifd(ExifTags.IFD.GPSInfo)
        lat = _degrees(gps[ExifTags.GPS.GPSLatitude], gps[ExifTags.GPS.GPSLatitudeRef], "S")
        lon = _degrees(gps[ExifTags.GPS.GPSLongitude], gps[ExifTags.GPS.GPSLongitudeRef], "W")
    except Exception:  # missing or mangled: no position
        return None
    if not (-90 <= lat <= 90 and -180 <= lon <= 180) or (abs(lat) < 1e-6 and abs(lon) < 1e-6):
        return None
    return Position(round(lat, 6), round(lon, 6))


def _degrees(parts: Any, half: Any, negative: str) -> float:
    degrees, minutes, seconds = (float(part) for part in parts)
    value = degrees + minutes / 60 + seconds / 3600
    letter = half.decode("ascii", "replace") if isinstance(half, bytes) else str(half)
    if value != value:  # 0/0
        raise ValueError("not a number")
    return -value if letter.strip("\0 ").upper() == negative else value


def _unknown() -> str:
    return _("We could not read this as a photo. Please send a JPEG, PNG, WebP or HEIC picture.")


def _broken() -> str:
    return _("This photo is damaged or not complete. Please send it again, or take another one.")


def _too_many_pixels() -> str:
    return _("This photo has more than {limit} megapixels. Please send a smaller one.").format(
        limit=settings.HEARD_PHOTO_PIXELS // 1_000_000
    )
