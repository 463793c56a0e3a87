"""Surveys of residents made elsewhere: one study per wave, one row per question."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from heard.people.models import Staff


class Study(models.Model):
    """One wave of a survey whose microdata were brought in."""

    code = models.SlugField(max_length=40, unique=True)
    name = models.CharField(max_length=200)
    wave = models.CharField(max_length=40, help_text=_("Such as 2021, or September 2021."))
    source = models.CharField(max_length=200, blank=True)
    n = models.PositiveIntegerField()
    weight = models.CharField(max_length=80, blank=True, help_text=_("Column of the weights."))
    notes = models.JSONField(default=list, blank=True)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(Staff, null=True, blank=True, on_delete=models.SET_NULL)

    class Meta:
        ordering = ["name", "-wave", "-id"]
        verbose_name_plural = "studies"

    def __str__(self) -> str:
        return f"{self.name}, {self.wave}"


class Column(models.Model):
    """One column: its words, its scale, and the answers of everybody in the order of the file.

    ``values`` are clean: "don't know" and missing are null, reversed scales are turned so that more
    is better. ``dont_know`` counts the former.
    """

    class Kind(models.TextChoices):
        SCALE = "scale", _("scale")
        CATEGORY = "category", _("categories")
        WEIGHT = "weight", _("weight")

    study = models.ForeignKey(Study, on_delete=models.CASCADE, related_name="columns")
    place = models.PositiveIntegerField()
    name = models.CharField(max_length=80)
    wording = models.CharField(max_length=500, blank=True)
    kind = models.CharField(max_length=8, choices=Kind.choices)
    low = models.SmallIntegerField(null=True, blank=True)
    high = models.SmallIntegerField(null=True, blank=True)
    is_reversed = models.BooleanField(default=False)
    labels = models.JSONField(default=dict, blank=True)
    dont_know = models.PositiveIntegerField(default=0)
    values = models.JSONField(default=list)

    class Meta:
        ordering = ["study", "place"]
        constraints = [
            models.UniqueConstraint(fields=["study", "name"], name="column_once_in_study")
        ]

    def __str__(self) -> str:
        return self.wording or self.name
