"""Where the city is: districts and offices."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from heard.core.words import WordsField, said


class District(models.Model):
    """A part of the city that its numbers can be told apart by, such as a council district."""

    code = models.CharField(max_length=80, unique=True)
    name = WordsField(blank=False)
    outline = models.JSONField(null=True, blank=True, help_text=_("GeoJSON geometry, WGS 84."))

    class Meta:
        ordering = ["code"]

    def __str__(self) -> str:
        return said(self.name) or self.code


class Office(models.Model):
    """A place where customers meet staff."""

    code = models.CharField(max_length=80, unique=True)
    name = WordsField(blank=False)
    address = models.CharField(max_length=200)
    phone = models.CharField(max_length=40, blank=True)
    hours = models.CharField(
        max_length=255,
        blank=True,
        help_text=_("OpenStreetMap opening_hours, e.g. Mo-Fr 08:00-17:00"),
    )
    notes = WordsField()
    lat = models.FloatField(null=True, blank=True)
    lon = models.FloatField(null=True, blank=True)

    class Meta:
        ordering = ["code"]

    def __str__(self) -> str:
        return said(self.name) or self.code
