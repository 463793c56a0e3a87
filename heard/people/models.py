"""Who Heard knows: departments and divisions, staff and their roles, customers."""

from typing import Any

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from heard.core.actors import Actor
from heard.core.words import WordsField, said


class Department(models.Model):
    """A part of the city's organisation that holds divisions."""

    code = models.CharField(max_length=80, unique=True)
    name = WordsField(blank=False)

    class Meta:
        ordering = ["code"]

    def __str__(self) -> str:
        return said(self.name) or self.code


class Division(models.Model):
    """The part of a department that does the work and answers for it."""

    department = models.ForeignKey(Department, on_delete=models.PROTECT, related_name="divisions")
    code = models.CharField(max_length=120, unique=True)
    name = WordsField(blank=False)
    enforces = models.BooleanField(default=False, help_text=_("It enforces rules of the city."))

    class Meta:
        ordering = ["code"]

    def __str__(self) -> str:
        return said(self.name) or self.code


class Role(models.TextChoices):
    """What a member of staff is here for. What each may do is in ``people.roles``."""

    AGENT = "agent", _("Agent")
    FIELD_WORKER = "field_worker", _("Field worker")
    MANAGER = "manager", _("Division manager")
    CX_LEAD = "cx_lead", _("Customer-experience lead")
    ADMINISTRATOR = "administrator", _("Administrator")


class StaffManager(BaseUserManager["Staff"]):
    """Makes staff, from the console too."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "Staff":
        """A member of staff who signs in with this address."""
        person = self.model(email=self.normalize_email(email).lower(), **fields)
        person.set_password(password)
        person.save(using=self._db)
        return person

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "Staff":
        """An administrator (``heard createsuperuser``)."""
        fields.setdefault("role", Role.ADMINISTRATOR)
        return self.create_user(email, password, **fields)


class Staff(AbstractBaseUser):
    """A member of staff: signs in, belongs to a division, acts in a role."""

    email = models.EmailField(unique=True)
    name = models.CharField(max_length=120)
    role = models.CharField(max_length=20, choices=Role.choices, default=Role.AGENT)
    division = models.ForeignKey(
        Division, null=True, blank=True, on_delete=models.PROTECT, related_name="staff"
    )
    title = WordsField()
    phone = models.CharField(max_length=40, blank=True)
    language = models.CharField(max_length=5, choices=settings.LANGUAGES, default="en")
    is_active = models.BooleanField(default=True)
    joined_at = models.DateTimeField(auto_now_add=True)

    objects = StaffManager()
    USERNAME_FIELD = "email"
    REQUIRED_FIELDS = ["name"]

    class Meta:
        ordering = ["name"]
        verbose_name_plural = "staff"

    def __str__(self) -> str:
        return self.name

    @property
    def is_staff(self) -> bool:
        """Whether the administration pages open for this person."""
        return self.role == Role.ADMINISTRATOR

    @property
    def is_superuser(self) -> bool:
        """Administrators may change everything there; nobody else may change anything."""
        return self.is_active and self.role == Role.ADMINISTRATOR

    def has_perm(self, perm: str, obj: object | None = None) -> bool:
        """The administration pages ask this."""
        return self.is_superuser

    def has_perms(self, perms: list[str], obj: object | None = None) -> bool:
        """The administration pages ask this."""
        return self.is_superuser

    def has_module_perms(self, app_label: str) -> bool:
        """The administration pages ask this."""
        return self.is_superuser

    def as_actor(self) -> Actor:
        """This person as the audit names them."""
        return Actor("staff", self.pk, self.name, self.role)


class Customer(models.Model):
    """A resident or business who spoke to us and let us know who they are."""

    class Channel(models.TextChoices):
        EMAIL = "email", _("email")
        SMS = "sms", _("text message")
        PHONE = "phone", _("phone")
        LETTER = "letter", _("letter")
        NONE = "none", _("do not contact me")

    name = models.CharField(max_length=120, blank=True)
    email = models.EmailField(blank=True, db_index=True)
    phone = models.CharField(max_length=40, blank=True, db_index=True)
    language = models.CharField(max_length=5, choices=settings.LANGUAGES, default="en")
    preferred_channel = models.CharField(
        max_length=8, choices=Channel.choices, default=Channel.EMAIL
    )
    asked_not_to_be_surveyed = models.BooleanField(default=False)
    created_at = models.DateTimeField()

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return self.name or self.email or self.phone or gettext("A customer")

    def as_actor(self) -> Actor:
        """This person as the audit names them."""
        return Actor("customer", self.pk, str(self))
