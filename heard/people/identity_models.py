"""Two customers who may be the same person: what speaks for it, and what was decided."""

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from heard.people.models import Customer, Staff


class Sameness(models.Model):
    """That two customers are the same person: proposed, confirmed, refused, or split again.

    ``keeps`` is under whom everything is kept once they are joined; ``moved`` says which rows went
    over (``{"cases.Case.customer": [1, 2]}``) and which gaps were filled, so that a split can give
    back exactly those.
    """

    class State(models.TextChoices):
        PROPOSED = "proposed", _("proposed")
        CONFIRMED = "confirmed", _("the same person")
        REFUSED = "refused", _("two people")
        SPLIT = "split", _("split again")

    class How(models.TextChoices):
        PERSON = "person", _("a colleague said so")
        CODE = "code", _("they had the code we sent")

    keeps = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="sameness_kept")
    other = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="sameness_other")
    state = models.CharField(max_length=10, choices=State.choices, default=State.PROPOSED)
    how = models.CharField(max_length=8, choices=How.choices, blank=True)
    evidence = models.JSONField(default=list)
    moved = models.JSONField(default=dict)
    at = models.DateTimeField()
    code_version = models.PositiveSmallIntegerField(default=0)
    code_sent_at = models.DateTimeField(null=True, blank=True)
    code_to = models.CharField(max_length=10, blank=True, help_text=_("keeps or other"))
    code_tries = models.PositiveSmallIntegerField(default=0)
    decided_by = models.ForeignKey(Staff, null=True, blank=True, on_delete=models.SET_NULL)
    decided_at = models.DateTimeField(null=True, blank=True)
    reason = models.CharField(max_length=500, blank=True)

    class Meta:
        ordering = ["-id"]
        verbose_name_plural = "samenesses"
        constraints = [models.UniqueConstraint(fields=["keeps", "other"], name="sameness_once")]
        indexes = [models.Index(fields=["state", "-id"], name="sameness_state")]

    def __str__(self) -> str:
        return f"{self.keeps_id} = {self.other_id} ({self.state})"

    def get_absolute_url(self) -> str:
        """The proposal at the desk."""
        return reverse("people:same", args=[self.pk])

    @property
    def is_open(self) -> bool:
        """Whether somebody has to decide."""
        return self.state == self.State.PROPOSED
