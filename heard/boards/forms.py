"""The forms of alerts, comparisons and the score."""

import uuid
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from heard.boards.alerts import REASON_LIMIT, WORDS_LIMIT
from heard.boards.composing import Part
from heard.boards.models import Recipe
from heard.core.words_form import LONG, WordsFormField
from heard.measures.definitions import ALL, AREAS, measures
from heard.targets.models import Target
from heard.targets.program import today
from heard.ui.forms import FilterForm, Form


def new_key() -> str:
    """An idempotency key for a form that is about to be shown."""
    return uuid.uuid4().hex


class Keyed(Form):
    """A form that is done once, however often it is sent."""

    key = forms.CharField(widget=forms.HiddenInput, max_length=64, initial=new_key)


class AnswerForm(Keyed):
    """What will be done about an alert."""

    words = forms.CharField(
        label=gettext_lazy("What will you do?"), max_length=WORDS_LIMIT,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy(
            "One sentence your colleagues understand. “Nothing, because …” is an answer too."
        ),
    )  # fmt: skip


class MuteForm(Keyed):
    """For how long nothing is told of a measure, and why."""

    until = forms.DateField(
        label=gettext_lazy("Until"), widget=forms.DateInput(attrs={"type": "date"})
    )
    reason = forms.CharField(label=gettext_lazy("Why"), max_length=REASON_LIMIT)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["until"].initial = today() + timedelta(days=31)


class AlertFilters(FilterForm):
    """Which alerts are listed."""

    state = forms.ChoiceField(
        label=gettext_lazy("Show"),
        choices=[
            ("", gettext_lazy("without an answer")), ("answered", gettext_lazy("answered")),
            ("muted", gettext_lazy("muted")), ("all", gettext_lazy("all")),
        ],
    )  # fmt: skip


class SinceForm(FilterForm):
    """How far back a board looks."""

    since = forms.ChoiceField(
        label=gettext_lazy("What changed since"),
        choices=[("month", gettext_lazy("last month")), ("quarter", gettext_lazy("last quarter"))],
    )


class MailForm(Form):
    """Whether one wants the weekly mail."""

    weekly = forms.BooleanField(
        label=gettext_lazy("Send me this mail on Mondays when there is something to say"),
        required=False,
    )


class PeerForm(Keyed):
    """The address of another city's measures.json."""

    url = forms.CharField(
        label=gettext_lazy("Address of the other city’s measures.json"), max_length=500,
        help_text=gettext_lazy(
            "It ends in /results/open-data/measures.json and begins with https://."
        ),
    )  # fmt: skip


class FileForm(Keyed):
    """A CSV file of figures others published."""

    file = forms.FileField(
        label=gettext_lazy("File (CSV)"),
        help_text=gettext_lazy(
            "The first line names the columns: publisher, title, measure, period, unit, value (or "
            "numerator and denominator), definition, source; also low, high, n, link, same_version."
        ),
    )  # fmt: skip


class RecipeForm(Keyed):
    """Weights of measures that have a target; one without a weight is left out."""

    mark = ""
    why = WordsFormField(
        label=gettext_lazy("Why it is made so"), rows=LONG,
        help_text=gettext_lazy("Published beside the score."),
    )  # fmt: skip

    def __init__(self, *args: Any, recipe: Recipe | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        weights = {_pair(p): p["weight"] for p in recipe.parts} if recipe else {}
        goals = Target.objects.filter(by=ALL).exclude(statistic="")
        aimed = set(goals.values_list("measure", "statistic").distinct())
        self.names: dict[str, tuple[str, str]] = {}
        for pair, label in _choices(aimed | set(weights)):
            name = "weight_{}__{}".format(*pair)
            self.names[name] = pair
            self.fields[name] = forms.FloatField(
                label=label, required=False, min_value=0, max_value=100,
                initial=weights.get(pair),
                widget=forms.NumberInput(attrs={"inputmode": "decimal", "step": "any"}),
            )  # fmt: skip
        self.order_fields([*self.names, "why", "key"])

    @property
    def parts(self) -> Sequence[Part]:
        """What was chosen."""
        given = self.cleaned_data
        return [Part(*pair, given[n]) for n, pair in self.names.items() if given.get(n)]


def _choices(pairs: set[tuple[str, str]]) -> list[tuple[tuple[str, str], str]]:
    """What may be a part, by key performance area, with its name."""
    order = list(AREAS)
    found = [
        (order.index(card.area) if card.area in order else len(order), (card.key, way.key), way)
        for card in measures().values()
        for way in card.statistics
        if (card.key, way.key) in pairs and card.direction in ("up", "down") and way.kind != "nps"
    ]
    cards = measures()
    ordered = sorted(found, key=lambda one: one[0])
    return [(pair, f"{cards[pair[0]]}: {way}") for _area, pair, way in ordered]


def _pair(part: dict[str, Any]) -> tuple[str, str]:
    return part["measure"], part["statistic"]
