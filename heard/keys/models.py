"""Keys, what was asked with them lately, and answers kept for clients that ask twice."""

from datetime import datetime

from django.db import models
from django.utils.translation import gettext_lazy as _

from heard.core import clock
from heard.people.models import Division, Staff


class Scope(models.TextChoices):
    """What a key may do. None of them includes another."""

    OPEN311 = "open311:create", _("send requests by Open311")
    READ_CASES = "cases:read", _("read cases and their conversations")
    READ_CUSTOMERS = "customers:read", _("see who the customer of a case is")
    CREATE_CASES = "cases:create", _("create cases")
    WORK_CASES = "cases:work", _("write in cases and change their state, as a member of staff")
    READ_CITY = "city:read", _("read services, offices and hours")
    READ_MEASURES = "measures:read", _("read measures and survey results")


class ApiKey(models.Model):
    """A key of another system. Only a digest of it is kept; ``prefix`` tells people which it is."""

    name = models.CharField(max_length=80)
    prefix = models.CharField(max_length=12, unique=True)
    digest = models.CharField(max_length=64)
    scopes = models.JSONField(default=list)
    division = models.ForeignKey(
        Division,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        help_text=_("Only the cases of this division. Empty: of all."),
    )
    acts_as = models.ForeignKey(
        Staff, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    per_minute = models.PositiveIntegerField(default=120)
    made_by = models.CharField(max_length=120)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)
    last_used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.name} ({self.prefix}…)"

    def holds_at(self, moment: datetime) -> bool:
        """Whether it opens anything: not revoked, not run out, its member of staff still here."""
        ran_out = self.expires_at is not None and self.expires_at <= moment
        gone = self.acts_as is not None and not self.acts_as.is_active
        return self.revoked_at is None and not ran_out and not gone

    @property
    def state(self) -> str:
        """``good``, ``revoked``, ``expired``, or ``left``: whom it acts as works here no more."""
        if self.revoked_at is not None:
            return "revoked"
        if self.expires_at is not None and self.expires_at <= clock.now():
            return "expired"
        return "good" if self.holds_at(clock.now()) else "left"

    @property
    def scope_words(self) -> list[str]:
        """What it may do, in words."""
        known = dict(Scope.choices)
        return [str(known.get(scope, scope)) for scope in self.scopes]


class Minute(models.Model):
    """How often one key asked in one minute."""

    key = models.ForeignKey(ApiKey, on_delete=models.CASCADE, related_name="minutes")
    starts_at = models.DateTimeField(db_index=True)
    times = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["-id"]
        constraints = [models.UniqueConstraint(fields=["key", "starts_at"], name="minute_once")]

    def __str__(self) -> str:
        return f"{self.key_id} {self.starts_at:%H:%M}: {self.times}"


class Answer(models.Model):
    """What we answered to a request that named itself (``Idempotency-Key``), for its repetition."""

    key = models.ForeignKey(ApiKey, on_delete=models.CASCADE, related_name="answers")
    name = models.CharField(max_length=200)
    digest = models.CharField(max_length=64, help_text=_("Of method, address and body."))
    status = models.PositiveSmallIntegerField(default=0)
    body = models.JSONField(null=True)
    at = models.DateTimeField(db_index=True)

    class Meta:
        ordering = ["-id"]
        constraints = [models.UniqueConstraint(fields=["key", "name"], name="answer_once")]

    def __str__(self) -> str:
        return self.name


class Rejection(models.Model):
    """How many requests a door turned away on a day, for one reason."""

    door = models.CharField(max_length=20)
    reason = models.CharField(max_length=40)
    day = models.DateField()
    times = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["-day", "door", "reason"]
        constraints = [
            models.UniqueConstraint(fields=["door", "reason", "day"], name="rejection_once")
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.door} {self.reason}: {self.times}"
