"""Mails that came in: each kept once, with what became of it."""

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from heard.cases.models import Case
from heard.people.models import Customer, Staff


class Mailbox(models.Model):
    """How far a mailbox has been read, and how the last look went."""

    name = models.CharField(max_length=250, unique=True, help_text=_("user@host/folder"))
    uid_validity = models.BigIntegerField(default=0)
    last_uid = models.BigIntegerField(default=0)
    looked_at = models.DateTimeField(null=True)
    idles = models.BooleanField(default=False, help_text=_("The server tells us at once."))
    fault = models.CharField(max_length=500, blank=True)

    class Meta:
        verbose_name_plural = "mailboxes"

    def __str__(self) -> str:
        return self.name


class Outcome(models.TextChoices):
    """What became of a mail."""

    ADDED = "added", _("added to a case")
    OPENED = "opened", _("opened a case")
    WAITS = "waits", _("waits for a person")
    AUTOMATIC = "automatic", _("an automatic answer")
    LIST = "list", _("from a mailing list")
    CALENDAR = "calendar", _("an invitation or its answer")
    BOUNCE = "bounce", _("our message came back")
    OWN = "own", _("our own message came round")
    NO_ANSWER = "no_answer", _("needs no answer")
    SPAM = "spam", _("unwanted")


class Why(models.TextChoices):
    """Why a mail waits for a person."""

    STRANGER = "stranger", _("It names a case, but comes from somebody else’s address.")
    SIGNATURE = "signature", _("It was sent to an address of a case that we did not give out.")
    FORGED = "forged", _("The mail server says that the sender may be forged.")
    ENCRYPTED = "encrypted", _("It is encrypted, so we cannot read it.")
    EMPTY = "empty", _("It has no words.")
    MANY = "many", _("This sender wrote many times within an hour.")
    NOBODY = "nobody", _("It does not say who sent it.")
    JUNK = "junk", _("The mail server takes it for unwanted mail.")
    NO_SERVICE = "no_service", _("Somebody should choose the service it is about.")
    BROKEN = "broken", _("It is damaged, so we could read only a part.")


class InMail(models.Model):
    """One mail. ``source`` is its head and words as they came, without its files, bounded.

    ``twin`` is the same for two copies of one mail, however they reached the mailbox.
    """

    twin = models.CharField(max_length=64, unique=True)
    mailbox = models.CharField(max_length=250, blank=True)
    message_id = models.CharField(max_length=250, blank=True, db_index=True)
    sender = models.CharField(max_length=254, blank=True)
    sender_name = models.CharField(max_length=120, blank=True)
    recipients = models.JSONField(default=list)
    subject = models.CharField(max_length=300, blank=True)
    text = models.TextField(blank=True)
    source = models.BinaryField(default=b"")
    size = models.BigIntegerField()
    sent_at = models.DateTimeField(null=True)
    at = models.DateTimeField()
    files = models.JSONField(default=list, help_text=_("name, kind, size, and why not taken"))
    defects = models.JSONField(default=list)

    outcome = models.CharField(max_length=10, choices=Outcome.choices)
    why = models.CharField(max_length=10, choices=Why.choices, blank=True)
    customer = models.ForeignKey(
        Customer, null=True, blank=True, on_delete=models.SET_NULL, related_name="mails"
    )
    case = models.ForeignKey(
        Case, null=True, blank=True, on_delete=models.SET_NULL, related_name="mails",
        help_text=_("The case it belongs to; while it waits, the one it names."),
    )  # fmt: skip
    decided_by = models.ForeignKey(Staff, null=True, blank=True, on_delete=models.SET_NULL)
    decided_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["outcome", "-id"], name="mail_outcome"),
            models.Index(fields=["sender", "-at"], name="mail_sender"),
        ]

    def __str__(self) -> str:
        return self.subject or self.sender or str(self.pk)

    def get_absolute_url(self) -> str:
        """The mail at the desk."""
        return reverse("mail:show", args=[self.pk])

    @property
    def waits(self) -> bool:
        """Whether a person has to decide."""
        return self.outcome == Outcome.WAITS
