"""Forms as residents and staff meet them: our markup, tidy text, and faults in one place."""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.forms.renderers import TemplatesSetting
from django.forms.utils import pretty_name
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from heard.ui.icons import icon

LOOKS: list[tuple[type[forms.Widget], str]] = [
    (forms.HiddenInput, ""),
    (forms.CheckboxInput, "usa-checkbox__input"),
    (forms.RadioSelect, ""),
    (forms.CheckboxSelectMultiple, ""),
    (forms.Select, "usa-select"),
    (forms.Textarea, "usa-textarea"),
    (forms.FileInput, "file-input"),
    (forms.widgets.Input, "usa-input"),
    (forms.MultiWidget, "usa-input"),
]


class BoundField(forms.BoundField):
    """A field of a form, whose widget carries the class of its kind."""

    def build_widget_attrs(
        self, attrs: dict[str, Any], widget: forms.Widget | None = None
    ) -> dict[str, Any]:
        """Django's attributes (required, aria-*) and the class of the widget's kind."""
        widget = widget or self.field.widget
        built: dict[str, Any] = super().build_widget_attrs(attrs, widget)
        looks = next((name for kind, name in LOOKS if isinstance(widget, kind)), "")
        if looks and self.errors and looks.startswith("usa-"):
            looks = f"{looks} {looks.split('__')[0]}--error"
        own = built.get("class") or widget.attrs.get("class", "")
        if looks or own:
            built["class"] = " ".join(f"{looks} {own}".split())
        return built


class Renderer(TemplatesSetting):
    """Renders every form, field and widget from ``ui/forms`` and our widget templates."""

    form_template_name = "ui/forms/form.html"
    field_template_name = "ui/forms/field.html"
    bound_field_class = BoundField


@dataclass(frozen=True)
class Fault:
    """One thing to mend in a form: the id of the input it belongs to, and the message."""

    field_id: str
    message: str


def faults(form: forms.BaseForm) -> list[Fault]:
    """What is wrong with a form, in the order of its fields, each with a place to go to."""
    found = [Fault("", str(message)) for message in form.non_field_errors()]
    for bound in form:
        if bound.is_hidden:
            found += [Fault("", str(message)) for message in bound.errors]
            continue
        place = _first_input(bound)
        found += [Fault(place, _alone(bound, str(message))) for message in bound.errors]
    return found


def _alone(bound: forms.BoundField, message: str) -> str:
    """The message as it stands in the summary, where forms of a library must name the field."""
    if message == str(forms.Field.default_error_messages["required"]):
        return _missing(bound.field, bound.name)
    return message


def _first_input(bound: forms.BoundField) -> str:
    if isinstance(bound.field.widget, forms.RadioSelect | forms.CheckboxSelectMultiple):
        options = bound.subwidgets
        return str(options[0].id_for_label) if options else ""
    return str(bound.id_for_label or bound.auto_id)


def tidy(text: str) -> str:
    """The text without control characters and lone surrogates; new lines and tabs stay."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(c for c in text if c in "\n\t" or unicodedata.category(c) not in {"Cc", "Cs"})


def _tidy_value(value: Any) -> Any:
    if isinstance(value, str):
        return tidy(value)
    if isinstance(value, list):
        return [_tidy_value(part) for part in value]
    return value


def _missing(field: forms.Field, name: str) -> str:
    # In the summary a fault stands alone, so it has to name its field.
    label = field.label or pretty_name(name)
    if isinstance(field, forms.ChoiceField):
        return gettext("Please choose an answer for “{label}”.").format(label=label)
    return gettext("Please fill in “{label}”.").format(label=label)


class _Tidy:
    """What our forms share. ``mark`` says in words which fields are required, or optional."""

    mark = "optional"  # or "required", or "" to mark nothing
    fields: dict[str, forms.Field]

    def full_clean(self) -> None:
        """Clean, with words for a missing answer that say which one is missing."""
        for name, field in self.fields.items():
            if field.error_messages["required"] == forms.Field.default_error_messages["required"]:
                field.error_messages["required"] = _missing(field, name)
        super().full_clean()  # type: ignore[misc]

    def _widget_data_value(self, widget: forms.Widget, html_name: str) -> Any:
        # Every value passes here, also when a faulty form is shown again.
        return _tidy_value(super()._widget_data_value(widget, html_name))  # type: ignore[misc]

    @property
    def error_summary(self) -> list[Fault]:
        """What is wrong, for ``{% error_summary form %}``."""
        return faults(self)  # type: ignore[arg-type]


class Form(_Tidy, forms.Form):
    """The base of every form of ours."""


class ModelForm(_Tidy, forms.ModelForm):  # type: ignore[type-arg]
    """The base of every form of ours that edits a row."""


class FilterForm(Form):
    """Filters of a list: sent by GET, kept in the address, every field optional and unmarked."""

    mark = ""
    use_required_attribute = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.required = False


FACES = (
    "sentiment_very_dissatisfied", "sentiment_dissatisfied", "sentiment_neutral",
    "sentiment_satisfied", "sentiment_satisfied_alt",
)  # fmt: skip


def drawing(looks: str, step: Any) -> str:
    """What stands above the word of a step: a face, a star, or the number."""
    if looks == "faces" and str(step) in "12345":
        return icon(FACES[int(step) - 1])
    return icon("star") if looks == "stars" else str(step)


SATISFACTION = (
    _("Very dissatisfied"), _("Dissatisfied"), _("Neutral"), _("Satisfied"), _("Very satisfied"),
)  # fmt: skip
EASE = (_("Very hard"), _("Hard"), _("Neutral"), _("Easy"), _("Very easy"))


class Rating(forms.RadioSelect):
    """Five radio buttons drawn as faces, stars or plain steps, each with its word."""

    template_name = "ui/widgets/rating.html"
    option_template_name = "ui/widgets/rating_option.html"

    def __init__(self, looks: str = "faces", **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.looks = looks

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        """The radio buttons, and how they are drawn."""
        context: dict[str, Any] = super().get_context(name, value, attrs)
        context["widget"]["looks"] = self.looks
        return context

    def create_option(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """One radio button with its drawing."""
        option: dict[str, Any] = super().create_option(*args, **kwargs)
        option["drawing"] = drawing(self.looks, option["value"])
        return option


class RatingField(forms.TypedChoiceField):
    """A rating of 1 to 5 as an ``int`` (``None`` when left out). The words go from 1 to 5."""

    def __init__(
        self,
        words: Sequence[str | Promise] = SATISFACTION,
        *,
        looks: str = "faces",
        **kwargs: Any,
    ) -> None:
        choices = [(str(step), word) for step, word in enumerate(words, start=1)]
        super().__init__(
            choices=choices, coerce=int, empty_value=None, widget=Rating(looks), **kwargs
        )
