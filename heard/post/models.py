"""What leaves the building: each dispatch is a row first, and the row is its ledger."""

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
    channel = models.CharField(max_length=10, default="email")
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

    class Meta:
        ordering = ["-id"]
        verbose_name_plural = "dispatches"
        indexes = [
            models.Index(fields=["state", "due_at"]),
            models.Index(fields=["about"]),
        ]

    def __str__(self) -> str:
        return f"{self.template} → {self.address}"
