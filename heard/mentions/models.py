"""Mentions: what people say of the city in public, elsewhere.

Holds no key to a case: ``about`` names it (``case:17``). What the author deleted is not kept.
"""

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from heard.people.models import Staff

WORDS_LIMIT = 10_000


class Mention(models.Model):
    """One public post that speaks of us or to us."""

    class State(models.TextChoices):
        NEW = "new", pgettext_lazy("mention", "new")
        ANSWERED = "answered", pgettext_lazy("mention", "answered")
        CASE = "case", _("a case was opened")
        ASIDE = "aside", _("needs no answer")
        DELETED = "deleted", _("deleted by its author")

    class Tone(models.TextChoices):
        NONE = "", _("not judged")
        PRAISE = "praise", _("praise")
        COMPLAINT = "complaint", _("complaint")
        NEITHER = "neither", _("neither")

    source = models.CharField(max_length=80)
    external_id = models.CharField(max_length=300)
    network = models.CharField(max_length=40)
    url = models.CharField(max_length=500, blank=True)
    author = models.CharField(max_length=120, blank=True)
    handle = models.CharField(max_length=200, blank=True)
    text = models.TextField(blank=True)
    language = models.CharField(max_length=5, choices=settings.LANGUAGES, default="en")
    at = models.DateTimeField()
    received_at = models.DateTimeField()
    state = models.CharField(max_length=8, choices=State.choices, default=State.NEW)
    tone = models.CharField(max_length=9, choices=Tone.choices, blank=True, default="")
    about = models.CharField(max_length=60, blank=True, db_index=True)
    answer_in_place = models.BooleanField(
        default=False, help_text=_("The network lets us answer under the post.")
    )
    judged_by = models.ForeignKey(
        Staff, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    judged_at = models.DateTimeField(null=True, blank=True)
    checked_at = models.DateTimeField(null=True, blank=True)
    deleted_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-at", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["source", "external_id"], name="mention_once")
        ]
        indexes = [
            models.Index(fields=["state", "-at", "-id"], name="mention_state"),
            models.Index(fields=["-at", "-id"], name="mention_at"),
            models.Index(fields=["source", "checked_at"], name="mention_checked"),
        ]

    def __str__(self) -> str:
        return f"{self.network}: {self.handle or self.author or self.pk}"

    def get_absolute_url(self) -> str:
        """The mention at the desk."""
        return reverse("social:show", args=[self.pk])

    @property
    def is_deleted(self) -> bool:
        """Whether its author took it back."""
        return self.state == self.State.DELETED


class MentionAnswer(models.Model):
    """What we answered in public; the dispatch with this key tells what became of it."""

    mention = models.ForeignKey(Mention, on_delete=models.CASCADE, related_name="answers")
    words = models.TextField()
    staff = models.ForeignKey(Staff, null=True, blank=True, on_delete=models.SET_NULL)
    at = models.DateTimeField()
    dispatch_key = models.CharField(max_length=120, unique=True)

    class Meta:
        ordering = ["at", "id"]

    def __str__(self) -> str:
        return f"{self.mention}: {self.words[:40]}"
