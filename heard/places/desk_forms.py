"""The forms of hours at the desk: a change, a closure, a special day, the city's zone."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import uuid4

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from heard.core.city import city, city_zone
from heard.core.words import Words
from heard.places.announcing import Target
from heard.places.hours import LONGEST
from heard.ui.forms import FilterForm, Form

FIRST, LAST = date(2000, 1, 1), date(2100, 12, 31)
ALL, OFFICES, CALENDARS = "", "offices", "calendars"


def new_key() -> str:
    """A key that no other form has."""
    return uuid4().hex


class Stepped(Form):
    """A form that is looked at before it is saved.

    ``key`` makes saving it twice harmless; ``seen`` is the print of what was looked at.
    """

    key = forms.CharField(widget=forms.HiddenInput, max_length=64, initial=new_key)
    seen = forms.CharField(widget=forms.HiddenInput, max_length=64, required=False)

    def given(self) -> dict[str, Any]:
        """What was entered, without what only serves the steps."""
        aside = {"key", "seen", "zone_confirmed"}
        return {name: value for name, value in self.cleaned_data.items() if name not in aside}


class HoursFilters(FilterForm):
    """Filters of the list of offices and calendars."""

    search = forms.CharField(label=_("Name"), max_length=80)
    what = forms.ChoiceField(
        label=_("Show"),
        choices=[
            (ALL, _("Offices and calendars")),
            (OFFICES, _("Offices")),
            (CALENDARS, _("Calendars")),
        ],
    )


class ChangeForm(Stepped):
    """Hours, holidays and zone of an office or a calendar."""

    hours = forms.CharField(
        label=_("Hours"),
        max_length=LONGEST,
        help_text=_(
            "Days and times as OpenStreetMap writes them: Mo-Fr 08:00-12:00,13:00-17:00; PH off. "
            "PH stands for public holidays."
        ),
    )
    jurisdiction = forms.CharField(
        label=_("Public holidays"),
        max_length=12,
        required=False,
        help_text=_("Whose holidays: US, or a state such as US-CO. Empty: those of the city."),
    )
    zone = forms.CharField(
        label=_("Time zone"),
        max_length=64,
        required=False,
        help_text=_("Only where it is not that of the city, for example America/Denver."),
    )
    zone_confirmed = forms.BooleanField(label=_("Move all times to the new zone"), required=False)

    def __init__(self, *args: Any, zone: str, needs_hours: bool = True, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["hours"].required = needs_hours
        given = str(self.data.get("zone", "")).strip() if self.is_bound else zone
        if (given or city().zone) == (zone or city().zone):
            del self.fields["zone_confirmed"]

    @property
    def confirmed(self) -> bool:
        """Whether the change of zone was said twice."""
        return bool(self.cleaned_data.get("zone_confirmed"))


class ZoneForm(Stepped):
    """The city's zone."""

    zone = forms.CharField(
        label=_("Time zone of the city"),
        max_length=64,
        help_text=_("A name of the IANA list, such as America/Denver."),
    )
    zone_confirmed = forms.BooleanField(label=_("Move all times to the new zone"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not self.is_bound or str(self.data.get("zone", "")).strip() == city().zone:
            del self.fields["zone_confirmed"]


class DropForm(Stepped):
    """Nothing but the key: something is taken back."""


def _day(**more: Any) -> forms.DateField:
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(widget=widget, input_formats=["%Y-%m-%d"], **more)


def _time(**more: Any) -> forms.TimeField:
    widget = forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
    return forms.TimeField(widget=widget, required=False, **more)


class _Announced(Stepped):
    """Something announced for some places, with its reason."""

    places = forms.MultipleChoiceField(
        label=_("What for"), widget=forms.CheckboxSelectMultiple(), choices=[]
    )

    def __init__(self, *args: Any, known: Sequence[Target], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["places"]
        assert isinstance(field, forms.MultipleChoiceField)
        field.choices = [(target.code, target.name) for target in known]

    @property
    def reason(self) -> Words:
        """Why, in both languages."""
        return {code: self.cleaned_data[f"reason_{code}"] for code in ("en", "es")}

    def _bounded(self, name: str) -> date | None:
        day: date | None = self.cleaned_data.get(name)
        if day is not None and not FIRST <= day <= LAST:
            raise forms.ValidationError(_now("Give a year between 2000 and 2100."))
        return day


class ClosureForm(_Announced):
    """From when to when, on the wall clock of the city, and why."""

    from_day = _day(label=_("First day"))
    from_time = _time(label=_("From"), help_text=_("Empty: from the beginning of the day."))
    to_day = _day(label=_("Last day"))
    to_time = _time(label=_("Until"), help_text=_("Empty: until the end of the day."))
    reason_en = forms.CharField(label=_("Reason in English"), max_length=300)
    reason_es = forms.CharField(
        label=_("Reason in Spanish"), max_length=300, widget=forms.TextInput({"lang": "es"})
    )

    def clean_from_day(self) -> date | None:
        """A day that can be."""
        return self._bounded("from_day")

    def clean_to_day(self) -> date | None:
        """A day that can be."""
        return self._bounded("to_day")

    def span(self) -> tuple[datetime, datetime]:
        """The moments meant. Of an hour that comes twice all is meant: the longer closure."""
        given, zone = self.cleaned_data, city_zone()
        starts = datetime.combine(given["from_day"], given["from_time"] or time(0), zone)
        if given["to_time"] is None:
            ends = datetime.combine(given["to_day"] + timedelta(1), time(0), zone)
        else:
            ends = datetime.combine(given["to_day"], given["to_time"], zone)
        return starts.replace(fold=0), ends.replace(fold=1)


class SpecialDayForm(_Announced):
    """A day with hours of its own."""

    day = _day(label=_("Day"))
    times = forms.CharField(
        label=_("Open"),
        max_length=120,
        required=False,
        help_text=_("Such as 09:00-12:00,13:00-15:00. Empty: closed all day."),
    )
    reason_en = forms.CharField(label=_("Reason in English"), max_length=300)
    reason_es = forms.CharField(
        label=_("Reason in Spanish"), max_length=300, widget=forms.TextInput({"lang": "es"})
    )

    def clean_day(self) -> date | None:
        """A day that can be."""
        return self._bounded("day")
