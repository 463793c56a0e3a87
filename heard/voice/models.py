"""Voice: asking customers how it went, and what they answered.

Holds no key to a case: ``about`` names the thing (``case:17``), and the service, division, place
and channel are kept as they were, so that a visit or a class is asked in the same way.
"""

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from heard.core.references import link_secret, new_reference
from heard.people.models import Customer, Staff

WORDING = "closing-1"  # raised whenever a word of the questions changes


class Invitation(models.Model):
    """One customer asked once about one thing. The link works for one answer."""

    about = models.CharField(max_length=60, unique=True)
    reference = models.CharField(max_length=20, unique=True, default=new_reference)
    wording = models.CharField(max_length=40, default=WORDING)
    customer = models.ForeignKey(Customer, null=True, blank=True, on_delete=models.SET_NULL)
    staff = models.ForeignKey(
        Staff, null=True, blank=True, on_delete=models.SET_NULL, help_text=_("Who helped them.")
    )
    language = models.CharField(max_length=5, choices=settings.LANGUAGES, default="en")
    service = models.CharField(max_length=200, blank=True)
    division = models.CharField(max_length=120, blank=True)
    department = models.CharField(max_length=80, blank=True)
    district = models.CharField(max_length=80, blank=True)
    channel = models.CharField(max_length=8, blank=True)
    zone = models.CharField(max_length=64, blank=True)
    asked_at = models.DateTimeField()
    expires_at = models.DateTimeField()

    class Meta:
        ordering = ["-id"]
        indexes = [models.Index(fields=["asked_at"])]

    def __str__(self) -> str:
        return self.about

    def path(self) -> str:
        """The secret address of the survey."""
        return reverse("web:survey", args=[self.reference, link_secret("invitation", self.pk)])


class Response(models.Model):
    """What a customer answered. Spam and tests are marked, never deleted."""

    class Solved(models.TextChoices):
        YES = "yes", _("yes")
        PARTLY = "partly", _("partly")
        NO = "no", _("no")

    invitation = models.OneToOneField(Invitation, on_delete=models.PROTECT, related_name="response")
    satisfaction = models.PositiveSmallIntegerField(null=True, blank=True)
    ease = models.PositiveSmallIntegerField(null=True, blank=True)
    solved = models.CharField(max_length=6, choices=Solved.choices, blank=True)
    comment = models.TextField(blank=True)
    may_share = models.BooleanField(
        default=False, help_text=_("The people who helped may read the comment.")
    )
    is_spam = models.BooleanField(default=False)
    is_test = models.BooleanField(default=False)
    answered_at = models.DateTimeField()
    changed_at = models.DateTimeField(db_index=True)

    class Meta:
        ordering = ["-answered_at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(satisfaction=None) | models.Q(satisfaction__range=(1, 5)),
                name="satisfaction_1_to_5",
            ),
            models.CheckConstraint(
                condition=models.Q(ease=None) | models.Q(ease__range=(1, 5)), name="ease_1_to_5"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.invitation}: {self.satisfaction}"
