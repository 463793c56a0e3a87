"""The choices of a question as lines of text, for forms of staff."""

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext

KEY = re.compile(r"[a-z0-9_-]{1,60}")


class ChoicesField(forms.CharField):
    """The choices of a question, one a line: ``key | English | Español``."""

    widget = forms.Textarea(attrs={"rows": 4, "cols": 50})

    def prepare_value(self, value: Any) -> Any:
        """The kept choices as lines."""
        if not isinstance(value, list):
            return value
        return "\n".join(
            " | ".join([str(choice.get("key", "")), *_names(choice)]) for choice in value
        )

    def to_python(self, value: Any) -> Any:
        """The lines as choices."""
        choices = []
        for line in (value or "").splitlines():
            if not line.strip():
                continue
            key, *names = [part.strip() for part in line.split("|")]
            if not KEY.fullmatch(key) or not names or not names[0] or len(names) > 2:
                raise ValidationError(
                    gettext(
                        "“{line}”: write key | English | Español, the key in small letters."
                    ).format(line=line.strip())
                )
            words = dict(zip(("en", "es"), [n for n in names if n], strict=False))
            choices.append({"key": key, "name": words})
        keys = [choice["key"] for choice in choices]
        if len(set(keys)) < len(keys):
            raise ValidationError(gettext("Two choices have the same key."))
        return choices

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Compare the choices, not the blanks between them."""
        try:
            return bool((initial or []) != self.to_python(data))
        except ValidationError:
            return True


def _names(choice: dict[str, Any]) -> list[str]:
    name = choice.get("name") or {}
    return [name[code] for code in ("en", "es") if name.get(code)]
