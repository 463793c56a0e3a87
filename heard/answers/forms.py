"""Writing an answer and a template, and the filters of the lists."""

import uuid
from collections.abc import Mapping
from typing import Any

from django import forms
from django.conf import settings
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from heard.answers.models import Answer, ReplyTemplate
from heard.answers.services import LIMITS, Content
from heard.answers.template_services import NAME_LIMIT, WORDS_LIMIT
from heard.catalogue.models import Service
from heard.core.text import clean_line
from heard.core.words import Words, said
from heard.people.models import Division, Staff
from heard.people.roles import may
from heard.ui.forms import FilterForm, Form

LANGUAGES = [code for code, _name in settings.LANGUAGES]
SEARCH_LIMIT = 200
# Name, label, hint, rows of the box (1 is a line).
PARTS: tuple[tuple[str, Any, Any, int], ...] = (
    ("question", _("Question"), _("As people ask it: “When is my trash picked up?”"), 1),
    ("short", _("Short answer"), _("One or two sentences one could say on the phone."), 3),
    (
        "body",
        _("The rest"),
        _("# heading, - point of a list, 1. step, [words](https://address), **stress**"),
        12,
    ),
    ("keywords", _("Other words people use"), _("They help to find it and are not shown."), 1),
    ("desk_note", _("Note for staff"), _("Shown at the desk, never to residents."), 2),
)
READ_PARTS = 3  # question, short answer and the rest are read by people; what follows is not


def new_key() -> str:
    """A fresh idempotency key for a form about to be shown."""
    return uuid.uuid4().hex


def _words_field(code: str, label: Any, hint: Any, rows: int, limit: int) -> forms.CharField:
    look: dict[str, Any] = {"lang": code}
    widget = forms.TextInput(look) if rows == 1 else forms.Textarea(look | {"rows": rows})
    # Room above the limit: the verb says how many characters there are, and loses none of them.
    return forms.CharField(
        label=label, help_text=hint, required=False, widget=widget, max_length=limit * 4
    )


class _Kept(Form):
    """A form about a row: its key, and the version that was on the page."""

    key = forms.CharField(widget=forms.HiddenInput, max_length=64, initial=new_key)
    version = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=0)

    def words(self, part: str) -> Words:
        """The words of a part by language, without empty ones."""
        given = {code: self.cleaned_data.get(f"{part}_{code}", "") for code in LANGUAGES}
        return {code: text for code, text in given.items() if text.strip()}

    def _offer(self, name: str, rows: Any) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = rows


class AnswerForm(_Kept):
    """An answer: its words in each language side by side, and where it belongs."""

    mark = ""  # a draft may leave out nearly everything; what it lacks is said when published

    services = forms.ModelMultipleChoiceField(
        label=_("Services it belongs to"),
        queryset=Service.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("It is shown on their pages, and on their cases at the desk."),
    )
    division = forms.ModelChoiceField(label=_("Division"), queryset=Division.objects.none())
    owner = forms.ModelChoiceField(
        label=_("Owner"),
        queryset=Staff.objects.none(),
        required=False,
        help_text=_("Is told when the day of review has come."),
    )
    review_on = forms.DateField(
        label=_("Day of review"),
        required=False,
        widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
        help_text=_("Left empty: in half a year."),
    )
    is_public = forms.BooleanField(
        label=_("Residents may read it"),
        required=False,
        initial=True,
        help_text=_("Without this it is for the desk alone."),
    )

    def __init__(
        self,
        data: QueryDict | None = None,
        *,
        answer: Answer | None = None,
        words: Mapping[str, Words] | None = None,
        viewer: Staff,
    ) -> None:
        super().__init__(data, initial=_initial(answer, words, viewer))
        for part, label, hint, rows in PARTS:
            for code in LANGUAGES:
                field = _words_field(code, label, hint, rows, LIMITS[part])
                self.fields[f"{part}_{code}"] = field
        self._offer("services", Service.objects.filter(is_active=True).order_by("code"))
        self._offer("division", Division.objects.all())
        owners = [p.pk for p in Staff.objects.filter(is_active=True) if may(p, "write answers")]
        self._offer("owner", Staff.objects.filter(pk__in=owners))

    def sides(self) -> list[tuple[str, list[forms.BoundField], list[forms.BoundField]]]:
        """For each language: its code, the fields people read, and those behind them."""
        names = [part for part, *_rest in PARTS]
        return [
            (
                code,
                [self[f"{part}_{code}"] for part in names[:READ_PARTS]],
                [self[f"{part}_{code}"] for part in names[READ_PARTS:]],
            )
            for code in LANGUAGES
        ]

    def belongs(self) -> list[forms.BoundField]:
        """The fields that say where it belongs."""
        names = ("division", "owner", "review_on", "is_public", "services")
        return [self[name] for name in names]

    def content(self) -> Content:
        """What was written, as the verb takes it."""
        given = self.cleaned_data
        return Content(
            **{part: self.words(part) for part, *_rest in PARTS},
            division=given["division"],
            owner=given["owner"],
            services=list(given["services"]),
            is_public=given["is_public"],
            review_on=given["review_on"],
        )


