"""What the city offers: services with their instructions, questions and promises."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from heard.core.words import WordsField, said
from heard.people.models import Division
from heard.places.models import District, Office


class Service(models.Model):
    """Something a customer can ask for."""

    class Place(models.TextChoices):
        NONE = "none", _("no place is asked")
        OPTIONAL = "optional", _("a place may be given")
        REQUIRED = "required", _("a place must be given")

    code = models.CharField(max_length=200, unique=True)
    group = WordsField()
    name = WordsField(blank=False)
    instructions = WordsField()
    keywords = WordsField()
    division = models.ForeignKey(Division, on_delete=models.PROTECT, related_name="services")
    office = models.ForeignKey(
        Office,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="services",
        help_text=_("Where its customers come, if they must: they hear when it is closed."),
    )
    place = models.CharField(max_length=8, choices=Place.choices, default=Place.OPTIONAL)
    anonymous_allowed = models.BooleanField(default=True)
    is_active = models.BooleanField(default=True)
    is_public = models.BooleanField(
        default=True, help_text=_("Offered to residents; its cases count in public numbers.")
    )

    class Meta:
        ordering = ["code"]

    def __str__(self) -> str:
        return said(self.name) or self.code


class QuestionGroup(models.Model):
    """Questions that stand on one page together."""

    service = models.ForeignKey(Service, on_delete=models.CASCADE, related_name="question_groups")
    order = models.PositiveSmallIntegerField(default=0)
    title = WordsField(blank=False)
    intro = WordsField()

    class Meta:
        ordering = ["order", "id"]

    def __str__(self) -> str:
        return said(self.title)


class Asked(models.Manager["Question"]):
    """The questions that are asked now; ``Question.every`` has those that once were, too."""

    def get_queryset(self) -> models.QuerySet["Question"]:
        """In the order of their pages; those of no group come first."""
        found = super().get_queryset().filter(retired_at__isnull=True)
        return found.select_related("group", "only_if").order_by(
            models.functions.Coalesce("group__order", models.Value(-1)), "group_id", "order", "id"
        )


class Question(models.Model):
    """One thing a service needs to know.

    It is asked only where ``only_if``, an earlier question, was answered with ``only_if_value``. A
    question once asked is retired, not removed, and keeps how it was worded before, so that what
    was answered stays readable.
    """

    class Kind(models.TextChoices):
        TEXT = "text", _("short text")
        LONG_TEXT = "long_text", _("long text")
        CHOICE = "choice", _("one of a list")
        MANY = "many", _("several of a list")
        YES_NO = "yes_no", _("yes or no")
        NUMBER = "number", _("number")
        DATE = "date", _("date")
        PHOTO = "photo", _("photos")
        FILE = "file", _("files (PDF, text or photos)")
        PLACE = "place", _("place")

    service = models.ForeignKey(Service, on_delete=models.CASCADE, related_name="questions")
    group = models.ForeignKey(
        QuestionGroup, null=True, blank=True, on_delete=models.PROTECT, related_name="questions"
    )
    code = models.SlugField(max_length=60)
    order = models.PositiveSmallIntegerField(default=0)
    kind = models.CharField(max_length=10, choices=Kind.choices, default=Kind.TEXT)
    label = WordsField(blank=False)
    hint = WordsField()
    required = models.BooleanField(default=False)
    choices = models.JSONField(
        default=list, blank=True, help_text=_('[{"key": "big", "name": {"en": "Big"}}]')
    )
    only_if = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="followed_by"
    )
    only_if_value = models.CharField(max_length=60, blank=True)
    retired_at = models.DateTimeField(null=True, blank=True)
    before = models.JSONField(
        default=list, blank=True, help_text=_("How it was worded before, and until when.")
    )

    objects = Asked()
    every = models.Manager()  # noqa: DJ012 - a manager too, and not the default one

    class Meta:
        ordering = ["order", "id"]
        constraints = [
            models.UniqueConstraint(fields=["service", "code"], name="question_code_once")
        ]

    def __str__(self) -> str:
        return said(self.label)

    @property
    def is_upload(self) -> bool:
        """Whether it is answered by sending files."""
        return self.kind in (self.Kind.PHOTO, self.Kind.FILE)


class Promise(models.Model):
    """How soon a service answers or is done. Never altered: a new version is added.

    One for a district stands before the one for the whole city. Versions of a service and kind are
    counted through, districts included, so that a version names one promise. ``withdrawn`` ends
    what was promised from then on: in a district the city's holds again, in the city nothing does.
    """

    class Kind(models.TextChoices):
        FIRST_RESPONSE = "first_response", _("first response")
        NEXT_RESPONSE = "next_response", _("next response")
        RESOLUTION = "resolution", _("resolution")

    class Unit(models.TextChoices):
        HOURS = "hours", _("hours")
        DAYS = "days", _("days")
        BUSINESS_HOURS = "business_hours", _("business hours")
        BUSINESS_DAYS = "business_days", _("business days")

    service = models.ForeignKey(Service, on_delete=models.CASCADE, related_name="promises")
    kind = models.CharField(max_length=16, choices=Kind.choices)
    district = models.ForeignKey(
        District,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        help_text=_("Only for cases in this district. Empty: everywhere."),
    )
    amount = models.PositiveIntegerField(validators=[MinValueValidator(1), MaxValueValidator(3650)])
    unit = models.CharField(max_length=16, choices=Unit.choices)
    pauses = models.BooleanField(
        default=False, help_text=_("The clock stands still while we wait for the customer.")
    )
    pause_cap_hours = models.PositiveIntegerField(
        default=80,
        validators=[MinValueValidator(1), MaxValueValidator(2000)],
        help_text=_("The longest it may stand in all, in hours in which it would have run."),
    )
    withdrawn = models.BooleanField(default=False)
    version = models.PositiveIntegerField(default=1)
    effective_from = models.DateTimeField()

    class Meta:
        ordering = ["service", "kind", "-version"]
        constraints = [
            models.UniqueConstraint(
                fields=["service", "kind", "version"], name="promise_version_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.service.code}: {self.get_kind_display()} {self.amount} {self.unit}"
