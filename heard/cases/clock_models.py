"""The clocks of a case: what was promised, when the clock stood, what moved, who was warned."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from heard.catalogue.models import Promise
from heard.core.models import Event
from heard.people.models import Division, Staff


class Clock(models.Model):
    """One promise running for one case. Frozen: the version, whose calendar, and the start.

    ``due_at`` is the date in force, which steers the work and which the customer knows.
    ``judged_at`` is what "on time" is judged by: the frozen promise, with its pauses, by the
    calendar as it is; a date we moved for reasons of our own does not change it. ``in_force`` is
    the later version a person chose to apply, ``moved_to`` a later date the customer was told.
    """

    case = models.ForeignKey("cases.Case", on_delete=models.CASCADE, related_name="clocks")
    kind = models.CharField(max_length=16, choices=Promise.Kind.choices)
    promise = models.ForeignKey(Promise, on_delete=models.PROTECT, related_name="+")
    in_force = models.ForeignKey(Promise, null=True, on_delete=models.PROTECT, related_name="+")
    division = models.ForeignKey(Division, on_delete=models.PROTECT, related_name="+")
    calendar_version = models.PositiveIntegerField(
        default=0, help_text=_("Of the division's calendar when it was last counted.")
    )
    started_at = models.DateTimeField()
    first_due_at = models.DateTimeField()
    judged_at = models.DateTimeField()
    due_at = models.DateTimeField()
    moved_to = models.DateTimeField(null=True)
    moved_on = models.DateTimeField(null=True)
    warn_at = models.DateTimeField()
    escalate_at = models.DateTimeField()
    warned = models.PositiveSmallIntegerField(
        default=0, help_text=_("0: nobody yet; 1: the named contact; 2: the manager too.")
    )
    stopped_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["started_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["case", "kind"],
                name="one_running_clock",
                condition=models.Q(stopped_at=None),
            )
        ]
        indexes = [
            models.Index(
                fields=["id"],
                name="clock_running",
                condition=models.Q(stopped_at=None),
            ),
            models.Index(
                fields=["warn_at"],
                name="clock_to_warn",
                condition=models.Q(stopped_at=None, warned=0),
            ),
            models.Index(
                fields=["escalate_at"],
                name="clock_to_escalate",
                condition=models.Q(stopped_at=None, warned__lt=2),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.case_id}: {self.kind}"


class Pause(models.Model):
    """A clock stood still; it still does where ``ended_at`` is None."""

    clock = models.ForeignKey(Clock, on_delete=models.CASCADE, related_name="pauses")
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["started_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["clock"], name="one_open_pause", condition=models.Q(ended_at=None)
            )
        ]

    def __str__(self) -> str:
        return f"{self.started_at:%Y-%m-%d %H:%M}"


class Recalculation(models.Model):
    """Clocks counted anew after a calendar or a promise changed: what would move, how far it is."""

    class Why(models.TextChoices):
        CALENDAR = "calendar", _("a calendar changed")
        PROMISE = "promise", _("a promise changed")
        SETTINGS = "settings", _("a setting of the city changed")
        BY_HAND = "by_hand", _("asked for by hand")

    class State(models.TextChoices):
        LOOKING = "looking", _("being previewed")
        ASKING = "asking", _("waits for a person")
        RUNNING = "running", _("running")
        STOPPED = "stopped", _("stopped")
        DONE = "done", _("done")
        DROPPED = "dropped", _("not wanted")

    why = models.CharField(max_length=10, choices=Why.choices)
    state = models.CharField(max_length=8, choices=State.choices, default=State.LOOKING)
    event = models.ForeignKey(Event, null=True, on_delete=models.PROTECT, related_name="+")
    divisions = models.JSONField(null=True, help_text=_("Keys of divisions; null for all."))
    promise = models.ForeignKey(Promise, null=True, on_delete=models.PROTECT, related_name="+")
    changes = models.JSONField(default=list, help_text=_("What changed, as event kinds and ids."))
    preview = models.JSONField(default=dict)
    previewed_at = models.DateTimeField(null=True)
    total = models.PositiveIntegerField(default=0)
    cursor = models.BigIntegerField(default=0, help_text=_("Last clock whose count is committed."))
    seen = models.PositiveIntegerField(default=0)
    moved = models.PositiveIntegerField(default=0)
    earlier = models.PositiveIntegerField(default=0)
    later = models.PositiveIntegerField(default=0)
    stuck = models.PositiveIntegerField(default=0)
    asked_by = models.ForeignKey(Staff, null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True)
    beat_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-id"]
        indexes = [models.Index(fields=["state"])]

    def __str__(self) -> str:
        return f"{self.get_why_display()}: {self.get_state_display()}"


class DueChange(models.Model):
    """One change of a due time after it was set: old, new, why, and by whom. Never altered."""

    class Why(models.TextChoices):
        WAITING = "waiting", _("we wait for the customer")
        ANSWERED = "answered", _("the customer answered")
        CALENDAR = "calendar", _("the calendar changed")
        PROMISE = "promise", _("the promise changed")
        LATE = "late", _("we told the customer a later date")
        JOINED = "joined", _("joined with another case")
        REOPENED = "reopened", _("reopened")

    case = models.ForeignKey("cases.Case", on_delete=models.CASCADE, related_name="due_changes")
    clock = models.ForeignKey(Clock, on_delete=models.CASCADE, related_name="changes")
    old_due = models.DateTimeField()
    new_due = models.DateTimeField()
    old_judged = models.DateTimeField()
    new_judged = models.DateTimeField()
    why = models.CharField(max_length=10, choices=Why.choices)
    words = models.TextField(blank=True)
    staff = models.ForeignKey(Staff, null=True, on_delete=models.SET_NULL, related_name="+")
    recalculation = models.ForeignKey(
        Recalculation, null=True, on_delete=models.PROTECT, related_name="rows"
    )
    at = models.DateTimeField()

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.old_due:%Y-%m-%d %H:%M} → {self.new_due:%Y-%m-%d %H:%M} ({self.why})"


class Warned(models.Model):
    """Somebody was warned before a promise broke; or nobody could be (``to`` is None)."""

    clock = models.ForeignKey(Clock, on_delete=models.CASCADE, related_name="warnings")
    level = models.PositiveSmallIntegerField(help_text=_("1: the named contact; 2: the manager."))
    to = models.ForeignKey(Staff, null=True, on_delete=models.SET_NULL, related_name="+")
    due_at = models.DateTimeField(help_text=_("The due time as it was then."))
    at = models.DateTimeField(db_index=True)
    told_at = models.DateTimeField(null=True, help_text=_("When the mail to them was written."))

    class Meta:
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["to"], name="warned_untold", condition=models.Q(told_at=None))
        ]

    def __str__(self) -> str:
        return f"{self.clock_id}: {self.level}"


class DateNote(models.Model):
    """A word to the customer that the date moves, drafted by the house, sent by a person."""

    class Why(models.TextChoices):
        WORKLOAD = "workload", _("more requests than usual")
        WEATHER = "weather", _("weather")
        PARTS = "parts", _("waiting for parts or material")
        OTHERS = "others", _("waiting for somebody else's work")
        CLOSURE = "closure", _("an office is closed")
        OTHER = "other", _("another reason")

    case = models.ForeignKey("cases.Case", on_delete=models.CASCADE, related_name="date_notes")
    why = models.CharField(max_length=10, choices=Why.choices)
    language = models.CharField(max_length=5, choices=settings.LANGUAGES)
    words = models.TextField()
    new_due = models.DateTimeField(null=True, help_text=_("Null: the date stays."))
    drafted_at = models.DateTimeField()
    about = models.CharField(max_length=60, blank=True, help_text=_("Such as closure:3."))
    settled_at = models.DateTimeField(null=True)
    settled_by = models.ForeignKey(Staff, null=True, on_delete=models.SET_NULL, related_name="+")
    sent = models.BooleanField(default=False)

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["case", "about"], name="noted_once", condition=~models.Q(about="")
            )
        ]

    def __str__(self) -> str:
        return f"{self.case_id}: {self.why}"
