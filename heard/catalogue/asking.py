"""The answers to a service's questions: as fields of the form, as kept, and in words again."""

from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from babel import dates
from django import forms
from django.core.validators import MaxLengthValidator
from django.utils.functional import Promise as LazyText
from django.utils.html import escape
from django.utils.translation import get_language, gettext_lazy, ngettext, pgettext
from django.utils.translation import gettext as _

from heard.catalogue.models import Question, Service
from heard.catalogue.place_field import PlaceField
from heard.catalogue.upload_field import UploadField
from heard.core.words import said
from heard.ui.telling import locale

SHORT, LONG = 300, 10_000
RADIOS = 6  # longer lists become a drop-down
TOO_LONG = gettext_lazy("That is %(show_value)d characters. Please keep it under %(limit_value)d.")
_WHEN = {"en": "%m/%d/%Y", "es": "%d/%m/%Y"}


def no_longer_than(limit: int) -> MaxLengthValidator:
    """A check that says how long the text is.

    Not ``max_length``: the browser would then cut off the end of a pasted text without a word.
    """
    return MaxLengthValidator(limit, message=TOO_LONG)


def field_for(question: Question) -> forms.Field:
    """The form field that asks the question."""
    about: dict[str, Any] = {
        "label": said(question.label),
        "help_text": escape(said(question.hint)),
        "required": question.required,
        "error_messages": {"required": _missing(question)},
    }
    match question.kind:
        case Question.Kind.LONG_TEXT:
            return forms.CharField(
                widget=forms.Textarea(attrs={"rows": 4}), validators=[no_longer_than(LONG)], **about
            )
        case Question.Kind.CHOICE | Question.Kind.YES_NO:
            return _choice(options(question), about)
        case Question.Kind.MANY:
            return _many(options(question), about)
        case Question.Kind.PLACE:
            return PlaceField(**about)
        case Question.Kind.PHOTO | Question.Kind.FILE:
            return UploadField(photos=question.kind == Question.Kind.PHOTO, **about)
        case Question.Kind.NUMBER:
            return _number(about)
        case Question.Kind.DATE:
            return _date(about)
    return forms.CharField(validators=[no_longer_than(SHORT)], **about)


def _missing(question: Question) -> LazyText | str:
    if question.kind == Question.Kind.PLACE:
        return _("Please say where, in answer to “{question}”.").format(
            question=said(question.label)
        )
    if question.is_upload:
        return _("Please send at least one, in answer to “{question}”.").format(
            question=said(question.label)
        )
    if question.kind in (Question.Kind.CHOICE, Question.Kind.YES_NO, Question.Kind.MANY):
        return _("Please choose an answer to “{question}”.").format(question=said(question.label))
    return _("Please answer “{question}”.").format(question=said(question.label))


def _choice(choices: list[tuple[str, str]], about: dict[str, Any]) -> forms.Field:
    wrong = _("Please choose one of the answers in the list.")
    about["error_messages"]["invalid_choice"] = wrong
    if len(choices) <= RADIOS:
        return forms.ChoiceField(choices=choices, widget=forms.RadioSelect, **about)
    return forms.ChoiceField(choices=[("", _("Choose one")), *choices], **about)


def _many(choices: list[tuple[str, str]], about: dict[str, Any]) -> forms.Field:
    wrong = _("Please choose only answers in the list.")
    about["error_messages"] |= {"invalid_choice": wrong, "invalid_list": wrong}
    return forms.MultipleChoiceField(choices=choices, widget=forms.CheckboxSelectMultiple, **about)


def _number(about: dict[str, Any]) -> forms.Field:
    about["error_messages"] |= {
        "invalid": _("Please write a number in figures, such as 12."),
        "max_digits": _("That number is too large."),
        "max_whole_digits": _("That number is too large."),
        "max_decimal_places": _("Please give at most two decimals."),
    }
    return forms.DecimalField(max_digits=14, decimal_places=2, **about)


def _date(about: dict[str, Any]) -> forms.Field:
    about["error_messages"]["invalid"] = _("Please give the date as year-month-day: 2026-03-31.")
    formats = ["%Y-%m-%d", _WHEN.get((get_language() or "en")[:2], "%m/%d/%Y")]
    return forms.DateField(
        input_formats=formats,
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        validators=[_within_reason],
        **about,
    )


def _within_reason(day: date) -> None:
    if not 1900 <= day.year <= 2100:
        raise forms.ValidationError(_("Please check the year of this date."))


def options(question: Question) -> list[tuple[str, str]]:
    """Key and words of each answer one can choose."""
    if question.kind == Question.Kind.YES_NO:
        return [("yes", _("Yes")), ("no", _("No"))]
    return _named(question.choices)


def _named(choices: Any) -> list[tuple[str, str]]:
    return [
        (str(choice.get("key", "")), said(choice.get("name")) or str(choice.get("key", "")))
        for choice in choices
        if isinstance(choice, dict) and choice.get("key")
    ]


def asked_in_talk(service: Service) -> list[Question]:
    """The questions to ask somebody one talks to: no photos, and no condition makes one a must."""
    found = [question for question in service.questions.all() if not question.is_upload]
    for question in found:
        question.required = question.required and question.only_if_id is None
    return found


def kept(value: Any) -> Any:
    """A cleaned value as it is stored with the case: text, number or ISO date."""
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, date):
        return value.isoformat()
    return value


def in_words(
    questions: Iterable[Question], answers: dict[str, Any], at: datetime | None = None
) -> list[tuple[str, str]]:
    """Question and answer as text, in the order asked, worded as it was ``at`` the time.

    An answer to a question that is no longer asked is told too, behind the others.
    """
    known = {question.code: question for question in questions}
    missing = [code for code in answers if code not in known]
    if missing and known:
        service = next(iter(known.values())).service_id
        known |= {q.code: q for q in Question.every.filter(service=service, code__in=missing)}
    told = []
    for question in known.values():
        value = answers.get(question.code)
        if value is not None and value != "" and value != []:
            worded = _worded(question, at)
            told.append((said(worded.label), _told(worded, value)))
    return told


def _worded(question: Question, at: datetime | None) -> Question:
    """The question as it stood at that time, in a copy where that differs."""
    for version in question.before:
        if at is not None and datetime.fromisoformat(version["until"]) > at:
            return Question(
                code=question.code,
                kind=question.kind,
                label=version["label"],
                choices=version["choices"],
            )
    return question


def _told(question: Question, value: Any) -> str:
    if question.kind == Question.Kind.YES_NO:
        value = {True: "yes", False: "no"}.get(value, value) if isinstance(value, bool) else value
    if isinstance(value, list):
        if question.is_upload:
            return ngettext("{n} file", "{n} files", len(value)).format(n=len(value))
        known = dict(options(question))
        return ", ".join(known.get(str(part), str(part)) for part in value)
    if isinstance(value, dict):
        return str(value.get("words") or f"{value.get('lat')}, {value.get('lon')}")
    if question.kind in (Question.Kind.CHOICE, Question.Kind.YES_NO):
        return dict(options(question)).get(str(value), str(value))
    if question.kind == Question.Kind.DATE:
        try:
            return str(dates.format_date(date.fromisoformat(str(value)), "long", locale=locale()))
        except ValueError:
            return str(value)
    if isinstance(value, bool):
        return pgettext("an answer", "Yes") if value else pgettext("an answer", "No")
    return str(value)
