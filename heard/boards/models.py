"""What boards keep: alerts and looks, the weekly mail, others' figures, and the one score."""

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from heard.core.words import WordsField, said
from heard.measures.definitions import ALL, measures
from heard.measures.periods import first_day
from heard.people.models import Staff
from heard.targets.models import OwnMeasure
from heard.ui.telling import day_told, number


class Look(models.Model):
    """One look at every series: how many there were, and how many false alarms to expect."""

    seen = models.CharField(max_length=120, unique=True, help_text="What it looked at, in short.")
    at = models.DateTimeField()
    series = models.PositiveIntegerField(default=0)
    expected = models.FloatField(default=0.0)
    found = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M}: {self.found} of {self.series}"

    @property
    def expected_told(self) -> str:
        """How many false alarms to expect, never rounded to none."""
        return number(self.expected, 1 if self.expected >= 1 else 2)


class Signal(models.Model):
    """An alert: one measure, statistic, group and period in which chance is a poor explanation.

    ``rules`` name what it was found by (``rules.RULES``) with their numbers, as they stood then.
    """

    measure = models.CharField(max_length=40)
    statistic = models.CharField(max_length=20, blank=True)
    by = models.CharField(max_length=12, default=ALL)
    group = models.CharField(max_length=200, default=ALL)
    period = models.CharField(max_length=9)
    first = models.DateField()
    last = models.DateField()
    kind = models.CharField(max_length=7)
    unit = models.CharField(max_length=8)
    value = models.FloatField(null=True)
    low = models.FloatField(null=True)
    high = models.FloatField(null=True)
    mean = models.FloatField(null=True)
    rules = models.JSONField(default=list)
    looks = models.CharField(max_length=5, default="plain", help_text="good, bad or plain")
    muted = models.BooleanField(default=False)
    found_in = models.ForeignKey(Look, null=True, on_delete=models.SET_NULL, related_name="signals")
    at = models.DateTimeField()
    answered_by = models.ForeignKey(Staff, null=True, on_delete=models.PROTECT, related_name="+")
    answered_at = models.DateTimeField(null=True)
    words = models.TextField(blank=True, help_text=_("What will be done."))

    class Meta:
        ordering = ["-at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["measure", "statistic", "by", "group", "period"], name="signal_once"
            )
        ]
        indexes = [
            models.Index(fields=["by", "group", "-at"], name="signal_group"),
            models.Index(
                fields=["-at"],
                name="signal_open",
                condition=models.Q(answered_at=None, muted=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.measure} {self.period} {self.by}={self.group}"


class Mute(models.Model):
    """A measure of which no alert is told for a while, and why."""

    measure = models.CharField(max_length=40, unique=True)
    until = models.DateField(help_text=_("The last day of silence."))
    reason = models.CharField(max_length=300)
    by = models.ForeignKey(Staff, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["measure"]

    def __str__(self) -> str:
        return f"{self.measure} until {self.until}"


class MailChoice(models.Model):
    """Whether somebody wants the weekly mail. Without a row they do."""

    staff = models.OneToOneField(Staff, on_delete=models.CASCADE, related_name="+")
    weekly = models.BooleanField(default=True)

    def __str__(self) -> str:
        return f"{self.staff}: {self.weekly}"


class Week(models.Model):
    """A Monday on which the weekly mails were written: to how many, and who had a calm week."""

    monday = models.DateField(unique=True)
    at = models.DateTimeField()
    written = models.PositiveIntegerField(default=0)
    calm = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["-monday"]

    def __str__(self) -> str:
        return f"{self.monday}"


# --- others ---------------------------------------------------------------------------------------


class OutsideFile(models.Model):
    """A file of others' published figures, as it was taken in by one person, for another's eyes."""

    class State(models.TextChoices):
        DRAFT = "draft", _("waits for a second pair of eyes")
        PUBLISHED = "published", _("published")
        REFUSED = "refused", _("not published")

    name = models.CharField(max_length=200)
    digest = models.CharField(max_length=64)
    taken = models.PositiveIntegerField(default=0)
    unchanged = models.PositiveIntegerField(default=0)
    rejected = models.JSONField(default=list)
    state = models.CharField(max_length=9, choices=State.choices, default=State.DRAFT)
    made_by = models.ForeignKey(Staff, null=True, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    decided_by = models.ForeignKey(Staff, null=True, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return self.name


class Outside(models.Model):
    """A figure somebody else published of one period, with where it can be looked up.

    ``definition`` are the publisher's words. ``same_version`` is the version of our definition it
    was found equal to by two people; without one it is shown beside ours and not compared.
    """

    file = models.ForeignKey(OutsideFile, on_delete=models.PROTECT, related_name="figures")
    publisher = models.CharField(max_length=120)
    title = models.CharField(max_length=200)
    measure = models.CharField(max_length=40)
    same_version = models.PositiveSmallIntegerField(null=True)
    period = models.CharField(max_length=9)
    unit = models.CharField(max_length=8, choices=OwnMeasure.Unit.choices)
    definition = models.CharField(max_length=500)
    source = models.CharField(max_length=300)
    link = models.URLField(max_length=500, blank=True)
    value = models.FloatField()
    low = models.FloatField(null=True)
    high = models.FloatField(null=True)
    n = models.PositiveBigIntegerField(null=True)

    class Meta:
        ordering = ["measure", "publisher", "title", "period", "id"]
        indexes = [models.Index(fields=["measure", "publisher"], name="outside_measure")]

    def __str__(self) -> str:
        return f"{self.publisher}: {self.title} {self.period}"


class Peer(models.Model):
    """Another city that runs Heard: the address of its measures.json, and its last good state."""

    url = models.URLField(max_length=500, unique=True)
    name = models.CharField(max_length=120, blank=True, help_text="As the city names itself.")
    is_on = models.BooleanField(default=True)
    document = models.JSONField(default=dict, help_text="What was read of it, checked and bounded.")
    good_at = models.DateTimeField(null=True)
    tried_at = models.DateTimeField(null=True)
    fault = models.CharField(max_length=500, blank=True)
    added_by = models.ForeignKey(Staff, null=True, on_delete=models.PROTECT, related_name="+")
    added_at = models.DateTimeField()

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return self.name or self.url


# --- one score ------------------------------------------------------------------------------------


class Composite(models.Model):
    """The one score of the city: off until somebody switches it on. There is one row."""

    is_on = models.BooleanField(default=False)
    kept_for = models.CharField(max_length=120, blank=True)
    changed_at = models.DateTimeField()

    def __str__(self) -> str:
        return "on" if self.is_on else "off"


class Recipe(models.Model):
    """What the score is made of from a month on: never altered; a change is a new recipe.

    ``parts``: ``[{"measure", "statistic", "weight"}]``. Targets are those of each month.
    """

    number = models.PositiveSmallIntegerField(unique=True)
    first_month = models.CharField(max_length=7)
    parts = models.JSONField(default=list)
    why = WordsField(blank=False)
    made_by = models.ForeignKey(Staff, null=True, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()

    class Meta:
        ordering = ["number"]

    def __str__(self) -> str:
        return f"v{self.number} from {self.first_month}"

    @property
    def reason(self) -> str:
        """Why it is made so, in the page's language."""
        return said(self.why)

    @property
    def begins(self) -> str:
        """The month it counts from, in words."""
        return day_told(first_day(self.first_month), "month")

    @property
    def weights(self) -> list[tuple[str, float]]:
        """The names of its parts with their weights."""
        cards = measures()
        return [
            (str(cards[p["measure"]]) if p["measure"] in cards else p["measure"], p["weight"])
            for p in self.parts
        ]


class Score(models.Model):
    """The score of a month by the recipe in force, with every part as it entered."""

    month = models.CharField(max_length=7, unique=True)
    recipe = models.ForeignKey(Recipe, on_delete=models.PROTECT, related_name="scores")
    value = models.FloatField(null=True)
    low = models.FloatField(null=True)
    high = models.FloatField(null=True)
    parts = models.JSONField(default=list)
    why = models.CharField(max_length=200, blank=True)
    made_at = models.DateTimeField()

    class Meta:
        ordering = ["month"]

    def __str__(self) -> str:
        return f"{self.month}: {self.value}"

    @property
    def counted(self) -> list[dict[str, Any]]:
        """The parts that have a score."""
        return [part for part in self.parts if part.get("score") is not None]
