"""Cases: what was asked, how it was understood, what was said and done, and when."""

from datetime import datetime

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from heard.cases.states import OPEN, State
from heard.catalogue.models import Service
from heard.core.references import link_secret, new_reference
from heard.people.models import Customer, Division, Staff
from heard.places.models import District

CURRENT = models.Q(desk_current=True)
CURRENT_ORDERS = {
    "due": ["desk_due"],
    "division_due": ["division", "desk_due"],
    "assignee_due": ["assignee", "desk_due"],
    "state_due": ["state", "desk_due"],
    "received": ["received_at"],
    "waits": ["customer_waits_since"],
    "changed": ["changed_at"],
}
# What the queues ask of cases besides: carried in these two, so that counting them reads no case.
CARRIED = {name: ["state", "assignee", "customer_waits_since"] for name in ("due", "division_due")}

WORDS_LIMIT = 10_000  # characters of one message or description


def earliest_promise() -> models.Case:
    """The earliest of the running promises; once finished, since when the customer waits again."""
    first, after, last = "first_response_due", "next_response_due", "due_at"

    def comes_before(this: str, that: str) -> models.Q:
        not_later = models.Q(**{f"{that}__isnull": True}) | models.Q(
            **{f"{this}__lte": models.F(that)}
        )
        return models.Q(**{f"{this}__isnull": False}) & not_later

    unanswered = models.Q(first_response_at__isnull=True)
    return models.Case(
        models.When(~models.Q(state__in=OPEN), then="customer_waits_since"),
        models.When(
            unanswered & comes_before(first, after) & comes_before(first, last), then=first
        ),
        models.When(comes_before(after, last), then=after),
        default=last,
    )


class Channel(models.TextChoices):
    WEB = "web", _("web")
    PHONE = "phone", _("phone")
    COUNTER = "counter", _("counter")
    EMAIL = "email", _("email")
    SMS = "sms", _("text message")
    APP = "app", _("app")
    SOCIAL = "social", _("social media")
    API = "api", _("another system")
    STAFF = "staff", _("noticed by staff")


class Outcome(models.TextChoices):
    DONE = "done", _("done")
    NOTHING_FOUND = "nothing_found", _("looked, and found nothing to do")
    ALREADY_KNOWN = "already_known", _("already known under another case")
    REFERRED = "referred", _("referred to somebody else")
    NOT_POSSIBLE = "not_possible", _("not possible")
    WITHDRAWN = "withdrawn", _("withdrawn by the customer")


class Case(models.Model):
    """One thing a customer asked for, from the first word to the last."""

    reference = models.CharField(max_length=20, unique=True, default=new_reference)
    link_version = models.PositiveSmallIntegerField(default=1)
    state = models.CharField(max_length=12, choices=State.choices, default=State.RECEIVED)
    version = models.PositiveIntegerField(
        default=1, help_text=_("Counts changes, so none is lost.")
    )

    service = models.ForeignKey(Service, on_delete=models.PROTECT, related_name="cases")
    division = models.ForeignKey(Division, on_delete=models.PROTECT, related_name="cases")
    district = models.ForeignKey(District, null=True, blank=True, on_delete=models.PROTECT)
    customer = models.ForeignKey(
        Customer, null=True, blank=True, on_delete=models.SET_NULL, related_name="cases"
    )
    language = models.CharField(max_length=5, choices=settings.LANGUAGES, default="en")
    channel = models.CharField(max_length=8, choices=Channel.choices, default=Channel.WEB)

    title = models.CharField(max_length=200, blank=True)
    words = models.TextField(blank=True)
    answers = models.JSONField(default=dict, blank=True)
    place = models.CharField(max_length=300, blank=True)
    lat = models.FloatField(null=True, blank=True)
    lon = models.FloatField(null=True, blank=True)

    assignee = models.ForeignKey(
        Staff, null=True, blank=True, on_delete=models.SET_NULL, related_name="cases"
    )
    contact = models.ForeignKey(
        Staff, null=True, blank=True, on_delete=models.SET_NULL, related_name="contact_of"
    )

    received_at = models.DateTimeField()
    first_response_at = models.DateTimeField(null=True, blank=True)
    resolved_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    customer_waits_since = models.DateTimeField(null=True, blank=True)
    changed_at = models.DateTimeField(db_index=True)

    # What its clocks say (clock_models.py), or a file it was imported from. Each runs alone.
    first_response_due = models.DateTimeField(null=True, blank=True)
    next_response_due = models.DateTimeField(null=True, blank=True)
    due_at = models.DateTimeField(null=True, blank=True)
    judged_due = models.DateTimeField(
        null=True,
        blank=True,
        help_text=_("What “on time” is judged by, where the date in force is another one."),
    )
    promise_version = models.PositiveIntegerField(null=True, blank=True)
    warned_at = models.DateTimeField(null=True, blank=True)
    times_moved = models.PositiveSmallIntegerField(default=0)
    moved_for = models.CharField(max_length=10, blank=True)

    # Told twice: this case lives on in another. Part of: done for another case's customer.
    merged_into = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="merged_cases"
    )
    parent = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="children"
    )

    outcome = models.CharField(max_length=14, choices=Outcome.choices, blank=True)
    outcome_words = models.TextField(blank=True)
    times_reopened = models.PositiveSmallIntegerField(default=0)

    zone = models.CharField(
        max_length=64, blank=True, help_text=_("Time zone of the place, where not the city's.")
    )
    source = models.CharField(max_length=40, blank=True, help_text=_("Where it was imported from."))
    external_id = models.CharField(max_length=120, blank=True)
    row_hash = models.CharField(max_length=32, blank=True)

    # Kept by the database itself, so that no writer can forget it (docs/adr/0036).
    desk_current = models.GeneratedField(
        expression=models.Case(
            models.When(state__in=OPEN, then=True),
            models.When(customer_waits_since__isnull=False, then=True),
            default=False,
        ),
        output_field=models.BooleanField(),
        db_persist=True,
        help_text=_("Work or an answer is owed: it stands in the list of open cases."),
    )
    desk_due = models.GeneratedField(
        expression=earliest_promise(),
        output_field=models.DateTimeField(null=True),
        db_persist=True,
        null=True,
        help_text=_("The promise that runs out next; once finished, since when they wait."),
    )

    class Meta:
        ordering = ["-received_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["source", "external_id"],
                name="case_imported_once",
                condition=~models.Q(external_id=""),
            )
        ]
        indexes = [
            models.Index(fields=["state", "-received_at"]),
            models.Index(fields=["division", "state", "-received_at"]),
            models.Index(fields=["assignee", "state", "-received_at"]),
            models.Index(fields=["-received_at", "-id"]),
            models.Index(
                fields=["due_at"], name="case_open_due", condition=models.Q(state__in=OPEN)
            ),
            # What the desk lists: the few cases that are current, in each order; then all of a
            # division, colleague, service or customer, newest first.
            *(
                models.Index(
                    fields=[*fields, "id", *CARRIED.get(name, [])],
                    name=f"desk_{name}",
                    condition=CURRENT,
                )
                for name, fields in CURRENT_ORDERS.items()
            ),
            *(
                models.Index(fields=[whose, "-received_at", "-id"], name=f"desk_by_{whose}")
                for whose in ("division", "assignee", "service", "customer")
            ),
        ]

    def __str__(self) -> str:
        return self.reference

    def get_absolute_url(self) -> str:
        """The case at the desk."""
        return reverse("desk:case", args=[self.reference])

    @property
    def is_open(self) -> bool:
        """Whether work is still owed."""
        return self.state in OPEN

    @property
    def finished_at(self) -> datetime | None:
        """When the work was done: resolved, or closed where nobody said resolved before."""
        return self.resolved_at or self.closed_at

    def tracking_path(self) -> str:
        """The secret address where its customer follows the case."""
        secret = link_secret("case", self.pk, self.link_version)
        return reverse("web:case", args=[self.reference, secret])


