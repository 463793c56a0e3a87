"""The form of a survey, built from its questions: every one may be skipped, one is answered."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.html import escape
from django.utils.translation import gettext_lazy as _

from heard.catalogue.asking import no_longer_than
from heard.core.words import said
from heard.ui.forms import EASE, SATISFACTION, Form, Rating, RatingField
from heard.voice.questions import (
    ACSI,
    ACSI_SCALE,
    COMMENT_LIMIT,
    DRIVERS,
    EFFORT,
    MATRIX,
    TRUST,
    Question,
)
from heard.voice.services import CORE, Answers

THUMBS = ((1, _("Yes, thumb up")), (0, _("No, thumb down")))


class MatrixWidget(forms.MultiWidget):
    """One fieldset of radio buttons per row, so that a reader hears row and answer together."""

    template_name = "voice/widgets/matrix.html"

    def __init__(self, rows: Sequence[str], choices: Sequence[tuple[Any, Any]]) -> None:
        self.row_labels = list(rows)
        super().__init__([Rating("scale", choices=choices) for _row in rows])

    def decompress(self, value: Any) -> list[Any]:
        """Kept answers, row by row."""
        return list(value.values()) if isinstance(value, dict) else [None] * len(self.widgets)

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        """The rows with their labels."""
        context = super().get_context(name, value, attrs)
        for label, part in zip(self.row_labels, context["widget"]["subwidgets"], strict=True):
            part["row_label"] = label
        return context


class MatrixField(forms.MultiValueField):
    """Rows rated on one scale; ``dict`` of row to number, without the rows that were skipped."""

    def __init__(
        self, rows: Mapping[str, str], choices: Sequence[tuple[str, Any]], **kwargs: Any
    ) -> None:
        self.keys = list(rows)
        widget = MatrixWidget(list(rows.values()), choices)
        fields = [
            forms.TypedChoiceField(choices=choices, coerce=int, empty_value=None, required=False)
            for _key in self.keys
        ]
        super().__init__(fields, widget=widget, require_all_fields=False, **kwargs)

    def compress(self, data_list: list[Any]) -> dict[str, int]:
        """Answers by row."""
        pairs = zip(self.keys, data_list or [], strict=False)
        return {key: value for key, value in pairs if value is not None}


class SurveyForm(Form):
    """The questions of a version in the active language."""

    mark = ""  # the page says once that every question may be skipped

    def __init__(self, questions: Sequence[Question], *args: Any, **kwargs: Any) -> None:
        self.questions = questions
        super().__init__(*args, **kwargs)
        for one in questions:
            self.fields |= _fields(one)
        if any(one.kind == "comment" for one in questions):
            self.fields["may_share"] = forms.BooleanField(
                label=_("The people who helped me may read this"),
                help_text=_("Without your yes they see only the numbers of many answers together."),
                required=False,
            )
        self.fields["wants_answer"] = forms.BooleanField(
            label=_("Please get back to me about this"),
            help_text=_("A person answers you, usually within a day."),
            required=False,
        )

    def answers(self) -> Answers:
        """What was answered, for ``voice``."""
        given = self.cleaned_data
        kept: dict[str, Any] = {}
        for one in self.questions:
            for key in (one.key, f"{one.key}_why"):
                if given.get(key) not in (None, "", [], {}):
                    kept[key] = given[key]
        core = {key: kept.pop(key) for key in CORE if key in kept}
        return Answers(
            **core,
            may_share=given.get("may_share", False),
            wants_answer=given["wants_answer"],
            more=kept,
        )


def _fields(one: Question) -> dict[str, forms.Field]:
    about: dict[str, Any] = {
        "label": said(one.label), "help_text": escape(said(one.hint)), "required": False,
    }  # fmt: skip
    match one.kind:
        case "csat":
            return {one.key: RatingField(SATISFACTION, **about)}
        case "ease":
            return {one.key: RatingField(EASE, looks="scale", **about)}
        case "effort":
            return {one.key: RatingField(EFFORT, looks="scale", **about)}
        case "trust":
            return {one.key: RatingField(TRUST, looks="scale", **about)} | _why(one)
        case "recommend":
            return {one.key: _recommend(about)}
        case "thumbs":
            return {one.key: _whole(THUMBS, forms.RadioSelect(), about)}
        case "matrix":
            return {one.key: _matrix(one, about)}
        case "acsi":
            return {one.key: _acsi(about)}
        case "comment":
            return {one.key: _comment(about)}
    choices = [(option.key, said(option.label)) for option in one.options]
    if one.kind == "many":
        many = forms.MultipleChoiceField(
            choices=choices, widget=forms.CheckboxSelectMultiple, **about
        )
        return {one.key: many}
    return {one.key: forms.ChoiceField(choices=choices, widget=forms.RadioSelect, **about)}


def _comment(about: dict[str, Any]) -> forms.CharField:
    area = forms.Textarea(attrs={"rows": 4})
    return forms.CharField(widget=area, validators=[no_longer_than(COMMENT_LIMIT)], **about)


def _whole(choices: Any, widget: forms.Widget, about: dict[str, Any]) -> forms.TypedChoiceField:
    return forms.TypedChoiceField(
        choices=choices, coerce=int, empty_value=None, widget=widget, **about
    )


def _recommend(about: dict[str, Any]) -> forms.TypedChoiceField:
    words = {0: _("Not at all likely"), 10: _("Extremely likely")}
    choices = [(str(n), words.get(n, "")) for n in range(11)]
    return _whole(choices, Rating("scale", attrs={"class": "rating__input"}), about)


def _matrix(one: Question, about: dict[str, Any]) -> MatrixField:
    choices = [(str(n), word) for n, word in enumerate(SATISFACTION, start=MATRIX[0])]
    return MatrixField({o.key: said(o.label) for o in one.options}, choices, **about)


def _acsi(about: dict[str, Any]) -> MatrixField:
    low, high = ACSI_SCALE
    choices = [(str(n), "") for n in range(low, high + 1)]
    return MatrixField({key: str(label) for key, label in ACSI.items()}, choices, **about)


def _why(one: Question) -> dict[str, forms.Field]:
    offers = one.offers or tuple(DRIVERS)
    field = forms.MultipleChoiceField(
        label=_("What made the difference? Choose all that apply."),
        choices=[(key, DRIVERS[key]) for key in DRIVERS if key in offers],
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    return {f"{one.key}_why": field}
