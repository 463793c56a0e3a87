"""Routing rules and their trials; teams; the roster; the note at the end of a shift."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from heard.cases.models import Case
from heard.core.words import WordsField, said
from heard.people.models import Division, Staff


class Hours(models.TextChoices):
    """When a rule looks at the clock. Open and closed are those of the case's division."""

    ANY = "any", _("at any time")
    OPEN = "open", _("while the division is open")
    CLOSED = "closed", _("after hours of the division")
    BETWEEN = "between", _("between two times of the day")


class Give(models.TextChoices):
    """To whom a rule gives the case."""

    NOBODY = "nobody", _("nobody: it waits in the division's list")
    PERSON = "person", _("one person")
    LOAD = "load", _("whoever of a team has the least to do")
    TURN = "turn", _("the people of a team by turn")
    ON_CALL = "on_call", _("whoever is on call")


class Team(models.Model):
    """People who share cases. One person may be of several teams."""

    name = WordsField(blank=False)
    division = models.ForeignKey(Division, on_delete=models.PROTECT, related_name="teams")
    members = models.ManyToManyField(Staff, related_name="teams", blank=True)

    class Meta:
        ordering = ["division", "id"]

    def __str__(self) -> str:
        return said(self.name)


class Rule(models.Model):
    """A routing rule: its place among the others, and which of its versions acts, if any."""

    order = models.PositiveIntegerField(default=0)
    live = models.ForeignKey(
        "RuleVersion", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    retired_at = models.DateTimeField(null=True, blank=True)
    fault = models.CharField(max_length=300, blank=True)
    fault_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["order", "id"]

    def __str__(self) -> str:
        return f"rule {self.pk}"


class RuleVersion(models.Model):
    """What a rule says, never altered: a change is a new version. Empty conditions always hold."""

    rule = models.ForeignKey(Rule, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    name = models.CharField(max_length=120)
    services = models.JSONField(default=list, blank=True)
    districts = models.JSONField(default=list, blank=True)
    channels = models.JSONField(default=list, blank=True)
    languages = models.JSONField(default=list, blank=True)
    words = models.JSONField(default=list, blank=True)
    all_words = models.BooleanField(default=False)
    weekdays = models.JSONField(default=list, blank=True)
    hours = models.CharField(max_length=8, choices=Hours.choices, default=Hours.ANY)
    starts = models.TimeField(null=True, blank=True)
    ends = models.TimeField(null=True, blank=True)
    division = models.ForeignKey(
        Division, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    give = models.CharField(max_length=8, choices=Give.choices, default=Give.NOBODY)
    person = models.ForeignKey(
        Staff, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    team = models.ForeignKey(
        Team, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    goes_on = models.BooleanField(default=False)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(
        Staff, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        ordering = ["rule", "-number"]
        constraints = [models.UniqueConstraint(fields=["rule", "number"], name="rule_version_once")]

    def __str__(self) -> str:
        return f"{self.name} v{self.number}"


class Routed(models.Model):
    """What the rules did with a case, once: which versions, to whom, and why."""

    case = models.OneToOneField(Case, on_delete=models.CASCADE, related_name="routed")
    versions = models.JSONField(default=list)
    reason = models.TextField(blank=True)
    division = models.ForeignKey(Division, null=True, on_delete=models.SET_NULL, related_name="+")
    person = models.ForeignKey(Staff, null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["-id"]
        indexes = [models.Index(fields=["person", "-at"])]

    def __str__(self) -> str:
        return f"{self.case_id}: {self.reason}"


class Trial(models.Model):
    """Rules tried on the cases of a past time, without acting; worked through in stretches."""

    versions = models.JSONField(help_text=_("Ids of rule versions, in their order."))
    about = models.ForeignKey(Rule, null=True, on_delete=models.SET_NULL, related_name="trials")
    since = models.DateTimeField()
    until = models.DateTimeField()
    total = models.PositiveIntegerField(default=0)
    done = models.PositiveIntegerField(default=0)
    after_at = models.DateTimeField(null=True)
    after_id = models.BigIntegerField(default=0)
    tally = models.JSONField(default=dict)
    asked_at = models.DateTimeField()
    asked_by = models.ForeignKey(Staff, null=True, on_delete=models.SET_NULL, related_name="+")
    worked = models.FloatField(default=0.0, help_text=_("Seconds of work so far."))
    finished_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["id"], name="trial_open", condition=models.Q(finished_at=None))
        ]

    def __str__(self) -> str:
        return f"trial {self.pk}"


class Duty(models.TextChoices):
    """The two ways of being there."""

    SHIFT = "shift", _("on shift")
    ON_CALL = "on_call", _("on call")


class Shift(models.Model):
    """One person's part of a division's week; without a division it is the whole city's.

    Times are those of the city's wall clock. Ending at or before it starts means the next day.
    """

    division = models.ForeignKey(
        Division, null=True, blank=True, on_delete=models.CASCADE, related_name="shifts"
    )
    staff = models.ForeignKey(Staff, on_delete=models.CASCADE, related_name="shifts")
    duty = models.CharField(max_length=8, choices=Duty.choices)
    weekdays = models.JSONField(default=list)
    starts = models.TimeField()
    ends = models.TimeField()
    first = models.DateField()
    last = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.staff} {self.duty}"


class Cover(models.Model):
    """An exception: somebody is there besides the usual week, or instead of a colleague."""

    division = models.ForeignKey(
        Division, null=True, blank=True, on_delete=models.CASCADE, related_name="covers"
    )
    duty = models.CharField(max_length=8, choices=Duty.choices)
    staff = models.ForeignKey(Staff, on_delete=models.CASCADE, related_name="covers")
    instead_of = models.ForeignKey(
        Staff, null=True, blank=True, on_delete=models.CASCADE, related_name="covered"
    )
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()

    class Meta:
        ordering = ["starts_at", "id"]
        indexes = [models.Index(fields=["ends_at"])]

    def __str__(self) -> str:
        return f"{self.staff} {self.duty}"


class Absence(models.Model):
    """A time somebody is away: nothing is given to them, and they are not on."""

    staff = models.ForeignKey(Staff, on_delete=models.CASCADE, related_name="absences")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()

    class Meta:
        ordering = ["starts_at", "id"]
        indexes = [models.Index(fields=["ends_at"])]

    def __str__(self) -> str:
        return f"{self.staff}"


class Feed(models.Model):
    """The version of a person's secret calendar address; raising it makes the old one worthless."""

    staff = models.OneToOneField(Staff, on_delete=models.CASCADE, related_name="feed")
    version = models.PositiveSmallIntegerField(default=1)

    def __str__(self) -> str:
        return f"{self.staff}"


class HandOver(models.Model):
    """What one shift tells the next: figures as they were, and words."""

    division = models.ForeignKey(Division, on_delete=models.PROTECT, related_name="hand_overs")
    author = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="hand_overs")
    since = models.DateTimeField()
    until = models.DateTimeField()
    figures = models.JSONField(default=dict)
    words = models.TextField(blank=True)

    class Meta:
        ordering = ["-until", "-id"]
        indexes = [models.Index(fields=["division", "-until"])]

    def __str__(self) -> str:
        return f"{self.division} {self.until:%Y-%m-%d %H:%M}"


class HandOverRead(models.Model):
    """Who read a hand-over note, and when."""

    note = models.ForeignKey(HandOver, on_delete=models.CASCADE, related_name="readers")
    staff = models.ForeignKey(Staff, on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["at", "id"]
        constraints = [models.UniqueConstraint(fields=["note", "staff"], name="note_read_once")]

    def __str__(self) -> str:
        return f"{self.staff}"
