"""The forms of the program, as clerks and leads meet them."""

import uuid
from collections.abc import Callable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from heard.core.errors import Refused
from heard.core.words import said
from heard.core.words_form import LONG, WordsFormField
from heard.measures.definitions import ALL, BY
from heard.measures.reads import group_words
from heard.people.models import Staff
from heard.people.roles import ABILITIES
from heard.targets.models import Direction, Entry, OwnMeasure, PeriodKind
from heard.targets.periods import examples
from heard.targets.subjects import Subject
from heard.targets.values import Given, number
from heard.ui.forms import FilterForm, Form

WORDS_LIMIT = 2000


def new_key() -> str:
    """An idempotency key for a form that is about to be shown."""
    return uuid.uuid4().hex


class NumberField(forms.CharField):
    """A number as people write it; a share is typed in percent and given as 0 to 1."""

    def __init__(self, *, unit: str = "count", part: str = "value", **kwargs: Any) -> None:
        kwargs.setdefault("max_length", 30)
        kwargs.setdefault("widget", forms.TextInput(attrs={"inputmode": "decimal"}))
        super().__init__(**kwargs)
        self.unit, self.part = unit, part

    def clean(self, value: Any) -> Any:
        """The number, or None."""
        typed = super().clean(value)
        try:
            return number(typed, unit=self.unit, field=self.part)
        except Refused as refused:
            raise ValidationError(str(refused)) from None

    def prepare_value(self, value: Any) -> Any:
        """A stored number as it is typed."""
        if isinstance(value, int | float) and not isinstance(value, bool):
            shown = value * 100 if self.unit == "share" and self.part == "value" else value
            return f"{shown:.10g}"
        return value


class Words(WordsFormField):
    """Words in each language, bounded."""

    def clean(self, value: Any) -> Any:
        """The words by language."""
        words = super().clean(value)
        if any(len(text) > WORDS_LIMIT for text in (words or {}).values()):
            raise ValidationError(_("This is longer than 2,000 letters."))
        return words


class SearchForm(FilterForm):
    """Find a measure by its name."""

    q = forms.CharField(label=_("Measure"), required=False, max_length=60)


