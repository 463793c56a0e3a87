"""What leaves the building: each dispatch is a row first, and the row is its ledger."""

from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from heard.people.models import Customer


class Dispatch(models.Model):
    """One message to one person, with what became of it."""

    class State(models.TextChoices):
        QUEUED = "queued", _("queued")
        SENDING = "sending", _("being sent")
        SENT = "sent", _("sent")
        KEPT = "kept", _("kept in the outbox")
        FAILED = "failed", _("failed")

    key = models.CharField(max_length=120, unique=True)
    channel = models.CharField(max_length=10, default="email")  # sms, social
    customer = models.ForeignKey(Customer, null=True, on_delete=models.SET_NULL)
    address = models.CharField(max_length=254)
    language = models.CharField(max_length=5)
    template = models.CharField(max_length=60)
    subject = models.CharField(max_length=200)
    text = models.TextField()
    html = models.TextField(blank=True)
    about = models.CharField(max_length=60)
    state = models.CharField(max_length=8, choices=State.choices, default=State.QUEUED)
    attempts = models.PositiveSmallIntegerField(default=0)
    due_at = models.DateTimeField()
    created_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    fault = models.TextField(blank=True)
    message_id = models.CharField(max_length=200, blank=True, db_index=True)
    reply_to = models.CharField(
        max_length=254, blank=True, help_text=_("Where an answer comes to: the address of a case.")
    )
    in_reply_to = models.CharField(max_length=200, blank=True)
    remote_id = models.CharField(
        max_length=64, blank=True, db_index=True, help_text=_("What the other side calls it.")
    )
    delivered_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-id"]
        verbose_name_plural = "dispatches"
        indexes = [
            models.Index(fields=["state", "due_at"]),
            models.Index(fields=["about"]),
            models.Index(fields=["address", "-id"], name="dispatch_address"),
        ]

    def __str__(self) -> str:
        return f"{self.template} → {self.address}"

    def save(self, *args: Any, **rest: Any) -> None:
        """Save; an email has its Message-ID from the beginning, so that answers find it."""
        if self._state.adding and self.channel == "email" and not self.message_id:
            self.message_id = own_message_id(self.key)
        super().save(*args, **rest)


def our_host() -> str:
    """The host part of the address we write from."""
    return settings.HEARD_EMAIL_FROM.rpartition("@")[2].rstrip("> ") or "localhost"


def own_message_id(key: str) -> str:
    """The Message-ID of the dispatch with this key, always the same."""
    return f"<{key.replace(':', '.')}@{our_host()}>"


class AddressState(models.Model):
    """What we know of an address or number: does it work, may we write to it?"""

    channel = models.CharField(max_length=10)
    key = models.CharField(max_length=254)
    stopped_at = models.DateTimeField(null=True, blank=True, help_text=_("They asked us to stop."))
    failing_since = models.DateTimeField(null=True, blank=True, db_index=True)
    fault = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["channel", "key"], name="address_once")]

    def __str__(self) -> str:
        return f"{self.channel}:{self.key}"


class Turned(models.Model):
    """How often something was turned away at a door, by day and reason: counted, not kept."""

    door = models.CharField(max_length=20)
    reason = models.CharField(max_length=40)
    day = models.DateField()
    times = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["-day", "door", "reason"]
        constraints = [
            models.UniqueConstraint(fields=["door", "reason", "day"], name="turned_once_a_day")
        ]

    def __str__(self) -> str:
        return f"{self.door}: {self.reason} ({self.times})"
