"""What the house keeps about itself: the city, events and their steps, the audit, the schedule."""

from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from heard.core.words import WordsField

hex_colour = RegexValidator(r"^#[0-9a-fA-F]{6}$", _("Say a colour as #rrggbb."))


class City(models.Model):
    """The city or county this house serves: name, time zone, looks, and how to reach a person."""

    name = models.CharField(max_length=120)
    zone = models.CharField(max_length=64, default="UTC")
    tagline = WordsField()
    phone = models.CharField(max_length=40, blank=True)
    email = models.EmailField(blank=True)
    person_note = WordsField()
    seal = models.TextField(blank=True, help_text=_("An SVG picture, cleaned before it is shown."))
    primary = models.CharField(max_length=7, default="#005ea2", validators=[hex_colour])
    primary_dark = models.CharField(max_length=7, default="#1a4480", validators=[hex_colour])
    accent = models.CharField(max_length=7, default="#face00", validators=[hex_colour])
    warn_percent = models.PositiveSmallIntegerField(
        default=75,
        validators=[MinValueValidator(10), MaxValueValidator(95)],
        help_text=_("Share of a promise's time after which its named contact is warned."),
    )
    escalate_percent = models.PositiveSmallIntegerField(
        default=90,
        validators=[MinValueValidator(20), MaxValueValidator(100)],
        help_text=_("Share after which the division's manager, or who is on call, is warned."),
    )
    is_demo = models.BooleanField(default=False)

    class Meta:
        verbose_name_plural = "cities"

    def __str__(self) -> str:
        return self.name


class Event(models.Model):
    """Something that happened, for flows to follow. ``cause`` is the event whose step did it."""

    kind = models.CharField(max_length=60)
    about_kind = models.CharField(max_length=40)
    about_id = models.BigIntegerField()
    actor_kind = models.CharField(max_length=10)
    actor_id = models.BigIntegerField(null=True)
    actor_name = models.CharField(max_length=200, blank=True)
    data = models.JSONField(default=dict)
    at = models.DateTimeField()
    cause = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="effects")
    depth = models.PositiveSmallIntegerField(default=0)
    key = models.CharField(max_length=120, null=True, unique=True)

    class Meta:
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["about_kind", "about_id", "id"]),
            models.Index(fields=["kind", "id"]),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.about}"

    @property
    def about(self) -> str:
        """The thing it is about, as ``case:17``."""
        return f"{self.about_kind}:{self.about_id}"


class Step(models.Model):
    """One effect of one event: run until done, once. Parked when it keeps failing."""

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting")
        DONE = "done", _("done")
        PARKED = "parked", _("parked")

    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="steps")
    name = models.CharField(max_length=80)
    state = models.CharField(max_length=8, choices=State.choices, default=State.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    task = models.UUIDField(null=True)
    queued_at = models.DateTimeField()
    due_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)
    fault = models.TextField(blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["event", "name"], name="step_once")]
        indexes = [
            models.Index(fields=["due_at"], name="step_open", condition=~models.Q(state="done"))
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.state})"


class AuditRow(models.Model):
    """Who did what to which thing, and what changed. Written with the change, never altered."""

    at = models.DateTimeField()
    actor_kind = models.CharField(max_length=10)
    actor_id = models.BigIntegerField(null=True)
    actor_name = models.CharField(max_length=200, blank=True)
    actor_role = models.CharField(max_length=20, blank=True)
    verb = models.CharField(max_length=60)
    about_kind = models.CharField(max_length=40)
    about_id = models.BigIntegerField()
    changes = models.JSONField(default=dict)
    event = models.ForeignKey(Event, null=True, on_delete=models.PROTECT)

    class Meta:
        ordering = ["-id"]
        indexes = [models.Index(fields=["about_kind", "about_id", "id"])]

    def __str__(self) -> str:
        return f"{self.actor_name} {self.verb} {self.about_kind}:{self.about_id}"


class ScheduleRow(models.Model):
    """When a regular job last ran, how it went, and when it is due again."""

    name = models.CharField(max_length=80, unique=True)
    due_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    fault = models.TextField(blank=True)
    claimed_until = models.DateTimeField(null=True)
    claimed_by = models.CharField(max_length=120, blank=True, help_text=_("host:process"))

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class ImportRun(models.Model):
    """One file brought in: how far it came, and what became of its rows."""

    kind = models.CharField(max_length=40)
    mapping = models.CharField(max_length=80)
    file_name = models.CharField(max_length=255)
    fingerprint = models.CharField(max_length=64)
    line = models.BigIntegerField(default=0, help_text=_("Last line whose row is committed."))
    rows = models.BigIntegerField(default=0)
    imported = models.BigIntegerField(default=0)
    updated = models.BigIntegerField(default=0)
    unchanged = models.BigIntegerField(default=0)
    rejected = models.BigIntegerField(default=0)
    rejects_file = models.CharField(max_length=500, blank=True)
    rejects_size = models.BigIntegerField(
        default=0, help_text=_("Bytes of the rejects file whose rows are committed.")
    )
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-id"]
        indexes = [models.Index(fields=["fingerprint", "mapping"])]

    def __str__(self) -> str:
        return f"{self.file_name} ({self.mapping})"
