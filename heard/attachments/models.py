"""Photos and files that came with something: what is kept of them, and what they are about."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from heard.core.references import new_reference

PHOTO_TYPE = "image/jpeg"


def long_reference() -> str:
    """A reference of 20 letters (26**20), since it stands in addresses."""
    return new_reference(groups=5)


class Attachment(models.Model):
    """A photo or file, as it is kept: made anew from what was sent, never the sent bytes.

    ``about`` is what decides who may see it (``case:12``, ``draft:…``, ``mention:5``); ``part`` is
    what exactly it came with (``message:40``, ``answer:photo``). Sizes are bytes and pixels.
    """

    class Kind(models.TextChoices):
        PHOTO = "photo", _("photo")
        FILE = "file", _("file")

    reference = models.CharField(max_length=40, unique=True, default=long_reference)
    about = models.CharField(max_length=80, db_index=True)
    part = models.CharField(max_length=80, blank=True)
    kind = models.CharField(max_length=5, choices=Kind.choices)
    name = models.CharField(max_length=120)
    media_type = models.CharField(max_length=60)
    size = models.PositiveIntegerField()
    width = models.PositiveIntegerField(default=0)
    height = models.PositiveIntegerField(default=0)
    full = models.FileField(upload_to="attachments", max_length=200)
    small = models.FileField(upload_to="attachments", max_length=200, blank=True)
    is_internal = models.BooleanField(default=False, help_text=_("Only staff see it."))
    by_kind = models.CharField(max_length=10)
    by_name = models.CharField(max_length=200, blank=True)
    at = models.DateTimeField()

    class Meta:
        ordering = ["at", "id"]

    def __str__(self) -> str:
        return self.name

    @property
    def is_photo(self) -> bool:
        """Whether it can be shown in a page."""
        return self.kind == self.Kind.PHOTO
