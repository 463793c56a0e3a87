"""Measures that people built in a page: their versions on the way to the public, and trials."""

from django.db import models
from django.utils.translation import pgettext_lazy

from heard.core.words import WordsField, said
from heard.people.models import Staff


class BuiltMeasure(models.Model):
    """A measure with a formula that somebody here declared."""

    key = models.SlugField(max_length=40, unique=True)
    created_at = models.DateTimeField()

    class Meta:
        ordering = ["key"]

    def __str__(self) -> str:
        return self.key


class BuiltVersion(models.Model):
    """One definition of a built measure: words and formula, drafted by one, published by another.

    ``formula`` is as ``declared.Formula.plain`` gives it. A published version never changes; a
    change of the definition is a new version, with its day and its reason.
    """

    class State(models.TextChoices):
        DRAFT = "draft", pgettext_lazy("a definition", "draft")
        REVIEWED = "reviewed", pgettext_lazy("a definition", "reviewed")
        PUBLISHED = "published", pgettext_lazy("a definition", "published")

    measure = models.ForeignKey(BuiltMeasure, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveSmallIntegerField()
    state = models.CharField(max_length=9, choices=State.choices, default=State.DRAFT)
    name = WordsField(blank=False)
    definition = WordsField(blank=False)
    why = WordsField()
    limits = WordsField()
    left_out = WordsField()
    area = models.CharField(max_length=12)
    direction = models.CharField(max_length=4, default="none")
    formula = models.JSONField(default=dict)
    effective_from = models.DateField()
    what_changed = WordsField()
    why_changed = WordsField()
    seen = models.PositiveIntegerField(default=1, help_text="Raised by every change.")
    made_by = models.ForeignKey(Staff, null=True, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    reviewed_by = models.ForeignKey(Staff, null=True, on_delete=models.PROTECT, related_name="+")
    reviewed_at = models.DateTimeField(null=True)
    published_by = models.ForeignKey(Staff, null=True, on_delete=models.PROTECT, related_name="+")
    published_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["measure", "number"]
        constraints = [
            models.UniqueConstraint(fields=["measure", "number"], name="built_version_once")
        ]

    def __str__(self) -> str:
        return f"{said(self.name) or self.measure.key} v{self.number}"

    @property
    def is_published(self) -> bool:
        """Whether everybody sees it."""
        return self.state == self.State.PUBLISHED


class Trial(models.Model):
    """A formula tried by the worker, so that a page can show what it gives.

    ``result`` is null until it is done; then the figures of the last months, or a ``problem``.
    """

    digest = models.CharField(max_length=32, unique=True)
    formula = models.JSONField()
    asked_at = models.DateTimeField(db_index=True)
    done_at = models.DateTimeField(null=True)
    result = models.JSONField(null=True)

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return self.digest
