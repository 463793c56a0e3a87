"""Sample data of the pattern page: ordinary, long, empty, faulty."""

from datetime import timedelta
from typing import Any

from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from heard.core import clock
from heard.ui.figures import Column, Figure
from heard.ui.forms import EASE, FilterForm, Form, RatingField
from heard.ui.lists import listing

LONG = (
    "Supercalifragilisticexpialidocious-infrastructure-maintenance-and-rehabilitation@example.org "
    "and a sentence that goes on for longer than anybody would like to read on a small telephone."
)


class SampleForm(Form):
    """Every kind of input a form of ours may hold."""

    words = forms.CharField(
        label=_("What do you need?"),
        help_text=_("In your own words. Please leave out card and identity numbers."),
        widget=forms.Textarea(attrs={"rows": 4}),
        max_length=2000,
    )
    place = forms.CharField(label=_("Where is it?"), required=False)
    email = forms.EmailField(label=_("Your email"), required=False)
    service = forms.ChoiceField(
        label=_("Service"), choices=[("", "–"), ("pothole", _("Pothole")), ("tree", _("Tree"))]
    )
    channel = forms.ChoiceField(
        label=_("How should we answer?"),
        choices=[("email", _("Email")), ("sms", _("Text message")), ("phone", _("Phone"))],
        widget=forms.RadioSelect,
    )
    topics = forms.MultipleChoiceField(
        label=_("What is it about?"),
        choices=[("safety", _("Safety")), ("noise", _("Noise")), ("other", _("Something else"))],
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    seen = forms.DateField(
        label=_("When did you see it?"), required=False, widget=forms.DateInput({"type": "date"})
    )
    photo = forms.FileField(label=_("A photo"), required=False)
    again = forms.BooleanField(
        label=_("I reported this before"), required=False, help_text=_("We look it up for you.")
    )


class SampleSurvey(Form):
    """Ratings in each of their looks."""

    satisfaction = RatingField(label=_("How satisfied are you with how we handled this?"))
    ease = RatingField(
        EASE, label=_("How easy was it?"), looks="scale", required=False, help_text=_("From 1 to 5")
    )
    stars = RatingField(label=_("And all in all?"), looks="stars", required=False)


class SampleFilters(FilterForm):
    """Filters of a list."""

    q = forms.CharField(label=_("Search"))
    state = forms.ChoiceField(
        label=_("State"), choices=[("", _("Any")), ("open", _("Open")), ("closed", _("Closed"))]
    )


CHART = (
    '<svg viewBox="0 0 600 200" class="chart">'
    '<line class="chart__axis" x1="0" y1="180" x2="600" y2="180"/>'
    + "".join(
        f'<rect class="chart__bar" x="{20 + 100 * i}" y="{180 - h}" width="60" height="{h}"/>'
        for i, h in enumerate((90, 120, 110, 140, 150, 165))
    )
    + "</svg>"
)


def _figure(**changes: Any) -> Figure:
    values: dict[str, Any] = {
        "title": _("Answered on time"),
        "summary": _("84% of cases were on time in October, up from 71% in May."),
        "columns": [Column(_("Month"), False), Column(_("On time")), Column(_("Cases"))],
        "rows": [["May", "71%", "412"], ["June", "74%", "431"], ["October", "84%", "388"]],
        "chart": CHART,
        "note": _("Cases without a promise are not counted."),
        "downloads": [("CSV", "#csv"), ("Parquet", "#parquet")],
    }
    return Figure(**(values | changes))


def everything(request: HttpRequest) -> dict[str, Any]:
    """The context of the pattern page."""
    now = clock.now()
    rows = [
        {"reference": f"K7M4-{n:04}", "words": LONG if n == 2 else "Pothole", "at": now}
        for n in range(1, 120)
    ]
    state = request.GET.get("state")
    found = rows if state != "closed" else []
    return {
        "now": now, "earlier": now - timedelta(days=1, hours=3), "due": now + timedelta(days=4),
        "long": LONG,
        "form": SampleForm(), "faulty": SampleForm({"email": "no"}, prefix="faulty"),
        "survey": SampleSurvey(), "answered": SampleSurvey({"satisfaction": "4"}, prefix="given"),
        "listing": listing(request, found, filters=SampleFilters(request.GET), per_page=4),
        "none": listing(request, [], per_page=4),
        "figure": _figure(), "figure_without_chart": _figure(chart=""),
        "figure_empty": _figure(rows=[], chart="", downloads=[]),
        "tones": ["plain", "info", "good", "warn", "bad"],
        "levels": ["info", "success", "warning", "error"],
        "moods": [1, 2, 3, 4, 5],
        "icons": ["phone", "mail", "search", "check_circle", "warning", "location_on", "chat"],
    }  # fmt: skip
