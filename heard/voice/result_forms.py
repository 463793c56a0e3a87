"""Forms of the results of surveys, and of the rules of restraint."""

from datetime import timedelta

from django import forms
from django.db.models import Count
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from heard.core import clock
from heard.core.city import city_zone
from heard.core.words import said
from heard.people.models import Division, Staff
from heard.places.models import District
from heard.ui.forms import FilterForm, Form
from heard.voice.models import Instrument, Pool, Spot
from heard.voice.reports.slices import BY, Slice, answers
from heard.voice.reports.telling import CHANNELS
from heard.voice.restraint import Rules
from heard.voice.results.overview import pool_of

DAYS = ((365, gettext_lazy("12 months")), (90, gettext_lazy("90 days")),
        (30, gettext_lazy("30 days")), (730, gettext_lazy("24 months")))  # fmt: skip
GROUPS = {
    "division": gettext_lazy("Division"), "service": gettext_lazy("Service"),
    "district": gettext_lazy("District"), "channel": gettext_lazy("Channel"),
    "place": gettext_lazy("Place"),
}  # fmt: skip
NOT_GROUPED = gettext_lazy("not by groups")


class PeriodForm(FilterForm):
    """How many days back, up to and with today."""

    days = forms.TypedChoiceField(
        label=gettext_lazy("Period"), coerce=int, empty_value=None, choices=DAYS
    )

    def period(self) -> Slice:
        """The days as a slice of one pool, of no survey yet."""
        self.is_valid()
        last = clock.now().astimezone(city_zone()).date()
        days = self.cleaned_data.get("days") or DAYS[0][0]
        return Slice(last - timedelta(days - 1), last)


class ResultFilters(PeriodForm):
    """Which answers the results of a survey speak of, and what they are set apart by."""

    division = forms.ChoiceField(label=gettext_lazy("Division"))
    district = forms.ChoiceField(label=gettext_lazy("District"))
    channel = forms.ChoiceField(label=gettext_lazy("Channel"))
    place = forms.ChoiceField(label=gettext_lazy("Place"))
    by = forms.ChoiceField(
        label=gettext_lazy("Set side by side"), choices=[("", NOT_GROUPED), *GROUPS.items()]
    )
    pools = forms.MultipleChoiceField(
        label=gettext_lazy("Answers"), choices=Pool.choices, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, given: QueryDict, survey: Instrument, viewer: Staff) -> None:
        shown = given.copy()
        super().__init__(shown)
        self.survey = survey
        self.names = _names(viewer)
        for name in ("division", "district", "channel", "place"):
            choices = [("", _("all")), *self.names[name].items()]
            self.fields[name].choices = choices  # type: ignore[attr-defined]
        period = PeriodForm(shown).period()
        self.first, self.last = period.first, period.last
        self.in_pools = self._counts()
        if not shown.getlist("pools"):  # one pool unless more are asked for by name
            shown["pools"] = pool_of(self.in_pools, survey.occasion)

    def _counts(self) -> dict[str, int]:
        """Answers of the period by pool: those that are not shown are at least told of."""
        every = Slice(self.first, self.last, tuple(Pool.values), instrument=self.survey.code)
        return dict(answers(every).values_list("pool").annotate(n=Count("id")).order_by())

    def slice(self) -> Slice:
        """The answers meant."""
        self.is_valid()
        given = self.cleaned_data
        pools = given.get("pools") or [pool_of(self.in_pools, self.survey.occasion)]
        about = {name: given[name] for name in BY if given.get(name)}
        return Slice(self.first, self.last, tuple(pools), instrument=self.survey.code, **about)

    @property
    def group_name(self) -> str:
        """What the answers are set apart by, in words; "" where by nothing."""
        return str(GROUPS.get(self.cleaned_data.get("by") or "", ""))

    @property
    def others(self) -> list[tuple[str, str, int]]:
        """Pools with answers that are not looked at: key, name and number."""
        chosen = set(self.cleaned_data.get("pools") or ())
        return [
            (key, str(Pool(key).label), n)
            for key, n in sorted(self.in_pools.items(), key=lambda pair: -pair[1])
            if key not in chosen
        ]


def _names(viewer: Staff) -> dict[str, dict[str, str]]:
    """What can be filtered by, with its names; managers filter by their own division alone."""
    divisions = Division.objects.select_related("department")
    if viewer.role == "manager":
        divisions = divisions.filter(pk=viewer.division_id or 0)
    return {
        "division": {one.code: str(one) for one in divisions},
        "district": {one.code: said(one.name) for one in District.objects.only("code", "name")},
        "channel": CHANNELS(),
        "place": {one.code: said(one.name) for one in Spot.objects.only("code", "name")},
    }


class RestraintForm(Form):
    """The rules that hold for every survey of the city."""

    mark = ""
    cool_down_days = forms.IntegerField(
        label=gettext_lazy("Days before a person is asked again, about anything"),
        min_value=0, max_value=365,
        help_text=gettext_lazy("30 is usual. 0 asks after every single contact."),
    )  # fmt: skip
    quiet_from = forms.TimeField(
        label=gettext_lazy("No invitations from"), widget=forms.TimeInput({"type": "time"}, "%H:%M")
    )
    quiet_until = forms.TimeField(
        label=gettext_lazy("until"), widget=forms.TimeInput({"type": "time"}, "%H:%M"),
        help_text=gettext_lazy("City time. The same hour twice: there are no quiet hours."),
    )  # fmt: skip
    low_score = forms.IntegerField(
        label=gettext_lazy("Tell the manager of a satisfaction of at most"),
        min_value=1, max_value=4,
        help_text=gettext_lazy("On the scale of 1 to 5, the same day."),
    )  # fmt: skip
    answer_hours = forms.IntegerField(
        label=gettext_lazy("Hours in which we get back to those who wish it"),
        min_value=1, max_value=720,
    )  # fmt: skip
    key = forms.CharField(widget=forms.HiddenInput, max_length=64, required=False)

    def rules(self) -> Rules:
        """As ``voice`` takes them."""
        return Rules(**{name: self.cleaned_data[name] for name in Rules.__slots__})
