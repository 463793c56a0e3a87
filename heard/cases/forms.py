"""Forms about promises: a new version, a later date for a customer, which list is looked at."""

from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from heard.cases.models import WORDS_LIMIT, Case, DateNote
from heard.catalogue.models import Promise, Service
from heard.catalogue.services import LARGEST, LONGEST_CAP, Terms
from heard.core import clock
from heard.core.city import city, city_zone
from heard.people.models import Division
from heard.places.calendars import Calendar, NeverOpens
from heard.places.models import District
from heard.places.reads import calendar_of_division
from heard.ui.forms import FilterForm, Form
from heard.ui.telling import day_told

DAY = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})  # as browsers want it


class PromiseForm(Form):
    """What is promised from now on, or from a later day."""

    kind = forms.ChoiceField(label=_("What is promised"), choices=Promise.Kind.choices)
    district = forms.ModelChoiceField(
        District.objects.all(),
        label=_("District"),
        required=False,
        empty_label=_("Everywhere"),
        help_text=_("Where a district is promised something else, that stands first."),
    )
    amount = forms.IntegerField(label=_("How many"), min_value=1, max_value=LARGEST)
    unit = forms.ChoiceField(
        label=_("Hours or days"),
        choices=Promise.Unit.choices,
        help_text=_("Business hours and days are counted by the division's calendar."),
    )
    pauses = forms.BooleanField(
        label=_("The clock stands still while we wait for the customer"), required=False
    )
    pause_cap_hours = forms.IntegerField(
        label=_("But at most so many hours in all"),
        required=False,
        min_value=1,
        max_value=LONGEST_CAP,
        help_text=_(
            "Hours in which the clock would have run: in business units, hours that are open. "
            "After that it runs again, so that no case waits for ever."
        ),
    )
    effective_from = forms.DateField(
        label=_("From which day"),
        required=False,
        widget=DAY,
        help_text=_("Leave it empty to begin now."),
    )
    also_open = forms.BooleanField(
        label=_("Also for open cases"),
        required=False,
        help_text=_(
            "Their dates move, each with an audit row. They stay judged by what was promised first."
        ),
    )

    def clean(self) -> dict[str, Any]:
        """Open cases are moved only to what holds now; a pause has its longest time."""
        given: dict[str, Any] = super().clean() or {}
        if given.get("also_open") and given.get("effective_from"):
            self.add_error(
                "also_open", _now("Open cases can be moved only to a promise that begins now.")
            )
        uncapped = given.get("pauses") and not given.get("pause_cap_hours")
        if uncapped and "pause_cap_hours" not in self.errors:
            self.add_error("pause_cap_hours", _now("Say how long it may stand at most."))
        return given

    def terms(self) -> Terms:
        """What was asked for, from a valid form."""
        given = self.cleaned_data
        cap = given.get("pause_cap_hours") or 80
        return Terms(given["amount"], given["unit"], given["pauses"], cap)

    def starts(self) -> datetime | None:
        """When it begins; None for now."""
        day: date | None = self.cleaned_data.get("effective_from")
        return None if day is None else datetime.combine(day, time(0), city_zone())

    def unsaved(self, service: Service) -> Promise:
        """The promise as it would be, to look what it does."""
        terms = self.terms()
        return Promise(
            service=service, kind=self.cleaned_data["kind"],
            district=self.cleaned_data["district"], amount=terms.amount, unit=terms.unit,
            pauses=terms.pauses, pause_cap_hours=terms.pause_cap_hours,
            effective_from=clock.now(),
        )  # fmt: skip


class LateForm(Form):
    """A later date for the customer, why, and the words."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0)
    key = forms.CharField(widget=forms.HiddenInput, max_length=64)
    new_day = forms.DateField(
        label=_("The new date"),
        widget=DAY,
        help_text=_("By the close of that day. Choose one you are sure to keep."),
    )
    why = forms.ChoiceField(
        label=_("Why we will be late"),
        choices=[pair for pair in DateNote.Why.choices if pair[0] != DateNote.Why.CLOSURE],
        help_text=_("Chosen anew, “Draft the words” writes a sentence for it."),
    )
    words = forms.CharField(
        label=_("Your words to the customer"),
        help_text=_("The new date is added below them by itself."),
        max_length=WORDS_LIMIT,
        widget=forms.Textarea(attrs={"rows": 6}),
    )

    def __init__(self, *args: Any, case: Case, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.case = case
        self.fields["words"].widget.attrs["lang"] = case.language

    def clean_new_day(self) -> date:
        """A day on which the division works; the nearest is offered."""
        day: date = self.cleaned_data["new_day"]
        calendar = calendar_of_division(self.case.division_id).calendar
        near = close_of_or_after(day, calendar)
        if near is not None and near.astimezone(calendar.zone).date() != day:
            open_day = near.astimezone(calendar.zone).date()
            raise forms.ValidationError(
                _now("The division is closed on that day. The next open day is {day}.").format(
                    day=day_told(open_day)
                )
            )
        return day

    def new_due(self) -> datetime:
        """The close of the chosen day; its end where the calendar never opens."""
        day: date = self.cleaned_data["new_day"]
        calendar = calendar_of_division(self.case.division_id).calendar
        end = datetime.combine(day, time(23, 59), ZoneInfo(city().zone))
        return close_of_or_after(day, calendar) or end


def close_of_or_after(day: date, calendar: Calendar) -> datetime | None:
    """When a day closes, or the next open one after it; None where the calendar never opens."""
    before = datetime.combine(day - timedelta(days=1), time(12), calendar.zone)
    try:
        return calendar.add_business_days(before, 1)
    except NeverOpens:
        return None


class NoteForm(Form):
    """The words of a drafted note."""

    key = forms.CharField(widget=forms.HiddenInput, max_length=64)
    words = forms.CharField(
        label=_("Your words to the customer"),
        max_length=WORDS_LIMIT,
        widget=forms.Textarea(attrs={"rows": 6}),
    )


class ServiceFilters(FilterForm):
    """Which services are listed."""

    division = forms.ModelChoiceField(
        Division.objects.all(), label=_("Division"), empty_label=_("All divisions")
    )
    search = forms.CharField(label=_("Service"), max_length=80)


class RiskFilters(FilterForm):
    """Which promises at risk are listed."""

    division = forms.ModelChoiceField(
        Division.objects.all(), label=_("Division"), empty_label=_("All divisions")
    )
    kind = forms.ChoiceField(
        label=_("What is promised"), choices=[("", _("Everything")), *Promise.Kind.choices]
    )
