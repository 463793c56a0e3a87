"""Who might be asked, who was, in which pool, and with how much restraint."""

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from heard.core.references import link_secret, new_reference
from heard.core.words import WordsField, said
from heard.people.models import Customer, Division, Staff
from heard.places.models import Office
from heard.post.models import Dispatch
from heard.voice.models.instruments import Instrument, Version

WORDING = "closing-1"  # what was asked before instruments had versions of their own


class Pool(models.TextChoices):
    """How answers came together. Pools answer differently, so they are never mixed unasked."""

    INVITED = "invited", _("invited")
    PHONE = "phone", _("read out by phone")
    OPEN = "open", _("open link")
    KIOSK = "kiosk", _("kiosk")
    WIDGET = "widget", _("widget on a web page")
    PAPER = "paper", _("on paper")


class Occasion(models.Model):
    """Something after which a customer might be asked, and why they were not where they were not.

    Together these rows are the first steps of the funnel: served, eligible, sampled.
    """

    class Excluded(models.TextChoices):
        OPT_OUT = "opt_out", _("asked not to be surveyed")
        NO_WAY = "no_way", _("left no address or number")
        COOL_DOWN = "cool_down", _("was asked about something else a short while ago")
        RECONTACT = "recontact", _("was asked this survey not long ago")
        NOT_SAMPLED = "not_sampled", _("not drawn into the sample")
        QUOTA = "quota", _("the quota of the month was used up")

    about = models.CharField(max_length=60, unique=True)
    instrument = models.ForeignKey(Instrument, on_delete=models.PROTECT, related_name="occasions")
    at = models.DateTimeField()
    excluded = models.CharField(max_length=12, choices=Excluded.choices, blank=True)
    service = models.CharField(max_length=200, blank=True)
    division = models.CharField(max_length=120, blank=True)
    district = models.CharField(max_length=80, blank=True)
    channel = models.CharField(max_length=8, blank=True)

    class Meta:
        ordering = ["-id"]
        indexes = [models.Index(fields=["division", "at"], name="occasion_division_at")]

    def __str__(self) -> str:
        return self.about


class Spot(models.Model):
    """A place where people may answer: a square code on a counter, a poster, a kiosk."""

    code = models.SlugField(max_length=40, unique=True)
    name = WordsField(blank=False)
    instrument = models.ForeignKey(Instrument, on_delete=models.PROTECT)
    division = models.ForeignKey(Division, null=True, blank=True, on_delete=models.PROTECT)
    office = models.ForeignKey(Office, null=True, blank=True, on_delete=models.SET_NULL)
    service = models.CharField(max_length=200, blank=True)
    is_active = models.BooleanField(default=True)
    link_version = models.PositiveSmallIntegerField(default=1)

    class Meta:
        ordering = ["code"]

    def __str__(self) -> str:
        return said(self.name) or self.code

    def path(self) -> str:
        """The public address behind the square code."""
        return reverse("rate:spot", args=[self.code])

    def kiosk_path(self) -> str:
        """The secret address a kiosk of this place is set up with."""
        secret = link_secret("kiosk", self.pk, self.link_version)
        return reverse("rate:kiosk", args=[self.code, secret])


class Invitation(models.Model):
    """One customer asked once about one thing. The link works for one answer.

    Answers nobody was invited to (open link, kiosk) have a row too, in their own pool, so that
    every answer has one shape; measures of response count the invited alone.
    """

    class Via(models.TextChoices):
        EMAIL = "email", _("email")
        SMS = "sms", _("text message")
        PAGE = "page", _("the tracking page alone")
        PHONE = "phone", pgettext_lazy("asked by", "phone")
        NONE = "none", _("nobody was asked")

    about = models.CharField(max_length=60, unique=True)
    reference = models.CharField(max_length=20, unique=True, default=new_reference)
    wording = models.CharField(max_length=40, default=WORDING)
    version = models.ForeignKey(Version, null=True, blank=True, on_delete=models.PROTECT)
    pool = models.CharField(max_length=8, choices=Pool.choices, default=Pool.INVITED)
    via = models.CharField(max_length=6, choices=Via.choices, default=Via.EMAIL)
    customer = models.ForeignKey(Customer, null=True, blank=True, on_delete=models.SET_NULL)
    staff = models.ForeignKey(
        Staff, null=True, blank=True, on_delete=models.SET_NULL, help_text=_("Who helped them.")
    )
    language = models.CharField(max_length=5, choices=settings.LANGUAGES, default="en")
    service = models.CharField(max_length=200, blank=True)
    division = models.CharField(max_length=120, blank=True)
    department = models.CharField(max_length=80, blank=True)
    district = models.CharField(max_length=80, blank=True)
    place = models.CharField(max_length=80, blank=True)
    channel = models.CharField(max_length=8, blank=True)
    zone = models.CharField(max_length=64, blank=True)
    asked_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    dispatch = models.ForeignKey(Dispatch, null=True, blank=True, on_delete=models.SET_NULL)
    started_at = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["asked_at"]),
            models.Index(fields=["division", "asked_at"], name="invitation_division_at"),
            models.Index(fields=["customer", "asked_at"], name="invitation_customer_at"),
        ]

    def __str__(self) -> str:
        return self.about

    def path(self) -> str:
        """The secret address of the survey."""
        return reverse("web:survey", args=[self.reference, link_secret("invitation", self.pk)])


class Restraint(models.Model):
    """The rules that hold for every survey of the city. One row; without it, the defaults."""

    cool_down_days = models.PositiveSmallIntegerField(
        default=30, help_text=_("Days in which a person is asked about one thing at most.")
    )
    quiet_from = models.TimeField(default="20:00", help_text=_("No invitations from here…"))
    quiet_until = models.TimeField(default="09:00", help_text=_("…until here, city time."))
    low_score = models.PositiveSmallIntegerField(
        default=2, help_text=_("A satisfaction up to this is told to the manager the same day.")
    )
    answer_hours = models.PositiveSmallIntegerField(
        default=24, help_text=_("Hours in which a wished follow-up is due.")
    )

    class Meta:
        verbose_name_plural = "restraint"

    def __str__(self) -> str:
        return f"{self.cool_down_days} days"
