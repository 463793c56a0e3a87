"""What customers answered, their comments under review, and the alerts that follow."""

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from heard.people.models import Staff
from heard.voice.models.asking import Invitation, Pool


class Response(models.Model):
    """What a customer answered. Spam and tests are marked, never deleted.

    The questions most surveys share have columns; all others are in ``more`` by their key.
    ``is_provisional``: a first answer given by one click, which the rest of the form may complete.
    """

    class Solved(models.TextChoices):
        YES = "yes", _("yes")
        PARTLY = "partly", _("partly")
        NO = "no", _("no")

    class Mode(models.TextChoices):
        WEB = "web", _("on the web")
        SMS = "sms", _("by text message")
        PHONE = "phone", _("read out by phone")
        PAPER = "paper", _("on paper")
        KIOSK = "kiosk", _("at a kiosk")

    invitation = models.OneToOneField(Invitation, on_delete=models.PROTECT, related_name="response")
    pool = models.CharField(max_length=8, choices=Pool.choices, default=Pool.INVITED)
    mode = models.CharField(max_length=6, choices=Mode.choices, default=Mode.WEB)
    satisfaction = models.PositiveSmallIntegerField(null=True, blank=True)
    ease = models.PositiveSmallIntegerField(null=True, blank=True)
    solved = models.CharField(max_length=6, choices=Solved.choices, blank=True)
    comment = models.TextField(blank=True)
    more = models.JSONField(default=dict, blank=True)
    may_share = models.BooleanField(
        default=False, help_text=_("The people who helped may read the comment.")
    )
    wants_answer = models.BooleanField(default=False)
    is_provisional = models.BooleanField(default=False)
    is_spam = models.BooleanField(default=False)
    is_test = models.BooleanField(default=False)
    marked_why = models.CharField(max_length=200, blank=True)
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

    def value(self, key: str) -> Any:
        """The answer to a question by its key; None where it was skipped or not asked."""
        if key in ("satisfaction", "ease"):
            return getattr(self, key)
        if key in ("solved", "comment"):
            return getattr(self, key) or None
        return self.more.get(key)


class Comment(models.Model):
    """The review of a comment: masked words, themes and mood, and whether it may be published.

    What a model suggests is kept apart from what a person confirmed; only the latter is published.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("to be reviewed")
        PUBLISHED = "published", _("published")
        HELD = "held", _("kept inside")

    class Mood(models.TextChoices):
        NEGATIVE = "negative", _("critical")
        MIXED = "mixed", _("mixed or neutral")
        POSITIVE = "positive", _("praise")

    response = models.OneToOneField(Response, on_delete=models.CASCADE, related_name="review")
    masked = models.TextField()
    hidden = models.PositiveSmallIntegerField(default=0, help_text=_("Pieces masked."))
    division = models.CharField(max_length=120, blank=True)
    language = models.CharField(max_length=5)
    at = models.DateTimeField()
    state = models.CharField(max_length=9, choices=State.choices, default=State.WAITING)
    suggested_mood = models.CharField(max_length=8, choices=Mood.choices, blank=True)
    suggested_themes = models.JSONField(default=list, blank=True)
    mood = models.CharField(max_length=8, choices=Mood.choices, blank=True)
    themes = models.JSONField(default=list, blank=True)
    reply = models.TextField(blank=True)
    reviewed_by = models.ForeignKey(Staff, null=True, blank=True, on_delete=models.SET_NULL)
    reviewed_at = models.DateTimeField(null=True, blank=True)
    why_held = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["-at", "-id"]
        indexes = [
            models.Index(fields=["division", "state", "-at"], name="comment_division_state"),
            models.Index(fields=["state", "-at"], name="comment_state"),
        ]

    def __str__(self) -> str:
        return self.masked[:60]


class Alert(models.Model):
    """An answer that a person must act on, with its own clock."""

    class Kind(models.TextChoices):
        FOLLOW_UP = "follow_up", _("wants to hear from us")
        NOT_SOLVED = "not_solved", _("says it is not solved")
        LOW_SCORE = "low_score", _("is dissatisfied")

    response = models.OneToOneField(Response, on_delete=models.CASCADE, related_name="alert")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    division = models.CharField(max_length=120, blank=True)
    made_at = models.DateTimeField()
    due_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True, blank=True)
    settled_by = models.ForeignKey(Staff, null=True, blank=True, on_delete=models.SET_NULL)
    words = models.TextField(blank=True, help_text=_("What was done."))

    class Meta:
        ordering = ["due_at", "id"]
        indexes = [models.Index(fields=["division", "settled_at", "due_at"], name="alert_open")]

    def __str__(self) -> str:
        return f"{self.kind} {self.response_id}"