class Message(models.Model):
    """Something said in a case: by the customer, to the customer, or among staff."""

    class Direction(models.TextChoices):
        IN = "in", _("from the customer")
        OUT = "out", _("to the customer")
        NOTE = "note", _("note among staff")

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="messages")
    direction = models.CharField(max_length=4, choices=Direction.choices)
    channel = models.CharField(max_length=8, choices=Channel.choices, default=Channel.WEB)
    staff = models.ForeignKey(Staff, null=True, blank=True, on_delete=models.SET_NULL)
    words = models.TextField()
    at = models.DateTimeField()

    class Meta:
        ordering = ["at", "id"]

    def __str__(self) -> str:
        return f"{self.case}: {self.direction}"


class Understanding(models.Model):
    """One plain sentence: what staff understood; and whether the customer says that is right."""

    class Answer(models.TextChoices):
        NONE = "", _("not answered")
        CONFIRMED = "confirmed", _("confirmed")
        CORRECTED = "corrected", _("corrected")

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="understandings")
    words = models.CharField(max_length=300)
    staff = models.ForeignKey(Staff, null=True, blank=True, on_delete=models.SET_NULL)
    at = models.DateTimeField()
    answer = models.CharField(max_length=10, choices=Answer.choices, blank=True, default="")
    answered_at = models.DateTimeField(null=True, blank=True)
    correction = models.TextField(blank=True)

    class Meta:
        ordering = ["at", "id"]

    def __str__(self) -> str:
        return self.words


class StateChange(models.Model):
    """One change of a case's state, who made it, and the reason the customer reads."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="state_changes")
    old = models.CharField(max_length=12, choices=State.choices, blank=True)
    new = models.CharField(max_length=12, choices=State.choices)
    by = models.CharField(max_length=10)
    staff = models.ForeignKey(Staff, null=True, blank=True, on_delete=models.SET_NULL)
    reason = models.TextField(blank=True)
    at = models.DateTimeField()

    class Meta:
        ordering = ["at", "id"]

    def __str__(self) -> str:
        return f"{self.old} → {self.new}"


class ReopenRequest(models.Model):
    """A customer says it is not solved; staff decide, with a reason."""

    class Decision(models.TextChoices):
        OPEN = "", _("not decided")
        REOPENED = "reopened", _("reopened")
        REFUSED = "refused", _("not reopened")

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="reopen_requests")
    reason = models.TextField()
    at = models.DateTimeField()
    decision = models.CharField(max_length=8, choices=Decision.choices, blank=True, default="")
    decided_by = models.ForeignKey(Staff, null=True, blank=True, on_delete=models.SET_NULL)
    decided_at = models.DateTimeField(null=True, blank=True)
    answer = models.TextField(blank=True)

    class Meta:
        ordering = ["at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["case"], name="one_open_reopen_request", condition=models.Q(decision="")
            )
        ]

    def __str__(self) -> str:
        return f"{self.case}: {self.decision or 'asked'}"


from heard.cases.clock_models import (  # noqa: E402
    Clock,
    DateNote,
    DueChange,
    Pause,
    Recalculation,
    Warned,
)

__all__ = [
    "WORDS_LIMIT",
    "Case",
    "Channel",
    "Clock",
    "DateNote",
    "DueChange",
    "Message",
    "Outcome",
    "Pause",
    "Recalculation",
    "ReopenRequest",
    "StateChange",
    "Understanding",
    "Warned",
]  # fmt: skip
