"""Text messages that came in: each kept once, with what became of it."""

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from heard.cases.models import Case
from heard.people.models import Customer, Staff


class InText(models.Model):
    """One text message. ``sid`` is what the carrier calls it, so that a replay is known."""

    class Outcome(models.TextChoices):
        ADDED = "added", _("added to a case")
        OPENED = "opened", _("opened a case")
        ANSWER = "answer", _("the answer to a question of ours")
        STOP = "stop", _("no more texts, please")
        START = "start", _("texts again, please")
        HELP = "help", _("asked for help")
        WAITS = "waits", _("waits for a person")
        AUTOMATIC = "automatic", _("from a machine")
        ASIDE = "aside", _("needs no answer")

    sid = models.CharField(max_length=64, unique=True)
    sender = models.CharField(max_length=40, db_index=True)
    text = models.TextField(blank=True)
    media = models.PositiveSmallIntegerField(default=0, help_text=_("Pictures that came along."))
    at = models.DateTimeField()
    outcome = models.CharField(max_length=10, choices=Outcome.choices)
    customer = models.ForeignKey(
        Customer, null=True, blank=True, on_delete=models.SET_NULL, related_name="texts"
    )
    case = models.ForeignKey(
        Case, null=True, blank=True, on_delete=models.SET_NULL, related_name="texts"
    )
    decided_by = models.ForeignKey(Staff, null=True, blank=True, on_delete=models.SET_NULL)

    class Meta:
        ordering = ["-id"]
        indexes = [models.Index(fields=["outcome", "-id"], name="text_outcome")]

    def __str__(self) -> str:
        return f"{self.sender}: {self.text[:40]}"

    def get_absolute_url(self) -> str:
        """The text at the desk."""
        return reverse("sms:show", args=[self.pk])

    @property
    def waits(self) -> bool:
        """Whether a person has to decide."""
        return self.outcome == self.Outcome.WAITS
