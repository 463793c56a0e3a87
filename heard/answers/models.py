"""What the house knows by heart: answers with versions and votes, and templates of replies."""

from datetime import date

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from heard.catalogue.models import Service
from heard.core.words import WordsField, said
from heard.people.models import Division, Staff


class Answer(models.Model):
    """One question people ask, with its answer, for residents and for the desk alike."""

    class State(models.TextChoices):
        DRAFT = "draft", _("draft")
        PUBLISHED = "published", _("published")
        RETIRED = "retired", _("retired")

    slug = models.SlugField(max_length=80, unique=True)
    question = WordsField(blank=False)
    short = WordsField(help_text=_("The answer in a sentence or two, as one would say it."))
    body = WordsField(help_text=_("Plain text with headings, lists and links."))
    keywords = WordsField(help_text=_("Other words people use when they ask."))
    desk_note = WordsField(help_text=_("Seen by staff only."))
    services = models.ManyToManyField(Service, blank=True, related_name="answers")
    division = models.ForeignKey(Division, on_delete=models.PROTECT, related_name="answers")
    owner = models.ForeignKey(
        Staff, null=True, blank=True, on_delete=models.SET_NULL, related_name="answers"
    )
    is_public = models.BooleanField(default=True)
    state = models.CharField(max_length=9, choices=State.choices, default=State.DRAFT)
    review_on = models.DateField()
    version = models.PositiveIntegerField(default=1)
    changed_at = models.DateTimeField()
    published_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["slug"]
        indexes = [models.Index(fields=["state", "review_on"])]

    def __str__(self) -> str:
        return said(self.question) or self.slug

    def is_stale(self, today: date) -> bool:
        """Whether it is on show past the day on which somebody was to look at it again."""
        return self.state == self.State.PUBLISHED and self.review_on < today


class AnswerVersion(models.Model):
    """An answer as it stood after one change: who, when, what was done, and all its words."""

    answer = models.ForeignKey(Answer, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    verb = models.CharField(max_length=10)
    words = models.JSONField(help_text=_('{"question": {"en": "..."}, "short": {...}, ...}'))
    actor_name = models.CharField(max_length=200, blank=True)
    at = models.DateTimeField()

    class Meta:
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(fields=["answer", "number"], name="answer_version_once")
        ]

    def __str__(self) -> str:
        return f"{self.answer_id}.{self.number} {self.verb}"


class AnswerTerm(models.Model):
    """How much one word stem says about an answer; what search reads instead of the texts."""

    answer = models.ForeignKey(Answer, on_delete=models.CASCADE, related_name="terms")
    stem = models.CharField(max_length=48, help_text=_("With its language, as es:basur."))
    weight = models.FloatField()

    class Meta:
        indexes = [models.Index(fields=["stem"])]
        constraints = [models.UniqueConstraint(fields=["answer", "stem"], name="answer_stem_once")]

    def __str__(self) -> str:
        return self.stem


class AnswerVote(models.Model):
    """Whether an answer helped one visitor. ``token`` tells visits apart, and nothing else."""

    answer = models.ForeignKey(Answer, on_delete=models.CASCADE, related_name="votes")
    token = models.CharField(max_length=40)
    helped = models.BooleanField()
    missing = models.CharField(max_length=500, blank=True, help_text=_("What they looked for."))
    language = models.CharField(max_length=5, choices=settings.LANGUAGES, default="en")
    version = models.PositiveIntegerField()
    at = models.DateTimeField()

    class Meta:
        ordering = ["-id"]
        indexes = [models.Index(fields=["answer", "at"])]
        constraints = [models.UniqueConstraint(fields=["answer", "token"], name="answer_vote_once")]

    def __str__(self) -> str:
        return f"{self.answer_id}: {'yes' if self.helped else 'no'}"


class ReplyTemplate(models.Model):
    """Words for a reply that is written often, with ``{variables}`` a case fills in."""

    name = models.CharField(max_length=80)
    words = WordsField(blank=False)
    services = models.ManyToManyField(Service, blank=True, related_name="reply_templates")
    division = models.ForeignKey(
        Division, null=True, blank=True, on_delete=models.PROTECT, related_name="reply_templates"
    )
    is_active = models.BooleanField(default=True)
    version = models.PositiveIntegerField(default=1)
    changed_at = models.DateTimeField()
    changed_by = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["name", "id"]

    def __str__(self) -> str:
        return self.name
