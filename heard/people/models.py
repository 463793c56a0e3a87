"""Who Heard knows: departments and divisions, staff and their roles, customers."""

from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from heard.core.actors import Actor
from heard.core.words import WordsField, said
from heard.people.keys import LONGEST_WORD, email_key, name_words, phone_key


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


class CustomerQuerySet(models.QuerySet["Customer"]):
    """Customers, found again by whatever they were written with."""

    def bulk_create(self, objs: Iterable["Customer"], *args: Any, **rest: Any) -> list["Customer"]:
        """Write many at once, with the keys and words that lookups use."""
        given = list(objs)
        for customer in given:
            customer.set_keys()
        made = super().bulk_create(given, *args, **rest)
        NameWord.objects.bulk_create(
            (NameWord(customer=one, word=word) for one in made for word in name_words(one.name)),
            batch_size=2000,
        )
        return made


class Customer(models.Model):
    """A resident or business who spoke to us and let us know who they are.

    ``email_key``, ``phone_key`` and the rows of ``NameWord`` follow from email, phone and name;
    they are what lookups compare. ``update()`` of a query set does not write them.
    """

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
    email_key = models.CharField(max_length=254, blank=True, db_index=True, editable=False)
    phone_key = models.CharField(max_length=60, blank=True, db_index=True, editable=False)
    joined_into = models.ForeignKey(
        "self",
        null=True,
        blank=True,
        editable=False,
        on_delete=models.PROTECT,
        related_name="joined",
        help_text=_("The same person, under whom everything is kept (people/identity.py)."),
    )

    objects = CustomerQuerySet.as_manager()

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return self.name or self.email or self.phone or gettext("A customer")

    def save(self, *args: Any, **rest: Any) -> None:
        """Save, with the keys and words by which this customer is found."""
        is_new, fields = self._state.adding, rest.get("update_fields")
        self.set_keys()
        if fields is not None:
            rest["update_fields"] = {*fields, "email_key", "phone_key"}
        super().save(*args, **rest)
        if is_new or fields is None or "name" in fields:
            self._keep_words(is_new)

    def set_keys(self) -> None:
        """Bring the keys in step with email and phone."""
        self.email_key, self.phone_key = email_key(self.email), phone_key(self.phone)

    def _keep_words(self, is_new: bool) -> None:
        words = set(name_words(self.name))
        old = set() if is_new else set(self.name_words.values_list("word", flat=True))
        if old - words:
            self.name_words.filter(word__in=old - words).delete()
        NameWord.objects.bulk_create(
            [NameWord(customer=self, word=word) for word in sorted(words - old)],
            ignore_conflicts=True,
        )

    def as_actor(self) -> Actor:
        """This person as the audit names them."""
        return Actor("customer", self.pk, str(self))


class NameWord(models.Model):
    """One word of a customer's name, in small letters without accents: what a search finds."""

    customer = models.ForeignKey(  # found by its unique pair, so an index of its own is not needed
        Customer, on_delete=models.CASCADE, related_name="name_words", db_index=False
    )
    word = models.CharField(max_length=LONGEST_WORD, db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["customer", "word"], name="name_word_once")]
        # In the order of a lookup: of thirty thousand Samuels only the first are read.
        indexes = [models.Index(fields=["word", "customer"], name="name_word_found")]

    def __str__(self) -> str:
        return self.word


from heard.people.identity_models import Sameness  # noqa: E402

__all__ = [
    "Customer",
    "CustomerQuerySet",
    "Department",
    "Division",
    "NameWord",
    "Role",
    "Sameness",
    "Staff",
    "StaffManager",
]
