"""Reply templates: the variables there are, checking words that use them, and filling them in."""

import difflib
import re
from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.html import conditional_escape, format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from heard.answers.models import ReplyTemplate
from heard.core.errors import Refused
from heard.core.text import clean
from heard.core.words import Words, said

LONGEST_VALUE = 500
VARIABLE = re.compile(r"\{([^{}\n]{0,60})\}")


@dataclass(frozen=True, slots=True)
class Variable:
    """A part of a template that the case fills in: its name, what it stands for, an example."""

    name: str
    label: str | Promise
    example: Words


VARIABLES: dict[str, Variable] = {
    variable.name: variable
    for variable in (
        Variable("name", gettext_lazy("The customer's name"), {"en": "Ana Ruiz"}),
        Variable("reference", gettext_lazy("The reference of the case"), {"en": "K7M4-2QXP"}),
        Variable("service", gettext_lazy("The service"), {"en": "Pothole", "es": "Bache"}),
        Variable(
            "place", gettext_lazy("The place, as the customer gave it"), {"en": "12 Elm Street"}
        ),
        Variable(
            "due",
            gettext_lazy("The day we promised"),
            {"en": "March 4, 2026", "es": "4 de marzo de 2026"},
        ),
        Variable("division", gettext_lazy("The division"), {"en": "Streets", "es": "Calles"}),
        Variable("staff", gettext_lazy("Your name"), {"en": "Sam Agent"}),
        Variable("city", gettext_lazy("The city's name"), {"en": "Sagebrook"}),
        Variable("phone", gettext_lazy("The city's phone"), {"en": "303-555-0100"}),
    )
}


@dataclass(frozen=True, slots=True)
class Filled:
    """A template filled in: plain text, and the names of variables that had no value.

    What is missing stays in the text as ``{due}``, so that the writer sees it and says it in their
    own words.
    """

    text: str
    missing: tuple[str, ...]


def check(text: str) -> None:
    """Refuse words with an unknown variable (naming the nearest) or a brace that stands alone."""
    for name in VARIABLE.findall(text):
        if name not in VARIABLES:
            raise Refused(_unknown(name))
    if "{" in (rest := VARIABLE.sub("", text)) or "}" in rest:
        raise Refused(
            _(
                "A brace stands alone. Write a variable as {example}, or leave the brace out."
            ).format(example="{name}")
        )


def _unknown(name: str) -> str:
    near = difflib.get_close_matches(name.strip().lower(), VARIABLES, n=1, cutoff=0.5)
    if near:
        return _("There is no variable {wrong}. Did you mean {right}?").format(
            wrong=f"{{{name}}}", right=f"{{{near[0]}}}"
        )
    known = ", ".join(f"{{{known}}}" for known in VARIABLES)
    return _("There is no variable {wrong}. You can use: {known}").format(
        wrong=f"{{{name}}}", known=known
    )


def fill(text: str, values: Mapping[str, object]) -> Filled:
    """The text with its variables replaced once; a value that looks like a variable stays as is."""
    missing: list[str] = []

    def value(found: re.Match[str]) -> str:
        name = found.group(1)
        words = clean(str(values.get(name) or ""), limit=LONGEST_VALUE) if name in VARIABLES else ""
        if not words:
            missing.append(name)
            return found.group()
        return words

    return Filled(VARIABLE.sub(value, text), tuple(dict.fromkeys(missing)))


def filled(
    template_id: int, variables: Mapping[str, object], language: str | None = None
) -> Filled | None:
    """An active template in a language (that of the page by default) with its variables filled in.

    ``variables`` maps names of ``VARIABLES`` to text; others are ignored. The text is plain: put it
    into a form field or a template, which escape it. None where there is no such template.
    """
    template = ReplyTemplate.objects.filter(pk=template_id, is_active=True).first()
    return None if template is None else fill(said(template.words, language), variables)


def example(text: str, language: str) -> SafeString:
    """The text as HTML with every variable replaced by its example, marked; all of it escaped."""
    values = {name: said(known.example, language) for name, known in VARIABLES.items()}
    parts: list[tuple[object]] = []
    end = 0
    for found in VARIABLE.finditer(text):
        parts.append((conditional_escape(text[end : found.start()]),))
        shown = values.get(found.group(1), found.group())
        parts.append((format_html("<mark>{}</mark>", shown),))
        end = found.end()
    parts.append((conditional_escape(text[end:]),))
    return format_html_join("", "{}", parts)
