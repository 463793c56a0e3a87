"""Filters of the list, and the assumptions of the staffing page. Both live in the address."""

from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from heard.forecast.sources import Source
from heard.forecast.staffing import Assumptions
from heard.people.models import Division
from heard.ui.forms import FilterForm, Form

WEEKS = 4
EXPECTED, HIGH = "expected", "high"


def _typed(mode: str) -> forms.TextInput:
    # Not type="number": browsers throw away what they cannot read, and then nobody can mend it.
    return forms.TextInput(attrs={"inputmode": mode, "autocomplete": "off"})


class ServiceFilters(FilterForm):
    """Which services to list."""

    q = forms.CharField(
        label=_("Search"),
        required=False,
        max_length=100,
        widget=forms.TextInput(attrs={"type": "search", "autocomplete": "off"}),
    )
    division = forms.ChoiceField(label=_("Division"), required=False)

    def __init__(self, data: QueryDict) -> None:
        super().__init__(data)
        field = self.fields["division"]
        assert isinstance(field, forms.ChoiceField)
        named = sorted(((d.code, str(d)) for d in Division.objects.all()), key=lambda d: d[1])
        field.choices = [("", _("Every division")), *named]


def _whole(label: Any, low: int, high: int, initial: int, help_text: Any) -> forms.IntegerField:
    return forms.IntegerField(
        label=label,
        min_value=low,
        max_value=high,
        initial=initial,
        help_text=help_text,
        error_messages=_bounds(label, low, high),
        widget=_typed("numeric"),
    )


def _bounds(label: Any, low: float, high: float) -> dict[str, Any]:
    words = _("For “{label}”, enter a number from {low} to {high}.")
    told = format_lazy(words, label=label, low=f"{low:g}", high=f"{high:g}")
    return {"invalid": told, "min_value": told, "max_value": told}


class StaffingForm(Form):
    """The assumptions. What the address leaves out has its usual value."""

    usual = Assumptions(handling=6 * 60)
    mark = ""

    source = forms.ChoiceField(label=_("Who comes"), choices=Source.choices, initial=Source.PHONE)
    week = forms.TypedChoiceField(label=_("Week"), coerce=int, initial="1")
    plan = forms.ChoiceField(
        label=_("Plan for"),
        choices=[
            (EXPECTED, _("the number expected")),
            (HIGH, _("the high end: nine hours in ten bring no more")),
        ],
        initial=EXPECTED,
    )
    minutes = forms.FloatField(
        label=_("Minutes each takes"),
        min_value=0.2,
        max_value=120,
        initial=6,
        help_text=_("On average: the talk and the notes after it. 6.5 is six and a half minutes."),
        error_messages=_bounds(_("Minutes each takes"), 0.2, 120),
        widget=_typed("decimal"),
    )
    per_case = forms.FloatField(
        label=_("Calls or visits for each case"),
        min_value=0.1,
        max_value=20,
        initial=usual.per_case,
        help_text=_("Many only ask and make no case. 1.5 means three calls for two cases."),
        error_messages=_bounds(_("Calls or visits for each case"), 0.1, 20),
        widget=_typed("decimal"),
    )
    answered = _whole(
        _("Answered in time, percent"), 10, 99, usual.answered, _("80 is what many centers aim at.")
    )
    within = _whole(
        _("In time means within, seconds"),
        1,
        3600,
        usual.within,
        _("Waiting before a person answers."),
    )
    occupancy = _whole(
        _("Busy at most, percent"), 30, 95, usual.occupancy,
        _("Of the time at the desk. People who are never free wear out."),
    )  # fmt: skip
    shrinkage = _whole(
        _("Paid but not at the desk, percent"), 0, 70, usual.shrinkage,
        _("Vacation, sickness, breaks, training, meetings."),
    )  # fmt: skip
    at_least = _whole(
        _("People there at least"), 0, 100, usual.at_least, _("In every hour, even a quiet one.")
    )

    def __init__(self, data: QueryDict, *, weeks: int = WEEKS) -> None:
        whole = {name: str(field.initial) for name, field in self.base_fields.items()}
        whole |= {name: str(value) for name, value in data.items() if name in whole}
        super().__init__(whole)
        field = self.fields["week"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(str(n), str(n)) for n in range(1, weeks + 1)]

    def assumptions(self) -> Assumptions:
        """The assumptions of a valid form."""
        given = self.cleaned_data
        return Assumptions(
            handling=given["minutes"] * 60,
            answered=given["answered"],
            within=given["within"],
            occupancy=given["occupancy"],
            shrinkage=given["shrinkage"],
            per_case=given["per_case"],
            at_least=given["at_least"],
        )