class SettingsForm(Form):
    """When the year begins, and what counts as overdue."""

    fiscal_start = forms.TypedChoiceField(label=_("The fiscal year begins in"), coerce=int)
    stale_after = forms.IntegerField(
        label=_("A figure is overdue after so many periods"), min_value=1, max_value=24
    )

    def __init__(self, *args: Any, months: list[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["fiscal_start"].choices = months  # type: ignore[attr-defined]


class TargetForm(Form):
    """A target: for which period, at least or at most what."""

    key = forms.CharField(widget=forms.HiddenInput, max_length=64, initial=new_key)
    way = forms.ChoiceField(label=_("Counted as"))
    period = forms.CharField(
        label=_("Period"), max_length=12,
        error_messages={
            "required": _("A target needs a period: a month, a quarter or a year it is for.")
        },
    )  # fmt: skip
    direction = forms.ChoiceField(label=_("The figure should be"), choices=Direction.choices)
    why = Words(
        label=_("Why it changes"), required=False, rows=2,
        help_text=_("Needed only where the period has begun and already has a target. Published."),
    )  # fmt: skip

    def __init__(self, *args: Any, about: Subject, start: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        ways = about.card.statistics if about.card else ()
        self.about = about
        if len(ways) > 1:
            self.fields["way"].choices = [(way.key, str(way)) for way in ways]  # type: ignore[attr-defined]
        else:
            del self.fields["way"]
        self.fields["period"].help_text = _("A month, quarter or year: {example}.").format(
            example=examples(start, about.own.period_kind if about.own else None)
        )
        if about.direction != "none":
            self.initial.setdefault("direction", about.direction)
        percent = about.unit == "share"
        self.fields["value"] = NumberField(
            unit=about.unit, label=_("Value in percent") if percent else _("Value")
        )
        self.fields["group"] = forms.ChoiceField(label=_("For"), choices=_groups(about))
        order = ["key", "way", "period", "group", "direction", "value", "why"]
        self.order_fields(order)

    def place(self) -> tuple[str, str]:
        """The grouping and group the target is for."""
        by, _sep, group = self.cleaned_data["group"].partition(":")
        return (by, group) if group else (ALL, ALL)


def _groups(about: Subject) -> list[Any]:
    found: list[Any] = [(ALL, _("the whole city"))]
    if about.card is None:
        return found
    names = {"department": _("Departments"), "division": _("Divisions")}
    for by in BY:
        if by in names:
            options = [(f"{by}:{code}", said(words)) for code, words in group_words(by).items()]
            if options:
                found.append((names[by], sorted(options, key=lambda one: one[1])))
    return found


class OwnerForm(Form):
    """Who answers for a measure."""

    owner = forms.ChoiceField(label=_("Who answers for it"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        roles = [role for role, abilities in ABILITIES.items() if "enter measures" in abilities]
        self.people = {str(p.pk): p for p in Staff.objects.filter(is_active=True, role__in=roles)}
        self.fields["owner"].choices = [  # type: ignore[attr-defined]
            ("", _("Nobody")), *((pk, p.name) for pk, p in self.people.items())
        ]  # fmt: skip


class FigureForm(Form):
    """One period's figure with its evidence, and what its owner says of it."""

    key = forms.CharField(widget=forms.HiddenInput, max_length=64, initial=new_key)
    seen = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=0)
    mark = "required"
    period = forms.CharField(
        label=_("Period"), max_length=12,
        error_messages={"required": _("Say which period the figure is for.")},
    )  # fmt: skip
    evidence = forms.CharField(
        label=_("Where it comes from"), max_length=500,
        error_messages={
            "required": _(
                "Say where the figure comes from: a link, or the name of the file and page."
            )
        },
        help_text=_("A link, or the name of the file and page in which anybody can look it up."),
    )  # fmt: skip
    reason = Words(label=_("Why it is restated"), required=False, rows=2, help_text=_("Published."))
    narrative = Words(
        label=_("What stands behind it"), required=False, rows=LONG,
        help_text=_("In both languages. Published beside the figure, under your name."),
    )  # fmt: skip

    def __init__(
        self, *args: Any, about: Subject, start: int, entry: Entry | None = None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.about, self.entry = about, entry
        own = about.own
        self.fields["period"].help_text = examples(start, own.period_kind if own else "month")
        if own is None:
            del self.fields["evidence"]
        else:
            share = own.unit == OwnMeasure.Unit.SHARE
            self.fields["numerator"] = NumberField(
                label=_("Numerator"), part="numerator", required=False
            )
            self.fields["denominator"] = NumberField(
                label=_("Denominator"), part="denominator", required=False
            )
            self.fields["value"] = NumberField(
                unit=own.unit, required=False,
                label=_("Or only the figure, in percent") if share else _("Or only the figure"),
            )  # fmt: skip
        if entry is not None:
            del self.fields["period"]
        if entry is None or entry.is_open:
            del self.fields["reason"]
        order = ["key", "seen", "period", "numerator", "denominator", "value", "evidence"]
        self.order_fields([*order, "reason", "narrative"])

    def given(self) -> Given:
        """The numbers typed."""
        clean = self.cleaned_data.get
        return Given(clean("numerator"), clean("denominator"), clean("value"))


class MeasureForm(Form):
    """A measure of our own."""

    key = forms.SlugField(
        label=_("Short name"), max_length=40, help_text=_("In addresses, such as library-visits.")
    )
    kind = forms.ChoiceField(label=_("Its figures are"), choices=OwnMeasure.Kind.choices)
    name = Words(label=_("Name"))
    definition = Words(label=_("Definition in one sentence"), rows=2)
    why = Words(label=_("Why we measure it"), required=False, rows=2)
    limits = Words(label=_("What it cannot tell"), required=False, rows=2)
    source = forms.CharField(label=_("Source"), max_length=300, required=False)
    unit = forms.ChoiceField(label=_("In"), choices=OwnMeasure.Unit.choices)
    direction = forms.ChoiceField(label=_("Which way is better"), choices=OwnMeasure.Better.choices)
    period_kind = forms.ChoiceField(label=_("One figure for each"))
    numerator = forms.ChoiceField(label=_("Divide this measure"), required=False)
    denominator = forms.ChoiceField(
        label=_("by this one"), required=False,
        help_text=_("Only for one measure divided by another."),
    )  # fmt: skip

    def __init__(
        self, *args: Any, known: Callable[[], list[tuple[str, str]]], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        options = [("", "–"), *known()]
        self.fields["numerator"].choices = options  # type: ignore[attr-defined]
        self.fields["denominator"].choices = options  # type: ignore[attr-defined]
        self.fields["period_kind"].choices = PeriodKind.choices  # type: ignore[attr-defined]


class RedefineForm(Form):
    """A new definition of a measure, from a day on."""

    effective_from = forms.DateField(
        label=_("In force from"), widget=forms.DateInput(attrs={"type": "date"})
    )
    definition = Words(label=_("The new definition in one sentence"), rows=2)
    what = Words(label=_("What changes"), rows=2, help_text=_("Published beside the break."))
    why = Words(label=_("Why"), rows=2, help_text=_("Published."))


class FileForm(Form):
    """A CSV file of figures."""

    file = forms.FileField(
        label=_("File (CSV)"),
        help_text=_(
            "The first line names the columns: period, and value or numerator and denominator."
        ),
    )  # fmt: skip
    key = forms.CharField(widget=forms.HiddenInput, max_length=64, initial=new_key)
