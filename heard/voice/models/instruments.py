"""Instruments: what is asked, in which words, in versions that never change once published."""

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from heard.core.words import WordsField, said
from heard.people.models import Staff


class Instrument(models.Model):
    """A survey the city keeps asking, with its rules of when and whom."""

    class Occasion(models.TextChoices):
        CASE = "case", _("after a case")
        CONTACT = "contact", _("after a contact")
        VISIT = "visit", _("after a visit")
        CLASS = "class", _("after a class")
        INSPECTION = "inspection", _("after an inspection or notice")
        PERMIT = "permit", _("after a permit")
        PLACE = "place", _("at a place, by square code or kiosk")
        OPEN = "open", _("on an always-open page")

    code = models.SlugField(max_length=40, unique=True)
    name = WordsField(blank=False)
    occasion = models.CharField(max_length=10, choices=Occasion.choices)
    is_active = models.BooleanField(default=True)
    open_page = models.BooleanField(
        default=False, help_text=_("Anybody may answer it on a page of its own.")
    )
    sampling_share = models.PositiveSmallIntegerField(
        default=100, help_text=_("How many of a hundred eligible customers are asked.")
    )
    monthly_quota = models.PositiveIntegerField(
        null=True, blank=True, help_text=_("No more invitations than this in a month.")
    )
    recontact_days = models.PositiveSmallIntegerField(
        default=0, help_text=_("Days before the same person is asked this survey again.")
    )
    created_at = models.DateTimeField()

    class Meta:
        ordering = ["code"]

    def __str__(self) -> str:
        return said(self.name) or self.code


class VersionPublished(RuntimeError):
    """Somebody tried to change a published version; make a new one instead."""


class Version(models.Model):
    """The questions of an instrument as they were asked from one day on.

    ``questions`` is a list of definitions (``heard.voice.questions``). A published version is never
    changed; each question carries a ``revision`` that rises only when its own words or scale do.
    """

    instrument = models.ForeignKey(Instrument, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveSmallIntegerField()
    heading = WordsField()
    intro = WordsField()
    thanks = WordsField()
    questions = models.JSONField(default=list)
    made_at = models.DateTimeField()
    published_at = models.DateTimeField(null=True, blank=True)
    published_by = models.ForeignKey(Staff, null=True, blank=True, on_delete=models.SET_NULL)

    class Meta:
        ordering = ["instrument", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["instrument", "number"], name="version_number_once")
        ]

    def __str__(self) -> str:
        return self.wording

    def save(self, *args: Any, **rest: Any) -> None:
        """Save a draft; a version that was published stays as it is."""
        if self.pk and Version.objects.filter(pk=self.pk, published_at__isnull=False).exists():
            raise VersionPublished(f"{self} is published and stays as it is.")
        super().save(*args, **rest)

    @property
    def wording(self) -> str:
        """The name this version goes by in facts: ``closing-1``."""
        return f"{self.instrument.code}-{self.number}"
