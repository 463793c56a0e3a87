"""What of a service's requests strangers may read here."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from heard.catalogue.models import Service


class Shown(models.TextChoices):
    """From nothing to everything. What a customer wrote is personal unless the city says not."""

    NOTHING = "nothing", _("not listed; who has the number sees the status and nothing more")
    PROGRESS = "progress", _("status, dates, rough place; nobody’s words")
    ALL = "all", _("also the customer’s words, the exact place, photos and our answer")


class Publishing(models.Model):
    """The city's decision for one service; without a row, ``reads.shown_by_default`` decides."""

    service = models.OneToOneField(Service, on_delete=models.CASCADE, related_name="+")
    shows = models.CharField(
        _("what is published"), max_length=8, choices=Shown.choices, default=Shown.PROGRESS
    )

    class Meta:
        ordering = ["service__code"]
        verbose_name = _("publication of requests")
        verbose_name_plural = _("publication of requests (Open311)")

    def __str__(self) -> str:
        return str(self.service)
