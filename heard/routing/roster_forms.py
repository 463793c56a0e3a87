"""The forms of the roster and of the hand-over note."""

from datetime import date, datetime, time
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from heard.core import clock
from heard.core.city import city_zone
from heard.core.words import said
from heard.people.models import Division, Staff
from heard.routing.forms import WEEKDAYS, day_input, key_field, people_choices, time_input
from heard.routing.handing_over import LIMIT
from heard.routing.models import Duty
from heard.routing.reads import moment_of
from heard.routing.rostering import may_keep
from heard.ui.forms import FilterForm, Form


class Moment(forms.SplitDateTimeWidget):
    """A day and a time of the city's clock, in two inputs of the browser."""

    template_name = "routing/moment_widget.html"

    def __init__(self) -> None:
        super().__init__(
            date_attrs={"type": "date", "class": "usa-input"},
            time_attrs={"type": "time", "class": "usa-input"},
            date_format="%Y-%m-%d",
            time_format="%H:%M",
        )

    def id_for_label(self, id_: str) -> str:
        """The day comes first."""
        return f"{id_}_0" if id_ else id_


class MomentField(forms.SplitDateTimeField):
    """A moment on the city's wall clock. Of an hour that comes twice the first is meant."""

    widget = Moment

    def compress(self, data_list: Any) -> datetime | None:
        """The moment, by the same rule as shifts."""
        if not data_list or not data_list[0] or not data_list[1]:
            return None
        day, at = data_list
        assert isinstance(day, date)
        assert isinstance(at, time)
        return moment_of(day, at, city_zone())


class _OfDivision(Form):
    """A form about a division whose roster the viewer keeps."""

    key = key_field()
    division = forms.ChoiceField(label=_("Division"), required=False)

    def __init__(self, data: Any = None, *, viewer: Staff, initial: Any = None) -> None:
        super().__init__(data, initial=initial)
        self.viewer = viewer
        kept = [d for d in Division.objects.all() if may_keep(viewer, d.pk)]
        self.divisions = {d.code: d for d in kept}
        whole = [("", _("The whole city"))] if may_keep(viewer, None) else []
        choices = [*whole, *[(code, said(d.name) or code) for code, d in self.divisions.items()]]
        self.choose("division", choices)
        self.people = {str(p.pk): p for p in Staff.objects.filter(is_active=True)}
        for name in ("staff", "instead_of"):
            if name in self.fields:
                empty = _("Nobody: they come besides") if name == "instead_of" else _("Choose")
                self.choose(name, [("", empty), *people_choices()])

    def choose(self, name: str, choices: list[Any]) -> None:
        """Set what a field offers."""
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = choices

    def values(self) -> dict[str, Any]:
        """What the verb is given."""
        given: dict[str, Any] = dict(self.cleaned_data)
        given["division"] = self.divisions.get(given.get("division", ""))
        for name in ("staff", "instead_of"):
            if name in given:
                given[name] = self.people.get(given[name])
        return given


class ShiftForm(_OfDivision):
    """A part of the usual week."""

    staff = forms.ChoiceField(label=_("Who"))
    duty = forms.ChoiceField(
        label=_("How"), widget=forms.RadioSelect, choices=Duty.choices, initial=Duty.SHIFT
    )
    weekdays = forms.TypedMultipleChoiceField(
        label=_("Days of the week"), widget=forms.CheckboxSelectMultiple, choices=WEEKDAYS,
        coerce=int,
    )  # fmt: skip
    starts = forms.TimeField(label=_("From"), widget=time_input())
    ends = forms.TimeField(
        label=_("Until"), widget=time_input(),
        help_text=_("The same time or an earlier one means the next morning."),
    )  # fmt: skip
    first = forms.DateField(label=_("First day"), widget=day_input())
    last = forms.DateField(
        label=_("Last day"), required=False, widget=day_input(),
        help_text=_("Leave it empty while it goes on."),
    )  # fmt: skip


class CoverForm(_OfDivision):
    """An exception to the usual week."""

    staff = forms.ChoiceField(label=_("Who is there"))
    instead_of = forms.ChoiceField(label=_("Instead of"), required=False)
    duty = forms.ChoiceField(
        label=_("How"), widget=forms.RadioSelect, choices=Duty.choices, initial=Duty.ON_CALL
    )
    starts_at = MomentField(label=_("From"))
    ends_at = MomentField(label=_("Until"))


class AbsenceForm(Form):
    """Somebody is away."""

    key = key_field()
    staff = forms.ChoiceField(label=_("Who is away"))
    starts_at = MomentField(label=_("From"))
    ends_at = MomentField(label=_("Until"), help_text=_("The reason is theirs and is not asked."))

    def __init__(self, data: Any = None, *, viewer: Staff, initial: Any = None) -> None:
        super().__init__(data, initial=initial)
        found = Staff.objects.filter(is_active=True).order_by("name")
        own = [p for p in found if p.pk == viewer.pk or may_keep(viewer, p.division_id)]
        self.people = {str(p.pk): p for p in own}
        field = self.fields["staff"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(pk, p.name) for pk, p in self.people.items()]
        if initial is None:
            self.initial = {"staff": str(viewer.pk)}

    def values(self) -> dict[str, Any]:
        """What the verb is given."""
        given: dict[str, Any] = dict(self.cleaned_data)
        given["staff"] = self.people[given["staff"]]
        return given


class WeekForm(FilterForm):
    """Whose roster is shown, and of which week."""

    division = forms.ChoiceField(label=_("Division"))
    week = forms.DateField(label=_("Week of"), widget=day_input())

    def __init__(self, data: Any) -> None:
        super().__init__(data)
        self.divisions = {d.code: d for d in Division.objects.all()}
        field = self.fields["division"]
        assert isinstance(field, forms.ChoiceField)
        rows = sorted((said(d.name) or c, c) for c, d in self.divisions.items())
        field.choices = [
            ("", _("My division")), ("city", _("The whole city")),
            *[(code, name) for name, code in rows],
        ]  # fmt: skip


class HandOverForm(Form):
    """What the next shift should know."""

    key = key_field()
    since = MomentField(label=_("The shift began"))
    words = forms.CharField(
        label=_("What the next shift should know"),
        required=False,
        max_length=LIMIT,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_(
            "What is unfinished, whom you promised a call, what to watch. No personal details "
            "of customers: name the case by its reference."
        ),
    )


def today() -> date:
    """The present day of the city."""
    return clock.now().astimezone(timezone.get_current_timezone()).date()
