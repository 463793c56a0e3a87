"""What residents began and did not send yet, and from which page they came."""

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _

from heard.cases.models import Case
from heard.catalogue.models import Service


class Draft(models.Model):
    """A form somebody is filling in, without an account: the browser's cookie opens it.

    ``secret`` is a digest of the cookie's value, so that the table opens no draft. ``given`` holds
    the fields as they were typed, each a list of texts. Nothing of it is read by staff, unless it
    was sent and is held because it may come from a machine. ``key`` makes it one case.
    """

    class State(models.TextChoices):
        OPEN = "open", _("being filled in")
        HELD = "held", _("held for a person to look at")
        SENT = "sent", _("sent")
        DROPPED = "dropped", _("looked at and dropped")

    secret = models.CharField(max_length=64, unique=True)
    service = models.ForeignKey(Service, on_delete=models.CASCADE, related_name="+")
    key = models.UUIDField(default=uuid.uuid4, unique=True)
    state = models.CharField(max_length=8, choices=State.choices, default=State.OPEN)
    given = models.JSONField(default=dict)
    came_from = models.CharField(max_length=300, blank=True)
    language = models.CharField(max_length=5, default="en")
    case = models.ForeignKey(
        Case, null=True, blank=True, on_delete=models.CASCADE, related_name="+"
    )
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField(db_index=True)

    class Meta:
        ordering = ["-changed_at", "-id"]

    def __str__(self) -> str:
        return f"{self.service}: {self.state}"

    @property
    def about(self) -> str:
        """What its photos are attached to."""
        return f"draft:{self.pk}"


class CameFrom(models.Model):
    """The page of the city's own site on which somebody pressed "report" to begin a case."""

    case = models.OneToOneField(Case, on_delete=models.CASCADE, related_name="came_from")
    page = models.CharField(max_length=300)

    def __str__(self) -> str:
        return self.page
