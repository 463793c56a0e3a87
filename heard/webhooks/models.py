"""Who wants to be told of what, and what became of each telling."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from heard.core.models import Event
from heard.core.references import link_secret
from heard.people.models import Division


class Subscription(models.Model):
    """Another system's address, the events it hears of, and how it is doing.

    Its secret is derived from the house's key, so there is none in the database to steal; raising
    ``secret_version`` makes a new one.
    """

    name = models.CharField(max_length=80)
    url = models.URLField(max_length=500)
    events = models.JSONField(default=list)
    division = models.ForeignKey(
        Division, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    secret_version = models.PositiveSmallIntegerField(default=1)
    is_active = models.BooleanField(default=True)
    made_by = models.CharField(max_length=120)
    created_at = models.DateTimeField()
    failing_since = models.DateTimeField(null=True, blank=True)
    switched_off_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["name", "id"]

    def __str__(self) -> str:
        return self.name

    @property
    def secret(self) -> str:
        """What both sides sign and check with."""
        return f"whsec_{link_secret('webhook', self.pk, self.secret_version)}"

    def secrets(self) -> list[str]:
        """The secret by the house's present key and by each earlier one that is still honoured."""
        keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
        made = (link_secret("webhook", self.pk, self.secret_version, house_key=key) for key in keys)
        return [f"whsec_{secret}" for secret in made]


class Delivery(models.Model):
    """One telling of one event to one subscription; repeated by hand, it is another row."""

    class State(models.TextChoices):
        QUEUED = "queued", _("queued")
        SENDING = "sending", _("being sent")
        DELIVERED = "delivered", _("delivered")
        FAILED = "failed", _("failed")
        DROPPED = "dropped", _("dropped")

    subscription = models.ForeignKey(
        Subscription, on_delete=models.CASCADE, related_name="deliveries"
    )
    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="+")
    turn = models.PositiveSmallIntegerField(default=0, help_text=_("0, or the number of a replay."))
    kind = models.CharField(max_length=60)
    body = models.TextField()
    state = models.CharField(max_length=9, choices=State.choices, default=State.QUEUED)
    attempts = models.PositiveSmallIntegerField(default=0)
    due_at = models.DateTimeField()
    created_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True)
    tried_at = models.DateTimeField(null=True)
    status = models.PositiveSmallIntegerField(null=True, help_text=_("HTTP status of the answer."))
    took_ms = models.PositiveIntegerField(null=True)
    answer = models.CharField(max_length=500, blank=True)
    fault = models.CharField(max_length=500, blank=True)

    class Meta:
        ordering = ["-id"]
        verbose_name_plural = "deliveries"
        constraints = [
            models.UniqueConstraint(fields=["subscription", "event", "turn"], name="told_once")
        ]
        indexes = [
            models.Index(
                fields=["due_at"],
                name="delivery_open",
                condition=models.Q(state__in=["queued", "sending"]),
            ),
            models.Index(fields=["subscription", "-id"], name="delivery_log"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} → {self.subscription_id}"

    @property
    def name(self) -> str:
        """What the receiver knows it by: the same for every attempt, another for a replay."""
        return f"{self.event_id}-{self.subscription_id}-{self.turn}"
