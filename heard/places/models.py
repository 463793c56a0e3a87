"""Where the city is and when: districts, offices and their counters, calendars, closures."""

from django.db import models
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from heard.core.words import WordsField, said
from heard.people.models import Division
from heard.places.checks import as_fault, check_closure, check_hours, check_special_day

HOURS_HELP = _("As OpenStreetMap writes opening_hours, e.g. Mo-Fr 08:00-17:00; PH off")
HOLIDAYS_HELP = _("Whose public holidays: US, or a state as US-CO. Empty: the city's.")
ZONE_HELP = _("A time zone such as America/Denver. Empty: the city's.")


class District(models.Model):
    """A part of the city that its numbers can be told apart by, such as a council district."""

    code = models.CharField(max_length=80, unique=True)
    name = WordsField(blank=False)
    outline = models.JSONField(null=True, blank=True, help_text=_("GeoJSON geometry, WGS 84."))

    class Meta:
        ordering = ["code"]

    def __str__(self) -> str:
        return said(self.name) or self.code


class Office(models.Model):
    """A place where customers meet staff."""

    code = models.CharField(max_length=80, unique=True)
    name = WordsField(blank=False)
    address = models.CharField(max_length=200)
    phone = models.CharField(max_length=40, blank=True)
    hours = models.CharField(max_length=255, blank=True, help_text=HOURS_HELP)
    jurisdiction = models.CharField(max_length=12, blank=True, help_text=HOLIDAYS_HELP)
    zone = models.CharField(max_length=64, blank=True, help_text=ZONE_HELP)
    notes = WordsField()
    accessibility = WordsField(help_text=_("Steps, doors, restrooms, hearing loops, parking."))
    languages = models.JSONField(
        default=list, blank=True, help_text=_('Codes of languages spoken, e.g. ["en", "es"].')
    )
    lat = models.FloatField(null=True, blank=True)
    lon = models.FloatField(null=True, blank=True)

    class Meta:
        ordering = ["code"]

    def __str__(self) -> str:
        return said(self.name) or self.code

    def clean(self) -> None:
        """Refuse hours, holidays, zone, languages or a place on the map that cannot be."""
        with as_fault():
            check_hours(self)


class Counter(models.Model):
    """A window of an office where one kind of thing is done."""

    office = models.ForeignKey(Office, on_delete=models.CASCADE, related_name="counters")
    code = models.SlugField(max_length=60)
    name = WordsField(blank=False)
    order = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["order", "id"]
        constraints = [models.UniqueConstraint(fields=["office", "code"], name="counter_code_once")]

    def __str__(self) -> str:
        return said(self.name) or self.code


class BusinessCalendar(models.Model):
    """When a division works; the one without a division is the city's default."""

    division = models.OneToOneField(
        Division, null=True, blank=True, on_delete=models.CASCADE, related_name="calendar"
    )
    hours = models.CharField(max_length=255, help_text=HOURS_HELP)
    jurisdiction = models.CharField(max_length=12, blank=True, help_text=HOLIDAYS_HELP)
    zone = models.CharField(max_length=64, blank=True, help_text=ZONE_HELP)
    version = models.PositiveIntegerField(
        default=1, help_text=_("Counts changes of anything that moves a due time.")
    )

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(Coalesce("division", 0), name="one_default_calendar")
        ]

    def __str__(self) -> str:
        return str(self.division) if self.division_id else str(_("The city's calendar"))

    def clean(self) -> None:
        """Refuse hours, holidays or a zone that cannot be, and a calendar that never opens."""
        with as_fault():
            check_hours(self)


class Closure(models.Model):
    """A time announced as closed: of an office or one counter of it, a calendar, or the city."""

    office = models.ForeignKey(
        Office, null=True, blank=True, on_delete=models.CASCADE, related_name="closures"
    )
    calendar = models.ForeignKey(
        BusinessCalendar, null=True, blank=True, on_delete=models.CASCADE, related_name="closures"
    )
    counter = models.ForeignKey(
        Counter, null=True, blank=True, on_delete=models.CASCADE, related_name="closures"
    )
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    reason = WordsField(blank=False)
    announced_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["starts_at", "id"]
        indexes = [models.Index(fields=["ends_at"])]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(ends_at__gt=models.F("starts_at")), name="closure_has_length"
            ),
            models.CheckConstraint(
                condition=models.Q(office=None) | models.Q(calendar=None), name="closure_of_one"
            ),
            models.CheckConstraint(
                condition=models.Q(counter=None) | models.Q(office__isnull=False),
                name="closure_of_counter_in_office",
            ),
        ]

    def __str__(self) -> str:
        return said(self.reason)

    def clean(self) -> None:
        """Refuse one in the past, without length, or without a reason in both languages."""
        with as_fault():
            check_closure(self)


class SpecialDay(models.Model):
    """A day with hours of its own: of an office, or of a calendar. It beats a public holiday."""

    office = models.ForeignKey(
        Office, null=True, blank=True, on_delete=models.CASCADE, related_name="special_days"
    )
    calendar = models.ForeignKey(
        BusinessCalendar,
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="special_days",
    )
    day = models.DateField()
    times = models.CharField(
        max_length=120, blank=True, help_text=_("E.g. 09:00-12:00,13:00-15:00. Empty: closed.")
    )
    reason = WordsField(blank=False)
    announced_at = models.DateTimeField()

    class Meta:
        ordering = ["day", "id"]
        constraints = [
            models.UniqueConstraint(fields=["office", "day"], name="office_day_once"),
            models.UniqueConstraint(fields=["calendar", "day"], name="calendar_day_once"),
            models.CheckConstraint(
                condition=models.Q(office=None, calendar__isnull=False)
                | models.Q(office__isnull=False, calendar=None),
                name="special_day_of_one",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.day}: {said(self.reason)}"

    def clean(self) -> None:
        """Refuse a day in the past, and times that cannot be."""
        with as_fault():
            check_special_day(self)
