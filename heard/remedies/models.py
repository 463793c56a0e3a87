"""Remedies: what may be done for a customer on the spot, who may, and each time it was done."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from heard.cases.models import Case
from heard.core.references import new_reference
from heard.core.words import WordsField, said
from heard.people.models import Division, Role, Staff


class Kind(models.Model):
    """A way to make it right: waive a fee, expedite, refund, send a truck, a voucher."""

    code = models.SlugField(max_length=40, unique=True)
    name = WordsField(blank=False)
    hint = WordsField(help_text=_("When it fits, and what to do besides noting it here."))
    has_amount = models.BooleanField(default=False, help_text=_("It is worth an amount of money."))
    is_active = models.BooleanField(default=True)
    order = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["order", "id"]

    def __str__(self) -> str:
        return said(self.name) or self.code


class TableVersion(models.Model):
    """The whole authority table as it was from a moment on; never altered."""

    number = models.PositiveIntegerField(unique=True)
    rows = models.JSONField(default=list)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(Staff, null=True, on_delete=models.SET_NULL, related_name="+")
    reason = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["-number"]

    def __str__(self) -> str:
        return f"v{self.number}"


class Authority(models.Model):
    """What a role, or one person, may do of a kind. A person's own row stands for their role's.

    Limits left empty do not bind, except that a kind worth money always has one per case.
    Amounts are in cents. Per case: by whoever gave it. Per day: by one person's authority.
    """

    kind = models.ForeignKey(Kind, on_delete=models.CASCADE, related_name="authorities")
    role = models.CharField(max_length=20, choices=Role.choices, blank=True)
    staff = models.ForeignKey(
        Staff, null=True, blank=True, on_delete=models.CASCADE, related_name="authorities"
    )
    case_cents = models.PositiveIntegerField(null=True, blank=True)
    case_times = models.PositiveSmallIntegerField(null=True, blank=True)
    day_cents = models.PositiveIntegerField(null=True, blank=True)
    day_times = models.PositiveSmallIntegerField(null=True, blank=True)

    class Meta:
        ordering = ["kind__order", "kind_id", "role", "staff_id"]
        verbose_name_plural = "authorities"
        constraints = [
            models.CheckConstraint(
                condition=Q(role="", staff__isnull=False) | (~Q(role="") & Q(staff=None)),
                name="authority_of_role_or_person",
            ),
            models.UniqueConstraint(
                fields=["kind", "role"], name="authority_role_once", condition=~Q(role="")
            ),
            models.UniqueConstraint(
                fields=["kind", "staff"],
                name="authority_person_once",
                condition=Q(staff__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind}: {self.staff or self.get_role_display()}"


class Wish(models.Model):
    """A colleague asks for a remedy above their own authority; somebody with enough decides."""

    class Decision(models.TextChoices):
        OPEN = "", _("not decided")
        ALLOWED = "allowed", _("allowed")
        DECLINED = "declined", _("declined")

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="remedy_wishes")
    kind = models.ForeignKey(Kind, on_delete=models.PROTECT, related_name="+")
    cents = models.PositiveIntegerField(default=0)
    reason = models.TextField()
    asked_by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    decision = models.CharField(max_length=8, choices=Decision.choices, blank=True, default="")
    decided_by = models.ForeignKey(
        Staff, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    decided_at = models.DateTimeField(null=True, blank=True)
    answer = models.TextField(blank=True)

    class Meta:
        ordering = ["-id"]
        verbose_name_plural = "wishes"
        indexes = [models.Index(fields=["id"], name="wish_open", condition=Q(decision=""))]

    def __str__(self) -> str:
        return f"{self.case}: {self.kind}"


class Remedy(models.Model):
    """One use of an authority in a case. Never altered.

    ``by_authority_of`` is whose limits were used: the giver's own, or of who allowed it. The
    division is that of the case at the time; ``given_on`` the day in the city's zone.
    """

    reference = models.CharField(max_length=20, unique=True, default=new_reference)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="remedies")
    kind = models.ForeignKey(Kind, on_delete=models.PROTECT, related_name="remedies")
    division = models.ForeignKey(Division, on_delete=models.PROTECT, related_name="+")
    cents = models.PositiveIntegerField(default=0)
    reason = models.TextField()
    staff = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="remedies")
    by_authority_of = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    wish = models.OneToOneField(
        Wish, null=True, blank=True, on_delete=models.PROTECT, related_name="remedy"
    )
    table_version = models.PositiveIntegerField(default=0)
    given_at = models.DateTimeField(db_index=True)
    given_on = models.DateField()

    class Meta:
        ordering = ["-given_at", "-id"]
        verbose_name_plural = "remedies"
        indexes = [
            models.Index(fields=["case", "kind"]),
            models.Index(fields=["by_authority_of", "kind", "given_on"]),
        ]

    def __str__(self) -> str:
        return f"{self.case}: {self.kind}"
