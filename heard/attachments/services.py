"""What can be done with attachments: take one in, give it to another thing, forget it.

``take`` is the one way in for every door: a form, a mail, an API. It raises ``Refused`` with words
for the sender, and keeps nothing it could not make anew.
"""

import secrets
from dataclasses import dataclass
from pathlib import PurePath
from typing import Any

from django.conf import settings
from django.core.files.base import ContentFile
from django.db import transaction
from django.utils.translation import gettext as _

from heard.attachments.documents import read_document
from heard.attachments.models import PHOTO_TYPE, Attachment
from heard.attachments.photos import Position, looks_like_photo, read_photo, read_position
from heard.core import clock
from heard.core.actors import Actor
from heard.core.errors import Refused
from heard.core.events import earlier
from heard.core.models import Event
from heard.core.text import clean_line
from heard.core.writes import record, write

MOST = 40  # attachments of one thing
PHOTOS = frozenset({Attachment.Kind.PHOTO.value})
ANY = frozenset(Attachment.Kind.values)


@dataclass(frozen=True, slots=True)
class Taken:
    """What was kept, and where the photo was taken: to be offered to its sender, never stored."""

    attachment: Attachment
    position: Position | None


@dataclass(frozen=True, slots=True)
class _Made:
    """Copies ready to be kept."""

    kind: str
    media_type: str
    ending: str
    full: bytes
    small: bytes = b""
    width: int = 0
    height: int = 0
    position: Position | None = None


def take(
    data: bytes,
    *,
    name: str,
    about: str,
    actor: Actor,
    part: str = "",
    media_type: str = "",
    internal: bool = False,
    kinds: frozenset[str] = ANY,
    key: str | None = None,
) -> Taken:
    """Check what was sent by its content, keep clean copies, and give back the photo's position.

    ``name`` and ``media_type`` are what the sender claims: the name is kept for people to read, the
    type is believed by nobody. ``kinds=PHOTOS`` takes photos alone. With ``key``, sending again
    gives back what the first time kept.
    """
    before = earlier(key)
    if before is not None:
        return Taken(_kept_before(before), read_position(data))
    made = _made(data, kinds)
    row = _row(made, name, actor)
    row.about, row.part, row.is_internal = about, part, internal
    _save_files(row, made)  # outside the transaction: a disk is slow and the writer's lock is one
    try:
        kept = _keep(row, actor=actor, key=key)
    except BaseException:
        _drop_files(row)
        raise
    if kept.reference != row.reference:  # the same key came first by another way
        _drop_files(row)
    return Taken(kept, made.position)


def _row(made: _Made, name: str, actor: Actor) -> Attachment:
    return Attachment(
        kind=made.kind,
        name=_name(name, made),
        media_type=made.media_type,
        size=len(made.full),
        width=made.width,
        height=made.height,
        by_kind=actor.kind,
        by_name=actor.name[:200],
        at=clock.now(),
    )


@write
def _keep(row: Attachment, *, actor: Actor, key: str | None) -> Attachment:
    before = earlier(key)
    if before is not None:
        return _kept_before(before)
    if Attachment.objects.filter(about=row.about).count() >= MOST:
        raise Refused(
            _("There are {most} files here already. Please send no more of them.").format(
                most=MOST
            ),
            field="photo",
        )
    row.pk = None
    row._state.adding = True
    row.save()
    data = {"about": row.about, "kind": row.kind, "size": row.size}
    record("attachment.taken", about=row, actor=actor, data=data, key=key)
    return row


@write
def give(about: str, to: str, *, actor: Actor, parts: dict[str, str] | None = None) -> int:
    """Everything of one thing now belongs to another: a draft's photos to its case.

    ``parts`` renames what they came with. Returns how many were given.
    """
    given = 0
    for row in Attachment.objects.select_for_update().filter(about=about):
        row.about, row.part = to, (parts or {}).get(row.part, row.part)
        row.save(update_fields=["about", "part"])
        record("attachment.given", about=row, actor=actor, changes={"about": [about, to]})
        given += 1
    return given


@write
def forget(attachment: Attachment, *, actor: Actor) -> None:
    """Remove an attachment and its files, for good."""
    row = Attachment.objects.select_for_update().filter(pk=attachment.pk).first()
    if row is None:
        return
    record("attachment.forgotten", about=row, actor=actor, data={"about": row.about})
    row.delete()
    transaction.on_commit(lambda: _drop_files(attachment))


def _kept_before(event: Event) -> Attachment:
    row = Attachment.objects.filter(pk=event.about_id).first()
    if row is None:
        raise Refused(_("This file was taken away again. Please choose it once more."))
    return row


def _made(data: bytes, kinds: frozenset[str]) -> _Made:
    limit = settings.HEARD_FILE_BYTES
    if not data:
        raise Refused(_("This file is empty. Please choose it again."), field="photo")
    if len(data) > limit:
        raise Refused(too_large(), field="photo")
    if looks_like_photo(data) or kinds == PHOTOS:
        photo = read_photo(data)
        return _Made(
            Attachment.Kind.PHOTO, PHOTO_TYPE, "jpg", photo.full, photo.small,
            photo.width, photo.height, photo.position,
        )  # fmt: skip
    document = read_document(data)
    return _Made(Attachment.Kind.FILE, document.media_type, document.ending, document.data)


def too_large() -> str:
    """What to say of a file over the limit, also where it was stopped before it was read."""
    return _("This file is larger than {limit} MB. Please send a smaller one.").format(
        limit=settings.HEARD_FILE_BYTES // 1_000_000
    )


def _name(claimed: str, made: _Made) -> str:
    """What people read: the sender's name of it, with the ending of what it really is."""
    plain = clean_line(claimed.replace("\\", "/").rsplit("/", 1)[-1])
    stem = "".join(c for c in PurePath(plain).stem if c not in '<>:"/\\|?*%;').strip(". ")
    fallback = "photo" if made.kind == Attachment.Kind.PHOTO else "file"
    return f"{stem[:100].strip() or fallback}.{made.ending}"


def _save_files(row: Attachment, made: _Made) -> None:
    folder, stem = row.reference[:2].lower(), secrets.token_hex(16)
    row.full.save(f"{folder}/{stem}.{made.ending}", ContentFile(made.full), save=False)
    if made.small:
        row.small.save(f"{folder}/{stem}-small.{made.ending}", ContentFile(made.small), save=False)


def _drop_files(row: Attachment) -> None:
    for file in (row.full, row.small):
        _drop(file)


def _drop(file: Any) -> None:
    if file:
        file.storage.delete(file.name)
