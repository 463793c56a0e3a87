"""Words said in more than one language, kept as ``{"en": "...", "es": "..."}``."""

from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

Words = dict[str, str]


def said(words: Words | None, language: str | None = None) -> str:
    """The words in the language (the active one by default), else in English, else in any."""
    if not words:
        return ""
    wanted = (language or get_language() or settings.LANGUAGE_CODE).split("-")[0]
    return words.get(wanted) or words.get("en") or next((w for w in words.values() if w), "")


def check_words(value: Any) -> None:
    """Accept a mapping of our languages to plain text."""
    languages = {code for code, _name in settings.LANGUAGES}
    good = isinstance(value, dict) and all(
        key in languages and isinstance(text, str) for key, text in value.items()
    )
    if not good:
        raise ValidationError(
            _("Give the text by language, for example {example}.").format(
                example='{"en": "Pothole", "es": "Bache"}'
            )
        )


class WordsField(models.JSONField):
    """A JSON column of words by language."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("default", dict)
        kwargs.setdefault("blank", True)
        super().__init__(*args, **kwargs)
        self.validators = [*self.validators, check_words]
