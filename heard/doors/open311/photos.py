"""Photos that come with a request: ``media``, as clients send it."""

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils.datastructures import MultiValueDict

from heard.attachments.services import PHOTOS, take
from heard.cases.models import Case
from heard.core.errors import Refused
from heard.doors.open311.faults import bad
from heard.keys.models import ApiKey
from heard.keys.services import as_customer

if TYPE_CHECKING:
    from django.core.files.uploadedfile import UploadedFile


@dataclass(frozen=True, slots=True)
class Photo:
    """What was sent as a photo, not looked at yet."""

    name: str
    media_type: str
    data: bytes

    @property
    def digest(self) -> str:
        """What makes two the same."""
        return hashlib.sha256(self.data).hexdigest()


def media(files: "MultiValueDict[str, UploadedFile[Any]]") -> list[Photo]:
    """The files under ``media`` (or ``media[]``). Another name is a fault, not a lost photo."""
    found: list[Photo] = []
    for field in files:
        if field not in {"media", "media[]"}:
            raise bad(f"{field[:60]} holds a file; photos are sent as media.")
        for file in files.getlist(field):
            kind = str(file.content_type or "")
            found.append(Photo(str(file.name or "photo"), kind, file.read()))
    return found


def keep(photos: list[Photo], reference: str, *, key: ApiKey) -> list[str]:
    """Attach the photos to the request; what of them could not be kept, in words.

    Outside the transaction of the request, since decoding takes its time. Again is once.
    """
    if not photos:
        return []
    case = Case.objects.select_related("customer").get(reference=reference)
    actor = as_customer(key, case.customer.as_actor() if case.customer else None)
    refused = []
    for number, photo in enumerate(photos):
        try:
            take(
                photo.data, name=photo.name, media_type=photo.media_type, about=f"case:{case.pk}",
                actor=actor, kinds=PHOTOS, key=f"open311-{case.pk}-{number}",
            )  # fmt: skip
        except Refused as error:
            refused.append(f"{photo.name[:60]}: {error}")
    return refused
