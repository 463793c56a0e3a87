"""The forms with which staff build a form: a question, and a page of questions."""

import uuid
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from heard.catalogue.asking import options
from heard.catalogue.choices_field import ChoicesField
from heard.catalogue.conditions import DECIDING
from heard.catalogue.models import Question, QuestionGroup, Service
from heard.catalogue.questions import Content
from heard.core.words import Words, said
from heard.ui.forms import Form


class InWords(Form):
    """Words in both languages, each in a field of its own."""

    key = forms.CharField(widget=forms.HiddenInput, required=False, max_length=64)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("key", uuid.uuid4().hex)

    def words(self, name: str) -> Words:
        """What was written, by language, without what was left empty."""
        given = {code: self.cleaned_data.get(f"{name}_{code}", "") for code in ("en", "es")}
        return {code: text for code, text in given.items() if text}

    @staticmethod
    def first(name: str, words: Words) -> dict[str, str]:
        """The fields' first values."""
        return {f"{name}_{code}": words.get(code, "") for code in ("en", "es")}


def _text(label: Any, rows: int = 0, help_text: Any = "", required: bool = False) -> Any:
    widget = forms.Textarea(attrs={"rows": rows}) if rows else forms.TextInput()
    return forms.CharField(label=label, help_text=help_text, widget=widget, required=required)


class GroupForm(InWords):
    """A page: its title, and a line of introduction."""

    title_en = _text(gettext_lazy("Title in English"), required=True)
    title_es = _text(gettext_lazy("Title in Spanish"))
    intro_en = _text(gettext_lazy("Introduction in English"), 2)
    intro_es = _text(gettext_lazy("Introduction in Spanish"), 2)


class QuestionForm(InWords):
    """A question: its words, its kind, and when it is asked."""

    label_en = _text(gettext_lazy("Question in English"), required=True)
    label_es = _text(gettext_lazy("Question in Spanish"))
    hint_en = _text(gettext_lazy("Hint in English"), 2, gettext_lazy("Shown below the question."))
    hint_es = _text(gettext_lazy("Hint in Spanish"), 2)
    kind = forms.ChoiceField(
        label=gettext_lazy("Kind of answer"), choices=Question.Kind.choices, widget=forms.Select
    )
    choices = ChoicesField(
        required=False,
        label=gettext_lazy("Choices"),
        help_text=gettext_lazy(
            "For one or several of a list: one a line, as key | English | Español."
        ),
    )
    required = forms.BooleanField(label=gettext_lazy("It must be answered"), required=False)
    group = forms.ChoiceField(label=gettext_lazy("On which page"), required=False)
    condition = forms.ChoiceField(
        label=gettext_lazy("Ask it only if"),
        help_text=gettext_lazy("Questions that come before this one and have answers to choose."),
        required=False,
    )

    def __init__(
        self, *args: Any, service: Service, question: Question | None = None, **kwargs: Any
    ) -> None:
        self.question = question
        self.groups = {str(g.pk): g for g in service.question_groups.all()}
        self.known = {q.code: q for q in service.questions.all()}
        if question is not None:
            kwargs["initial"] = _first(question) | kwargs.get("initial", {})
        super().__init__(*args, **kwargs)
        pages = [(pk, said(g.title)) for pk, g in self.groups.items()]
        self.fields["group"].choices = [("", _("A first page of its own")), *pages]  # type: ignore[attr-defined]
        self.fields["condition"].choices = [("", _("Always")), *self._conditions()]  # type: ignore[attr-defined]
        if question is not None:
            self.fields["kind"].disabled = True

    def _conditions(self) -> list[tuple[str, str]]:
        found = []
        for question in self.known.values():
            if question.kind in DECIDING and question != self.question:
                for value, words in options(question):
                    label = _("“{question}” is “{answer}”").format(
                        question=said(question.label), answer=words
                    )
                    found.append((f"{question.code}={value}", label))
        return found

    @property
    def content(self) -> Content:
        """What the verbs take."""
        given = self.cleaned_data
        code, _equals, value = given.get("condition", "").partition("=")
        return Content(
            kind=given["kind"],
            label=self.words("label"),
            hint=self.words("hint"),
            required=given["required"],
            choices=given.get("choices") or [],
            group=self.groups.get(given.get("group", "")),
            only_if=self.known.get(code),
            only_if_value=value,
        )


def group_first(group: QuestionGroup) -> dict[str, str]:
    """The first values of a page's form."""
    return {**InWords.first("title", group.title), **InWords.first("intro", group.intro)}


def _first(question: Question) -> dict[str, Any]:
    before = question.only_if
    return {
        **InWords.first("label", question.label),
        **InWords.first("hint", question.hint),
        "kind": question.kind,
        "choices": question.choices,
        "required": question.required,
        "group": str(question.group_id or ""),
        "condition": f"{before.code}={question.only_if_value}" if before else "",
    }
