"""Forms of the results of surveys, and of the rules of restraint."""

from collections.abc import Mapping, Sequence
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
from heard.voice.reports.periods import Step
from heard.voice.reports.slices import BY, Slice, answers, slice_of
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
STEPS = {"month": gettext_lazy("month by month"), "quarter": gettext_lazy("by quarters")}
FEW_A_MONTH = 15  # answers in a month below which quarters are shown unless months are asked for


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
    over = forms.ChoiceField(label=gettext_lazy("Over time"), choices=list(STEPS.items()))
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
        keep_pools(self, given, self.in_pools)
        if not shown.get("over"):
            shown["over"] = self._usual_step([str(pool) for pool in shown.getlist("pools")])

    def _usual_step(self, pools: Sequence[str]) -> str:
        """Months, or quarters where most months would be too small to show."""
        months = max((self.last - self.first).days / 30.4, 1)
        answered = sum(self.in_pools.get(pool, 0) for pool in pools)
        return "quarter" if months > 6 and answered / months < FEW_A_MONTH else "month"

    def _counts(self) -> dict[str, int]:
        """Answers of the period by pool: those that are not shown are at least told of."""
        every = Slice(self.first, self.last, tuple(Pool.values), instrument=self.survey.code)
        return pools_in(every)

    def slice(self) -> Slice:
        """The answers meant."""
        self.is_valid()
        given = self.cleaned_data
        pools = given.get("pools") or [pool_of(self.in_pools, self.survey.occasion)]
        about = {name: given[name] for name in BY if given.get(name)}
        return Slice(self.first, self.last, tuple(pools), instrument=self.survey.code, **about)

    @property
    def step(self) -> Step:
        """What a point of the course over time stands for."""
        return "quarter" if self.cleaned_data.get("over") == "quarter" else "month"

    @property
    def group_name(self) -> str:
        """What the answers are set apart by, in words; "" where by nothing."""
        return str(GROUPS.get(self.cleaned_data.get("by") or "", ""))

    @property
    def others(self) -> list[tuple[str, str, int]]:
        """Pools with answers that are not looked at: key, name and number."""
        chosen = set(self.slice().pools)
        return [
            (key, str(Pool(key).label), n)
            for key, n in sorted(self.in_pools.items(), key=lambda pair: -pair[1])
            if key not in chosen
        ]


def keep_pools(form: FilterForm, given: QueryDict, counts: Mapping[str, int]) -> None:
    """Offer the pools in which somebody answered; no choice at all where there is but one."""
    asked_for = given.getlist("pools")
    kept = [(key, name) for key, name in Pool.choices if counts.get(key) or key in asked_for]
    if len(kept) < 2 and not asked_for:
        del form.fields["pools"]
    else:
        form.fields["pools"].choices = kept  # type: ignore[attr-defined]


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


class ReportFilters(FilterForm):
    """Which answers a report speaks of; those of a division, where it is one's."""

    months = forms.TypedChoiceField(
        label=gettext_lazy("Period"), coerce=int, empty_value=None,
        choices=[(12, gettext_lazy("12 months")), (3, gettext_lazy("3 months")),
                 (24, gettext_lazy("24 months"))],
    )  # fmt: skip
    instrument = forms.ChoiceField(label=gettext_lazy("Survey"))
    pools = forms.MultipleChoiceField(
        label=gettext_lazy("Answers"), choices=Pool.choices, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, given: QueryDict, division: str = "") -> None:
        shown = given.copy()
        if not shown.getlist("pools"):  # one pool unless more are asked for by name
            shown["pools"] = Pool.INVITED
        super().__init__(shown)
        surveys = Instrument.objects.order_by("id")
        self.fields["instrument"].choices = [(s.code, said(s.name)) for s in surveys]  # type: ignore[attr-defined]
        self.is_valid()
        every = slice_of(self.cleaned_data | {"pools": Pool.values}, division=division)
        self.in_pools = pools_in(every)
        keep_pools(self, given, self.in_pools | {Pool.INVITED.value: 1})


def pools_in(of: Slice) -> dict[str, int]:
    """Answers of a slice by pool. One query."""
    return dict(answers(of).values_list("pool").annotate(n=Count("id")).order_by())


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
