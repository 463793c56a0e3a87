"""Targets, measures that people enter or import, who answers for each, and what was restated."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from heard.core.words import WordsField, said
from heard.measures.definitions import ALL
from heard.people.models import Staff


class Direction(models.TextChoices):
    UP = "up", _("at least")
    DOWN = "down", _("at most")


class PeriodKind(models.TextChoices):
    MONTH = "month", _("month")
    QUARTER = "quarter", _("quarter")
    YEAR = "year", _("year")


class Program(models.Model):
    """The one row of settings. ``changed_at`` moves with every write, so that pages do too."""

    fiscal_start = models.PositiveSmallIntegerField(
        default=1, validators=[MinValueValidator(1), MaxValueValidator(12)]
    )
    stale_after = models.PositiveSmallIntegerField(
        default=2, validators=[MinValueValidator(1), MaxValueValidator(24)]
    )
    changed_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"year from month {self.fiscal_start}"


class OwnMeasure(models.Model):
    """A measure that no formula makes from facts: entered, imported, or one figure by another."""

    class Kind(models.TextChoices):
        ENTERED = "entered", _("entered by hand")
        IMPORTED = "imported", _("imported from a file")
        RATIO = "ratio", _("one measure divided by another")

    class Unit(models.TextChoices):
        COUNT = "count", _("a number")
        SHARE = "share", _("a percentage")
        SCORE = "score", _("a score from 0 to 100")
        DAYS = "days", _("days")
        DOLLARS = "dollars", _("dollars")

    class Better(models.TextChoices):
        UP = "up", _("higher is better")
        DOWN = "down", _("lower is better")
        NONE = "none", _("neither")

    key = models.SlugField(max_length=40, unique=True)
    kind = models.CharField(max_length=8, choices=Kind.choices, default=Kind.ENTERED)
    name = WordsField(blank=False)
    definition = WordsField(blank=False)
    why = WordsField()
    limits = WordsField()
    source = models.CharField(max_length=300, blank=True)
    unit = models.CharField(max_length=8, choices=Unit.choices, default=Unit.COUNT)
    direction = models.CharField(max_length=4, choices=Better.choices, default=Better.UP)
    period_kind = models.CharField(
        max_length=7, choices=PeriodKind.choices, default=PeriodKind.MONTH
    )
    numerator = models.CharField(max_length=40, blank=True)
    denominator = models.CharField(max_length=40, blank=True)
    silent_changes = models.JSONField(default=list)
    created_at = models.DateTimeField()

    class Meta:
        ordering = ["key"]

    def __str__(self) -> str:
        return said(self.name) or self.key


class DefinitionVersion(models.Model):
    """A new definition of a measure of our own: from which day, what changed and why."""

    measure = models.ForeignKey(OwnMeasure, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveSmallIntegerField()
    effective_from = models.DateField()
    what = WordsField(blank=False)
    why = WordsField(blank=False)
    made_at = models.DateTimeField()

    class Meta:
        ordering = ["measure", "number"]
        constraints = [
            models.UniqueConstraint(fields=["measure", "number"], name="own_version_once")
        ]

    def __str__(self) -> str:
        return f"{self.measure.key} v{self.number}"


class Owner(models.Model):
    """Who answers for a measure (any, by its key)."""

    measure = models.CharField(max_length=40, unique=True)
    staff = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")

    def __str__(self) -> str:
        return f"{self.measure}: {self.staff}"


class Target(models.Model):
    """What a measure should come to in one period, for the city or one group.

    ``statistic`` is empty for measures of our own. ``value`` is in the unit of the statistic: a
    share is 0 to 1.
    """

    measure = models.CharField(max_length=40)
    statistic = models.CharField(max_length=20, blank=True)
    by = models.CharField(max_length=12, default=ALL)
    group = models.CharField(max_length=200, default=ALL)
    kind = models.CharField(max_length=7, choices=PeriodKind.choices)
    period = models.CharField(max_length=9)
    first = models.DateField()
    last = models.DateField()
    direction = models.CharField(max_length=4, choices=Direction.choices)
    value = models.FloatField()
    set_by = models.ForeignKey(Staff, null=True, on_delete=models.PROTECT, related_name="+")
    set_at = models.DateTimeField()

    class Meta:
        ordering = ["measure", "statistic", "first", "by", "group"]
        constraints = [
            models.UniqueConstraint(
                fields=["measure", "statistic", "by", "group", "period"], name="target_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.measure} {self.period} {self.direction} {self.value}"


class Batch(models.Model):
    """One file that was imported: what was taken, and each line that was not, with its reason."""

    measure = models.ForeignKey(
        OwnMeasure, null=True, on_delete=models.PROTECT, related_name="batches"
    )
    name = models.CharField(max_length=200)
    digest = models.CharField(max_length=64)
    taken = models.PositiveIntegerField(default=0)
    unchanged = models.PositiveIntegerField(default=0)
    rejected = models.JSONField(default=list)
    made_by = models.ForeignKey(Staff, null=True, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return self.name


class Entry(models.Model):
    """A figure of one period that somebody answers for, on its way to the public.

    For a measure of our own it is the figure; for a computed measure it is the owner's words, and
    the figure as it stood when they were published. ``value``, ``low`` and ``high`` are in the unit
    of the measure (a share is 0 to 1). ``counts`` are the answers or cases behind an imported
    figure, with which its formula can be found out.
    """

    class State(models.TextChoices):
        DRAFT = "draft", pgettext_lazy("a figure", "draft")
        REVIEWED = "reviewed", pgettext_lazy("a figure", "reviewed")
        PUBLISHED = "published", pgettext_lazy("a figure", "published")
        REPLACED = "replaced", pgettext_lazy("a figure", "replaced")

    measure = models.CharField(max_length=40)
    statistic = models.CharField(max_length=20, blank=True)
    definition = models.PositiveSmallIntegerField(default=1)
    kind = models.CharField(max_length=7, choices=PeriodKind.choices)
    period = models.CharField(max_length=9)
    first = models.DateField()
    last = models.DateField()
    by = models.CharField(max_length=12, default=ALL)
    group = models.CharField(max_length=200, default=ALL)
    numerator = models.FloatField(null=True)
    denominator = models.FloatField(null=True)
    value = models.FloatField(null=True)
    low = models.FloatField(null=True)
    high = models.FloatField(null=True)
    n = models.PositiveBigIntegerField(null=True)
    counts = models.JSONField(default=dict)
    evidence = models.CharField(max_length=500, blank=True)
    narrative = WordsField()
    reason = WordsField()
    state = models.CharField(max_length=9, choices=State.choices, default=State.DRAFT)
    revision = models.PositiveSmallIntegerField(default=1)
    version = models.PositiveIntegerField(default=1, help_text="Raised by every change.")
    batch = models.ForeignKey(Batch, null=True, on_delete=models.PROTECT, related_name="entries")
    entered_by = models.ForeignKey(Staff, null=True, on_delete=models.PROTECT, related_name="+")
    entered_at = models.DateTimeField()
    reviewed_by = models.ForeignKey(Staff, null=True, on_delete=models.PROTECT, related_name="+")
    reviewed_at = models.DateTimeField(null=True)
    published_by = models.ForeignKey(Staff, null=True, on_delete=models.PROTECT, related_name="+")
    published_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["measure", "first", "by", "group", "revision"]
        constraints = [
            models.UniqueConstraint(
                fields=["measure", "statistic", "by", "group", "period", "revision"],
                name="entry_once",
            ),
            models.UniqueConstraint(
                fields=["measure", "statistic", "by", "group", "period"],
                condition=models.Q(state="published"),
                name="entry_published_once",
            ),
        ]
        indexes = [models.Index(fields=["state", "measure", "first"])]

    def __str__(self) -> str:
        return f"{self.measure} {self.period} {self.value} ({self.state})"

    @property
    def is_open(self) -> bool:
        """Whether it is on its way: neither published nor replaced."""
        return self.state in (self.State.DRAFT, self.State.REVIEWED)


class Restatement(models.Model):
    """Something published that was changed afterwards: what, when, why, old and new."""

    class What(models.TextChoices):
        FIGURE = "figure", _("Figure")
        TARGET = "target", _("Target")

    what = models.CharField(max_length=6, choices=What.choices)
    measure = models.CharField(max_length=40)
    statistic = models.CharField(max_length=20, blank=True)
    by = models.CharField(max_length=12, default=ALL)
    group = models.CharField(max_length=200, default=ALL)
    period = models.CharField(max_length=9)
    unit = models.CharField(max_length=8)
    old = models.FloatField(null=True)
    new = models.FloatField(null=True)
    why = WordsField(blank=False)
    at = models.DateTimeField()

    class Meta:
        ordering = ["-at", "-id"]

    def __str__(self) -> str:
        return f"{self.measure} {self.period}: {self.old} → {self.new}"
