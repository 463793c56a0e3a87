"""Contacts: each time somebody spoke with us, case or no case; and calls we owe them."""

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from heard.answers.models import Answer
from heard.cases.models import Case, Channel
from heard.catalogue.models import Service
from heard.core.references import link_secret, new_reference
from heard.people.models import Customer, Division, Staff

WORDS_LIMIT = 2000  # characters of what was asked or said in one contact
WAYS = [Channel.PHONE, Channel.COUNTER, Channel.EMAIL, Channel.SMS, Channel.SOCIAL, Channel.WEB]


class Reason(models.TextChoices):
    """Why somebody spoke with us."""

    QUESTION = "question", _("a question")
    REQUEST = "request", _("a request or report")
    PROGRESS = "progress", _("how their case is going")
    CHANGE = "change", _("to correct or add something")
    COMPLAINT = "complaint", _("a complaint")
    PRAISE = "praise", _("thanks or praise")
    OTHER = "other", _("something else")


class Avoidable(models.TextChoices):
    """Whether the contact was needed only because something went wrong before; and what."""

    NO = "no", _("no, it was worth their while")
    CLARIFICATION = "clarification", _("unnecessary clarification: what we wrote was not clear")
    SIGNPOSTING = "signposting", _("poor signposting: sent to the wrong place or number")
    REPEAT = "repeat", _("repeat notification: they had told us already")
    CHASING = "chasing", _("progress chasing: we had not kept them informed")
    CLOSURE = "closure", _("premature closure: we closed it before it was solved")


CAUSES = [cause for cause in Avoidable if cause != Avoidable.NO]


class Contact(models.Model):
    """One time somebody spoke with us. ``avoidable`` is "" where nobody judged it."""

    at = models.DateTimeField()
    changed_at = models.DateTimeField(db_index=True)
    channel = models.CharField(max_length=8, choices=Channel.choices)
    language = models.CharField(max_length=5, choices=settings.LANGUAGES, default="en")
    reason = models.CharField(max_length=10, choices=Reason.choices)
    words = models.TextField(blank=True, help_text=_("What they asked, and what was said."))
    service = models.ForeignKey(
        Service, null=True, blank=True, on_delete=models.PROTECT, related_name="contacts"
    )
    division = models.ForeignKey(
        Division, null=True, blank=True, on_delete=models.PROTECT, related_name="contacts"
    )
    customer = models.ForeignKey(
        Customer, null=True, blank=True, on_delete=models.SET_NULL, related_name="contacts",
        db_index=False,
    )  # fmt: skip
    case = models.ForeignKey(
        Case, null=True, blank=True, on_delete=models.SET_NULL, related_name="contacts"
    )
    opened_case = models.BooleanField(default=False, help_text=_("The case began with it."))
    answer = models.ForeignKey(
        Answer, null=True, blank=True, on_delete=models.SET_NULL, related_name="contacts"
    )
    staff = models.ForeignKey(
        Staff, null=True, blank=True, on_delete=models.SET_NULL, related_name="contacts"
    )
    settled = models.BooleanField(help_text=_("They had what they needed when it ended."))
    handed_off = models.BooleanField(help_text=_("Somebody else had to go on with it."))
    avoidable = models.CharField(max_length=13, choices=Avoidable.choices, blank=True)
    seconds = models.PositiveIntegerField(null=True, blank=True, help_text=_("How long it took."))
    came_back_at = models.DateTimeField(
        null=True, blank=True, help_text=_("When the same person asked about the same again.")
    )
    reference = models.CharField(max_length=20, unique=True, default=new_reference)

    class Meta:
        ordering = ["-at", "-id"]
        indexes = [
            models.Index(fields=["-at", "-id"], name="contact_at"),
            models.Index(fields=["customer", "-at"], name="contact_customer_at"),
            models.Index(fields=["staff", "-at"], name="contact_staff_at"),
        ]

    def __str__(self) -> str:
        return self.reference


class CasePlace(models.Model):
    """Where a case lies, in forms that are searched: words made plain, a square of the map."""

    case = models.OneToOneField(
        Case, primary_key=True, on_delete=models.CASCADE, related_name="place_key"
    )
    key = models.CharField(max_length=200, blank=True, db_index=True)
    square = models.BigIntegerField(null=True, db_index=True)

    def __str__(self) -> str:
        return self.key


class PlacesKept(models.Model):
    """How far the cases have been gone through for their places: one row."""

    up_to = models.BigIntegerField(default=0, help_text=_("The key of the last case seen."))

    def __str__(self) -> str:
        return str(self.up_to)


class Window(models.TextChoices):
    """When somebody would like to be called."""

    SOON = "soon", _("As soon as you can")
    MORNING = "morning", _("In the morning, from 8 to noon")
    AFTERNOON = "afternoon", _("In the afternoon, from noon to 5")
    EVENING = "evening", _("In the evening, from 5 to 7")


class CallBack(models.Model):
    """A call we owe somebody, with a clock of its own."""

    class State(models.TextChoices):
        WAITING = "waiting", pgettext_lazy("call", "waiting")
        CLAIMED = "claimed", _("a colleague has it")
        DONE = "done", _("they were called")
        NOT_REACHED = "not_reached", _("not reached")
        WITHDRAWN = "withdrawn", _("no longer wanted")

    reference = models.CharField(max_length=20, unique=True, default=new_reference)
    link_version = models.PositiveSmallIntegerField(default=1)
    state = models.CharField(max_length=11, choices=State.choices, default=State.WAITING)
    name = models.CharField(max_length=120, blank=True)
    phone = models.CharField(max_length=40)
    language = models.CharField(max_length=5, choices=settings.LANGUAGES, default="en")
    words = models.TextField(blank=True)
    window = models.CharField(max_length=9, choices=Window.choices, default=Window.SOON)
    customer = models.ForeignKey(
        Customer, null=True, blank=True, on_delete=models.SET_NULL, related_name="call_backs"
    )
    case = models.ForeignKey(
        Case, null=True, blank=True, on_delete=models.SET_NULL, related_name="call_backs"
    )
    asked_at = models.DateTimeField()
    not_before = models.DateTimeField(help_text=_("The chosen time begins."))
    due_at = models.DateTimeField(help_text=_("They were promised a call by then."))
    attempts = models.PositiveSmallIntegerField(default=0)
    claimed_by = models.ForeignKey(
        Staff, null=True, blank=True, on_delete=models.SET_NULL, related_name="call_backs"
    )
    claimed_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["due_at", "id"]
        indexes = [models.Index(fields=["state", "due_at"], name="call_back_queue")]

    def __str__(self) -> str:
        return self.reference

    def get_absolute_url(self) -> str:
        """The call at the desk."""
        return reverse("contacts:call", args=[self.reference])

    @property
    def is_open(self) -> bool:
        """Whether a call is still owed."""
        return self.state in OWED

    def public_path(self) -> str:
        """The secret address where whoever asked sees when they will be called."""
        secret = link_secret("callback", self.pk, self.link_version)
        return reverse("web:call", args=[self.reference, secret])


OWED = (CallBack.State.WAITING, CallBack.State.CLAIMED)


class CallAttempt(models.Model):
    """One try to reach somebody who asked to be called."""

    call = models.ForeignKey(CallBack, on_delete=models.CASCADE, related_name="tries")
    staff = models.ForeignKey(Staff, null=True, blank=True, on_delete=models.SET_NULL)
    at = models.DateTimeField()
    reached = models.BooleanField()
    note = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["at", "id"]

    def __str__(self) -> str:
        return f"{self.call}: {self.at}"
