"""What ties cases and people together: merges, followers, updates, parts, outside handlers."""

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from heard.cases.models import Case
from heard.core.references import link_secret, new_reference
from heard.core.words import WordsField
from heard.people.models import Customer, Staff


class Merge(models.Model):
    """One case was joined to another, with all that is needed to take it back.

    ``before`` and ``after`` hold the fields of the joined case that the merge changed; ``clocks``
    holds, for each promise, the joined case's date (``due``), the other's date without any merge
    (``own``) and the date the other has since (``new``), as ISO text.
    """

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="merges")
    into = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="takings")
    at = models.DateTimeField()
    staff = models.ForeignKey(Staff, null=True, on_delete=models.SET_NULL, related_name="+")
    before = models.JSONField(default=dict)
    after = models.JSONField(default=dict)
    clocks = models.JSONField(default=dict)
    undone_at = models.DateTimeField(null=True, blank=True)
    undone_by = models.ForeignKey(Staff, null=True, on_delete=models.SET_NULL, related_name="+")
    undo_reason = models.TextField(blank=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["case"], name="merged_once_at_a_time", condition=models.Q(undone_at=None)
            )
        ]

    def __str__(self) -> str:
        return f"{self.case_id} → {self.into_id}"


class Follower(models.Model):
    """Somebody who wants to hear how another person's case goes, and sees nothing else of it.

    Who signed up on a public page hears of it only after saying yes from their own mailbox.
    """

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="followers")
    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="follows")
    language = models.CharField(max_length=5, choices=settings.LANGUAGES, default="en")
    staff = models.ForeignKey(
        Staff, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    at = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["at", "id"]
        constraints = [
            models.UniqueConstraint(fields=["case", "customer"], name="follows_a_case_once")
        ]

    def __str__(self) -> str:
        return f"{self.customer} → {self.case_id}"

    def path(self) -> str:
        """The secret address where this person reads, says yes, or stops."""
        secret = link_secret("follower", self.pk)
        with translation.override(self.language):
            return reverse("nearby:following", args=[self.pk, secret])


class Update(models.Model):
    """Words for everybody who reported or follows a problem. Nothing private stands in them."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="updates")
    words = WordsField(blank=False)
    staff = models.ForeignKey(Staff, null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["-at", "-id"]

    def __str__(self) -> str:
        return f"{self.case_id}: {self.at}"


class Part(models.Model):
    """A case that does a part of another's work. It has no customer of its own."""

    case = models.OneToOneField(Case, on_delete=models.CASCADE, related_name="part")
    alone_since = models.DateTimeField(
        null=True, blank=True, help_text=_("From then on the whole may finish without it.")
    )

    def __str__(self) -> str:
        return str(self.case_id)


class Organisation(models.Model):
    """Somebody outside the city's own staff who does some of the work."""

    class Kind(models.TextChoices):
        UTILITY = "utility", _("utility")
        COUNTY = "county", _("county or another government")
        CONTRACTOR = "contractor", _("contractor")
        OTHER = "other", _("other")

    name = models.CharField(max_length=120, unique=True)
    kind = models.CharField(max_length=10, choices=Kind.choices, default=Kind.UTILITY)
    email = models.EmailField()
    phone = models.CharField(max_length=40, blank=True)
    language = models.CharField(max_length=5, choices=settings.LANGUAGES, default="en")
    is_active = models.BooleanField(default=True)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class Errand(models.Model):
    """What an outside handler was asked to do about a case, behind a secret link that ends."""

    class State(models.TextChoices):
        SENT = "sent", _("sent")
        ACCEPTED = "accepted", _("accepted")
        DONE = "done", _("says it is done")
        REFUSED = "refused", _("says it is not theirs")
        WITHDRAWN = "withdrawn", _("withdrawn by us")

    reference = models.CharField(max_length=20, unique=True, default=new_reference)
    link_version = models.PositiveSmallIntegerField(default=1)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="errands")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="errands")
    words = models.TextField()
    shows_words = models.BooleanField(default=False)
    shows_customer = models.BooleanField(default=False)
    state = models.CharField(max_length=10, choices=State.choices, default=State.SENT)
    staff = models.ForeignKey(Staff, null=True, on_delete=models.SET_NULL, related_name="+")
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    last_words = models.TextField(blank=True)
    last_at = models.DateTimeField(null=True, blank=True)
    times_written = models.PositiveSmallIntegerField(default=0)
    unread_since = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-id"]
        indexes = [
            models.Index(
                fields=["unread_since"],
                name="errand_unread",
                condition=models.Q(unread_since__isnull=False),
            )
        ]

    def __str__(self) -> str:
        return f"{self.reference} ({self.organisation})"

    @property
    def is_open(self) -> bool:
        """Whether the outside handler may still answer, time aside."""
        return self.state in (self.State.SENT, self.State.ACCEPTED)

    def path(self) -> str:
        """The secret address of the page for the outside handler."""
        secret = link_secret("errand", self.pk, self.link_version)
        with translation.override(self.organisation.language):
            return reverse("outside:errand", args=[self.reference, secret])