def _initial(
    answer: Answer | None, words: Mapping[str, Words] | None, viewer: Staff
) -> dict[str, Any]:
    """What the fields hold at first: the answer, with the words of an earlier version if given."""
    if answer is None:
        return {"division": viewer.division_id, "owner": viewer.pk}
    first: dict[str, Any] = {
        "version": answer.version,
        "services": [service.pk for service in answer.services.all()],
        "division": answer.division_id,
        "owner": answer.owner_id,
        "review_on": answer.review_on,
        "is_public": answer.is_public,
    }
    for part, *_rest in PARTS:
        source = words.get(part, {}) if words is not None else getattr(answer, part)
        first |= {f"{part}_{code}": source.get(code, "") for code in LANGUAGES}
    return first


class ReviewForm(Form):
    """It is still right: when to look again."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0)
    key = forms.CharField(widget=forms.HiddenInput, max_length=64, initial=new_key)
    next_on = forms.DateField(
        label=_("Look again on"),
        required=False,
        widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
        help_text=_("Left empty: in half a year."),
    )


class TemplateForm(_Kept):
    """A reply template in each language, and for which cases it is offered."""

    name = forms.CharField(
        label=_("Name"),
        max_length=NAME_LIMIT,
        help_text=_("As colleagues look for it: “Pothole: filled”"),
    )
    division = forms.ModelChoiceField(
        label=_("Division"),
        queryset=Division.objects.none(),
        required=False,
        empty_label=_("All divisions"),
    )
    services = forms.ModelMultipleChoiceField(
        label=_("Services"),
        queryset=Service.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("None chosen: it is offered for every case of the division, or of all."),
    )
    is_active = forms.BooleanField(label=_("Offer it at the desk"), required=False, initial=True)

    def __init__(
        self, data: QueryDict | None = None, *, template: ReplyTemplate | None = None
    ) -> None:
        first: dict[str, Any] = {}
        if template is not None:
            first = {
                "version": template.version,
                "name": template.name,
                "division": template.division_id,
                "services": [service.pk for service in template.services.all()],
                "is_active": template.is_active,
            } | {f"words_{code}": template.words.get(code, "") for code in LANGUAGES}
        super().__init__(data, initial=first)
        for code, spoken in settings.LANGUAGES:
            self.fields[f"words_{code}"] = _words_field(code, spoken, "", 9, WORDS_LIMIT)
        self._offer("division", Division.objects.all())
        self._offer("services", Service.objects.filter(is_active=True).order_by("code"))

    def sides(self) -> list[tuple[str, str, forms.BoundField]]:
        """For each language: its code, its name and its field."""
        return [(code, str(name), self[f"words_{code}"]) for code, name in settings.LANGUAGES]

    def belongs(self) -> list[forms.BoundField]:
        """The fields that say for which cases."""
        return [self[name] for name in ("division", "is_active", "services")]


class SearchForm(FilterForm):
    """What residents look for."""

    q = forms.CharField(
        label=_("Your question"),
        max_length=SEARCH_LIMIT,
        widget=forms.TextInput({"type": "search", "autocomplete": "off"}),
    )
    service = forms.ChoiceField(label=_("About"))

    def __init__(self, data: QueryDict, services: list[Service]) -> None:
        super().__init__(data)
        self.services = {service.code: service for service in services}
        groups: dict[str, list[tuple[str, str]]] = {}
        for service in services:
            pair = (service.code, said(service.name) or service.code)
            groups.setdefault(said(service.group), []).append(pair)
        choices: list[Any] = [("", _("Everything"))]
        choices += [
            (name, sorted(pairs, key=lambda p: p[1])) for name, pairs in sorted(groups.items())
        ]
        field = self.fields["service"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = choices

    def chosen(self) -> Service | None:
        """The service of the filter; None where it is not one of ours."""
        return self.services.get(self.data.get("service", ""))

    def asked(self) -> str:
        """The words looked for, cut where they are too many."""
        return clean_line(self.data.get("q", "")[: SEARCH_LIMIT * 4], limit=SEARCH_LIMIT)


class DeskFilters(FilterForm):
    """Which answers the desk lists."""

    q = forms.CharField(
        label=_("Search"),
        max_length=SEARCH_LIMIT,
        widget=forms.TextInput({"type": "search", "autocomplete": "off"}),
    )
    state = forms.ChoiceField(label=_("State"), choices=[("", _("Any")), *Answer.State.choices])
    needs = forms.ChoiceField(
        label=_("Needs"),
        choices=[
            ("", _("Any")),
            ("review", _("a review: its day has passed")),
            ("spanish", _("Spanish")),
            ("owner", _("an owner")),
        ],
    )
    division = forms.ModelChoiceField(
        label=_("Division"), queryset=Division.objects.all(), empty_label=_("Any")
    )
    mine = forms.BooleanField(label=_("Mine alone"))
