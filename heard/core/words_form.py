"""Words by language in a form: one input for each language."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db.models import Field
from django.utils.translation import gettext_lazy as _

from heard.core.text import clean
from heard.core.words import Words, WordsField

SHORT, LONG = 1, 4  # rows of an input


class WordsWidget(forms.MultiWidget):
    """An input for each language, each with the language's name and its ``lang``."""

    template_name = "core/words_widget.html"

    def __init__(self, rows: int = SHORT, attrs: dict[str, Any] | None = None) -> None:
        def one(code: str) -> forms.Widget:
            look = {"lang": code, "class": "vLargeTextField"}
            if rows == SHORT:
                return forms.TextInput(look)
            return forms.Textarea(look | {"rows": rows})

        super().__init__({code: one(code) for code, _name in settings.LANGUAGES}, attrs)

    def decompress(self, value: Any) -> Sequence[str]:
        """The words of each language, in the order of the settings."""
        words = value if isinstance(value, dict) else {}
        return [words.get(code, "") for code, _name in settings.LANGUAGES]

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        """Each input beside its language's name."""
        context = super().get_context(name, value, attrs)
        languages = [str(spoken) for _code, spoken in settings.LANGUAGES]
        for part, spoken in zip(context["widget"]["subwidgets"], languages, strict=True):
            part["spoken"] = spoken
        return context

    def id_for_label(self, id_: str) -> str:
        """The first language's input."""
        return f"{id_}_0" if id_ else id_


class WordsFormField(forms.MultiValueField):
    """Gives ``{"en": "...", "es": "..."}``, without the languages left empty.

    Where the words are needed, English is, since it stands in for a language that is missing.
    """

    widget = WordsWidget

    def __init__(self, *, rows: int = SHORT, **kwargs: Any) -> None:
        kwargs.pop("encoder", None)
        kwargs.pop("decoder", None)
        parts = [forms.CharField(required=False, strip=True) for _language in settings.LANGUAGES]
        kwargs.setdefault("widget", WordsWidget(rows))
        super().__init__(parts, require_all_fields=False, **kwargs)

    def compress(self, data_list: Sequence[str]) -> Words:
        """The words said, by language."""
        codes = [code for code, _name in settings.LANGUAGES]
        return {
            code: words
            for code, said in zip(codes, data_list or [], strict=False)
            if (words := clean(said or ""))
        }

    def validate(self, value: Any) -> None:
        """English at least, where the words are needed."""
        super().validate(value)
        if self.required and not (value or {}).get("en"):
            raise ValidationError(_("Give the words in English at least."))

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Compare the words, not how they were typed."""
        before = {k: v for k, v in (initial or {}).items() if v}
        return not self.disabled and before != self.compress(data or [])


def words_formfield(field: Field[Any, Any], rows: int = SHORT) -> WordsFormField:
    """The form field of a ``WordsField`` column."""
    assert isinstance(field, WordsField)
    return WordsFormField(
        rows=rows,
        required=not field.blank,
        label=field.verbose_name.capitalize(),
        help_text=field.help_text,
    )
